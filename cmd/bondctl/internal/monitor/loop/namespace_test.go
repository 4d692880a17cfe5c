package loop

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/handler"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/prober"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/netnstest"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/verify"
	"github.com/bondctl/bondctl/schema"
)

// TestMain has the tests run in a network namespace of their own.
func TestMain(m *testing.M) {
	if netnstest.Inside() {
		os.Exit(m.Run())
	}
	os.Exit(netnstest.Rerun())
}

const uplinks = `
ethernet "eth0" {
  ipv4 { addresses = ["10.0.0.2/24"] }
}
ethernet "eth1" {
  ipv4 { addresses = ["10.0.1.2/24"] }
}

fallback "internet" {
  min_good = "1s"
  route "fiber" {
    interface = "eth0"
    gateway   = "10.0.0.1"
    verify "icmp" {
      targets          = ["192.0.2.1"]
      interval         = "200ms"
      standby_interval = "200ms"
      timeout          = "200ms"
    }
  }
  route "lte" {
    interface = "eth1"
    gateway   = "10.0.1.1"
    verify "icmp" {
      targets          = ["192.0.2.1"]
      interval         = "200ms"
      standby_interval = "200ms"
      timeout          = "200ms"
    }
  }
}
`

// far is the world beyond the uplinks: a network namespace that has both gateways
// and the target.
type far struct {
	t    *testing.T
	work chan func()
}

func newFar(t *testing.T) *far {
	t.Helper()
	f := &far{t: t, work: make(chan func())}
	started := make(chan error)
	var path string
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with its namespace
		path = fmt.Sprintf("/proc/self/task/%d/ns/net", unix.Gettid())
		started <- unix.Unshare(unix.CLONE_NEWNET)
		for do := range f.work {
			do()
		}
	}()
	require.NoError(t, <-started)
	t.Cleanup(func() { close(f.work) })
	f.do(func() error { return configure("lo", "192.0.2.1/32") })
	ns, err := os.Open(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, ns.Close()) }()
	for i, name := range []string{"eth0", "eth1"} {
		attrs := netlink.NewLinkAttrs()
		attrs.Name = name
		require.NoError(t, netlink.LinkAdd(&netlink.Veth{LinkAttrs: attrs, PeerName: name, PeerNamespace: netlink.NsFd(ns.Fd())}))
		t.Cleanup(func() { require.NoError(t, netlink.LinkDel(&netlink.Veth{LinkAttrs: attrs})) })
		require.NoError(t, configure(name, fmt.Sprintf("10.0.%d.2/24", i)))
		f.do(func() error { return configure(name, fmt.Sprintf("10.0.%d.1/24", i)) })
	}
	return f
}

// do does something in the namespace.
func (f *far) do(what func() error) {
	f.t.Helper()
	done := make(chan error)
	f.work <- func() { done <- what() }
	require.NoError(f.t, <-done)
}

func configure(name, address string) error {
	link, err := netlink.LinkByName(name)
	if err != nil {
		return err
	}
	addr, err := netlink.ParseAddr(address)
	if err != nil {
		return err
	}
	return errors.Join(netlink.AddrAdd(link, addr), netlink.LinkSetUp(link))
}

// cut takes the carrier of an uplink away, and plug gives it back.
func (f *far) cut(name string) {
	f.t.Helper()
	f.do(func() error { return withLink(name, netlink.LinkSetDown) })
}

func (f *far) plug(name string) {
	f.t.Helper()
	f.do(func() error { return withLink(name, netlink.LinkSetUp) })
}

func withLink(name string, do func(netlink.Link) error) error {
	link, err := netlink.LinkByName(name)
	if err != nil {
		return err
	}
	return do(link)
}

