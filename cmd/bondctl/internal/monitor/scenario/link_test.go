package scenario

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
)

// What is told when the first route begins to carry, is left for the second, and
// carries again.
var (
	began    = []string{"setup fibre", "connected fibre"}
	left     = []string{"teardown fibre", "setup radio", "failed fibre", "connected radio"}
	returned = []string{"teardown radio", "setup fibre", "restored fibre"}
)

// 1: the cable is pulled out.
func TestLinkCut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre, radio), "--history", w.path("history"))
	d.settles(fibre, radio)
	m, s := w.measure(metered, steady), w.sample()
	m.flowsOver(eth0)

	w.cut(eth0)
	m.flowsOver(wlan0)
	d.is(fibre, monitor.Absent)
	d.awaitsTold(began, left)

	w.mend(eth0)
	m.flowsOver(eth0)
	d.carries(fibre)
	d.awaitsTold(began, left, returned)
	m.neverRefused()
	s.neverBare()
	d.listens(fibre)
}

// listens makes sure that the monitor hears of the link of a way from the kernel, by what it
// has recorded from now on.
func (m *watch) listens(over way) {
	m.t.Helper()
	before := m.w.toldOf(over)
	for tries := 0; m.w.toldOf(over) == before; tries++ {
		require.Less(m.t, tries, 10, "the monitor does not listen to the kernel")
		m.w.cut(over.link)
		m.is(over, monitor.Absent)
		m.w.mend(over.link)
		m.is(over, monitor.Good)
	}
}

// toldOf counts the changes of a way's path that the kernel has told the monitor of, by its
// history: others were found by a look now and then.
func (w *world) toldOf(changed way) (count int) {
	w.t.Helper()
	file, err := os.Open(w.path("history"))
	require.NoError(w.t, err)
	defer func() { _ = file.Close() }()
	records, err := monitor.ReadHistory(file)
	require.NoError(w.t, err)
	for _, r := range records {
		if r.Kind == monitor.PathChanged && r.Route == changed.name && r.Told {
			count++
		}
	}
	return count
}

// 2: somebody sets the link down, and up again.
func TestAdminDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre, radio))
	d.settles(fibre, radio)
	m, s, before := w.measure(metered, steady), w.sample(), w.h.portrait(unix.AF_INET)
	m.flowsOver(eth0)

	w.h.down(eth0)
	m.flowsOver(wlan0)
	d.awaitsTold(began, left)

	w.h.up(eth0)
	m.flowsOver(eth0)
	d.awaitsTold(began, left, returned)
	await(t, "routes and rules are as before", func() bool { return w.h.portrait(unix.AF_INET) == before })
	m.neverRefused()
	s.neverBare()
}

// Where links have their addresses and gateways from.
const (
	byDHCP = "ipv4 { dhcp = true }"
	byRA   = "\n  ipv6 { accept_ra = true }"
)

// learned is a document in which eth0 and wlan0 have their addresses from elsewhere.
func learned(text, from string) string {
	for _, fixed := range []string{"10.1.0.2/24", "10.2.0.2/24"} {
		text = strings.Replace(text, `ipv4 { addresses = ["`+fixed+`"] }`, from, 1)
	}
	return text
}

// lease gives the host the default route that a DHCP client sets.
func (w *world) lease(link, gateway string) {
	w.t.Helper()
	route := w.h.route("0.0.0.0/0", gateway, link, 1000+numberOf(link))
	route.Protocol = unix.RTPROT_DHCP
	require.NoError(w.t, w.h.kernel.RouteReplace(route))
}

// 16: the gateway of a link is another one.
func TestGatewayChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.lease(eth0, "10.1.0.1")
	w.lease(wlan0, "10.2.0.1")
	auto := fibre
	auto.gateway = "auto"
	d := w.watch(learned(document(soon, auto, radio), byDHCP))
	d.settles(fibre, radio)
	m := w.measure(metered, steady)
	m.flowsOver(eth0)

	w.leaseAnother()
	d.awaits("it follows", func(s *control.Snapshot) bool { return find(s, fibre).Gateway == "10.1.0.254" })
	w.endFirst()
	m.flowsOver(eth0)
	d.is(fibre, monitor.Good)
	d.awaitsTold(began, []string{"gateway_changed fibre"})
	m.neverRefused()
}

