package cli

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
)

func (a *app) rollbackCommand() *cobra.Command {
	var root string
	cmd := &cobra.Command{
		Use:   "rollback --root DIR ID",
		Short: "Bring back what an apply replaced",
		Long: `Rollback makes the files below DIR what they were before the apply with that
ID: content, modes, owners, and absence. The ID is the name of a directory in
DIR` + backupDir + `.

Exit status: 0 done; 4 it failed and changed nothing; 5 it is incomplete;
6 an apply works on DIR.`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.rollback(root, args[0]) },
	}
	cmd.Flags().StringVar(&root, "root", "", "the `DIR` that stands for /")
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
