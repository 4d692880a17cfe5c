package resolvers

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/manager"
)

// privateBus is the configuration of a bus for these tests alone.
const privateBus = `<busconfig>
  <listen>unix:path=%s</listen>
  <policy context="default"><allow own="*"/><allow send_destination="*"/><allow eavesdrop="true"/></policy>
</busconfig>`

// startBus gives the address of a bus of the test's own.
func startBus(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("dbus-daemon")
	if err != nil {
		const needed = "needs a bus of its own: install dbus-daemon"
		require.Empty(t, os.Getenv("BONDCTL_NO_SKIP"), needed)
		t.Skip(needed)
	}
	dir := t.TempDir()
	config := filepath.Join(dir, "bus.conf")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, privateBus, filepath.Join(dir, "socket")), 0o600))
	cmd := exec.CommandContext(t.Context(), program, "--nofork", "--print-address", "--config-file="+config)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Wait() })
	address, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	return strings.TrimSpace(address)
}

// fakeResolved has the links of a systemd-resolved, and those that are looked after
// by a systemd-networkd.
type fakeResolved struct {
	mutex   sync.Mutex
	links   map[int32]choice
	managed map[int32]choice // what the files of systemd-networkd say
	said    []string
	// deny is a method that fails.
	deny string
}

// side is one of the two services.
type side struct {
	fake     *fakeResolved
	networkd bool
}

func (s side) change(what string, link int32, change func(*choice)) *dbus.Error {
	f := s.fake
	f.mutex.Lock()
	defer f.mutex.Unlock()
	now, there := f.links[link]
	_, managed := f.managed[link]
	switch {
	case !there:
		return dbus.NewError(errGone, []any{fmt.Sprintf("Link %d not known", link)})
	case managed && !s.networkd:
		return dbus.NewError(errBusy, []any{fmt.Sprintf("Link %d is managed.", link)})
	case what == f.deny:
		return dbus.NewError("org.freedesktop.DBus.Error.AccessDenied", []any{"Access denied"})
	}
	f.said = append(f.said, what)
	change(&now)
	f.links[link] = now
	return nil
}

func (s side) SetLinkDNS(link int32, servers []address) *dbus.Error {
	var list []netip.Addr
	for _, a := range servers {
		server, ok := netip.AddrFromSlice(a.Bytes)
		if !ok || server.Is4() != (a.Family == unix.AF_INET) || server.Is6() != (a.Family == unix.AF_INET6) {
			return dbus.NewError("org.freedesktop.DBus.Error.InvalidArgs", []any{fmt.Sprintf("%x of family %d", a.Bytes, a.Family)})
		}
		if !slices.Contains(list, server) {
			list = append(list, server)
		}
	}
	return s.change("SetLinkDNS", link, func(c *choice) { c.Servers = list })
}

func (s side) SetLinkDomains(link int32, domains []domain) *dbus.Error {
	var list []domain
	for _, d := range domains {
		if d.Name != "." {
			d.Name = strings.TrimSuffix(d.Name, ".")
		}
		if !slices.ContainsFunc(list, d.same) {
			list = append(list, d)
		}
	}
	return s.change("SetLinkDomains", link, func(c *choice) { c.Domains = list })
}

func (s side) SetLinkDefaultRoute(link int32, on bool) *dbus.Error {
	return s.change("SetLinkDefaultRoute", link, func(c *choice) { c.Default = on })
}

func (s side) RevertLink(link int32) *dbus.Error {
	return s.change("RevertLink", link, func(c *choice) { *c = choice{} })
}

func (s side) RevertLinkDNS(link int32) *dbus.Error {
	return s.change("RevertLinkDNS", link, func(c *choice) { *c = s.fake.managed[link] })
}

// GetLink names the object of a link, at which there are its properties.
func (s side) GetLink(link int32) (dbus.ObjectPath, *dbus.Error) {
	s.fake.mutex.Lock()
	defer s.fake.mutex.Unlock()
	if _, there := s.fake.links[link]; !there {
		return "", dbus.NewError(errGone, []any{fmt.Sprintf("Link %d not known", link)})
	}
	return dbus.ObjectPath(fmt.Sprintf("%s/link/%d", resolvedObject, link)), nil
}

