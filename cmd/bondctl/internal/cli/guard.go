package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
)

// guardCommand is what apply starts; nobody else has a reason to.
func (a *app) guardCommand() *cobra.Command {
	return &cobra.Command{
		Use: "guard ID", Short: "Watch over a transaction until it is confirmed", Hidden: true, Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.withStore(func(s *checkpoint.Store) error { return s.Guard(context.Background(), args[0], a.undo) })
		},
	}
}