// silence has nothing come back from behind the gateway of an uplink any more, or
// again; the gateway itself answers.
func (f *far) silence(gateway byte, change func(*netlink.Rule) error) {
	f.t.Helper()
	rule := netlink.NewRule()
	rule.Family, rule.Priority, rule.Type = unix.AF_INET, 1, unix.FR_ACT_BLACKHOLE
	rule.Src = &net.IPNet{IP: net.IPv4(192, 0, 2, 1).To4(), Mask: net.CIDRMask(32, 32)}
	rule.Dst = &net.IPNet{IP: net.IPv4(10, 0, gateway, 2).To4(), Mask: net.CIDRMask(32, 32)}
	f.do(func() error { return change(rule) })
}

// machine is a loop on the kernel of this namespace. It writes down what comes of it.
type machine struct {
	t *testing.T
	*kernel.Host
	*Loop
	clock checkpoint.Clock

	mu     sync.Mutex
	events []string
	// order is what was done of what must come after a change of the routes, with
	// the link that the kernel then preferred.
	order []string
}

func run(t *testing.T, text string) *machine {
	t.Helper()
	host, err := kernel.Open()
	require.NoError(t, err)
	t.Cleanup(host.Close)
	clock, err := checkpoint.MachineClock()
	require.NoError(t, err)
	changes, err := kernel.Watch(t.Context())
	require.NoError(t, err)
	m := &machine{t: t, Host: host, clock: clock}
	m.Loop = New(decode(t, text), Config{
		Read:  func(doc *schema.Document) []monitor.Settings { return monitor.Read(doc, verify.Name) },
		Clock: clock, Changes: changes, Kernel: m, Prober: prober.New(prober.Config{Now: m.now, Resolvers: func(string) []netip.Addr { return nil }}), Handlers: m, Host: m, Log: slog.New(slog.DiscardHandler),
	})
	ctx, stop := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() { left <- m.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-left)
	})
	return m
}

func (m *machine) now() monitor.Moment { return monitor.Moment(m.clock.Now().Boot) }

// Complete implements [Handlers].
func (m *machine) Complete(e handler.Event) (handler.Event, bool) { return e, true }

// Saved implements [Handlers].
func (m *machine) Saved() uint64 { return 0 }

// Tell implements [Handlers].
func (m *machine) Tell(e handler.Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e.Name != schema.EventChecked && e.Name != schema.EventSuspect {
		m.events = append(m.events, e.Name+" "+e.Route)
	}
}

// told gives the events since it was last asked.
func (m *machine) told() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	events := m.events
	m.events = nil
	return events
}

// Wake implements [Handlers].
func (m *machine) Wake() {}

// Reload implements [Handlers].
func (m *machine) Reload([]*schema.Fallback) error { return nil }

// CloseSockets implements [Kernel].
func (m *machine) CloseSockets(_ schema.Family, addresses []netip.Addr) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.order = append(m.order, fmt.Sprintf("close %v while %s is preferred", addresses, m.preferred()))
	return 0, nil
}

// ForgetFlows implements [Kernel].
func (m *machine) ForgetFlows(schema.Family, []netip.Addr) (int, error) { return 0, nil }

// Warm implements [Kernel].
func (m *machine) Warm(string, netip.Addr) error { return nil }

// Prepare implements [Host].
func (m *machine) Prepare([]string) error { return nil }

// Restore implements [Host].
func (m *machine) Restore() error { return nil }

// UseResolvers implements [Host].
func (m *machine) UseResolvers(string, []netip.Addr, []string) error { return nil }

// preferred is the link that the kernel sends to far hosts over.
func (m *machine) preferred() string {
	ways, err := netlink.RouteGet(net.IPv4(203, 0, 113, 1))
	if err != nil || len(ways) == 0 {
		return "none"
	}
	link, err := netlink.LinkByIndex(ways[0].LinkIndex)
	if err != nil {
		return "none"
	}
	return link.Attrs().Name
}

// await waits until the traffic takes a route, and the kernel has it so.
func (m *machine) await(route, link string) {
	m.t.Helper()
	require.Eventually(m.t, func() bool {
		all, err := m.Standings(m.t.Context())
		require.NoError(m.t, err)
		return all[0].State.Active == route && m.preferred() == link
	}, time.Minute, 5*time.Millisecond)
}

