package routes

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/schema"
)

var (
	far4 = netip.MustParseAddr("192.0.2.9")
	far6 = netip.MustParseAddr("2001:db8::9")
)

// host is this namespace with two uplinks, as a fallback of each family sees it.
type host struct {
	t *testing.T
	*kernel.Host
	fallbacks []Fallback
}

func newHost(t *testing.T) *host {
	t.Helper()
	cable(t, "eth0", 0)
	cable(t, "eth1", 1)
	k, err := kernel.Open()
	require.NoError(t, err)
	t.Cleanup(k.Close)
	h := &host{t: t, Host: k}
	for _, family := range []schema.Family{schema.IPv4, schema.IPv6} {
		s := &monitor.Settings{Fallback: "internet", Family: family}
		for i, link := range []string{"eth0", "eth1"} {
			via := netip.AddrFrom4([4]byte{10, 0, byte(i), 1})
			if family == schema.IPv6 {
				via = netip.AddrFrom16([16]byte{0: 0xfd, 7: byte(i), 15: 1})
			}
			s.Routes = append(s.Routes, monitor.Route{Name: link, Link: link, Gateway: schema.Gateway{Addr: via}})
		}
		h.fallbacks = append(h.fallbacks, Fallback{s, []string{"eth0", "eth1"}})
	}
	t.Cleanup(func() { h.reach(nil) })
	return h
}

func (h *host) observe() *kernel.State {
	h.t.Helper()
	now, err := h.Observe()
	require.NoError(h.t, err)
	return now
}

// reach makes the kernel what the fallbacks want, and nothing is left to do then.
func (h *host) reach(fallbacks []Fallback) {
	h.t.Helper()
	now := h.observe()
	require.NoError(h.t, Apply(h, Plan(Want(fallbacks, now), now)))
	now = h.observe()
	assert.Empty(h.t, Plan(Want(fallbacks, now), now))
}

// prefer orders the routes.
func (h *host) prefer(order ...string) {
	h.t.Helper()
	for i := range h.fallbacks {
		h.fallbacks[i].Order = order
	}
	h.reach(h.fallbacks)
}

func (h *host) leads(remote netip.Addr, from string) string {
	h.t.Helper()
	var source netip.Addr
	if from != "" {
		source = netip.MustParseAddr(from)
	}
	link, err := h.PathTo(remote, source)
	require.NoError(h.t, err)
	return link
}

func TestTrafficGoesWhereItIsPreferred(t *testing.T) {
	h := newHost(t)
	h.prefer("eth0", "eth1")
	assert.Equal(t, "eth0", h.leads(far4, ""))
	assert.Equal(t, "eth0", h.leads(far6, ""))
	h.prefer("eth1", "eth0")
	assert.Equal(t, "eth1", h.leads(far4, ""))
	assert.Equal(t, "eth1", h.leads(far6, ""))
}

func TestAnAddressKeepsItsLink(t *testing.T) {
	h := newHost(t)
	h.prefer("eth0", "eth1")
	assert.Equal(t, "eth1", h.leads(far4, "10.0.1.2"))
	assert.Equal(t, "eth1", h.leads(far6, "fd00:0:0:1::2"))
	assert.Equal(t, "eth0", h.leads(netip.MustParseAddr("10.0.0.7"), "10.0.1.2"), "what is near stays near")
}

// A link that needs no gateway is a way out in IPv6 as in IPv4, and each family goes its
// own way.
func TestARouteWithoutAGateway(t *testing.T) {
	h := newHost(t)
	for i := range h.fallbacks {
		h.fallbacks[i].Routes[1].Gateway = schema.Gateway{Kind: schema.GatewayNone}
	}
	h.fallbacks[0].Order, h.fallbacks[1].Order = []string{"eth0", "eth1"}, []string{"eth1", "eth0"}
	h.reach(h.fallbacks)
	assert.Equal(t, "eth0", h.leads(far4, ""))
	assert.Equal(t, "eth1", h.leads(far6, ""))
	assert.Equal(t, "eth1", h.leads(far4, "10.0.1.2"))
	assert.Equal(t, "eth0", h.leads(far6, "fd00::2"))
	found, err := netlink.RouteGet(far6.AsSlice())
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.Empty(t, found[0].Gw, "no next hop")

	route := &h.fallbacks[1].Routes[1]
	assert.Empty(t, PathOf(route, schema.IPv6, h.observe()).Lacks(route.Gateway))
	addr, err := netlink.ParseAddr("fd00:0:0:1::2/64")
	require.NoError(t, err)
	require.NoError(t, netlink.AddrDel(linkOf(t, "eth1"), addr))
	assert.Equal(t, "no address", PathOf(route, schema.IPv6, h.observe()).Lacks(route.Gateway))
	assert.Empty(t, PathOf(&h.fallbacks[0].Routes[1], schema.IPv4, h.observe()).Lacks(route.Gateway))
	h.reach(h.fallbacks)
	assert.Equal(t, "eth0", h.leads(far6, ""))
}

