package kernel

import (
	"net"
	"net/netip"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/schema"
)

// ends are the addresses of one family at the two ends of a cable: here and spare
// are this host's, near is the gateway's on the same subnet, aside is the gateway's
// on none, and far lies behind it.
type ends struct{ here, spare, near, aside, far netip.Prefix }

var endsOf = map[schema.Family]ends{
	schema.IPv4: endsFrom("10.0.1.2/24", "10.0.1.3/24", "10.0.1.1/24", "198.18.0.1/32", "203.0.113.1/32"),
	schema.IPv6: endsFrom("fd00:1::2/64", "fd00:1::3/64", "fd00:1::1/64", "fd00:2::1/128", "2001:db8:2::1/128"),
}

func endsFrom(here, spare, near, aside, far string) ends {
	p := netip.MustParsePrefix
	return ends{p(here), p(spare), p(near), p(aside), p(far)}
}

// gateway is a network namespace beside that of the tests.
type gateway struct{ work chan func() }

// newGateway joins a gateway to this host by the link "wan", over which the default
// routes lead.
func newGateway(t *testing.T) gateway {
	t.Helper()
	g := gateway{make(chan func())}
	entered := make(chan error)
	go g.live(entered)
	require.NoError(t, <-entered)
	t.Cleanup(func() { close(g.work) })

	here, err := netlink.NewHandle()
	require.NoError(t, err)
	t.Cleanup(here.Close)
	var there *netlink.Handle
	g.do(func() { there, err = netlink.NewHandle() })
	require.NoError(t, err)
	t.Cleanup(there.Close)
	g.join(t, here)
	for _, family := range []schema.Family{schema.IPv4, schema.IPv6} {
		e := endsOf[family]
		equip(t, there, "far", e.near, e.aside)
		equip(t, there, "lo", e.far)
		equip(t, here, "wan", e.here, e.spare)
		require.NoError(t, here.RouteAdd(&netlink.Route{Gw: e.near.Addr().AsSlice()}))
	}
	awaitUp(t, there, "far")
	awaitUp(t, here, "wan")
	return g
}

// awaitUp waits until the kernel has noticed the carrier of a link: until then it drops
// what is sent.
func awaitUp(t *testing.T, handle *netlink.Handle, name string) {
	t.Helper()
	require.Eventually(t, func() bool {
		link, err := handle.LinkByName(name)
		return err == nil && link.Attrs().OperState == netlink.OperUp
	}, time.Minute, time.Millisecond)
}

// live does the work in a namespace of its own. The thread is never unlocked: the
// namespace ends with the goroutine.
func (g gateway) live(entered chan<- error) {
	runtime.LockOSThread()
	entered <- unix.Unshare(unix.CLONE_NEWNET)
	for work := range g.work {
		work()
	}
}

// do runs a function in the gateway's namespace.
func (g gateway) do(work func()) {
	done := make(chan struct{})
	g.work <- func() {
		defer close(done)
		work()
	}
	<-done
}

// join makes the cable, and takes it away with the test.
func (g gateway) join(t *testing.T, here *netlink.Handle) {
	t.Helper()
	var namespace *os.File
	var err error
	g.do(func() { namespace, err = os.Open("/proc/thread-self/ns/net") })
	require.NoError(t, err)
	defer func() { require.NoError(t, namespace.Close()) }()
	attrs := netlink.NewLinkAttrs()
	attrs.Name = "wan"
	cable := &netlink.Veth{LinkAttrs: attrs, PeerName: "far", PeerNamespace: netlink.NsFd(namespace.Fd())}
	require.NoError(t, here.LinkAdd(cable))
	t.Cleanup(func() { require.NoError(t, here.LinkDel(cable)) })
}

// equip sets a link up and gives it addresses that are good at once.
func equip(t *testing.T, handle *netlink.Handle, name string, prefixes ...netip.Prefix) {
	t.Helper()
	link, err := handle.LinkByName(name)
	require.NoError(t, err)
	require.NoError(t, handle.LinkSetUp(link))
	for _, p := range prefixes {
		addr := &netlink.Addr{
			IPNet: &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())},
			Flags: unix.IFA_F_NODAD,
		}
		require.NoError(t, handle.AddrAdd(link, addr))
	}
}
