package scenario

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/netnstest"
)

// patience is for a machine that is busy with something else.
const patience = time.Minute

// look is how often a state is looked for that is awaited.
const look = 10 * time.Millisecond

// host is one of the hosts of a world.
type host struct {
	*netnstest.Namespace
	t testing.TB
	// kernel talks to the kernel of the namespace from any goroutine.
	kernel *netlink.Handle
}

func newHost(tb testing.TB) *host {
	tb.Helper()
	h := &host{Namespace: netnstest.New(tb), t: tb}
	h.Do(func() (err error) {
		h.kernel, err = netlink.NewHandle(unix.NETLINK_ROUTE)
		return err
	})
	tb.Cleanup(h.kernel.Close)
	h.up("lo")
	h.Set("net/ipv6/conf/default/accept_dad", "0") // addresses are good at once
	return h
}

func (h *host) link(name string) netlink.Link {
	h.t.Helper()
	link, err := h.kernel.LinkByName(name)
	require.NoError(h.t, err, name)
	return link
}

func (h *host) up(name string) {
	h.t.Helper()
	require.NoError(h.t, h.kernel.LinkSetUp(h.link(name)))
}

func (h *host) down(name string) {
	h.t.Helper()
	require.NoError(h.t, h.kernel.LinkSetDown(h.link(name)))
}

// address is an address with the length of its network; it is good at once.
func address(text string) *netlink.Addr {
	addr, err := netlink.ParseAddr(text)
	if err != nil {
		panic(err)
	}
	addr.Flags = unix.IFA_F_NODAD
	return addr
}

func (h *host) addAddress(name, text string) {
	h.t.Helper()
	require.NoError(h.t, h.kernel.AddrAdd(h.link(name), address(text)))
}

func (h *host) removeAddress(name, text string) {
	h.t.Helper()
	require.NoError(h.t, h.kernel.AddrDel(h.link(name), address(text)))
}

// route is a route to a network; via is empty for none, and metric 0 for the kernel's.
func (h *host) route(to, via, link string, metric int) *netlink.Route {
	h.t.Helper()
	_, network, err := net.ParseCIDR(to)
	require.NoError(h.t, err)
	return &netlink.Route{Dst: network, Gw: net.ParseIP(via), LinkIndex: h.link(link).Attrs().Index, Priority: metric}
}

func (h *host) addRoute(to, via, link string, metric int) {
	h.t.Helper()
	require.NoError(h.t, h.kernel.RouteAdd(h.route(to, via, link, metric)))
}

func (h *host) removeRoute(to, via, link string, metric int) {
	h.t.Helper()
	require.NoError(h.t, h.kernel.RouteDel(h.route(to, via, link, metric)))
}

// defaults are the default routes of the main table in one family, those that the
// kernel does not use for want of a carrier left out.
func (h *host) defaults(family int) ([]netlink.Route, error) {
	all, err := h.routes(family, unix.RT_TABLE_MAIN)
	return slices.DeleteFunc(all, func(r netlink.Route) bool {
		return !isDefault(r) || r.Flags&(unix.RTNH_F_LINKDOWN|unix.RTNH_F_DEAD) != 0
	}), err
}

// routes are those of a table, 0 for all of them. They are listed anew where somebody has
// changed them meanwhile.
func (h *host) routes(family, table int) ([]netlink.Route, error) {
	for range 10 {
		all, err := h.kernel.RouteListFiltered(family, &netlink.Route{Table: table}, netlink.RT_FILTER_TABLE)
		if !errors.Is(err, netlink.ErrDumpInterrupted) {
			return all, err
		}
	}
	return nil, netlink.ErrDumpInterrupted
}

func isDefault(r netlink.Route) bool {
	if r.Dst == nil {
		return true
	}
	ones, _ := r.Dst.Mask.Size()
	return ones == 0
}

// ipv4Family is the number of IPv4 for netlink.
const ipv4Family = netlink.FAMILY_V4

// portrait are all routes and rules of a family, but for what the kernel sets up and
// counts by itself.
func (h *host) portrait(family int) string {
	h.t.Helper()
	routes, err := h.routes(family, unix.RT_TABLE_UNSPEC)
	require.NoError(h.t, err)
	rules, err := h.kernel.RuleList(family)
	require.NoError(h.t, err)
	var lines []string
	for _, r := range routes {
		if r.Protocol != unix.RTPROT_KERNEL {
			lines = append(lines, fmt.Sprintf("%d: %s metric %d protocol %d", r.Table, r, r.Priority, r.Protocol))
		}
	}
	for _, r := range rules {
		lines = append(lines, fmt.Sprintf("%s oif %s suppress %d", r, r.OifName, r.SuppressPrefixlen))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// leads names the link that the kernel sends packets to an address over, empty for none.
func (h *host) leads(to netip.Addr) string {
	found, err := h.kernel.RouteGet(to.AsSlice())
	if err != nil || len(found) == 0 {
		return ""
	}
	link, err := h.kernel.LinkByIndex(found[0].LinkIndex)
	if err != nil {
		return "" // it was removed meanwhile
	}
	return link.Attrs().Name
}

// hide has a file or directory of its own for the processes of the host.
func (h *host) hide(place, content string) {
	h.t.Helper()
	own := filepath.Join(h.t.TempDir(), filepath.Base(place))
	require.NoError(h.t, os.WriteFile(own, []byte(content), 0o600))
	h.Hide(place, own)
}

// await waits for a state.
func await(tb testing.TB, what string, is func() bool) {
	tb.Helper()
	for until := time.Now().Add(patience); !is(); time.Sleep(look) {
		require.True(tb, time.Now().Before(until), "waited %s until %s", patience, what)
	}
}
