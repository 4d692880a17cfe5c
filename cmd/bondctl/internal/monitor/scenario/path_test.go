package scenario

import (
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
)

// 3, 4 and 5: the path dies, and the link does not show it.
func TestDeadPath(t *testing.T) {
	t.Parallel()
	for name, fault := range deadPaths {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, eth0)
			d := w.watch(document(soon, fibre, radio))
			d.settles(fibre, radio)
			m, s := w.measure(metered, steady), w.sample()
			m.flowsOver(eth0)

			repair := fault(w)
			m.flowsOver(wlan0)
			d.is(fibre, monitor.Bad)
			d.awaitsTold(began, left)

			repair()
			m.flowsOver(eth0)
			d.awaitsTold(began, left, returned)
			m.neverRefused()
			s.neverBare()
		})
	}
}

// 4, in IPv6.
func TestDeadPathOfIPv6(t *testing.T) {
	t.Parallel()
	asks6 := strings.Replace(asks, `"203.0.113.1", "203.0.113.2"`, `"fd00:ff::1", "fd00:ff::2"`, 1)
	text := document(soon, way{name: "fibre", link: eth0, gateway: "fd00:1::1"}.with(asks6), way{name: "radio", link: wlan0, gateway: "fd00:2::1"}.with(asks6))
	for _, n := range []string{"1", "2"} {
		block := "ipv4 { addresses = [\"10." + n + ".0.2/24\"] }"
		text = strings.Replace(text, block, block+"\n  ipv6 { addresses = [\"fd00:"+n+"::2/64\"] }", 1)
	}
	w := newWorld(t)
	d := w.watch(text)
	d.settles(fibre, radio)
	m := w.measure(metered6, steady)
	m.flowsWithin(netip.MustParsePrefix("fd00:1::/64"))

	repair := w.drop(netlink.FAMILY_V6, eth0)
	m.flowsWithin(netip.MustParsePrefix("fd00:2::/64"))
	d.is(fibre, monitor.Bad)
	d.awaitsTold(began, left)

	repair()
	m.flowsWithin(netip.MustParsePrefix("fd00:1::/64"))
	d.awaitsTold(began, left, returned)
	m.neverRefused()
}

// 4: two routers on one link, and the path behind the first one dies. Each is judged by
// what it passes on itself.
func TestDeadPathOfOneOfTwoRouters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.second(1)
	d := w.watch(document(soon, fibre, way{name: "radio", link: eth0, gateway: "10.1.0.3"}))
	d.settles(fibre, radio)
	m, s := w.measure(metered, steady), w.sample()
	m.flowsOver(eth0)

	repair := w.blackhole(eth0)
	d.awaitsTold(began, left)
	m.flowsOver(eth0)
	d.is(fibre, monitor.Bad)
	d.is(radio, monitor.Good)

	repair()
	d.awaitsTold(began, left, returned)
	m.flowsOver(eth0)
	m.neverRefused()
	s.neverBare()
}

// second has another router on the link eth0 too, with the address 10.1.0.3. What the
// server sends there goes by this one.
func (w *world) second(n int) {
	w.t.Helper()
	attrs := netlink.NewLinkAttrs()
	attrs.Name, attrs.ParentIndex, attrs.Namespace = "lan0", w.router(eth0).link(down0).Attrs().Index, netlink.NsFd(w.routers[n].FD())
	require.NoError(w.t, w.router(eth0).kernel.LinkAdd(&netlink.Macvlan{LinkAttrs: attrs, Mode: netlink.MACVLAN_MODE_BRIDGE}))
	w.routers[n].addAddress("lan0", "10.1.0.3/24")
	w.routers[n].up("lan0")
	to, _, _, _ := w.back(eth0)
	_, via, over, _ := w.back(uplinks[n])
	require.NoError(w.t, w.s.kernel.RouteReplace(w.s.route(to, via, over, 0)))
}

// lossy is a way that is judged by what is lost in a window of time.
var lossy = fibre.with(strings.Replace(asks, "fall ", "max_loss = 40\n      window = \"5s\"\n      fall ", 1))

// 6: some of what is sent is lost.
func TestPartialLoss(t *testing.T) {
	t.Parallel()
	t.Run("by misses in a row a little is no failure", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, eth0)
		d := w.watch(document(soon, fibre, radio))
		d.settles(fibre, radio)
		m := w.measure(metered, steady)
		w.wires[eth0].out.loss.Store(50) // both targets miss three times in a row once in a million
		lost := func() bool { return m.lost(0, m.now()) > enough }
		await(t, "enough is lost to be seen", lost)
		d.carries(fibre)
		d.awaitsTold(began)
	})
	t.Run("by the share in a window much is one", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, eth0)
		d := w.watch(document("  min_good = \"1h\"", lossy, radio))
		d.settles(fibre, radio)
		m := w.measure(metered, steady)
		w.wires[eth0].out.loss.Store(850)
		m.flowsOver(wlan0)
		d.awaitsTold(began, left)
		m.neverRefused()
	})
}

// strict is how the targets are asked where each must answer.
var strict = strings.Replace(asks, "fall ", "require = \"all\"\n      fall ", 1)

// 10: a target is dead, over every link.
func TestTargetDeadEverywhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre.with(strict), radio.with(strict)))
	d.settles(fibre, radio)
	w.s.removeAddress("lo", "203.0.113.2/32")
	d.awaits("it is known to be dead", func(s *control.Snapshot) bool {
		return slices.Equal([]string{"icmp 203.0.113.2"}, s.Fallbacks[0].Dead)
	})
	d.settles(fibre, radio)
	w.s.addAddress("lo", "203.0.113.2/32")
	d.awaits("it is back", func(s *control.Snapshot) bool { return len(s.Fallbacks[0].Dead) == 0 })
	d.awaitsTold(began)
}

