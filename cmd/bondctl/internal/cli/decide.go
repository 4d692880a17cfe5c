package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

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

func (a *app) extendCommand() *cobra.Command {
	var more time.Duration
	cmd := &cobra.Command{
		Use:     "extend [ID]",
		Short:   "Give a change that waits for confirmation more time",
		Long:    `Extend moves the end of the window to a time counted from now. Without an ID it is the open transaction.`,
		Example: `  bondctl extend --for 5m`,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.withStore(func(s *checkpoint.Store) error {
				j, err := s.Extend(idOf(args), a.actor(), more)
				if err == nil {
					a.tell("Transaction %s waits until %s.", j.ID, j.Until.Format(time.DateTime))
				}
				return locked(err)
			})
		},
	}
	cmd.Flags().DurationVar(&more, "for", time.Minute, "how long from now, as `5m`")
	return cmd
}

// guardCommand is what apply starts; nobody else has a reason to.
func (a *app) guardCommand() *cobra.Command {
	return &cobra.Command{
		Use: "guard ID", Short: "Watch over a transaction until it is confirmed", Hidden: true, Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.withStore(func(s *checkpoint.Store) error { return s.Guard(context.Background(), args[0], a.undo) })
		},
	}
}

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

func (a *app) recover(s *checkpoint.Store) error {
	found, err := s.Recover(a.undoFiles)
	for _, id := range found.RolledBack {
		a.tell("Transaction %s was not confirmed before the restart: its files are as they were.", id)
	}
	for _, id := range found.Unguarded {
		a.say("transaction %s has no guard: keep it with bondctl confirm %s, or undo it with bondctl rollback %s", id, id, id)
	}
	return err
}

// rollBackLive undoes the open transaction, or the one named. One that was
// confirmed is undone by a change of its own.
func (a *app) rollBackLive(id string, flags changeFlags) error {
	return a.withStore(func(s *checkpoint.Store) error {
		err := s.RollBack(id, a.actor(), "it was asked for", a.undo)
		if closed, ok := errors.AsType[*checkpoint.ClosedError](err); ok && closed.Journal.State == checkpoint.Confirmed {
			return a.revert(s, id, flags)
		}
		if _, incomplete := errors.AsType[*checkpoint.IncompleteError](err); incomplete {
			return exitError{code: codeIncomplete, cause: err}
		}
		if err != nil {
			return locked(err)
		}
		a.tell("Rolled back: all is as it was.")
		return nil
	})
}

func (a *app) withStore(do func(*checkpoint.Store) error) error {
	s, err := a.store()
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

func (a *app) statusCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Show whether a change waits for confirmation",
		Long: `Status shows the open transaction: whose it is, since when, until when, and how
to keep or undo it.

Exit status: 0 none is open; 6 one is.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return a.withStore(func(s *checkpoint.Store) error {
				open, err := s.OpenTransaction()
				if err != nil {
					return err
				}
				if open != nil {
					a.tell("%s", fmt.Sprint(open))
					return exitError{code: codeLocked}
				}
				a.tell("No transaction is open.")
				return nil
			})
		},
	}
}

func (a *app) historyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "history",
		Short: "List the changes of this host, the newest first",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return a.withStore(func(s *checkpoint.Store) error {
				all, err := s.List()
				for _, j := range all {
					a.tell("%-20s %-19s %s  %s", j.ID, j.State, j.Owner, j.Outcome.Reason)
				}
				return err
			})
		},
	}
}
