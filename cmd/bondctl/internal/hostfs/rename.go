package hostfs

import (
	"errors"
	"fmt"
	"io/fs"
	"path"

	"golang.org/x/sys/unix"
)

// The operations by which names change.
const exchanging, renaming, renamingOver = "exchanging", "renaming", "renaming over"

// exchange swaps two names in one step: there is no instant at which either is missing.
func (d *dir) exchange(a, b string) error {
	return d.do(exchanging, b, func() error { return d.renameat2(a, b, unix.RENAME_EXCHANGE) })
}

// move renames to a name that must be free.
func (d *dir) move(from, to string) error {
	err := d.do(renaming, from, func() error { return d.renameat2(from, to, unix.RENAME_NOREPLACE) })
	if !lacksFlags(err) {
		return err
	}
	switch _, err := d.lstat(to); {
	case err == nil:
		return fmt.Errorf("renaming %s to %s: %w", path.Join(d.path, from), to, fs.ErrExist)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return d.replace(from, to)
}

// link gives a file a second name, which must be free.
func (d *dir) link(name, second string) error {
	return d.do("linking", name, func() error { return d.root.Link(name, second) })
}

// replace renames to a name that may be taken.
func (d *dir) replace(from, to string) error {
	return d.do(renamingOver, to, func() error { return d.root.Rename(from, to) })
}

func (d *dir) renameat2(from, to string, flags uint) error {
	fd := int(d.handle.Fd())
	for {
		if err := unix.Renameat2(fd, from, fd, to, flags); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// lacksFlags tells whether a file system (NFS, 9p) or kernel does not know the flags of renameat2.
func lacksFlags(err error) bool {
	return errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS)
}