type properties struct {
	fake *fakeResolved
	link int32
}

// Get gives one property.
func (p properties) Get(_, name string) (dbus.Variant, *dbus.Error) {
	p.fake.mutex.Lock()
	defer p.fake.mutex.Unlock()
	c := p.fake.links[p.link]
	return map[string]dbus.Variant{
		"DNS": dbus.MakeVariant(addresses(c.Servers)), "Domains": dbus.MakeVariant(append([]domain{}, c.Domains...)),
		"DefaultRoute": dbus.MakeVariant(c.Default),
	}[name], nil
}

// resolvedHost is a host whose systemd-resolved has /etc/resolv.conf.
type resolvedHost struct {
	*testing.T
	fake    *fakeResolved
	address string
	root    string
	conn    *dbus.Conn
	kernel  *kernel.Host
}

func newResolvedHost(t *testing.T, links ...string) *resolvedHost {
	t.Helper()
	h := &resolvedHost{T: t, fake: &fakeResolved{links: map[int32]choice{}, managed: map[int32]choice{}}, address: startBus(t), root: newRoot(t)}
	require.NoError(t, os.Symlink("../run/systemd/resolve/stub-resolv.conf", filepath.Join(h.root, resolvConf)))
	var err error
	h.kernel, err = kernel.Open()
	require.NoError(t, err)
	t.Cleanup(h.kernel.Close)
	h.conn, err = dbus.Connect(h.address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = h.conn.Close() })
	for name, networkd := range map[string]bool{resolved: false, networkd: true} {
		object := dbus.ObjectPath("/" + strings.ReplaceAll(name, ".", "/"))
		require.NoError(t, h.conn.Export(side{h.fake, networkd}, object, name+".Manager"))
		_, err = h.conn.RequestName(name, 0)
		require.NoError(t, err)
	}
	for _, l := range links {
		h.add(l)
		t.Cleanup(func() { _ = h.kernel.Delete(l) })
	}
	return h
}

// add makes a link, which systemd-resolved comes to know.
func (h *resolvedHost) add(name string) {
	h.Helper()
	require.NoError(h, h.kernel.AddLink(name, "veth"))
	index := h.index(name)
	h.fake.mutex.Lock()
	defer h.fake.mutex.Unlock()
	h.fake.links[index] = choice{}
	object := dbus.ObjectPath(fmt.Sprintf("%s/link/%d", resolvedObject, index))
	require.NoError(h, h.conn.Export(properties{h.fake, index}, object, "org.freedesktop.DBus.Properties"))
}

func (h *resolvedHost) remove(name string) {
	h.Helper()
	index := h.index(name)
	require.NoError(h, h.kernel.Delete(name))
	h.fake.mutex.Lock()
	defer h.fake.mutex.Unlock()
	delete(h.fake.links, index)
}

func (h *resolvedHost) index(name string) int32 {
	h.Helper()
	link, err := net.InterfaceByName(name)
	require.NoError(h, err)
	return int32(link.Index)
}

// has is what systemd-resolved asks over a link now.
func (h *resolvedHost) has(name string) choice {
	h.Helper()
	h.fake.mutex.Lock()
	defer h.fake.mutex.Unlock()
	return h.fake.links[h.index(name)]
}

// give is another hand.
func (h *resolvedHost) give(name string, c choice) {
	h.Helper()
	h.fake.mutex.Lock()
	defer h.fake.mutex.Unlock()
	h.fake.links[h.index(name)] = c
}

// manage is systemd-networkd, with what its files say.
func (h *resolvedHost) manage(name string, c choice) {
	h.Helper()
	h.give(name, c)
	h.fake.mutex.Lock()
	defer h.fake.mutex.Unlock()
	h.fake.managed[h.index(name)] = c
}