// settle waits until each route is as wanted.
func (m *machine) settle(wanted ...monitor.Status) {
	m.t.Helper()
	require.Eventually(m.t, func() bool {
		all, err := m.Standings(m.t.Context())
		require.NoError(m.t, err)
		return slices.EqualFunc(all[0].State.Routes, wanted, func(r monitor.RouteState, s monitor.Status) bool { return r.Status == s })
	}, time.Minute, 5*time.Millisecond)
}

func TestACutCableOfTheKernel(t *testing.T) {
	f := newFar(t)
	m := run(t, uplinks)
	m.settle(monitor.Good, monitor.Good)
	m.await("fiber", "eth0")
	assert.Equal(t, []string{"setup fiber", "connected fiber"}, m.told())

	f.cut("eth0")
	m.await("lte", "eth1")
	assert.Equal(t, []string{"teardown fiber", "setup lte", "failed fiber", "connected lte"}, m.told())
	assert.Equal(t, []string{"close [10.0.0.2] while eth1 is preferred"}, m.order)

	f.plug("eth0")
	m.await("fiber", "eth0")
	m.settle(monitor.Good, monitor.Good)
	assert.Equal(t, []string{"teardown lte", "setup fiber", "restored fiber"}, m.told())
	assert.Empty(t, m.Degraded())
}

func TestADeadPathBehindALiveGateway(t *testing.T) {
	f := newFar(t)
	m := run(t, uplinks)
	m.settle(monitor.Good, monitor.Good)
	m.await("fiber", "eth0")
	m.told()

	f.silence(0, netlink.RuleAdd)
	m.await("lte", "eth1")
	assert.Equal(t, []string{"teardown fiber", "setup lte", "failed fiber", "connected lte"}, m.told())
	assert.Equal(t, []string{"close [10.0.0.2] while eth1 is preferred"}, m.order)

	f.silence(0, netlink.RuleDel)
	m.await("fiber", "eth0")
	assert.Equal(t, []string{"teardown lte", "setup fiber", "restored fiber"}, m.told())
	assert.Empty(t, m.Degraded())
}

// Routes are back whoever took them, and however silently.
func TestRoutesOfTheKernelAreKept(t *testing.T) {
	newFar(t)
	m := run(t, uplinks)
	m.settle(monitor.Good, monitor.Good)
	m.await("fiber", "eth0")
	before := m.ours()

	for _, lose := range []func(netlink.Link) error{
		func(l netlink.Link) error {
			a := &netlink.Addr{IPNet: &net.IPNet{IP: net.IPv4(10, 0, 0, 2).To4(), Mask: net.CIDRMask(24, 32)}}
			return errors.Join(netlink.AddrDel(l, a), netlink.AddrAdd(l, a))
		},
		func(l netlink.Link) error { return errors.Join(netlink.LinkSetDown(l), netlink.LinkSetUp(l)) },
		func(l netlink.Link) error {
			return netlink.RouteDel(&netlink.Route{LinkIndex: l.Attrs().Index, Gw: net.IPv4(10, 0, 0, 1).To4(), Priority: 10})
		},
	} {
		require.Eventually(t, func() bool { return withLink("eth0", lose) == nil }, time.Minute, time.Millisecond)
		require.Eventually(t, func() bool { return slices.Equal(before, m.ours()) }, time.Minute, time.Millisecond)
		m.await("fiber", "eth0")
		m.settle(monitor.Good, monitor.Good)
	}
	assert.Empty(t, m.Degraded())
}

// ours are the routes and rules of this program.
func (m *machine) ours() []string {
	now, err := m.Observe()
	require.NoError(m.t, err)
	var all []string
	for _, r := range now.Routes {
		if r.Protocol == kernel.MonitorProtocol {
			all = append(all, fmt.Sprintf("%s via %s dev %s table %d metric %d", r.To, r.Via, r.Link, r.Table, r.Metric))
		}
	}
	for _, r := range now.Rules {
		if r.Priority >= 20000 && r.Priority < 20010 {
			all = append(all, fmt.Sprintf("%+v", r))
		}
	}
	slices.Sort(all)
	return all
}
