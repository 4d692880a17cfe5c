package scenario

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// The links of the host under test, in the order of the routers behind them.
const (
	eth0  = "eth0"
	wlan0 = "wlan0"
	ppp0  = "ppp0"
)

var uplinks = []string{eth0, wlan0, ppp0}

// Links of routers: down0 leads to the host under test, up0 to the server.
const (
	down0 = "down0"
	up0   = "up0"
)

// world is what facts are tested in: the host under test, whose link N leads to
// router N, and behind all routers a server.
//
//	H --eth0---- R1 -- S    H has 10.N.0.2 and fd00:N::2, router N has .1 and ::1 there;
//	  --wlan0--- R2 --      S has 203.0.113.1 to .5, and fd00:ff::1 to ::5
//	  --ppp0---- R3 --
//
// Routers take only packets whose source they have a route back to, over the link
// that these come from (rp_filter, RFC 3704), as an access provider does.
type world struct {
	t       testing.TB
	h       *host
	routers [3]*host
	s       *server
	// wires are the links that are wires, by name; the others are cables.
	wires map[string]*wire
	// watches are the monitors that were started, one after the other.
	watches []*watch
	dir     string
}

// newWorld builds a world. The links that are named are wires, and ppp0 always is one.
func newWorld(tb testing.TB, wired ...string) *world {
	tb.Helper()
	w := &world{t: tb, h: newHost(tb), wires: map[string]*wire{}, dir: tb.TempDir()}
	w.seclude()
	s := newHost(tb)
	for n := range w.routers {
		w.routers[n] = newRouter(tb)
		w.connect(n, s)
	}
	for _, name := range wired {
		w.wire(name)
	}
	for n, name := range uplinks[:2] {
		if w.wires[name] == nil {
			w.cable(n)
		}
	}
	w.wire(ppp0)
	w.s = newServer(tb, s)
	return w
}

// seclude keeps the host under test away from what this machine runs, and has a place
// for the files of the host itself.
func (w *world) seclude() {
	w.t.Helper()
	run := filepath.Join(w.t.TempDir(), "run")
	require.NoError(w.t, os.Mkdir(run, 0o755))
	w.h.Hide("/run", run)
	w.h.hide("/etc/resolv.conf", "nameserver 203.0.113.1\noptions timeout:1 attempts:1\n")
}

func newRouter(tb testing.TB) *host {
	tb.Helper()
	r := newHost(tb)
	r.Set("net/ipv4/ip_forward", "1")
	r.Set("net/ipv6/conf/all/forwarding", "1")
	r.Set("net/ipv4/conf/all/rp_filter", "1")
	r.Set("net/ipv4/conf/default/rp_filter", "1")
	r.Set("net/ipv4/conf/all/promote_secondaries", "1") // one address may go without the others
	return r
}

// connect lays the cable from a router to the server.
func (w *world) connect(n int, s *host) {
	w.t.Helper()
	r, name := w.routers[n], fmt.Sprintf("from%d", n+1)
	veth(w.t, r, up0, s, name)
	for _, end := range []struct {
		h        *host
		link, at string
	}{{r, up0, "1"}, {s, name, "2"}} {
		end.h.addAddress(end.link, fmt.Sprintf("10.%d.0.%s/24", 101+n, end.at))
		end.h.addAddress(end.link, fmt.Sprintf("fd00:%d::%s/64", 101+n, end.at))
		end.h.up(end.link)
	}
	r.addRoute("203.0.113.0/24", fmt.Sprintf("10.%d.0.2", 101+n), up0, 0)
	r.addRoute("fd00:ff::/64", fmt.Sprintf("fd00:%d::2", 101+n), up0, 0)
	s.addRoute(w.back(uplinks[n]))
	s.addRoute(fmt.Sprintf("fd00:%d::/64", n+1), fmt.Sprintf("fd00:%d::1", 101+n), name, 0)
}

