package hostfs

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

const backupDir = "/var/lib/bondctl/backups/1"

// host is a target in a temporary directory, and a Root on it.
type host struct {
	*Root
	t   *testing.T
	dir string
}

func newHost(t *testing.T) *host {
	t.Helper()
	dir := t.TempDir()
	root, err := Open(dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, root.Close()) })
	return &host{Root: root, t: t, dir: dir}
}

// at is where a target path lies on the machine that runs the test.
func (h *host) at(p string) string {
	return filepath.Join(h.dir, p)
}

func (h *host) put(p, content string, mode fs.FileMode) {
	h.t.Helper()
	require.NoError(h.t, os.MkdirAll(filepath.Dir(h.at(p)), 0o755))
	require.NoError(h.t, os.WriteFile(h.at(p), []byte(content), mode))
	require.NoError(h.t, os.Chmod(h.at(p), mode))
}

// snapshot is the whole tree: by path, everything that must not be lost.
type snapshot map[string]string

func (h *host) snapshot() snapshot {
	h.t.Helper()
	s := snapshot{}
	err := filepath.WalkDir(h.dir, func(p string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		s["/"+strings.TrimPrefix(strings.TrimPrefix(p, h.dir), "/")] = describe(h.t, p)
		return nil
	})
	require.NoError(h.t, err)
	return s
}

func describe(t *testing.T, p string) string {
	t.Helper()
	info, err := os.Lstat(p)
	require.NoError(t, err)
	stat := info.Sys().(*syscall.Stat_t)
	text := fmt.Sprintf("%v %d:%d", info.Mode(), stat.Uid, stat.Gid)
	switch {
	case info.Mode().IsRegular():
		content, err := os.ReadFile(p)
		require.NoError(t, err)
		text += fmt.Sprintf(" %q", content)
	case info.Mode()&fs.ModeSymlink != 0:
		link, err := os.Readlink(p)
		require.NoError(t, err)
		text += " -> " + link
	}
	return text
}

// without gives the snapshot less what drop tells.
func (s snapshot) without(drop func(p string) bool) snapshot {
	kept := maps.Clone(s)
	maps.DeleteFunc(kept, func(p, _ string) bool { return drop(p) })
	return kept
}

// underVar tells what belongs to a backup and the directories made for it.
func underVar(p string) bool {
	return p == "/var" || strings.HasPrefix(p, "/var/")
}

// differing lists the paths at which two snapshots do not agree.
func differing(a, b snapshot) []string {
	var paths []string
	for p := range a {
		if a[p] != b[p] {
			paths = append(paths, p)
		}
	}
	for p := range b {
		if _, both := a[p]; !both {
			paths = append(paths, p)
		}
	}
	slices.Sort(paths)
	return paths
}

// story is a tree and a change set that has everything in it: a file to keep, two to replace, one to
// remove, one to create, one to create in directories that are missing.
type story struct {
	changes       []Change
	before, after snapshot
}

func newStory(h *host) story {
	h.t.Helper()
	h.put("/etc/network/interfaces", "source interfaces.d/*\n", 0o644)
	h.put("/etc/network/interfaces.d/bond0", "old bond\n", 0o644)
	h.put("/etc/wpa.conf", "old psk\n", 0o640)
	h.put("/etc/gone.conf", "to be removed\n", 0o604)
	if os.Geteuid() == 0 {
		require.NoError(h.t, os.Chown(h.at("/etc/wpa.conf"), 12, 34))
		require.NoError(h.t, os.Chown(h.at("/etc/gone.conf"), 56, 78))
	}
	s := story{before: h.snapshot(), changes: []Change{
		{Path: "/etc/network/interfaces", Content: []byte("source interfaces.d/*\n"), Mode: 0o644},
		{Path: "/etc/network/interfaces.d/bond0", Content: []byte("new bond\n"), Mode: 0o644},
		{Path: "/etc/wpa.conf", Content: []byte("new psk\n"), Mode: 0o600},
		{Path: "/etc/gone.conf", Remove: true},
		{Path: "/etc/network/interfaces.d/wlan0", Content: []byte("station\n"), Mode: 0o644},
		{Path: "/etc/systemd/network/bond0.netdev", Content: []byte("[NetDev]\n"), Mode: 0o640},
	}}
	s.after = s.expected()
	return s
}

// expected is what the tree shall be, worked out without the code under test.
func (s story) expected() snapshot {
	wpa := strings.Replace(s.before["/etc/wpa.conf"], "-rw-r-----", "-rw-------", 1)
	owner := fmt.Sprintf("%d:%d", os.Geteuid(), os.Getegid())
	after := maps.Clone(s.before)
	delete(after, "/etc/gone.conf")
	after["/etc/network/interfaces.d/bond0"] = strings.Replace(after["/etc/network/interfaces.d/bond0"], "old", "new", 1)
	after["/etc/wpa.conf"] = strings.Replace(wpa, "old", "new", 1)
	after["/etc/network/interfaces.d/wlan0"] = "-rw-r--r-- " + owner + ` "station\n"`
	after["/etc/systemd"] = "drwxr-xr-x " + owner
	after["/etc/systemd/network"] = "drwxr-xr-x " + owner
	after["/etc/systemd/network/bond0.netdev"] = "-rw-r----- " + owner + ` "[NetDev]\n"`
	return after
}

// asOrdinaryUser runs f without root's powers over files, in the target and on the way to it.
func (h *host) asOrdinaryUser(f func() error) error {
	h.t.Helper()
	if os.Geteuid() != 0 {
		return f()
	}
	for _, p := range []string{h.dir, filepath.Dir(h.dir)} {
		require.NoError(h.t, os.Chmod(p, 0o755))
	}
	result := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends here, and with it its file system user
		result <- errors.Join(unix.Setfsgid(65534), unix.Setfsuid(65534), f())
	}()
	return <-result
}

// withUmask sets the umask for the time of the test.
func withUmask(t *testing.T, mask int) {
	t.Helper()
	old := syscall.Umask(mask)
	t.Cleanup(func() { syscall.Umask(old) })
}
