package routes

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// inside is set in the environment of the tests once they run in a network
// namespace of their own.
const inside = "BONDCTL_TEST_NAMESPACE"

// TestMain has the tests run in a network namespace of their own. Whoever is not
// root there, is one of a user namespace.
func TestMain(m *testing.M) {
	if os.Getenv(inside) != "" {
		os.Exit(m.Run())
	}
	os.Exit(rerun())
}

func rerun() int {
	cmd := exec.Command(os.Args[0], os.Args[1:]...)
	cmd.Env = append(os.Environ(), inside+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	runtime.LockOSThread()
	if err := cmd.Run(); err != nil {
		if exited, ok := errors.AsType[*exec.ExitError](err); ok {
			return exited.ExitCode()
		}
		fmt.Fprintf(os.Stderr, "these tests need a network namespace of their own, which root can make: %v\n", err)
		return 1
	}
	return 0
}

// cable makes a link with a carrier and an address in each family: 10.0.N.2/24 and
// fd00:0:0:N::2/64.
func cable(t *testing.T, name string, n int) {
	t.Helper()
	attrs := netlink.NewLinkAttrs()
	attrs.Name = name
	require.NoError(t, netlink.LinkAdd(&netlink.Veth{LinkAttrs: attrs, PeerName: "far-" + name}))
	t.Cleanup(func() {
		if link, err := netlink.LinkByName(name); err == nil {
			require.NoError(t, netlink.LinkDel(link))
		}
	})
	up(t, "far-"+name)
	address(t, name, fmt.Sprintf("10.0.%d.2/24", n))
	address(t, name, fmt.Sprintf("fd00:0:0:%d::2/64", n))
	up(t, name)
	require.Eventually(t, func() bool { return linkOf(t, name).Attrs().OperState == netlink.OperUp }, time.Minute, time.Millisecond)
}

func linkOf(t *testing.T, name string) netlink.Link {
	t.Helper()
	link, err := netlink.LinkByName(name)
	require.NoError(t, err)
	return link
}

func up(t *testing.T, name string) {
	t.Helper()
	require.NoError(t, netlink.LinkSetUp(linkOf(t, name)))
}

func down(t *testing.T, name string) {
	t.Helper()
	require.NoError(t, netlink.LinkSetDown(linkOf(t, name)))
}

// address gives a link an address that is good at once.
func address(t *testing.T, name, text string) {
	t.Helper()
	addr, err := netlink.ParseAddr(text)
	require.NoError(t, err)
	addr.Flags = unix.IFA_F_NODAD
	require.NoError(t, netlink.AddrAdd(linkOf(t, name), addr))
}
