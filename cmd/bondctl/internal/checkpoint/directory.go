package checkpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
)

// The modes of what the package makes. Parents of the state directory are as packages make those in /var.
const (
	secretDir  = 0o700
	secretFile = 0o600
	publicDir  = 0o755
)

// openStateDir walks from the target root to the state directory without following a symbolic link, makes
// what is missing, and refuses a directory that others could have prepared.
func openStateDir(root, dir string) (*os.Root, error) {
	if !path.IsAbs(dir) || path.Clean(dir) != dir || dir == "/" {
		return nil, fmt.Errorf("the state directory %q is no absolute path in the target root: give one such as /var/lib/bondctl", dir)
	}
	here, err := os.OpenRoot(root)
	if err != nil {
		return nil, fmt.Errorf("opening the target root: %w", err)
	}
	names := strings.Split(dir[1:], "/")
	for i, name := range names {
		mode := fs.FileMode(publicDir)
		if i == len(names)-1 {
			mode = secretDir
		}
		next, err := enter(here, name, mode)
		_ = here.Close() // it was only walked through
		if errors.Is(err, fs.ErrPermission) && os.Geteuid() != 0 {
			err = fmt.Errorf("%w: run this as root", err)
		}
		if err != nil {
			return nil, fmt.Errorf("opening the state directory: /%s %w", path.Join(names[:i+1]...), err)
		}
		here = next
	}
	if err := mustBeOurs(here); err != nil {
		_ = here.Close()
		return nil, fmt.Errorf("the state directory %s %w", dir, err)
	}
	return here, nil
}

// enter opens a directory in parent, and makes it when it is missing. os.Root would follow a symbolic link
// that stays inside, so what was opened must be what Lstat saw: a real directory.
func enter(parent *os.Root, name string, mode fs.FileMode) (*os.Root, error) {
	seen, err := parent.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeDir(parent, name, mode); err != nil {
			return nil, fmt.Errorf("cannot be made: %w", err)
		}
		seen, err = parent.Lstat(name)
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("cannot be examined: %w", err)
	case seen.Mode()&fs.ModeSymlink != 0:
		return nil, errors.New("is a symbolic link, which is not followed: put a directory in its place")
	case !seen.IsDir():
		return nil, errors.New("is not a directory: move it away")
	}
	child, err := parent.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("cannot be opened: %w", err)
	}
	if now, err := child.Stat("."); err != nil || !os.SameFile(seen, now) {
		return nil, errors.Join(errors.New("was replaced by something else meanwhile: try again"), err, child.Close())
	}
	return child, nil
}

// makeDir makes a directory that is on disk when it returns. One that someone else just made will do. The
// mode is set twice, because the umask keeps mkdir(2) from giving all of it.
func makeDir(parent *os.Root, name string, mode fs.FileMode) error {
	if err := parent.Mkdir(name, mode); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return nil
		}
		return err
	}
	return errors.Join(parent.Chmod(name, mode), syncDir(parent, name), syncDir(parent, path.Dir(name)))
}

func syncDir(parent *os.Root, name string) error {
	d, err := parent.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// mustBeOurs refuses a state directory that somebody else can write to: what lies in it decides which
// bytes root writes into /etc.
func mustBeOurs(dir *os.Root) error {
	info, err := dir.Stat(".")
	if err != nil {
		return fmt.Errorf("cannot be examined: %w", err)
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !ok:
		return errors.New("has no owner that can be told: use a file system that has owners")
	case int(owner.Uid) != os.Geteuid():
		return fmt.Errorf("belongs to uid %d, not to uid %d, who runs this: look at what is in it, then chown it or remove it",
			owner.Uid, os.Geteuid())
	case info.Mode().Perm()&0o022 != 0:
		return fmt.Errorf("can be written by others (mode %04o): look at what is in it, then chmod it to 0700",
			info.Mode().Perm())
	}
	return nil
}
