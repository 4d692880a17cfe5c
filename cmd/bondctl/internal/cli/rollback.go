package cli

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
)

func (a *app) rollbackCommand() *cobra.Command {
	var root string
	var flags changeFlags
	var giveUp bool
	cmd := &cobra.Command{
		Use:   "rollback [ID]",
		Short: "Undo a change",
		Long: `Rollback undoes the open transaction: links, files, and what the network system
knows are made what they were before it. A rollback that is incomplete can be
tried again. With the ID of a transaction that was confirmed, it plans the way
back and carries it out as apply does, guarded by --confirm-within; bondctl
history lists the IDs. With --give-up it leaves an incomplete rollback as it is,
so that another change can begin.

With --root DIR it makes the files below DIR what they were before the apply
with that ID: content, modes, owners, and absence. The ID is the name of a
directory in DIR` + backupDir + `.

Exit status: 0 done; 1 there is nothing to undo; 4 it failed and changed nothing
(with --root); 5 it is incomplete: hands are needed; 6 another bondctl is at work.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			switch {
			case giveUp:
				return a.giveUp(idOf(args))
			case root == "":
				return a.rollBackLive(idOf(args), flags)
			case len(args) == 0:
				return errors.New("which one? Name the ID: the name of a directory in " + filepath.Join(root, backupDir))
			}
			return a.rollback(root, args[0])
		},
	}
	flags.register(cmd)
	cmd.Flags().BoolVar(&giveUp, "give-up", false, "leave an incomplete rollback as it is")
	cmd.Flags().StringVar(&root, "root", "", "the `DIR` that stands for /, instead of this host")
	cmd.MarkFlagsMutuallyExclusive("give-up", "root")
	completes(cmd.MarkFlagDirname("root"))
	return cmd
}

func (a *app) rollback(dir, id string) error {
	if path.Base(id) != id || id == "." || id == ".." {
		return fmt.Errorf("%q is no ID: it is the name of a directory in %s", id, filepath.Join(dir, backupDir))
	}
	if err := a.isApart(dir); err != nil {
		return err
	}
	unlock, err := lock(dir)
	if err != nil {
		return err
	}
	defer unlock()
	root, err := hostfs.Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // nothing is written through it
	err = root.Restore(path.Join(backupDir, id))
	if errors.Is(err, hostfs.ErrIncompleteBackup) {
		return fmt.Errorf("nothing to roll back: %w", err)
	}
	if err != nil {
		return failure(err)
	}
	a.tell("All files of %s are what they were.", id)
	return nil
}

// giveUp closes a rollback that could not restore everything.
func (a *app) giveUp(id string) error {
	return a.withStore(func(s *checkpoint.Store) error {
		if err := s.GiveUp(id, a.actor()); err != nil {
			return locked(err)
		}
		a.tell("Given up: what could not be restored stays as it is.")
		return nil
	})
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
