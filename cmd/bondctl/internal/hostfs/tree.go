package hostfs

import (
	"errors"
	"fmt"
	"path"
)

// maxOpen bounds the file descriptors in use: two for each directory held open.
const maxOpen = 128

var errReplaced = errors.New("it was replaced by something else meanwhile: try again")

// tree opens the directories of a target and keeps them open, so that 40 000 files in one directory do
// not mean 40 000 walks to it. A dir is valid until the next call of dir.
type tree struct {
	top  *dir
	open map[string]*dir
}

func (r *Root) tree() (*tree, error) {
	root, err := r.base.OpenRoot(".")
	if err != nil {
		return nil, fmt.Errorf("opening the target root %s: %w", r.base.Name(), bare(err))
	}
	top, _, err := openDir("/", root, r.before)
	if err != nil {
		return nil, fmt.Errorf("opening the target root %s: %w", r.base.Name(), bare(err))
	}
	return &tree{top: top, open: map[string]*dir{}}, nil
}

// dir walks to a directory without following a symbolic link.
func (t *tree) dir(p string) (*dir, error) {
	if p == "/" {
		return t.top, nil
	}
	if d, ok := t.open[p]; ok {
		return d, nil
	}
	parent, err := t.dir(path.Dir(p))
	if err != nil {
		return nil, err
	}
	d, err := parent.child(path.Base(p))
	if err != nil {
		return nil, err
	}
	if len(t.open) >= maxOpen {
		t.closeAll()
	}
	t.open[p] = d
	return d, nil
}

// beside walks to the directory that holds p, and gives p's name in it.
func (t *tree) beside(p string) (*dir, string, error) {
	d, err := t.dir(path.Dir(p))
	return d, path.Base(p), err
}

// forget lets a directory go that is no more.
func (t *tree) forget(p string) {
	if d, ok := t.open[p]; ok {
		_ = d.close()
		delete(t.open, p)
	}
}

// closeAll lets every directory but the top go. Closing one that was only read or was flushed before
// cannot fail in a way that matters.
func (t *tree) closeAll() {
	for _, d := range t.open {
		_ = d.close()
	}
	clear(t.open)
}

func (t *tree) close() {
	t.closeAll()
	_ = t.top.close()
}
