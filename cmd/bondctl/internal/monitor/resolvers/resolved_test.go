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
	"time"

	"github.com/godbus/dbus/v5"
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
	// lag is how long it takes to come to know what systemd-networkd was told.
	lag time.Duration
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
	_, there := f.links[link]
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
	if s.networkd && f.lag > 0 {
		time.AfterFunc(f.lag, func() { f.learn(link, change) })
		return nil
	}
	f.set(link, change)
	return nil
}

func (f *fakeResolved) learn(link int32, change func(*choice)) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.set(link, change)
}

func (f *fakeResolved) set(link int32, change func(*choice)) {
	now := f.links[link]
	change(&now)
	f.links[link] = now
}

func (s side) SetLinkDNSEx(link int32, servers []spokenServer) *dbus.Error {
	var list []server
	for _, said := range servers {
		addr, ok := netip.AddrFromSlice(said.Address)
		if !ok || addr.Is4() != (said.Family == unix.AF_INET) || addr.Is6() != (said.Family == unix.AF_INET6) {
			return dbus.NewError("org.freedesktop.DBus.Error.InvalidArgs", []any{fmt.Sprintf("%x of family %d", said.Address, said.Family)})
		}
		if one := (server{addr, said.Port, said.Name}); !slices.Contains(list, one) {
			list = append(list, one)
		}
	}
	return s.change("SetLinkDNSEx", link, func(c *choice) { c.Servers = list })
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
		"DNSEx": dbus.MakeVariant(spoken(c.Servers)), "Domains": dbus.MakeVariant(append([]domain{}, c.Domains...)),
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
