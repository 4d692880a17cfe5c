package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/manager"
)

func (a *app) recoverCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "recover",
		Short: "Roll back what a restart left unconfirmed",
		Long: `Recover restores the files of a transaction that nobody had confirmed when the
machine was restarted. It runs at boot, before the network comes up.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.withStore(a.recover) },
	}
}

// undoAtBoot restores files before the network comes up. What a tool has made
// of them earlier in the boot it makes anew.
func (a *app) undoAtBoot(t *checkpoint.Transaction) error {
	if err := a.undoFiles(t); err != nil {
		return err
	}
	return manager.Regenerate(context.Background(), t.Journal().Backend, a.env.Root)
}

func (a *app) recover(s *checkpoint.Store) error {
	found, err := s.Recover(a.undoAtBoot)
	for _, id := range found.RolledBack {
		a.tell("Transaction %s was not confirmed before the restart: its files are as they were.", id)
	}
	for _, id := range found.Unguarded {
		a.say("transaction %s has no guard: keep it with bondctl confirm %s, or undo it with bondctl rollback %s", id, id, id)
	}
	return err
}
