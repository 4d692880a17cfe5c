package hostfs

import (
	"errors"
	"fmt"
	"path"
)

// Apply makes all changes or none, in the order given. With a backup, a directory in the target that does
// not exist yet, every file to be replaced or removed is saved there first. Changes that are true already
// are left out; if all are, nothing is written, not even a backup.
//
// A file that is replaced keeps its owner. Missing directories are made with mode 0755.
//
// An error means that nothing was changed, except an [UnfinishedError], which says what was. If that is
// Done, Applied is given as well.
func (r *Root) Apply(changes []Change, backup string) (*Applied, error) {
	wishes, err := wishesOf(changes)
	if err != nil {
		return nil, err
	}
	if err := checkBackup(backup, wishes); err != nil {
		return nil, err
	}
	t, err := r.begin()
	if err != nil {
		return nil, err
	}
	defer t.tree.close()
	return t.run(wishes, backup)
}

// Put makes one change, with the guarantees of [Root.Apply], and no backup. It is done once the change is in
// place, whatever temporary file is left then.
func (r *Root) Put(c Change) error {
	_, err := r.Apply([]Change{c}, "")
	if left, ok := errors.AsType[*UnfinishedError](err); ok && left.Done {
		return nil
	}
	return err
}

// Applied is a change set in place.
type Applied struct {
	root    *Root
	changed []string
	old     []wish
	made    []string
}

// Changed gives the paths that were written or removed, in order. Those that were as wanted are not in it.
func (a *Applied) Changed() []string {
	return a.changed
}

// Undo makes every file again what it was before, with the guarantees of [Root.Apply], and removes the
// directories that were made. What someone else wrote to these files since is overwritten. It works from
// memory: across processes, use a backup and [Root.Restore].
func (a *Applied) Undo() error {
	t, err := a.root.begin()
	if err != nil {
		return err
	}
	defer t.tree.close()
	t.unmake = a.made
	_, err = t.run(a.old, "")
	return err
}

// transaction is one change set on its way.
type transaction struct {
	root    *Root
	tree    *tree
	entries []*entry
	missing []string // directories that were not there, parents first
	made    []string // those of them that now are
	unmake  []string // directories to remove when all is done, if they are empty
	sweep   sweep    // where to look for what a killed process left
	backup  store
	dirty   dirtySet
	done    bool // every change is in place and durable
}

func (r *Root) begin() (*transaction, error) {
	tree, err := r.tree()
	if err != nil {
		return nil, err
	}
	return &transaction{root: r, tree: tree}, nil
}

// run looks, then acts. Once every change is in place there is no way back: what fails after that fails
// in tidying up.
func (t *transaction) run(wishes []wish, backup string) (*Applied, error) {
	if err := t.survey(wishes); err != nil {
		return nil, fmt.Errorf("%w; nothing was changed", err)
	}
	if err := t.carryOut(backup); err != nil {
		return nil, t.undo(err)
	}
	t.done = true
	return t.applied(), t.tidy()
}

// carryOut has two points at which everything so far is made durable: before the first rename, because
// a renamed file must never turn up empty, and after the last, because then Apply says that it is done.
func (t *transaction) carryOut(backup string) error {
	if len(t.entries) == 0 {
		return nil
	}
	if backup != "" {
		if err := t.save(backup); err != nil {
			return fmt.Errorf("saving the old files in %s: %w", backup, err)
		}
	}
	for _, step := range []func() error{t.stage, t.settle, t.swap, t.settle} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (t *transaction) applied() *Applied {
	a := &Applied{root: t.root, made: t.made}
	for _, e := range t.entries {
		a.changed = append(a.changed, e.want.Path)
		a.old = append(a.old, e.undone())
	}
	return a
}

// checkBackup refuses what would make the backup part of the change.
func checkBackup(backup string, wishes []wish) error {
	if backup == "" {
		return nil
	}
	if err := checkPath(backup); err != nil {
		return fmt.Errorf("saving the old files in %s: %w", backup, err)
	}
	for _, w := range wishes {
		for p := w.Path; p != path.Dir(p); p = path.Dir(p) {
			if p == backup {
				return fmt.Errorf("saving the old files in %s: %s lies in it: name another backup", backup, w.Path)
			}
		}
	}
	return nil
}