// leaseAnother has a lease over eth0 name another gateway, which is there beside the
// first one.
func (w *world) leaseAnother() {
	w.t.Helper()
	w.router(eth0).addAddress(down0, "10.1.0.254/24")
	w.lease(eth0, "10.1.0.254")
}

// endFirst has the first gateway be no more, and the host forget where it was.
func (w *world) endFirst() {
	w.t.Helper()
	w.router(eth0).removeAddress(down0, "10.1.0.1/24")
	w.h.forgets(eth0)
}

// 16, the negative control: who does not learn the gateway loses the path with the first
// one, although it is well.
func TestGatewayThatNobodyFollows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.lease(eth0, "10.1.0.1")
	w.lease(wlan0, "10.2.0.1")
	d := w.watch(learned(document(soon, fibre, radio), byDHCP))
	d.settles(fibre, radio)
	m := w.measure(metered, steady)
	m.flowsOver(eth0)

	w.leaseAnother()
	since := m.now()
	w.endFirst()
	m.flowsOver(wlan0)
	assert.Positive(t, m.lost(since, m.firstFrom(since, addressOf(wlan0))), "what was sent meanwhile")
	d.is(fibre, monitor.Bad)
	d.awaitsTold(began, left)
}

// 17: the address of a link is another one. The kernel takes routes away without a word.
func TestAddressChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre, radio))
	d.settles(fibre, radio)
	m, s := w.measure(metered, steady), w.sample()
	m.flowsOver(eth0)

	w.h.removeAddress(eth0, "10.1.0.2/24")
	m.flowsOver(wlan0)
	w.h.addAddress(eth0, "10.1.0.9/24")
	m.flowsFrom(netip.MustParseAddr("10.1.0.9"))
	d.settles(fibre, radio)
	await(t, "the rules follow the address", func() bool {
		rules := w.h.portrait(unix.AF_INET)
		return strings.Contains(rules, "10.1.0.9/32") && !strings.Contains(rules, "10.1.0.2/32")
	})
	m.neverRefused()
	s.neverBare()
}

// advertise has the router of a link say that it is one for so many seconds (RFC 4861,
// 4.2), with the prefix of the link, until the host has taken that.
func (w *world) advertise(link string, lifetime uint16) {
	w.t.Helper()
	r := w.router(link)
	prefix := netip.MustParsePrefix(v6Of(link)).Masked().Addr().As16()
	message := []byte{134, 0, 0, 0, 64, 0, byte(lifetime >> 8), byte(lifetime), 0, 0, 0, 0, 0, 0, 0, 0}
	message = append(message, 3, 4, 64, 0xc0, 0, 0, 7, 8, 0, 0, 7, 8, 0, 0, 0, 0) // 1800 s
	message = append(message, prefix[:]...)
	index := r.link(down0).Attrs().Index
	r.Do(func() error {
		conn, err := net.ListenPacket("ip6:ipv6-icmp", "::")
		if err != nil {
			return err
		}
		defer func() { _ = conn.Close() }()
		for until := time.Now().Add(patience); w.learns(link) != (lifetime > 0); time.Sleep(10 * look) {
			if time.Now().After(until) {
				return errors.New("the host does not take router advertisements")
			}
			if err := advertiseOver(conn, index, message); err != nil {
				return err
			}
		}
		return nil
	})
}

// learns tells whether the host has learned a default route of IPv6 over a link.
func (w *world) learns(link string) bool {
	found, err := w.h.defaults(netlink.FAMILY_V6)
	index := w.h.link(link).Attrs().Index
	return err == nil && slices.ContainsFunc(found, func(r netlink.Route) bool { return r.LinkIndex == index && r.Protocol == unix.RTPROT_RA })
}