// Two routers on one link: each route has a table of its own, where its mark leads, and
// the link's table has the one that is preferred.
func TestTwoRoutesOverOneLink(t *testing.T) {
	h := newHost(t)
	h.fallbacks = h.fallbacks[:1]
	s := h.fallbacks[0].Settings
	s.Routes[1] = monitor.Route{Name: "lte", Link: "eth0", Gateway: schema.Gateway{Addr: netip.MustParseAddr("10.0.0.3")}}
	s.Routes[0].Mark, s.Routes[1].Mark = 0x1b00_0000, 0x1b00_0001
	for _, order := range [][]string{{"eth0", "lte"}, {"lte", "eth0"}} {
		h.prefer(order...)
		by := map[string]string{"eth0": "10.0.0.1", "lte": "10.0.0.3"}
		for _, r := range s.Routes {
			assert.Equal(t, by[r.Name], via(t, netlink.RouteGetOptions{Oif: "eth0", Mark: r.Mark}))
		}
		for _, as := range []netlink.RouteGetOptions{{}, {Oif: "eth0"}, {SrcAddr: net.IPv4(10, 0, 0, 2)}} {
			assert.Equal(t, by[order[0]], via(t, as), "%+v", as)
		}
		assert.Equal(t, order, Found(s, h.observe()))
	}
}

// via is the next hop to a far host.
func via(t *testing.T, as netlink.RouteGetOptions) string {
	t.Helper()
	found, err := netlink.RouteGetWithOptions(far4.AsSlice(), &as)
	require.NoError(t, err)
	require.Len(t, found, 1)
	return found[0].Gw.String()
}

// An IPv6 lookup that has found a route just as that is freed says that there is none
// (ip6_create_rt_rcu in net/ipv6/route.c), whatever else the table has. Of IPv6 the
// table itself is read.
func TestThereIsADefaultRouteAtEveryMoment(t *testing.T) {
	h := newHost(t)
	h.prefer("eth0", "eth1")
	for family, look := range map[schema.Family]func(*kernel.Host) error{
		schema.IPv4: func(k *kernel.Host) error {
			_, err := k.PathTo(far4, netip.Addr{})
			return err
		},
		schema.IPv6: hasDefault6,
	} {
		over, lost := watch(t, look)
		for range 50 {
			h.prefer("eth1", "eth0")
			h.prefer("eth0", "eth1")
		}
		over.Store(true)
		assert.NoError(t, <-lost, family)
	}
}

// watch looks again and again until it is over, or something is lost.
func watch(t *testing.T, look func(*kernel.Host) error) (over *atomic.Bool, lost chan error) {
	t.Helper()
	watcher, err := kernel.Open()
	require.NoError(t, err)
	over, lost = &atomic.Bool{}, make(chan error, 1)
	go func() {
		defer watcher.Close()
		var err error
		for err == nil && !over.Load() {
			err = look(watcher)
		}
		lost <- err
	}()
	return over, lost
}

func hasDefault6(k *kernel.Host) error {
	now, err := k.Observe()
	if err != nil {
		return err
	}
	for _, r := range now.Routes {
		if r.To == schema.IPv6.Default() && r.Table == unix.RT_TABLE_MAIN {
			return nil
		}
	}
	return errors.New("there is no default route")
}

// IPv4 routes go without a word when a link is set down or loses its address.
func TestWhatIsLostIsFoundAgain(t *testing.T) {
	h := newHost(t)
	h.prefer("eth0", "eth1")
	down(t, "eth0")
	h.reach(h.fallbacks)
	assert.Equal(t, "eth1", h.leads(far4, ""))
	up(t, "eth0")
	address(t, "eth0", "fd00::2/64") // the kernel took it with the link
	require.Eventually(t, func() bool {
		path := PathOf(&h.fallbacks[0].Routes[0], schema.IPv4, h.observe())
		return path.Lacks(schema.Gateway{}) == ""
	}, time.Minute, time.Millisecond)
	h.reach(h.fallbacks)
	assert.Equal(t, "eth0", h.leads(far4, ""))
	assert.Equal(t, "eth0", h.leads(far4, "10.0.0.2"))

	require.NoError(t, netlink.LinkDel(linkOf(t, "eth0")))
	h.reach(h.fallbacks)
	assert.Equal(t, "eth1", h.leads(far4, ""))
}

