package cli

import (
	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
)

func (a *app) historyCommand() *cobra.Command {
	var format outputFormat
	cmd := &cobra.Command{
		Use:   "history",
		Short: "List the changes of this host, the newest first",
		Long: `History lists the transactions of this host, the newest first: what each was
for, which links it could reach, who began it, what became of it, who decided
that and why. bondctl rollback ID goes back to
what was there before one of them.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return a.withStore(func(s *checkpoint.Store) error { return a.history(s, format) })
		},
	}
	format.register(cmd)
	return cmd
}

// history shows what can be read even where a journal cannot.
func (a *app) history(s *checkpoint.Store, format outputFormat) error {
	list, err := s.History()
	if format.asJSON {
		if shown := view.JSON(a.out, view.NewTransactionsJSON(list)); shown != nil {
			return shown
		}
		return err
	}
	view.Transactions(a.out, list)
	return err
}