// 10, the negative control: a target that is dead over one link only is that link's fault.
func TestTargetDeadOverOneLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre.with(strict), radio.with(strict)))
	d.settles(fibre, radio)
	m := w.measure(metered, steady)
	m.flowsOver(eth0)
	repair := w.dropTo(netlink.NewIPNet(targets[1].AsSlice()), eth0)
	m.flowsOver(wlan0)
	d.is(fibre, monitor.Bad)
	assert.Empty(t, d.status().Fallbacks[0].Dead)
	repair()
	m.flowsOver(eth0)
	d.awaitsTold(began, left, returned)
	m.neverRefused()
}

// ping sends a thousand echo requests a second from the host under test for a time, and
// tells how many replies came meanwhile. What is due on a busy host is sent late, but sent.
func (w *world) ping(t *testing.T, during time.Duration) (answered int) {
	t.Helper()
	var conn *icmp.PacketConn
	w.h.Do(func() (err error) {
		conn, err = icmp.ListenPacket("ip4:icmp", "0.0.0.0")
		return err
	})
	replies := make(chan int, 1)
	go func() { replies <- countReplies(conn) }()
	sent := 0
	for begun := time.Now(); time.Since(begun) < during; time.Sleep(time.Millisecond) {
		for due := int(time.Since(begun) / time.Millisecond); sent < due; sent++ {
			message := icmp.Message{Type: ipv4.ICMPTypeEcho, Body: &icmp.Echo{ID: sent % 0xffff, Seq: 1, Data: []byte("foreign")}}
			text, err := message.Marshal(nil)
			require.NoError(t, err)
			_, err = conn.WriteTo(text, &net.IPAddr{IP: targets[sent%2].AsSlice()})
			require.NoError(t, err)
		}
	}
	t.Logf("%d foreign echo requests in %s", sent, during)
	require.NoError(t, conn.Close())
	return <-replies
}

// countReplies counts what comes to a socket until it is closed.
func countReplies(conn *icmp.PacketConn) int {
	n, buffer := 0, make([]byte, 1500)
	for {
		if _, _, err := conn.ReadFrom(buffer); err != nil {
			return n
		}
		n++
	}
}

// 32: the host itself takes only packets that come the way that it would answer.
func TestStrictReversePathFilter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range append([]string{"all", "default"}, uplinks...) {
		w.h.Set("net/ipv4/conf/"+name+"/rp_filter", "1")
	}
	d := w.watch(document(soon, fibre, radio, mobile))
	d.settles(fibre, radio, mobile)
	m := w.measure(metered, steady)
	m.flowsOver(eth0)
	w.cut(eth0)
	m.flowsOver(wlan0)
	d.settles(radio, mobile)
	m.neverRefused()
}

// 34: nobody has asked for the next hop of the second route for long.
func TestColdNeighbour(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre, radio))
	d.settles(fibre, radio)
	m := w.measure(metered, steady)
	m.flowsOver(eth0)
	w.h.forgets(wlan0)
	w.blackhole(eth0)
	m.flowsOver(wlan0)
	d.carries(radio)
	m.neverRefused()
	first := m.firstFrom(0, addressOf(wlan0))
	assert.Zero(t, m.lost(first, first+enough), "what was sent after the switch")
}

// forgets has a host forget the neighbours on a link.
func (h *host) forgets(link string) {
	h.t.Helper()
	neighbours, err := h.kernel.NeighList(h.link(link).Attrs().Index, ipv4Family)
	require.NoError(h.t, err)
	for i := range neighbours {
		require.NoError(h.t, h.kernel.NeighDel(&neighbours[i]))
	}
}

// givesUp has a host take the next hop of a link for one that does not answer.
func (h *host) givesUp(link string) {
	h.t.Helper()
	require.NoError(h.t, h.kernel.NeighSet(&netlink.Neigh{
		LinkIndex: h.link(link).Attrs().Index, Family: ipv4Family, IP: net.ParseIP(gatewayOf(link)), State: netlink.NUD_FAILED,
	}))
}

// warm tells whether the next hop of a link is known to answer.
func (w *world) warm(link string) bool {
	all, err := w.h.kernel.NeighList(w.h.link(link).Attrs().Index, ipv4Family)
	return err == nil && slices.ContainsFunc(all, func(n netlink.Neigh) bool {
		return n.IP.String() == gatewayOf(link) && n.State == netlink.NUD_REACHABLE
	})
}

// 34: the next hop of the second route is known not to answer, and nobody asks over that
// route. It is asked for as soon as the first one is in doubt, long before the switch.
func TestFailedNeighbour(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	trusted := radio
	trusted.trusted = true
	d := w.watch(document("  min_good = \"1h\"", fibre.with(strings.Replace(asks, "fall             = 3", "fall = 12", 1)), trusted))
	d.settles(fibre)
	d.is(radio, monitor.Unverified)
	m := w.measure(metered, steady)
	m.flowsOver(eth0)
	w.h.givesUp(wlan0)
	m.flowsOver(eth0)
	require.False(t, w.warm(wlan0), "nobody asks while the first route is well")
	w.blackhole(eth0)
	await(t, "it is known before the switch", func() bool {
		return w.warm(wlan0) && d.status().Fallbacks[0].Active == "fibre"
	})
	m.flowsOver(wlan0)
	d.awaitsTold(began, left)
	m.neverRefused()
}
