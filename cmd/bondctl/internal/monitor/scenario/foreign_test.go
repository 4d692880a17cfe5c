package scenario

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
)

// 29: so much happens in the kernel that nobody can be told of all of it. What the monitor
// was not told of it finds by itself, and afterwards it listens as before. The negative
// control is the monitor that stands still: what has changed stays so.
func TestOverrun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document(soon, fibre, radio), "--history", w.path("history"))
	d.settles(fibre, radio)
	m, s := w.measure(metered, steady), w.sample()
	m.flowsOver(eth0)
	require.Zero(t, d.missed())
	d.overrun()
	w.h.removeAddress(eth0, "10.1.0.2/24")
	w.h.addAddress(eth0, "10.1.0.9/24")
	for range 3 {
		m.flowsOver(wlan0)
	}
	d.signal(unix.SIGCONT)
	m.flowsFrom(netip.MustParseAddr("10.1.0.9"))
	d.settles(fibre, radio)
	d.awaitsTold(began)

	d.overrun()
	w.cut(eth0)
	d.signal(unix.SIGCONT)
	m.flowsOver(wlan0)
	d.is(fibre, monitor.Absent)
	w.mend(eth0)
	m.flowsFrom(netip.MustParseAddr("10.1.0.9"))
	d.awaitsTold(began, left, returned)
	m.neverRefused()
	s.neverBare()
	d.listens(fibre)
}

// overrun stops the monitor, and has the kernel do so much that this gives up to tell it.
func (m *watch) overrun() {
	m.t.Helper()
	m.signal(unix.SIGSTOP)
	before, loopback := m.missed(), m.w.h.link("lo").Attrs().Index
	for i := range 20_000 {
		route := &netlink.Route{Dst: &net.IPNet{IP: net.IPv4(10, 77, byte(i>>8), byte(i)), Mask: net.CIDRMask(32, 32)}, LinkIndex: loopback}
		require.NoError(m.t, m.w.h.kernel.RouteAdd(route))
		require.NoError(m.t, m.w.h.kernel.RouteDel(route))
	}
	require.Greater(m.t, m.missed(), before)
}

// missed is how many messages the kernel had to drop for the monitor: the column Drops of
// those of its sockets that hear a group (netlink_seq_show in net/netlink/af_netlink.c).
func (m *watch) missed() int {
	m.t.Helper()
	own := m.sockets()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/netlink", m.cmd.Process.Pid))
	require.NoError(m.t, err)
	drops, found := 0, false
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line) // sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode
		if fields[3] == "00000000" || !slices.Contains(own, "socket:["+fields[9]+"]") {
			continue
		}
		n, err := strconv.Atoi(fields[8])
		require.NoError(m.t, err)
		drops, found = drops+n, true
	}
	require.True(m.t, found, "the monitor has no socket that hears the kernel")
	return drops
}

// sockets are what the files stand for that the monitor has open.
func (m *watch) sockets() (all []string) {
	m.t.Helper()
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", m.cmd.Process.Pid))
	require.NoError(m.t, err)
	for _, file := range files {
		if to, err := os.Readlink(file); err == nil { // it may be closed meanwhile
			all = append(all, to)
		}
	}
	return all
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
