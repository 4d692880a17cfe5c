package hostfs

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"golang.org/x/sys/unix"
)

// undo goes back to how everything was, last step first, and does not stop at what fails. The backup
// goes last, and stays if anything else did.
func (t *transaction) undo(cause error) error {
	var errs []error
	for _, e := range slices.Backward(t.entries) {
		errs = append(errs, t.revert(e), t.discard(e))
	}
	errs = append(errs, t.removeDirs(&t.made))
	if cmp.Or(errs...) == nil {
		errs = append(errs, t.dropBackup())
	}
	errs = append(errs, t.settle())
	if first := cmp.Or(errs...); first != nil {
		return t.unfinished(fmt.Errorf("%w; undoing it: %w", cause, first))
	}
	return fmt.Errorf("%w; nothing was changed", cause)
}

func (t *transaction) revert(e *entry) error {
	if !e.swapped {
		return nil
	}
	d, name, err := t.tree.beside(e.want.Path)
	if err != nil {
		return err
	}
	t.touch(d)
	if err := e.backward(d, name); err != nil {
		return err
	}
	e.swapped = false
	return nil
}

// tidy removes what is no longer needed once every change is in place.
func (t *transaction) tidy() error {
	var errs []error
	for _, e := range t.entries {
		errs = append(errs, t.discard(e))
	}
	errs = append(errs, t.sweepLeft(), t.removeDirs(&t.unmake), t.settle())
	if first := cmp.Or(errs...); first != nil {
		return t.unfinished(first)
	}
	return nil
}

// discard removes an entry's temporaries, but not the only copy of an old file.
func (t *transaction) discard(e *entry) error {
	needed := e.swapped && !t.done
	if e.spare == "" && (e.temp == "" || needed) {
		return nil
	}
	d, _, err := t.tree.beside(e.want.Path)
	if err != nil {
		return err
	}
	t.touch(d)
	err = discardName(d, &e.spare)
	if !needed {
		err = cmp.Or(err, discardName(d, &e.temp))
	}
	return err
}

// discardName removes a temporary and forgets its name.
func discardName(d *dir, name *string) error {
	if *name == "" {
		return nil
	}
	if err := d.remove(*name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	*name = ""
	return nil
}

// removeDirs removes directories, children first, and leaves in the list those that are still there. One
// that someone else put something in stays, without an error: it is in use.
func (t *transaction) removeDirs(dirs *[]string) error {
	var left []string
	var first error
	for _, p := range slices.Backward(*dirs) {
		err := t.removeDir(p)
		switch {
		case err == nil, errors.Is(err, fs.ErrNotExist):
			continue
		case !errors.Is(err, unix.ENOTEMPTY):
			first = cmp.Or(first, err)
		}
		left = append(left, p)
	}
	slices.Reverse(left)
	*dirs = left
	return first
}

func (t *transaction) removeDir(p string) error {
	parent, name, err := t.tree.beside(p)
	if err != nil {
		return err
	}
	t.touch(parent)
	if err := parent.remove(name); err != nil {
		return err
	}
	t.tree.forget(p)
	delete(t.dirty.device, p)
	return nil
}

// dropBackup removes a backup that has nothing to give back.
func (t *transaction) dropBackup() error {
	var first error
	left := t.backup.files[:0]
	for _, name := range t.backup.files {
		if err := t.removeFile(path.Join(t.backup.dir, name)); err != nil {
			first = cmp.Or(first, err)
			left = append(left, name)
		}
	}
	t.backup.files = left
	return cmp.Or(first, t.removeDirs(&t.backup.made))
}

func (t *transaction) removeFile(p string) error {
	d, name, err := t.tree.beside(p)
	if err != nil {
		return err
	}
	t.touch(d)
	return d.remove(name)
}
