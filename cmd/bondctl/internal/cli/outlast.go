package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
)

// programCopy is where apply copies a program that may not outlast a restart where
// it lies. The directory is root's alone.
const programCopy = stateDir + "/bondctl"

// errInMemory is a place that is empty after a restart.
var errInMemory = errors.New("in memory, and gone after a restart")

// lasting is the command that runs this program again, also when the network is
// down and after a restart: the guard and the recovery at boot need it then. It
// copies the program where it may not be there any more.
func (a *app) lasting() ([]string, error) {
	if len(a.env.Self) == 0 || a.env.Outlasts == nil {
		return a.env.Self, nil
	}
	why := a.env.Outlasts(a.env.Self[0])
	if why == nil {
		return a.env.Self, nil
	}
	switch there := a.env.Outlasts(stateDir); {
	case errors.Is(there, errInMemory):
		return a.env.Self, nil // then no change outlasts a restart either, nor does its journal
	case there != nil:
		return nil, fmt.Errorf("%w; and %w: %s", why, there, installs(a.env.Self[0]))
	}
	if err := a.copyProgram(); err != nil {
		return nil, err
	}
	a.say("%v: the guard and the recovery at boot run a copy, %s", why, programCopy)
	return slices.Concat([]string{filepath.Join(a.env.Root, programCopy)}, a.env.Self[1:]), nil
}

// installs says how a program gets to where it outlasts a restart.
func installs(program string) string {
	return "install -m 0755 " + program + " /usr/local/sbin/bondctl, and run that"
}

// copyProgram copies the program that runs, whatever is at its path by now.
func (a *app) copyProgram() error {
	text, err := fs.ReadFile(a.env.Proc, "self/exe")
	if err != nil {
		return fmt.Errorf("reading this program: %w", err)
	}
	root, err := hostfs.Open(a.env.Root)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // what was written is durable by now
	if err := root.Put(hostfs.Change{Path: programCopy, Content: text, Mode: 0o755}); err != nil {
		return fmt.Errorf("copying this program to where it outlasts a restart: %w", err)
	}
	return nil
}

// Outlasts tells by an error why a program or a directory of this host may not be
// there, or be another's, after a restart that leaves the network down.
func Outlasts(name string) error {
	resolved, err := filepath.EvalSymlinks(name)
	if err != nil {
		return err
	}
	var on unix.Statfs_t
	if err := unix.Statfs(resolved, &on); err != nil {
		return fmt.Errorf("looking at the file system of %s: %w", name, err)
	}
	if err := isLocal(on); err != nil {
		return fmt.Errorf("%s is %w", name, err)
	}
	for ; ; resolved = path.Dir(resolved) {
		if err := isRoots(resolved); err != nil || resolved == "/" {
			return err
		}
	}
}

// elsewhere are the file systems that are not there before the network is, or
// before a program of their own runs (statfs(2)).
var elsewhere = []int64{
	unix.NFS_SUPER_MAGIC, unix.SMB_SUPER_MAGIC, unix.CIFS_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC, unix.V9FS_MAGIC,
	unix.CEPH_SUPER_MAGIC, unix.AFS_SUPER_MAGIC, unix.AFS_FS_MAGIC, unix.CODA_SUPER_MAGIC, unix.FUSE_SUPER_MAGIC,
}

// isLocal refuses a file system that a boot begins without, and one that runs no programs.
func isLocal(on unix.Statfs_t) error {
	kind := int64(on.Type) & 0xffffffff //nolint:unconvert // 32 bits wide and signed on some machines
	switch {
	case kind == unix.TMPFS_MAGIC, kind == unix.RAMFS_MAGIC:
		return errInMemory
	case slices.Contains(elsewhere, kind):
		return errors.New("on a file system that is not there before the network is")
	case on.Flags&unix.ST_NOEXEC != 0:
		return errors.New("on a file system that is mounted noexec")
	}
	return nil
}

// isRoots refuses what somebody else can change before the boot runs it as root. The
// group of a directory is trusted: that of /usr/local is one of administrators in Debian.
func isRoots(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	others := fs.FileMode(writableByOthers)
	if info.IsDir() {
		others = 0o002
	}
	switch owner := info.Sys().(*syscall.Stat_t).Uid; {
	case owner != 0:
		return fmt.Errorf("%s belongs to user %d, who can replace it before a restart runs it as root", name, owner)
	case info.Mode()&others != 0:
		return fmt.Errorf("%s can be written by others (mode %04o), who can replace it before a restart runs it as root", name, info.Mode().Perm())
	}
	return nil
}
