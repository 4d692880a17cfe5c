package routes

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/netnstest"
)

// TestMain has the tests run in a network namespace of their own.
func TestMain(m *testing.M) {
	if netnstest.Inside() {
		os.Exit(m.Run())
	}
	os.Exit(netnstest.Rerun())
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
