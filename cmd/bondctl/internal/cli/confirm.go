package cli

import (
	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
)

func (a *app) confirmCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "confirm [ID]",
		Short: "Keep a change that waits for confirmation",
		Long: `Confirm keeps what apply --confirm-within has changed. Do it from a new login:
that proves that the host can still be reached. Without an ID it is the open
transaction.

Exit status: 0 confirmed, or it was before; 1 there is none, or it is too late.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.withStore(func(s *checkpoint.Store) error { return a.confirm(s, idOf(args)) })
		},
	}
}

func idOf(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

func (a *app) confirm(s *checkpoint.Store, id string) error {
	c, err := s.Confirm(id, a.actor())
	switch {
	case err != nil:
		return locked(err)
	case c.Already:
		a.tell("Transaction %s was confirmed before, by %s.", c.Journal.ID, c.Journal.Outcome.By)
	default:
		a.tell("Confirmed: transaction %s stays. To go back: bondctl rollback %s", c.Journal.ID, c.Journal.ID)
	}
	return nil
}
