package cli

import (
	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
)

func (a *app) statusCommand() *cobra.Command {
	var format outputFormat
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show whether a change waits for confirmation",
		Long: `Status shows the open transaction: whose it is, since when, until when, and how
to keep or undo it.

Exit status: 0 none is open; 6 one is.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return a.withStore(func(s *checkpoint.Store) error { return a.status(s, format) })
		},
	}
	format.register(cmd)
	return cmd
}

func (a *app) status(s *checkpoint.Store, format outputFormat) error {
	open, err := s.OpenTransaction()
	switch {
	case err != nil:
		return err
	case open == nil && !format.asJSON:
		a.tell("No transaction is open.")
		return nil
	case open == nil:
		return view.JSON(a.out, view.NewTransactionsJSON(nil))
	case format.asJSON:
		err = view.JSON(a.out, view.NewTransactionsJSON([]checkpoint.Journal{open.Journal}))
	default:
		a.tell("%v", open)
	}
	if err != nil {
		return err
	}
	return exitError{code: codeLocked}
}