func TestForeignRoutesAreLeftAlone(t *testing.T) {
	h := newHost(t)
	foreign := kernel.Route{To: schema.IPv4.Default(), Via: netip.MustParseAddr("10.0.1.9"), Link: "eth1", Metric: bestMetric}
	require.NoError(t, h.AddRoute(foreign))
	rules := h.observe().Rules
	h.prefer("eth0", "eth1")
	assert.Equal(t, "eth1", h.leads(far4, ""), "the host's own comes first, and is still there")
	h.reach(nil)
	assert.Equal(t, []kernel.Route{foreign}, h.given(), "nothing of ours is left")
	assert.Equal(t, rules, h.observe().Rules)
}

// given lists the routes that the kernel did not make by itself, which it does when
// it finds the time, as far as they were given.
func (h *host) given() []kernel.Route {
	var found []kernel.Route
	for _, r := range h.observe().Routes {
		if r.Protocol != unix.RTPROT_KERNEL {
			found = append(found, kernel.Route{To: r.To, Via: r.Via, Link: r.Link, Metric: r.Metric})
		}
	}
	return found
}

func TestALearnedGateway(t *testing.T) {
	h := newHost(t)
	r := monitor.Route{Name: "eth0", Link: "eth0", Gateway: schema.Gateway{Kind: schema.GatewayAuto}}
	assert.Equal(t, "no gateway", PathOf(&r, schema.IPv4, h.observe()).Lacks(r.Gateway))
	for metric, via := range map[uint32]string{200: "10.0.0.8", 100: "10.0.0.9"} {
		require.NoError(t, h.AddRoute(kernel.Route{To: schema.IPv4.Default(), Via: netip.MustParseAddr(via), Link: "eth0", Metric: metric}))
	}
	assert.Equal(t, "10.0.0.9", PathOf(&r, schema.IPv4, h.observe()).Gateway.String())
	h.fallbacks[0].Routes[0] = r
	h.prefer("eth0")
	assert.Equal(t, "10.0.0.9", PathOf(&r, schema.IPv4, h.observe()).Gateway.String(), "our own route teaches nothing")
}

func TestThePlanIsInASafeOrder(t *testing.T) {
	h := newHost(t)
	now := h.observe()
	h.fallbacks = h.fallbacks[:1]
	var texts []string
	for _, c := range Plan(Want(h.fallbacks, now), now) {
		texts = append(texts, c.String())
	}
	require.Len(t, texts, 2+8+2)
	assert.Regexp(t, `^add route default via 10\.0\.0\.1 dev eth0 table 27\d+ metric 0$`, texts[0])
	assert.Regexp(t, `^add rule 20000: oif eth0 lookup 254 suppress_prefixlength 0$`, texts[2])
	assert.Regexp(t, `^add rule 20002: oif eth0 lookup 27\d+$`, texts[3])
	assert.Regexp(t, `^add rule 20002: from 10\.0\.0\.2 lookup 27\d+$`, texts[5])
	assert.Equal(t, "add route default via 10.0.0.1 dev eth0 table 254 metric 10", texts[10])
	assert.Equal(t, "add route default via 10.0.1.1 dev eth1 table 254 metric 11", texts[11])
}

// hostDefault is a default route that the host has made by itself.
func (h *host) hostDefault(link string, n byte, metric uint32) kernel.Route {
	h.t.Helper()
	r := kernel.Route{To: schema.IPv4.Default(), Via: netip.AddrFrom4([4]byte{10, 0, n, 1}), Link: link, Metric: metric, Protocol: unix.RTPROT_BOOT}
	require.NoError(h.t, h.AddRoute(r))
	return r
}

