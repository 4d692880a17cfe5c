package hostfs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"syscall"

	"golang.org/x/sys/unix"
)

// hook runs ahead of every operation on the file system. An error from it stands for the operation's
// own, which then does not happen. Tests set one to fail, to interfere, to look; see also [Root.Points].
type hook func(doing, p string) error

// dir is one opened directory of the target. Operations take a single name in it, so no path is walked
// twice and no symbolic link can come in between.
type dir struct {
	path   string
	root   *os.Root
	handle *os.File // the same directory, for fsync, syncfs and renameat2
	device any      // st_dev, whose type differs between architectures
	before hook
}

// openDir completes a dir; it owns root from here on.
func openDir(p string, root *os.Root, before hook) (*dir, fs.FileInfo, error) {
	handle, err := root.Open(".")
	if err != nil {
		return nil, nil, errors.Join(err, root.Close())
	}
	d := &dir{path: p, root: root, handle: handle, before: before}
	info, err := handle.Stat()
	if err != nil {
		return nil, nil, errors.Join(err, d.close())
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		d.device = stat.Dev
	}
	return d, info, nil
}

func (d *dir) close() error {
	return errors.Join(d.handle.Close(), d.root.Close())
}

// do runs one operation on a name in d, and says in the error what it was.
func (d *dir) do(doing, name string, op func() error) error {
	p := path.Join(d.path, name)
	if d.before != nil {
		if err := d.before(doing, p); err != nil {
			return fmt.Errorf("%s %s: %w", doing, p, err)
		}
	}
	if err := op(); err != nil {
		return fmt.Errorf("%s %s: %w", doing, p, bare(err))
	}
	return nil
}

// bare takes off the path that package os adds: do names the right one.
func bare(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}

func (d *dir) lstat(name string) (info fs.FileInfo, err error) {
	err = d.do("examining", name, func() error {
		info, err = d.root.Lstat(name)
		return err
	})
	return info, err
}

// child opens a directory in d. os.Root would follow a symbolic link that stays inside, so what was
// opened must be what Lstat saw: a real directory of this name.
func (d *dir) child(name string) (*dir, error) {
	seen, err := d.lstat(name)
	if err != nil {
		return nil, err
	}
	p := path.Join(d.path, name)
	if err := mustBeDir(p, seen); err != nil {
		return nil, err
	}
	var c *dir
	err = d.do("opening", name, func() error {
		root, err := d.root.OpenRoot(name)
		if err != nil {
			return err
		}
		opened, info, err := openDir(p, root, d.before)
		if err != nil {
			return err
		}
		if !os.SameFile(seen, info) {
			return errors.Join(errReplaced, opened.close())
		}
		c = opened
		return nil
	})
	return c, err
}

// read gives a regular file and how it was when its reading began.
func (d *dir) read(name string) (File, fs.FileInfo, error) {
	seen, err := d.lstat(name)
	if err != nil {
		return File{}, nil, err
	}
	p := path.Join(d.path, name)
	if err := mustBeRegular(p, seen); err != nil {
		return File{}, nil, err
	}
	var content []byte
	err = d.do("reading", name, func() error {
		content, err = d.readSame(name, seen)
		return err
	})
	return fileOf(p, seen, content), seen, err
}

// readSame reads name if it still is the file seen. A pipe put in its place would make open(2) wait for
// a writer, hence O_NONBLOCK.
func (d *dir) readSame(name string, seen fs.FileInfo) ([]byte, error) {
	f, err := d.root.OpenFile(name, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	if now, err := f.Stat(); err != nil || !os.SameFile(seen, now) {
		return nil, errors.Join(errReplaced, err)
	}
	return io.ReadAll(f)
}

// create makes a file that only its owner can open, and that nobody else had there.
func (d *dir) create(name string) (f *os.File, err error) {
	err = d.do("creating", name, func() error {
		f, err = d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, secretFile)
		return err
	})
	return f, err
}

func (d *dir) mkdir(name string, mode fs.FileMode) error {
	return d.do("creating directory", name, func() error { return d.root.Mkdir(name, mode) })
}

func (d *dir) remove(name string) error {
	return d.do("removing", name, func() error { return d.root.Remove(name) })
}

func (d *dir) list() (entries []fs.DirEntry, err error) {
	err = d.do("listing", ".", func() error {
		entries, err = fs.ReadDir(d.root.FS(), ".")
		return err
	})
	return entries, err
}
