package hostfs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// The modes of what hostfs makes itself. Files of a change set get their own mode.
const (
	secretFile = 0o600
	secretDir  = 0o700
	publicDir  = 0o755 // a missing parent of a target, as packages make those in /etc
)

// Root is the directory below which all paths lie. Its methods may be called at the same time.
type Root struct {
	base   *os.Root
	before hook // nil, but in tests and where [Root.Points] has set one
	bulk   int  // bulkThreshold, but in tests
}

// Open opens a target root. The directory may be named through symbolic links: it is the caller's choice.
func Open(dir string) (*Root, error) {
	base, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("opening the target root %s: %w", dir, bare(err))
	}
	return &Root{base: base, bulk: bulkThreshold}, nil
}

// Points has point called, with where it is, ahead of each step by which a name comes to mean another file,
// or none: in between, some files of a set are as wanted, and some are not yet. Those below a directory are left
// out; empty leaves none out. It is called before all other methods, if at all.
func (r *Root) Points(point func(name string), leftOut string) {
	r.before = func(doing, p string) error {
		dir := path.Dir(p)
		if slices.Contains(placing, doing) && (leftOut == "" || !strings.HasPrefix(dir, leftOut)) {
			point("before a name changes in " + dir)
		}
		return nil
	}
}

// placing are the operations of those steps.
var placing = []string{exchanging, renaming, renamingOver}

// Close lets the root go. No method may be called afterwards.
func (r *Root) Close() error {
	return r.base.Close()
}

// Read gives the file at p, and whether there is one. What is not a regular file is an error.
func (r *Root) Read(p string) (File, bool, error) {
	if err := checkPath(p); err != nil {
		return File{}, false, fmt.Errorf("reading %s: %w", p, err)
	}
	t, err := r.tree()
	if err != nil {
		return File{}, false, err
	}
	defer t.close()
	f, info, err := t.look(p)
	return f, info != nil, err
}

// ReadAll gives those of the files at the paths that are there, in the order given. What is not a
// regular file is an error. It walks to each directory once, which Read does for each file.
func (r *Root) ReadAll(paths []string) ([]File, error) {
	t, err := r.tree()
	if err != nil {
		return nil, err
	}
	defer t.close()
	var files []File
	for _, p := range paths {
		if err := checkPath(p); err != nil {
			return nil, fmt.Errorf("reading %s: %w", p, err)
		}
		f, info, err := t.look(p)
		if err != nil {
			return nil, err
		}
		if info != nil {
			files = append(files, f)
		}
	}
	return files, nil
}

// List gives the paths of the regular files in dir and in the directories below it, in sorted order.
// Symbolic links and special files are left out. A directory that is missing has no files.
func (r *Root) List(dir string) ([]string, error) {
	if err := checkPath(dir); err != nil && dir != "/" {
		return nil, fmt.Errorf("listing %s: %w", dir, err)
	}
	t, err := r.tree()
	if err != nil {
		return nil, err
	}
	defer t.close()
	files, err := t.list(dir)
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	return files, nil
}

// look reads the file at p; without one, the information is nil.
func (t *tree) look(p string) (File, fs.FileInfo, error) {
	d, name, err := t.beside(p)
	if err != nil {
		return File{}, nil, unlessAbsent(err)
	}
	f, info, err := d.read(name)
	if err != nil {
		return File{}, nil, unlessAbsent(err)
	}
	return f, info, nil
}

func (t *tree) list(dir string) ([]string, error) {
	d, err := t.dir(dir)
	if err != nil {
		return nil, unlessAbsent(err)
	}
	entries, err := d.list()
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		p := path.Join(dir, e.Name())
		switch {
		case e.Type().IsRegular():
			files = append(files, p)
		case e.IsDir():
			below, err := t.list(p)
			if err != nil {
				return nil, err
			}
			files = append(files, below...)
		}
	}
	return files, nil
}

func unlessAbsent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