// deny has a method fail from now on.
func (h *resolvedHost) deny(method string) {
	h.fake.mutex.Lock()
	defer h.fake.mutex.Unlock()
	h.fake.deny = method
}

// said are the methods that changed something, in order.
func (h *resolvedHost) said() []string {
	h.fake.mutex.Lock()
	defer h.fake.mutex.Unlock()
	return slices.Clone(h.fake.said)
}

// open is a new process's.
func (h *resolvedHost) open() *Host {
	h.Helper()
	return openHost(h.T, Config{Root: h.root, Memory: memory, BootID: thisBoot, Dial: func(ctx context.Context) (Bus, error) {
		return manager.OpenBus(ctx, h.address)
	}})
}

var (
	fiberChoice = choice{
		Servers: []netip.Addr{netip.MustParseAddr("192.0.2.53"), netip.MustParseAddr("fe80::53")},
		Domains: []domain{{"fiber.example", false}, {"example.net", false}, {".", true}}, Default: true,
	}
	gsmChoice = choice{Servers: gsmServers, Domains: []domain{{".", true}}, Default: true}
	// leased is what another program gives a link.
	leased = choice{Servers: []netip.Addr{netip.MustParseAddr("203.0.113.53")}, Domains: []domain{{"home.example", false}}, Default: true}
)

func TestOneLinkIsAsked(t *testing.T) {
	h := newResolvedHost(t, "fiber", "gsm")
	r := h.open()
	require.NoError(t, r.UseResolvers("fiber", fiberServers, fiberSearch))
	assert.Equal(t, fiberChoice, h.has("fiber"))
	require.NoError(t, r.UseResolvers("gsm", gsmServers, nil))
	assert.Equal(t, gsmChoice, h.has("gsm"))
	assert.Equal(t, choice{}, h.has("fiber"))
	require.NoError(t, r.UseResolvers("", nil, nil))
	assert.Equal(t, choice{}, h.has("gsm"))
	assert.NoFileExists(t, filepath.Join(h.root, memory))
}

func TestALinkThatIsAsItShouldBeIsNotToldAgain(t *testing.T) {
	h := newResolvedHost(t, "fiber")
	r := h.open()
	require.NoError(t, r.UseResolvers("fiber", fiberServers, fiberSearch))
	told := h.said()
	require.NoError(t, r.UseResolvers("fiber", fiberServers, fiberSearch))
	assert.Equal(t, told, h.said())
}

// systemd-resolved has each once, in words of its own.
func TestWhatIsNamedTwiceIsToldOnce(t *testing.T) {
	h := newResolvedHost(t, "fiber")
	r := h.open()
	servers, search := append(slices.Clone(fiberServers), fiberServers[0]), []string{"fiber.example.", "example.net", "Fiber.example"}
	require.NoError(t, r.UseResolvers("fiber", servers, search))
	assert.Equal(t, fiberChoice, h.has("fiber"))
	told := h.said()
	require.NoError(t, r.UseResolvers("fiber", servers, search))
	assert.Equal(t, told, h.said())
	require.NoError(t, r.UseResolvers("", nil, nil))
	assert.Equal(t, choice{}, h.has("fiber"))
}

// Another process gives back what one that was killed has found.
func TestWhatALinkHadIsGivenBack(t *testing.T) {
	h := newResolvedHost(t, "fiber")
	h.give("fiber", leased)
	require.NoError(t, h.open().UseResolvers("fiber", fiberServers, fiberSearch))
	require.NoError(t, h.open().UseResolvers("fiber", gsmServers, nil))
	assert.Equal(t, gsmChoice, h.has("fiber"))
	require.NoError(t, h.open().UseResolvers("", nil, nil))
	assert.Equal(t, leased, h.has("fiber"))
}

func TestWhatAnotherHandHasGivenSinceStays(t *testing.T) {
	h := newResolvedHost(t, "fiber")
	r := h.open()
	require.NoError(t, r.UseResolvers("fiber", fiberServers, fiberSearch))
	h.give("fiber", leased)
	require.NoError(t, r.UseResolvers("", nil, nil))
	assert.Equal(t, leased, h.has("fiber"))
}

