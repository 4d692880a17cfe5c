package netnstest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// Namespace is another host: a network namespace with a thread of its own, and with
// files of its own in the places that [Namespace.Hide] names. It ends with its test.
type Namespace struct {
	t testing.TB
	// work is done on the thread that is in the namespace.
	work chan func()
	file *os.File
}

// New makes a host whose loopback is up, and which has no other link.
func New(tb testing.TB) *Namespace {
	tb.Helper()
	n := &Namespace{t: tb, work: make(chan func())}
	started, ended := make(chan error), make(chan struct{})
	go func() {
		defer close(ended)
		runtime.LockOSThread() // never unlocked: the thread ends with its namespaces
		started <- n.enter()
		for do := range n.work {
			do()
		}
	}()
	require.NoError(tb, <-started)
	tb.Cleanup(func() {
		close(n.work)
		<-ended
		require.NoError(tb, n.file.Close())
	})
	return n
}

func (n *Namespace) enter() error {
	if err := unix.Unshare(unix.CLONE_NEWNET | unix.CLONE_NEWNS | unix.CLONE_FS); err != nil {
		return fmt.Errorf("making namespaces, which root can: %w", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("keeping mounts apart: %w", err)
	}
	if err := unix.Mount("sysfs", "/sys", "sysfs", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("mounting a sysfs that shows the links there: %w", err)
	}
	file, err := os.Open("/proc/thread-self/ns/net")
	n.file = file
	return err
}

// FD is the namespace as a file, for links that are to be moved or made there.
func (n *Namespace) FD() int { return int(n.file.Fd()) }

// Do does something in the namespace: a socket that is made there stays there.
func (n *Namespace) Do(what func() error) {
	n.t.Helper()
	require.NoError(n.t, n.Try(what))
}

// Try is [Namespace.Do] for what may fail.
func (n *Namespace) Try(what func() error) error {
	done := make(chan error, 1)
	n.work <- func() { done <- what() }
	return <-done
}

// Start starts a program in the namespace, which dies with it.
func (n *Namespace) Start(cmd *exec.Cmd) error {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &unix.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = unix.SIGKILL // its parent is the namespace's thread (prctl(2))
	return n.Try(cmd.Start)
}

// Set writes a sysctl of the namespace, named by its path below /proc/sys.
func (n *Namespace) Set(name, value string) {
	n.t.Helper()
	n.Do(func() error { return os.WriteFile(filepath.Join("/proc/sys", name), []byte(value), 0o600) })
}

// Hide puts a directory in the place of another for whoever runs in the namespace.
func (n *Namespace) Hide(place, by string) {
	n.t.Helper()
	n.Do(func() error { return unix.Mount(by, place, "", unix.MS_BIND, "") })
}