// inFamily is the first fallback as it stands in a family.
func inFamily(s *control.Snapshot, family string) control.Fallback {
	for _, f := range s.Fallbacks {
		if f.Family == family {
			return f
		}
	}
	return control.Fallback{}
}

// advertised is a world whose gateways are advertised for IPv6 and leased for IPv4, with a
// monitor that judges each family by itself. Both go over fibre.
func advertised(t *testing.T) (w *world, d *watch) {
	t.Helper()
	w = newWorld(t)
	for _, link := range uplinks[:2] {
		w.h.removeAddress(link, strings.Replace(v6Of(link), "::1/", "::2/", 1))
		w.lease(link, gatewayOf(link))
		w.advertise(link, 1800)
	}
	asksBoth := strings.Replace(asks, `["203.0.113.1", "203.0.113.2"]`, `["203.0.113.1", "fd00:ff::1"]`, 1)
	first, second := fibre.with(asksBoth), radio.with(asksBoth)
	first.gateway, second.gateway = "auto", "auto"
	d = w.watch(learned(document(soon, first, second), byDHCP+byRA))
	d.awaits("both families go over fibre", goOver(fibre, fibre))
	return w, d
}

// goOver tells whether IPv4 goes over one way and IPv6 over another, and is known to be well.
func goOver(v4, v6 way) func(*control.Snapshot) bool {
	return func(s *control.Snapshot) bool {
		four, six := inFamily(s, "ipv4"), inFamily(s, "ipv6")
		return four.Active == v4.name && six.Active == v6.name && six.Last != nil && !six.AllDown
	}
}

// isNoRouter has the router of a link pass on no IPv6.
func (w *world) isNoRouter(link string) {
	w.t.Helper()
	w.router(link).Set("net/ipv6/conf/all/forwarding", "0")
}

// 18: a router says that it is none any more, for IPv6 alone, and then is none.
func TestRouterAdvertisementsEnd(t *testing.T) {
	t.Parallel()
	w, d := advertised(t)
	m, m6 := w.measure(metered, steady), w.measure(metered6, steady)
	m.flowsOver(eth0)
	m6.flowsWithin(netip.MustParsePrefix("fd00:1::/64"))

	w.advertise(eth0, 0)
	d.awaits("IPv6 goes over radio, and IPv4 stays", goOver(fibre, radio))
	w.isNoRouter(eth0)
	m6.flowsWithin(netip.MustParsePrefix("fd00:2::/64"))
	m.flowsOver(eth0)
	assert.Equal(t, monitor.Good, find(d.status(), fibre).Status)
	m.neverRefused()
	m6.neverRefused()
}

// 18, the negative control: when the monitor is dead, IPv6 stays where there is no router.
func TestRouterAdvertisementsThatNobodyHears(t *testing.T) {
	t.Parallel()
	w, d := advertised(t)
	m, m6 := w.measure(metered, steady), w.measure(metered6, steady)
	m6.flowsWithin(netip.MustParsePrefix("fd00:1::/64"))
	d.kill()
	w.advertise(eth0, 0)
	w.isNoRouter(eth0)
	m6.flowsNowhere()
	m.flowsOver(eth0)
}

// 19: a link is removed, and made again.
func TestLinkMadeAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, mobile, fibre))
	d.settles(mobile, fibre)
	m, s, before := w.measure(metered, steady), w.sample(), w.h.link(ppp0).Attrs().Index
	m.flowsOver(ppp0)

	w.wires[ppp0].remove()
	m.flowsOver(eth0)
	d.is(mobile, monitor.Absent)

	w.h.taken(t) // the next link gets another index
	w.wire(ppp0)
	require.NotEqual(t, before, w.h.link(ppp0).Attrs().Index)
	m.flowsOver(ppp0)
	d.settles(mobile, fibre)
	m.neverRefused()
	s.neverBare()
}

// taken takes the next index for a link.
func (h *host) taken(t *testing.T) {
	t.Helper()
	attrs := netlink.NewLinkAttrs()
	attrs.Name = "other0"
	require.NoError(t, h.kernel.LinkAdd(&netlink.Veth{LinkAttrs: attrs, PeerName: "other1"}))
}
