package kerneltest

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
)

// Real gives the kernel that runs, in a network namespace that is made for the
// test and goes with it. It needs root, and for bonds a kernel that has the driver.
//
// The socket stays in the namespace in which it was opened, so that the
// test's own thread is not bound to it. The thread that entered the namespace
// is locked to a goroutine that ends with it, and Go throws it away.
func Real(t *testing.T) kernel.Kernel {
	t.Helper()
	r, entered := inside{tasks: make(chan func())}, make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: nobody else may run in that namespace
		err := unix.Unshare(unix.CLONE_NEWNET)
		if err == nil {
			r.Host, err = kernel.Open()
		}
		entered <- err
		for task := range r.tasks {
			task()
		}
	}()
	require.NoError(t, <-entered, "a network namespace of its own, which needs root")
	t.Cleanup(func() {
		close(r.tasks)
		r.Close()
	})
	return r
}

// inside is a kernel in a namespace where only one thread is.
type inside struct {
	*kernel.Host
	tasks chan func()
}

// SetIPv6 implements [kernel.Links]. The settings are files that each thread sees of
// its own namespace.
func (r inside) SetIPv6(name string, want kernel.IPv6) error {
	done := make(chan error)
	r.tasks <- func() { done <- r.Host.SetIPv6(name, want) }
	return <-done
}
