package prober

import (
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/netnstest"
)

// TestMain has the tests run in a network namespace of their own, where lo answers
// at every address of 127.0.0.0/8.
func TestMain(m *testing.M) {
	if !netnstest.Inside() {
		os.Exit(netnstest.Rerun())
	}
	lo, err := netlink.LinkByName("lo")
	if err == nil {
		err = netlink.LinkSetUp(lo)
	}
	if err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// blackhole makes eth0, with 10.0.0.2/24: what is sent to 10.0.0.1 over it is never
// heard of again.
func blackhole(tb testing.TB) {
	tb.Helper()
	attrs := netlink.NewLinkAttrs()
	attrs.Name = "eth0"
	require.NoError(tb, netlink.LinkAdd(&netlink.Veth{LinkAttrs: attrs, PeerName: "silent"}))
	link, err := netlink.LinkByName("eth0")
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, netlink.LinkDel(link)) })
	silent, err := netlink.LinkByName("silent")
	require.NoError(tb, err)
	require.NoError(tb, netlink.LinkSetUp(silent))
	addr, err := netlink.ParseAddr("10.0.0.2/24")
	require.NoError(tb, err)
	require.NoError(tb, netlink.AddrAdd(link, addr))
	require.NoError(tb, netlink.LinkSetUp(link))
	require.NoError(tb, netlink.NeighSet(&netlink.Neigh{
		LinkIndex: link.Attrs().Index, Family: unix.AF_INET, State: netlink.NUD_PERMANENT,
		IP: net.IPv4(10, 0, 0, 1), HardwareAddr: silent.Attrs().HardwareAddr,
	}))
	require.Eventually(tb, func() bool {
		now, err := netlink.LinkByName("eth0")
		return err == nil && now.Attrs().OperState == netlink.OperUp
	}, time.Minute, time.Millisecond)
}
