package cli

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// readFile reads a file of the document. Where root does on the running host what it
// says, it is refused if others could have written it, for it names commands to run.
func (a *app) readFile(name string) ([]byte, error) {
	if a.runner == "" {
		return os.ReadFile(name)
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	if err := a.isOurs(file); err != nil {
		a.foreign = err
		return nil, err
	}
	return io.ReadAll(file)
}

// isOurs refuses a file that others can change, and one in a directory in which
// they can put another in its place, as sshd does with authorized_keys (StrictModes,
// sshd_config(5)).
func (a *app) isOurs(file *os.File) error {
	info, err := file.Stat()
	if err == nil {
		err = a.isOnlyOurs(file.Name(), info)
	}
	if err != nil {
		return err
	}
	named, err := filepath.Abs(file.Name())
	if err != nil {
		return err
	}
	linked, err := filepath.EvalSymlinks(named)
	if err != nil {
		return err
	}
	for _, path := range []string{named, linked} {
		if err := a.areOnlyOurs(filepath.Dir(path)); err != nil {
			return err
		}
	}
	return nil
}

// areOnlyOurs looks at a directory and all above it.
func (a *app) areOnlyOurs(dir string) error {
	for {
		info, err := os.Stat(dir)
		if err == nil {
			err = a.isOnlyOurs(dir, info)
		}
		if err != nil || dir == filepath.Dir(dir) {
			return err
		}
		dir = filepath.Dir(dir)
	}
}

// writableByOthers are the bits of a mode that let others write. Where there is
// an access control list, the group's bit is set if anybody in it can (acl(5)).
const writableByOthers = 0o022

// isOnlyOurs refuses what belongs to, or can be written by, anybody but root and
// whoever has called sudo. In a directory with the sticky bit, as /tmp, each can
// only replace what is theirs.
func (a *app) isOnlyOurs(name string, info fs.FileInfo) error {
	why := ", and " + a.runner + " runs as root what they put there: "
	owner := info.Sys().(*syscall.Stat_t).Uid
	caller, _ := a.env.LookupEnv("SUDO_UID")
	switch sticky := info.IsDir() && info.Mode()&fs.ModeSticky != 0; {
	case owner != 0 && strconv.FormatUint(uint64(owner), 10) != caller:
		remedy := "chown root " + name
		if info.IsDir() { // it may be somebody's home
			remedy = "keep the document where only root can write, as in /etc/bondctl"
		}
		return fmt.Errorf("%s belongs to user %d, who is neither root nor has called sudo"+why+"%s", name, owner, remedy)
	case info.Mode()&writableByOthers != 0 && !sticky:
		return fmt.Errorf("%s can be written by others (mode %04o)"+why+"chmod go-w %[1]s", name, info.Mode().Perm())
	}
	return nil
}