func TestALinkOverwrittenIsToldAgain(t *testing.T) {
	h := newResolvedHost(t, "fiber")
	r := h.open()
	require.NoError(t, r.UseResolvers("fiber", fiberServers, fiberSearch))
	h.give("fiber", leased)
	require.NoError(t, r.UseResolvers("fiber", fiberServers, fiberSearch))
	assert.Equal(t, fiberChoice, h.has("fiber"))
	require.NoError(t, r.UseResolvers("", nil, nil))
	assert.Equal(t, leased, h.has("fiber"))
}

// systemd-resolved takes no word about the links of systemd-networkd.
func TestNetworkdIsToldOfItsOwnLinks(t *testing.T) {
	h := newResolvedHost(t, "fiber")
	h.manage("fiber", leased)
	r := h.open()
	require.NoError(t, r.UseResolvers("fiber", fiberServers, fiberSearch))
	assert.Equal(t, fiberChoice, h.has("fiber"))
	require.NoError(t, r.UseResolvers("", nil, nil))
	assert.Equal(t, leased, h.has("fiber"))
	assert.Equal(t, []string{"SetLinkDNS", "SetLinkDomains", "SetLinkDefaultRoute", "RevertLinkDNS"}, h.said())
}

func TestALinkMadeAnewIsToldAgain(t *testing.T) {
	h := newResolvedHost(t, "ppp0")
	r := h.open()
	require.NoError(t, r.UseResolvers("ppp0", gsmServers, nil))
	h.remove("ppp0")
	require.ErrorContains(t, r.UseResolvers("ppp0", gsmServers, nil), "ppp0")
	h.add("ppp0")
	require.NoError(t, r.UseResolvers("ppp0", gsmServers, nil))
	assert.Equal(t, gsmChoice, h.has("ppp0"))
	require.NoError(t, r.UseResolvers("", nil, nil))
	assert.Equal(t, choice{}, h.has("ppp0"))
}

// What could not be given back is not forgotten.
func TestGivingBackIsTriedAgain(t *testing.T) {
	h := newResolvedHost(t, "fiber")
	r := h.open()
	require.NoError(t, r.UseResolvers("fiber", fiberServers, nil))
	h.deny("RevertLink")
	require.ErrorContains(t, r.UseResolvers("", nil, nil), "Access denied")
	h.deny("")
	require.NoError(t, h.open().UseResolvers("", nil, nil))
	assert.Equal(t, choice{}, h.has("fiber"))
}

// What is not on disk could not be given back after a crash.
func TestNoLinkIsToldThatCannotBeRemembered(t *testing.T) {
	h := newResolvedHost(t, "fiber")
	r := h.open()
	require.NoError(t, os.WriteFile(filepath.Join(h.root, "var"), nil, 0o600))
	require.ErrorContains(t, r.UseResolvers("fiber", fiberServers, nil), "nothing was changed")
	assert.Equal(t, choice{}, h.has("fiber"))
}

func TestAResolvedThatDoesNotRun(t *testing.T) {
	h := newResolvedHost(t, "fiber")
	_, err := h.conn.ReleaseName(resolved)
	require.NoError(t, err)
	require.ErrorContains(t, h.open().UseResolvers("fiber", fiberServers, nil), "systemctl start systemd-resolved")
}

// An administrator may take the file from systemd-resolved.
func TestAFileInPlaceOfTheLink(t *testing.T) {
	h := newResolvedHost(t, "fiber")
	r := h.open()
	require.NoError(t, r.UseResolvers("fiber", fiberServers, fiberSearch))
	require.NoError(t, os.Remove(filepath.Join(h.root, resolvConf)))
	place(t, h.root, hosts)
	require.NoError(t, r.UseResolvers("fiber", fiberServers, fiberSearch))
	assert.Equal(t, choice{}, h.has("fiber"))
	assert.Equal(t, withFiber, found(t, h.root))
}
