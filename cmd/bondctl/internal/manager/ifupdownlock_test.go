package manager

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// lockedHost is a host on which somebody else has the lock of a link. The lock is
// one of an open file description (fcntl(2)), which ends with its file.
func lockedHost(t *testing.T, link string) (m Manager, read func(name string) string, free func()) {
	t.Helper()
	m, read = host(t, "lo=lo\n")
	root := m.(*stanzaFiles).root
	f, err := os.OpenFile(filepath.Join(root, stateOf(link)), os.O_RDWR|os.O_CREATE, 0o644)
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	require.NoError(t, unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &unix.Flock_t{Type: unix.F_WRLCK}))
	return m, read, func() { require.NoError(t, f.Close()) }
}

func TestTheWaitForIfupdownsLockHasAnEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, read, _ := lockedHost(t, "bond0")
		begun := time.Now()

		err := m.TakeUp(t.Context(), decode(t, office), nil)

		require.ErrorContains(t, err, "ifstate.bond0 of another process: it was not given back within 30s; wait until it is done, or end it, then try again")
		assert.Less(t, time.Since(begun), programLimit+time.Second, "all locks together")
		assert.Equal(t, "bond0.20\n", read("ifstate.bond0.20"), "the others are told")
		assert.Contains(t, read("ifstate"), "bond0=bond0\n")
	})
}

func TestTheWaitForIfupdownsLockHearsASignal(t *testing.T) {
	m, _, free := lockedHost(t, "bond0")
	asked := errors.New("it was asked to end")
	ctx, cancel := context.WithCancelCause(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- m.TakeUp(ctx, decode(t, office), nil) }()
	cancel(asked)
	require.ErrorIs(t, <-ended, asked)

	go func() { ended <- m.TakeUp(t.Context(), decode(t, office), nil) }()
	free()
	require.NoError(t, <-ended, "a lock that is given back is taken")
}

// holderRole is the argument by which the test binary becomes the holder of a lock.
const holderRole = "hold"

func TestLockHolder(*testing.T) {
	if flag.NArg() < 2 || flag.Arg(0) != holderRole {
		return // another test runs it, as a process
	}
	f, err := os.OpenFile(flag.Arg(1), os.O_RDWR|os.O_CREATE, 0o644)
	if err == nil {
		err = unix.FcntlFlock(f.Fd(), unix.F_SETLK, &unix.Flock_t{Type: unix.F_WRLCK})
	}
	fmt.Println(err)
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n') // until the other end is closed
	_ = f.Close()
}

func TestTheHolderOfIfupdownsLockIsNamed(t *testing.T) {
	m, _ := host(t, "lo=lo\n")
	holder := exec.Command(os.Args[0], "-test.run=^TestLockHolder$", "--", holderRole, filepath.Join(m.(*stanzaFiles).root, stateOf("bond0")))
	stdin, err := holder.StdinPipe()
	require.NoError(t, err)
	stdout, err := holder.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, holder.Start())
	t.Cleanup(func() { _ = stdin.Close(); _ = holder.Wait() })
	said, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "<nil>\n", said)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = m.TakeUp(ctx, decode(t, office), nil)
	require.ErrorContains(t, err, fmt.Sprintf("ifstate.bond0 of process %d (%.15s): ", holder.Process.Pid, filepath.Base(os.Args[0])))
}