// back is the server's route to a link of the host under test.
func (w *world) back(link string) (to, via, over string, metric int) {
	n := numberOf(link)
	return fmt.Sprintf("10.%d.0.0/24", n+1), fmt.Sprintf("10.%d.0.1", 101+n), fmt.Sprintf("from%d", n+1), 0
}

// veth lays a cable between two hosts.
func veth(tb testing.TB, near *host, nearName string, far *host, farName string) {
	tb.Helper()
	attrs := netlink.NewLinkAttrs()
	attrs.Name = nearName
	cable := &netlink.Veth{LinkAttrs: attrs, PeerName: farName, PeerNamespace: netlink.NsFd(far.FD())}
	require.NoError(tb, near.kernel.LinkAdd(cable))
}

// cable lays a cable between the host and a router.
func (w *world) cable(n int) {
	w.t.Helper()
	veth(w.t, w.h, uplinks[n], w.routers[n], down0)
	w.configure(n)
}

// wire lays a wire between the host and the router of a link. That to ppp0 carries
// packets without frames, so that there is no next hop to ask for.
func (w *world) wire(name string) {
	w.t.Helper()
	n, kind := numberOf(name), uint16(tap)
	if name == ppp0 {
		kind = tun
	}
	w.wires[name] = newWire(w.t, kind, w.h, name, w.routers[n], down0)
	w.configure(n)
}

// configure gives both ends of an uplink their addresses, and sets them up.
func (w *world) configure(n int) {
	w.t.Helper()
	r := w.routers[n]
	r.addAddress(down0, fmt.Sprintf("10.%d.0.1/24", n+1))
	r.addAddress(down0, fmt.Sprintf("fd00:%d::1/64", n+1))
	r.up(down0)
	w.h.addAddress(uplinks[n], fmt.Sprintf("10.%d.0.2/24", n+1))
	w.h.addAddress(uplinks[n], fmt.Sprintf("fd00:%d::2/64", n+1))
	w.h.up(uplinks[n])
	w.awaitCarrier(uplinks[n], true)
}

// awaitCarrier waits until the kernel has noticed a carrier, or that it is gone: until
// then it drops packets.
func (w *world) awaitCarrier(name string, there bool) {
	w.t.Helper()
	await(w.t, name+" has a carrier or not", func() bool {
		attrs := w.h.link(name).Attrs()
		return (attrs.RawFlags&unix.IFF_LOWER_UP != 0 && attrs.OperState != netlink.OperDown) == there
	})
}

func numberOf(link string) int {
	for n, name := range uplinks {
		if name == link {
			return n
		}
	}
	panic("no uplink " + link)
}

// router is the one behind a link.
func (w *world) router(link string) *host { return w.routers[numberOf(link)] }

// addressOf is that of the host under test on a link.
func addressOf(link string) netip.Addr {
	return netip.AddrFrom4([4]byte{10, byte(numberOf(link) + 1), 0, 2})
}

// gatewayOf is the router's address on a link, empty for the one that has no next hop.
func gatewayOf(link string) string {
	if link == ppp0 {
		return ""
	}
	return fmt.Sprintf("10.%d.0.1", numberOf(link)+1)
}

// path is the name of a file of the test.
func (w *world) path(name string) string { return filepath.Join(w.dir, name) }

// read reads such a file, which may not be there yet.
func (w *world) read(name string) string {
	text, err := os.ReadFile(w.path(name))
	if !os.IsNotExist(err) {
		require.NoError(w.t, err)
	}
	return string(text)
}

func (w *world) write(name, content string) {
	w.t.Helper()
	require.NoError(w.t, os.WriteFile(w.path(name), []byte(content), 0o600))
}

// stand gives the host default routes as a host has them that nobody watches over,
// over the links in their order.
func (w *world) stand(links ...string) {
	w.t.Helper()
	for i, name := range links {
		w.h.addRoute("0.0.0.0/0", gatewayOf(name), name, 100*(i+1))
	}
}
