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
	type opened struct {
		host *kernel.Host
		err  error
	}
	done := make(chan opened)
	go func() {
		runtime.LockOSThread() // never unlocked: nobody else may run in that namespace
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			done <- opened{nil, err}
			return
		}
		host, err := kernel.Open()
		done <- opened{host, err}
	}()
	result := <-done
	require.NoError(t, result.err, "a network namespace of its own, which needs root")
	t.Cleanup(result.host.Close)
	return result.host
}
