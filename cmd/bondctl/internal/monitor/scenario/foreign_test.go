package scenario

import (
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
)

// 29: so much happens in the kernel that nobody can be told of all of it.
func TestOverrun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre, radio))
	d.settles(fibre, radio)
	m, s := w.measure(metered, steady), w.sample()
	d.signal(unix.SIGSTOP) // so that it falls behind for sure
	for i := range 20_000 {
		route := &netlink.Route{Dst: &net.IPNet{IP: net.IPv4(10, 77, byte(i>>8), byte(i)), Mask: net.CIDRMask(32, 32)}, LinkIndex: w.h.link("lo").Attrs().Index}
		require.NoError(t, w.h.kernel.RouteAdd(route))
		require.NoError(t, w.h.kernel.RouteDel(route))
	}
	w.cut(eth0)
	d.signal(unix.SIGCONT)
	m.flowsOver(wlan0)
	d.is(fibre, monitor.Absent)
	d.carries(radio)
	w.mend(eth0)
	m.flowsOver(eth0)
	d.awaitsTold(began, left, returned)
	m.neverRefused()
	s.neverBare()
}

// ours is the protocol number of the routes of the monitor.
const ours = 203

// mainRoute is the best default route of the main table.
func (w *world) mainRoute() netlink.Route {
	w.t.Helper()
	found, err := w.h.defaults(ipv4Family)
	require.NoError(w.t, err)
	require.NotEmpty(w.t, found)
	best := found[0]
	for _, r := range found {
		if r.Priority < best.Priority {
			best = r
		}
	}
	return best
}

// 30: somebody else takes the monitor's routes away.
func TestRouteRemoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre, radio))
	d.settles(fibre, radio)
	m := w.measure(metered, steady)
	m.flowsOver(eth0)
	before := w.h.portrait(unix.AF_INET)
	route := w.mainRoute()
	require.EqualValues(t, ours, route.Protocol)
	require.NoError(t, w.h.kernel.RouteDel(&route))
	m.flowsOver(eth0)
	await(t, "it is back", func() bool { return w.h.portrait(unix.AF_INET) == before })
	await(t, "it is reported", func() bool { return strings.Contains(d.log.String(), "somebody else has changed the routes") })

	removed := 1
	for strings.Join(d.status().Degraded, "") == "" {
		if route := w.mainRoute(); route.LinkIndex == w.h.link(eth0).Attrs().Index && w.h.kernel.RouteDel(&route) == nil {
			removed++
		}
		require.Less(t, removed, 10, "whoever does it again and again is reported")
	}
	assert.Contains(t, strings.Join(d.status().Degraded, ""), "somebody else keeps changing the routes")
	await(t, "it is back at last", func() bool { return w.h.portrait(unix.AF_INET) == before })
	m.neverRefused()
	d.awaitsTold(began)
}

// 30: somebody else adds default routes that the kernel prefers.
func TestRouteAdded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre, radio))
	d.settles(fibre, radio)
	m := w.measure(metered, steady)
	m.flowsOver(eth0)
	t.Run("over a link of the document: it is put behind", func(*testing.T) {
		w.h.addRoute("0.0.0.0/0", gatewayOf(wlan0), wlan0, 0)
		await(t, "ours is preferred", func() bool { return w.mainRoute().Protocol == ours })
		m.flowsOver(eth0)
	})
	t.Run("over another link: it is told", func(*testing.T) {
		w.h.addRoute("0.0.0.0/0", "", ppp0, 0)
		d.awaits("it is told", func(s *control.Snapshot) bool {
			return strings.Contains(strings.Join(s.Degraded, ""), "other routes are preferred")
		})
		m.flowsOver(ppp0)
		w.h.removeRoute("0.0.0.0/0", "", ppp0, 0)
		m.flowsOver(eth0)
		d.awaits("that is over", func(s *control.Snapshot) bool { return len(s.Degraded) == 0 })
	})
	d.awaitsTold(began)
	m.neverRefused()
}
