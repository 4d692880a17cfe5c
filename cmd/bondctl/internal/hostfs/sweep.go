package hostfs

import (
	"cmp"
	"maps"
	"path"
	"slices"
)

// sweep is where temporaries of a killed process may lie: by directory, the stems of the targets in it.
type sweep map[string]map[string]bool

func sweepOf(wishes []wish) sweep {
	s := sweep{}
	for _, w := range wishes {
		dir, name := path.Dir(w.Path), path.Base(w.Path)
		if s[dir] == nil {
			s[dir] = map[string]bool{}
		}
		s[dir][stem(name)] = true
	}
	return s
}

// sweepLeft removes temporaries that another process left, and no other file.
func (t *transaction) sweepLeft() error {
	var errs []error
	for _, dir := range slices.Sorted(maps.Keys(t.sweep)) {
		errs = append(errs, t.sweepDir(dir, t.sweep[dir]))
	}
	return cmp.Or(errs...)
}

func (t *transaction) sweepDir(p string, stems map[string]bool) error {
	d, err := t.tree.dir(p)
	if err != nil {
		return unlessAbsent(err)
	}
	files, err := d.list()
	if err != nil {
		return err
	}
	for _, f := range files {
		target, ok := temporaryOf(f.Name())
		if !ok || !stems[target] || !f.Type().IsRegular() {
			continue
		}
		t.touch(d)
		if err := d.remove(f.Name()); err != nil {
			return err
		}
	}
	return nil
}
