package scenario

import (
	"net"

	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// cut pulls the cable of a link: at its far end, so that the host loses the carrier.
func (w *world) cut(link string) {
	w.t.Helper()
	w.router(link).down(down0)
}

// mend plugs it in again.
func (w *world) mend(link string) {
	w.t.Helper()
	r := w.router(link)
	r.up(down0)
	if text := gatewayOf(link); text != "" { // IPv6 addresses go when a link is set down
		require.NoError(w.t, r.kernel.AddrReplace(r.link(down0), address(v6Of(link))))
	}
}

// v6Of is the address of IPv6 of the router of a link.
func v6Of(link string) string {
	return "fd00:" + string('1'+rune(numberOf(link))) + "::1/64"
}

// blackhole drops what the router of a link should pass on, although it answers itself:
// its rules are asked after the table of its own addresses (ip-rule(8)).
func (w *world) blackhole(link string) (repair func()) { return w.drop(ipv4Family, link) }

func (w *world) drop(family int, link string) (repair func()) {
	w.t.Helper()
	rule := netlink.NewRule()
	rule.Family = family
	return w.dropBy(rule, link)
}

// dropTo is [world.blackhole] for what goes to some addresses only.
func (w *world) dropTo(to *net.IPNet, link string) (repair func()) {
	w.t.Helper()
	rule := netlink.NewRule()
	rule.Family, rule.Dst = ipv4Family, to
	return w.dropBy(rule, link)
}

func (w *world) dropBy(rule *netlink.Rule, link string) (repair func()) {
	w.t.Helper()
	rule.Priority, rule.IifName, rule.Type = 1, down0, unix.RTN_BLACKHOLE
	require.NoError(w.t, w.router(link).kernel.RuleAdd(rule))
	return func() { require.NoError(w.t, w.router(link).kernel.RuleDel(rule)) }
}

// mute drops only what comes back over a link.
func (w *world) mute(link string) (repair func()) {
	w.t.Helper()
	way := w.s.route(w.back(link))
	hole := &netlink.Route{Dst: way.Dst, Type: unix.RTN_BLACKHOLE}
	require.NoError(w.t, w.s.kernel.RouteDel(way))
	require.NoError(w.t, w.s.kernel.RouteAdd(hole))
	return func() {
		require.NoError(w.t, w.s.kernel.RouteDel(hole))
		require.NoError(w.t, w.s.kernel.RouteAdd(way))
	}
}

// deadPaths are the faults of a path over eth0, which is a wire, that its link does
// not show.
var deadPaths = map[string]func(w *world) (repair func()){
	"gateway dead":       func(w *world) func() { return w.lose(eth0) },
	"upstream blackhole": func(w *world) func() { return w.blackhole(eth0) },
	"replies lost":       func(w *world) func() { return w.mute(eth0) },
}

// lose has a wire carry nothing either way, although it stays plugged in.
func (w *world) lose(link string) (repair func()) {
	w.t.Helper()
	wire := w.wires[link]
	wire.out.loss.Store(1000)
	wire.back.loss.Store(1000)
	return func() {
		wire.out.loss.Store(0)
		wire.back.loss.Store(0)
	}
}
