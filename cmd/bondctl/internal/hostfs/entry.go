package hostfs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
)

// kind is what happens to a path.
type kind int

const (
	keep kind = iota
	create
	replace
	remove
)

func (k kind) String() string {
	return [...]string{"keeping", "creating", "replacing", "removing"}[k]
}

// entry is one path on its way: looked at, staged, swapped.
type entry struct {
	want    wish
	kind    kind
	old     File
	info    fs.FileInfo // of the old file; nil when there was none
	fresh   fs.FileInfo // of the new file, once staged; nil for a removal
	temp    string      // the temporary beside the target: the new file, and once swapped the old one
	spare   string      // a second temporary, where exchange cannot be had in one step
	swapped bool
}

// wrap says in an error what was being done to which file.
func (e *entry) wrap(err error) error {
	return fmt.Errorf("%s %s: %w", e.kind, e.want.Path, err)
}

// undone is the wish for everything to be as it was.
func (e *entry) undone() wish {
	if e.info == nil {
		return absence(e.want.Path)
	}
	return sameAs(e.old)
}

// survey looks at every target before anything is touched, and keeps those where something is to do.
func (t *transaction) survey(wishes []wish) error {
	if err := checkWishes(wishes); err != nil {
		return err
	}
	for _, w := range wishes {
		e, err := t.inspect(w)
		if err != nil {
			return err
		}
		if e.kind != keep {
			t.entries = append(t.entries, e)
		}
	}
	t.dirty.bulk = len(t.entries) > t.root.bulk
	return t.noteMissing()
}

func checkWishes(wishes []wish) error {
	paths := make([]string, 0, len(wishes))
	for _, w := range wishes {
		if err := checkPath(w.Path); err != nil {
			return fmt.Errorf("changing %s: %w", w.Path, err)
		}
		paths = append(paths, w.Path)
	}
	return checkDistinct(paths)
}

func (t *transaction) inspect(w wish) (*entry, error) {
	old, info, err := t.tree.look(w.Path)
	if err != nil {
		return nil, err
	}
	e := &entry{want: w, old: old, info: info, kind: kindOf(w, old, info != nil)}
	if e.kind == replace && !w.owned {
		e.want.UID, e.want.GID, e.want.owned = old.UID, old.GID, true
	}
	return e, nil
}

func kindOf(w wish, old File, exists bool) kind {
	switch {
	case w.remove && !exists, !w.remove && exists && w.met(old):
		return keep
	case w.remove:
		return remove
	case exists:
		return replace
	}
	return create
}

// noteMissing finds the directories that the absent files would need.
func (t *transaction) noteMissing() error {
	seen := map[string]bool{}
	for _, e := range t.entries {
		if e.info != nil {
			continue
		}
		found, err := t.missingFrom(path.Dir(e.want.Path), seen)
		if err != nil {
			return err
		}
		t.missing = append(t.missing, found...)
	}
	return nil
}

// missingFrom gives dir and those above it that are not there, parents first. What was seen is not
// asked for again.
func (t *transaction) missingFrom(dir string, seen map[string]bool) ([]string, error) {
	if seen[dir] {
		return nil, nil
	}
	seen[dir] = true
	_, err := t.tree.dir(dir)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	above, err := t.missingFrom(path.Dir(dir), seen)
	return append(above, dir), err
}

var errChanged = errors.New("someone else changed it meanwhile: look at it, then try again")

// verify makes sure, after the swap, that the old file moved out is the one that was read, and that the
// new one moved in is the one that was written.
func (e *entry) verify(d *dir, name string) error {
	if e.info != nil {
		if err := d.holds(e.temp, e.info); err != nil {
			return err
		}
	}
	if e.fresh != nil {
		return d.holds(name, e.fresh)
	}
	return nil
}

// holds tells by an error that a name is no longer the file it was.
func (d *dir) holds(name string, was fs.FileInfo) error {
	now, err := d.lstat(name)
	if err != nil {
		return err
	}
	same := os.SameFile(was, now) && was.Mode() == now.Mode() &&
		was.Size() == now.Size() && was.ModTime().Equal(now.ModTime())
	if !same {
		return errChanged
	}
	return nil
}
