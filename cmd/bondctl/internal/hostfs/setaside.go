package hostfs

import (
	"fmt"
	"path"
)

// SetAside renames what is at p and is not a regular file, such as a symbolic link, a directory or a pipe, and
// tells whether there was such a thing. Aside is a free name in the same directory. A link is renamed itself,
// and never followed. The rename is on disk when SetAside returns nil. A mount point cannot be renamed: that
// is an error.
func (r *Root) SetAside(p, aside string) (bool, error) {
	for _, name := range []string{p, aside} {
		if err := checkPath(name); err != nil {
			return false, fmt.Errorf("setting %s aside: %w", name, err)
		}
	}
	if path.Dir(aside) != path.Dir(p) {
		return false, fmt.Errorf("setting %s aside: %s is in another directory: name one beside it", p, aside)
	}
	t, err := r.begin()
	if err != nil {
		return false, err
	}
	defer t.tree.close()
	return t.setAside(p, path.Base(aside))
}

func (t *transaction) setAside(p, aside string) (bool, error) {
	d, name, err := t.tree.beside(p)
	if err != nil {
		return false, unlessAbsent(err)
	}
	info, err := d.lstat(name)
	if err != nil || info.Mode().IsRegular() {
		return false, unlessAbsent(err)
	}
	t.touch(d)
	if err := d.move(name, aside); err != nil {
		return false, err
	}
	return true, t.settle()
}