// The metric 0 that ifupdown and dhclient give their routes is preferred to any other.
func TestTheHostsOwnRoutesMoveBehindOurs(t *testing.T) {
	h := newHost(t)
	h.hostDefault("eth0", 0, 0)
	h.hostDefault("eth1", 1, 200)
	before := h.given()
	over, lost := watch(t, func(k *kernel.Host) error {
		_, err := k.PathTo(far4, netip.Addr{})
		return err
	})
	h.prefer("eth1", "eth0")
	assert.Equal(t, "eth1", h.leads(far4, ""))
	require.NoError(t, Preferred(h.fallbacks, h.observe()))

	now := h.observe()
	require.NoError(t, Apply(h, Leave(h.fallbacks, h.fallbacks, now)))
	assert.Equal(t, "eth1", h.leads(far4, ""), "fallbacks that keep their routes keep all")

	require.NoError(t, Apply(h, Leave(h.fallbacks, nil, h.observe())))
	assert.ElementsMatch(t, before, h.given(), "and then nothing is left of us")
	over.Store(true)
	require.NoError(t, <-lost)
}

// A gateway that is learned anew is the new one, wherever the host's route stands now.
func TestALeaseThatNamesAnotherGateway(t *testing.T) {
	h := newHost(t)
	h.fallbacks[0].Routes[0].Gateway = schema.Gateway{Kind: schema.GatewayAuto}
	old := h.hostDefault("eth0", 0, 0)
	h.prefer("eth0", "eth1")
	gateway := func() string {
		return PathOf(&h.fallbacks[0].Routes[0], schema.IPv4, h.observe()).Gateway.String()
	}
	require.Equal(t, "10.0.0.1", gateway())
	renewed := old
	renewed.Via = netip.MustParseAddr("10.0.0.254")
	require.NoError(t, h.AddRoute(renewed))
	require.Equal(t, "10.0.0.254", gateway())
	h.prefer("eth0", "eth1")
	assert.Equal(t, "10.0.0.254", gateway())
	require.NoError(t, Apply(h, Leave(h.fallbacks, nil, h.observe())))
	assert.Equal(t, []kernel.Route{{To: old.To, Via: renewed.Via, Link: "eth0"}}, h.given())
}

// The routes of two links that both had the metric 0 do not take each other's place.
func TestTwoRoutesOfOneMetricMove(t *testing.T) {
	h := newHost(t)
	for n, link := range []string{"eth0", "eth1"} {
		h.hostDefault(link, byte(n), 0)
		h.prefer("eth0", "eth1")
	}
	var links []string
	for _, r := range h.observe().Routes {
		if isMoved(r, movedMetric, h.fallbacks) {
			links = append(links, r.Link)
		}
	}
	assert.ElementsMatch(t, []string{"eth0", "eth1"}, links)
}

// NetworkManager adds 20000 to the metric of a route whose link does not reach the
// internet, and we did so before to those that we moved.
func TestMetricsThatOthersRaised(t *testing.T) {
	h := newHost(t)
	cable(t, "eth2", 2)
	for link, metric := range map[byte]uint32{0: 20_000, 1: 20_100, 2: 20_100 - 99} {
		h.hostDefault(fmt.Sprintf("eth%d", link), link, metric)
	}
	h.prefer("eth0", "eth1")
	require.NoError(t, Apply(h, Leave(h.fallbacks, h.fallbacks, h.observe())))
	assert.Equal(t, "eth0", h.leads(far4, ""))
	require.NoError(t, Apply(h, Leave(h.fallbacks, nil, h.observe())))
	metrics := map[string]uint32{}
	for _, r := range h.given() {
		metrics[r.Link] = r.Metric
	}
	assert.Equal(t, map[string]uint32{"eth0": 0, "eth1": 20_100, "eth2": 20_001}, metrics)
}

// What leads over a link that no fallback has is told, and left alone.
func TestAForeignRouteThatIsPreferredIsTold(t *testing.T) {
	h := newHost(t)
	cable(t, "eth2", 2)
	h.hostDefault("eth2", 2, 0)
	h.prefer("eth0", "eth1")
	assert.Equal(t, "eth2", h.leads(far4, ""))
	assert.EqualError(t, Preferred(h.fallbacks, h.observe()), "default via 10.0.2.1 dev eth2 table 254 metric 0: take it away, or describe its link")
}

// What an earlier process has left is the order to begin with.
func TestTheOrderThatIsFound(t *testing.T) {
	h := newHost(t)
	s := h.fallbacks[0].Settings
	assert.Equal(t, []string{"eth0", "eth1"}, Found(s, h.observe()))
	h.prefer("eth1", "eth0")
	assert.Equal(t, []string{"eth1", "eth0"}, Found(s, h.observe()))
	h.prefer("eth1")
	assert.Equal(t, []string{"eth1", "eth0"}, Found(s, h.observe()))
}
