package manager

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

// fakeDaemon is systemd-networkd on a bus: it tells of each link the states
// given, one at each question, and the last one from then on.
type fakeDaemon struct {
	states map[string][]string
	// onReload is called at each reload, with how many there have been.
	onReload func(n int)
	// refusals are the answers to the first calls of Reload.
	refusals []error
	reloads  int
	hangs    bool
	closed   bool
	// units are what systemd says of units, and told what it was told.
	units  map[string]map[string]dbus.Variant
	told   []string
	kernel fakeRoutes
}

func (f *fakeDaemon) Close() { f.closed = true }

func (f *fakeDaemon) Call(ctx context.Context, service, object, method string, args ...any) ([]any, error) {
	if f.hangs {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if service == "org.freedesktop.systemd1" {
		return f.systemd(object, method, args...)
	}
	switch method {
	case "org.freedesktop.network1.Manager.Reload":
		if f.reloads++; f.reloads <= len(f.refusals) {
			return nil, f.refusals[f.reloads-1]
		}
		if f.onReload != nil {
			f.onReload(f.reloads)
		}
		return nil, nil
	case "org.freedesktop.network1.Manager.ListLinks":
		links := [][]any{}
		for name := range f.states {
			links = append(links, []any{int32(len(links)), name, dbus.ObjectPath("/" + name)})
		}
		return []any{links}, nil
	}
	name := strings.TrimPrefix(object, "/")
	state := f.states[name][0]
	if len(f.states[name]) > 1 {
		f.states[name] = f.states[name][1:]
	}
	return []any{dbus.MakeVariant(state)}, nil
}

func (f *fakeDaemon) systemd(object, method string, args ...any) ([]any, error) {
	switch name := strings.TrimPrefix(object, "/unit/"); method {
	case "org.freedesktop.systemd1.Manager.LoadUnit":
		return []any{dbus.ObjectPath("/unit/" + args[0].(string))}, nil
	case "org.freedesktop.DBus.Properties.GetAll":
		return []any{f.units[name]}, nil
	default:
		f.told = append(f.told, strings.TrimPrefix(method, "org.freedesktop.systemd1.Manager.")+" "+args[0].(string))
		if u := f.units[args[0].(string)]; u != nil && strings.HasSuffix(method, ".StopUnit") {
			u["ActiveState"] = dbus.MakeVariant("inactive")
		}
		return []any{dbus.ObjectPath("/job/1")}, nil
	}
}

// unit is what systemd says of a unit that is loaded.
func unit(active, enabled string, since uint64) map[string]dbus.Variant {
	return map[string]dbus.Variant{
		"LoadState": dbus.MakeVariant("loaded"), "ActiveState": dbus.MakeVariant(active), "UnitFileState": dbus.MakeVariant(enabled),
		"ActiveEnterTimestampMonotonic": dbus.MakeVariant(since),
	}
}

// stopped is the manager for a fake that has no process.
func stopped(t *testing.T, f *fakeDaemon) *linkDaemon {
	t.Helper()
	m := newNetworkd(t.TempDir())
	m.open = func(context.Context) (closingBus, error) { return f, nil }
	m.kernel = func() (routes, error) { return &f.kernel, nil }
	return m
}

// fakeRoutes is a kernel that keeps what it is told.
type fakeRoutes struct {
	routes   []kernel.Route
	replaced []kernel.Route
}

func (*fakeRoutes) Close() {}

func (f *fakeRoutes) Observe() (*kernel.State, error) { return &kernel.State{Routes: f.routes}, nil }

func (f *fakeRoutes) ReplaceRoute(r kernel.Route) error {
	f.replaced = append(f.replaced, r)
	return nil
}

// running is the manager for a fake that has one, though it may not be on the bus.
func running(t *testing.T, f *fakeDaemon) *linkDaemon {
	t.Helper()
	m := stopped(t, f)
	place(t, m, "proc/7/comm", "systemd-network\n")
	return m
}

// place puts a file below the root of a host.
func place(t *testing.T, m *linkDaemon, name, content string) {
	t.Helper()
	name = filepath.Join(m.root, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
	require.NoError(t, os.WriteFile(name, []byte(content), 0o600))
}

// nothing is what is remembered where there is no station.
var nothing = []byte("{}")

var (
	absent    = dbus.Error{Name: "org.freedesktop.DBus.Error.ServiceUnknown"}
	reloading = dbus.Error{Name: "org.freedesktop.network1.AlreadyReloading"}
)

func TestNetworkdTakesUpByAReload(t *testing.T) {
	f := &fakeDaemon{states: map[string][]string{
		"bond0": {"pending", "configuring", "configured"}, "eth0": {"configured"}, "wlan9": {"failed"},
	}}
	m := running(t, f)
	doc := decode(t, office)
	require.NoError(t, m.CanTake(doc, nil))
	require.NoError(t, m.TakeUp(t.Context(), doc, nil))
	assert.Equal(t, 1, f.reloads)
	assert.Equal(t, []string{"configured"}, f.states["bond0"], "it was waited for")
	assert.True(t, f.closed)

	f.states["eth1"] = []string{"failed"}
	require.EqualError(t, m.TakeUp(t.Context(), doc, nil),
		"systemd-networkd: it failed to set up eth1: journalctl -u systemd-networkd says why")

	known, err := m.Remember([]string{"bond0"})
	require.NoError(t, err)
	require.NoError(t, m.Restore(t.Context(), []string{"bond0", "eth1"}, known), "what failed before may fail again")
	assert.Equal(t, 3, f.reloads)
}

// A lease may never come.
func TestNetworkdIsNotWaitedForForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeDaemon{states: map[string][]string{"bond0": {"configuring"}}}
		begin := time.Now()
		require.NoError(t, running(t, f).TakeUp(t.Context(), decode(t, office), nil))
		assert.Less(t, time.Since(begin), 3*time.Second)
	})
}

// A bond that bondctl made is the daemon's only after the kernel has told of it
// once its file was read; the file is then read once more.
func TestNetworkdAdoptsABond(t *testing.T) {
	const file, alias, state = "etc/systemd/network/10-bondctl-bond0.netdev", "sys/class/net/bond0/ifalias", "run/systemd/netif/links/4"
	f := &fakeDaemon{}
	m := running(t, f)
	place(t, m, file, "[NetDev]\nName=bond0\nKind=bond\n")
	place(t, m, "etc/systemd/network/15-late.netdev", "[NetDev]\nName=bond0\nKind=bond\n")
	place(t, m, "etc/systemd/network/20-other.netdev", "[NetDev]\nName=bond9\nKind=bond\n")
	place(t, m, "sys/class/net/bond0/ifindex", "4\n")
	place(t, m, alias, "uplink\n")
	old := time.Unix(1_000_000_000, 0)
	require.NoError(t, os.Chtimes(filepath.Join(m.root, file), old, old))
	touched := func() bool {
		info, err := os.Stat(filepath.Join(m.root, file))
		require.NoError(t, err)
		return info.ModTime().After(old)
	}
	f.onReload = func(n int) {
		assert.Equal(t, n > 1, touched())
		if n > 2 {
			place(t, m, state, "ADMIN_STATE=configured\nNETDEV_FILE=/"+file+"\n")
		}
	}
	network := kernel.Route{To: netip.MustParsePrefix("192.0.2.0/24"), Link: "bond0", Table: 254, Protocol: 2, Scope: 253, Type: 1, Source: netip.MustParseAddr("192.0.2.10")}
	shared, way, elsewhere := network, network, network
	shared.To, way.Protocol, elsewhere.To, elsewhere.Link = netip.MustParsePrefix("198.51.100.0/24"), 4, netip.MustParsePrefix("203.0.113.0/24"), "eth2"
	twin := shared
	twin.Link = "eth2"
	f.kernel.routes = []kernel.Route{network, shared, twin, way, elsewhere}
	require.NoError(t, m.TakeUp(t.Context(), decode(t, office), nil))
	lent := network
	lent.Protocol = 3
	assert.Equal(t, []kernel.Route{lent, network}, f.kernel.replaced, "the kernel tells of its route to the bond's network")
	assert.Equal(t, 3, f.reloads, "the first time it had not heard of the link in time")
	told, err := os.ReadFile(filepath.Join(m.root, alias))
	require.NoError(t, err)
	assert.Equal(t, "uplink\n", string(told))

	f.reloads, f.onReload, f.kernel.replaced = 0, nil, nil
	require.NoError(t, m.TakeUp(t.Context(), decode(t, office), nil))
	assert.Equal(t, 1, f.reloads, "it has the link")
	assert.Empty(t, f.kernel.replaced)

	place(t, m, state, "ADMIN_STATE=configured\n")
	require.NoError(t, os.Remove(filepath.Join(m.root, alias)))
	require.ErrorContains(t, m.TakeUp(t.Context(), decode(t, office), nil), "having the kernel tell of a link")
}

func TestNetworkdThatIsJustStartingOrReloading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeDaemon{refusals: []error{absent, absent, reloading}}
		require.NoError(t, running(t, f).Restore(t.Context(), nil, nothing))
		assert.Equal(t, 4, f.reloads)
	})
}

func TestNetworkdThatNeverGetsOntoTheBus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeDaemon{refusals: slices.Repeat([]error{reloading}, 1000)}
		begin := time.Now()
		require.ErrorContains(t, running(t, f).Restore(t.Context(), nil, nothing), "in vain")
		assert.Less(t, time.Since(begin), 21*time.Second)
	})
}

func TestNetworkdThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := running(t, &fakeDaemon{hangs: true})
		for name, ask := range map[string]func() error{
			"for its links": func() error { return m.CanTake(decode(t, office), nil) },
			"to reload":     func() error { return m.TakeUp(t.Context(), decode(t, office), nil) },
		} {
			begin := time.Now()
			require.EqualError(t, ask(), "systemd-networkd: asked "+name+": no answer within 20s: systemctl restart systemd-networkd")
			assert.Equal(t, 20*time.Second, time.Since(begin))
		}
	})
}

// Nothing is changed where nobody would take it up; and a daemon that does not
// run will read the restored files when it starts.
func TestNetworkdThatDoesNotRun(t *testing.T) {
	f := &fakeDaemon{refusals: []error{absent, absent}}
	require.NoError(t, stopped(t, f).Restore(t.Context(), nil, nothing))
	require.ErrorContains(t, stopped(t, f).TakeUp(t.Context(), decode(t, office), nil), "systemctl enable --now systemd-networkd")

	m, err := For("networkd", t.TempDir())
	require.NoError(t, err)
	require.ErrorContains(t, m.CanTake(decode(t, office), nil), "systemctl enable --now systemd-networkd")
	require.NoError(t, m.Restore(t.Context(), nil, nothing))
	require.NoError(t, m.Prepare(t.Context()), "there is no udev")
}

func TestNetworkdBehindABusThatIsGone(t *testing.T) {
	m := running(t, nil)
	m.open = func(context.Context) (closingBus, error) { return nil, errors.New("no bus") }
	require.EqualError(t, m.Restore(t.Context(), nil, nothing), "systemd-networkd cannot be told anything: no bus")
}

const roof = `bond "bond0" {
  mode          = "active-backup"
  miimon        = 100
  fail_over_mac = "active"
  slave "eth0" {}
  slave "wlan0" {
    wifi {
      ssid = "BTHub"
      psk  = "long enough"
    }
  }
}
`

const (
	stationUnit = "wpa_supplicant@wlan0.service"
	stationFile = "etc/wpa_supplicant/wpa_supplicant-wlan0.conf"
)

// attics is a host with a radio whose unit is as given.
func attics(t *testing.T, unit map[string]dbus.Variant) (*linkDaemon, *fakeDaemon) {
	t.Helper()
	f := &fakeDaemon{units: map[string]map[string]dbus.Variant{stationUnit: unit}}
	m := running(t, f)
	place(t, m, "sys/class/net/wlan0/phy80211/index", "0\n")
	return m, f
}

func TestNetworkdSaysWhatItCannotTakeUp(t *testing.T) {
	m, _ := attics(t, unit("inactive", "disabled", 0))
	require.EqualError(t, m.CanTake(decode(t, roof), nil),
		"systemd-networkd: wlan0: wpa_supplicant@wlan0.service joins the network, and would not at the next boot: systemctl enable wpa_supplicant@wlan0.service")
	m, _ = attics(t, nil)
	require.ErrorContains(t, m.CanTake(decode(t, roof), nil), "wlan0: wpa_supplicant@wlan0.service is not there, which joins the network: install")
	m, _ = attics(t, unit("inactive", "enabled", 0))
	require.NoError(t, m.CanTake(decode(t, roof), nil))
	m.joins = netplanStations{}
	require.ErrorContains(t, m.CanTake(decode(t, roof), nil), "wlan0: wpa_supplicant is not there, which joins the network: install wpasupplicant")
	place(t, m, "sbin/wpa_supplicant", "")
	require.NoError(t, m.CanTake(decode(t, roof), nil))
	require.ErrorContains(t, m.CanTake(decode(t, `ppp "ppp0" {}`), nil), "ppp0: this version cannot have a link dialled")
	require.NoError(t, m.CanTake(decode(t, "bond \"bond0\" {\nslave \"eth0\" {}\nipv4 { dhcp = true }\n}"), nil))
}

// A station joins its network when its unit is started, and again when its
// file has changed; then the way back is to start it with the old file.
func TestStationsJoinTheirNetworks(t *testing.T) {
	m, f := attics(t, unit("inactive", "enabled", 0))
	links := []string{"bond0", "eth0", "wlan0"}
	idle, err := m.Remember(links)
	require.NoError(t, err)
	place(t, m, stationFile, "old")
	require.NoError(t, m.Prepare(t.Context()))
	assert.Empty(t, f.told, "a step of the plan starts it")
	require.NoError(t, m.Carry(t.Context(), plan.Change{Verb: plan.Activate, Link: "wlan0"}))
	assert.Equal(t, []string{"RestartUnit " + stationUnit}, f.told)

	_, err = m.Remember(links)
	require.NoError(t, err)
	require.NoError(t, m.Prepare(t.Context()))
	assert.Equal(t, "StartUnit "+stationUnit, f.told[1], "its file is there, and it does not run")

	f.told, f.units[stationUnit] = nil, unit("active", "enabled", 10)
	joined, err := m.Remember(links)
	require.NoError(t, err)
	require.NoError(t, m.Prepare(t.Context()))
	assert.Empty(t, f.told, "it has joined its network")
	place(t, m, stationFile, "new")
	require.NoError(t, m.Prepare(t.Context()))
	f.units[stationUnit] = unit("active", "enabled", 20)
	require.NoError(t, m.Restore(t.Context(), links, joined))
	assert.Empty(t, f.told, "the steps of this change have seen to it")
	f.units[stationUnit] = unit("active", "enabled", 10)
	m.before = nil // another process goes back
	require.NoError(t, m.Restore(t.Context(), links, joined))
	assert.Empty(t, f.told, "it has not read the new file")
	f.units[stationUnit] = unit("active", "enabled", 20)
	require.NoError(t, m.Restore(t.Context(), links, joined))
	assert.Equal(t, []string{"RestartUnit " + stationUnit}, f.told)
	require.NoError(t, m.Restore(t.Context(), links, idle))
	assert.Equal(t, "StopUnit "+stationUnit, f.told[1])
}

func TestAStationThatIsNotDescribedAnyMoreLeavesItsNetwork(t *testing.T) {
	m, f := attics(t, unit("active", "enabled", 10))
	require.NoError(t, m.Carry(t.Context(), plan.Change{Verb: plan.Forget, Link: "wlan0"}))
	assert.Equal(t, []string{"StopUnit " + stationUnit}, f.told)
}

// On a running host a rollback starts no station but those that it was asked about.
func TestARollbackWakesNoStationOfOthers(t *testing.T) {
	m := running(t, &fakeDaemon{})
	m.joins, m.prepare = netplanStations{}, nil
	place(t, m, "run/netplan/wpa-wlan9.conf", "")
	require.NoError(t, m.Prepare(t.Context()), "to start it would fail: the unit is not there")
}

// What becomes of a station is in the plan, with what traffic notices of it.
func TestThePlanSaysWhatBecomesOfStations(t *testing.T) {
	state := &kernel.State{Links: []*kernel.Link{{Name: "eth0", Carrier: true}, {Name: "wlan0"}, {Name: "wlan1", Carrier: true}, {Name: "wlan2", Carrier: true}}}
	old, other := &plan.File{Content: []byte("old")}, &plan.File{Content: []byte("new")}
	steps := plan.Files{Steps: []plan.Step{
		{Action: plan.Create, Path: "/" + stationFile, New: other},
		{Action: plan.Remove, Path: "/etc/wpa_supplicant/wpa_supplicant-wlan1.conf", Old: old},
		{Action: plan.Replace, Path: "/etc/wpa_supplicant/wpa_supplicant-wlan2.conf", Old: old, New: other},
	}}
	links := []plan.Change{{Verb: plan.Enslave, Link: "wlan0", On: "bond0"}}
	say := func(m *linkDaemon) []string {
		var said []string
		for _, c := range m.Lead(Situation{Files: steps, Now: state}, links) {
			said = append(said, string(c.Effect)+": "+c.String())
		}
		return said
	}
	assert.Equal(t, []string{
		"none: have wpa_supplicant activate wlan0",
		"bounces wlan2: have wpa_supplicant activate wlan2",
		": enslave wlan0 to bond0",
		"bounces wlan1: have wpa_supplicant forget wpa_supplicant-wlan1.conf, and give up wlan1",
	}, say(newNetworkd("/")))
	assert.Equal(t, []string{": enslave wlan0 to bond0"}, say(newNetplan("/")), "netplan has files of its own")
	assert.False(t, newNetworkd("/").Insists())
	assert.True(t, newProfileManager(keyfile, "/").Insists())
}

// What netplan hands on of a change decides whether a station starts anew.
func TestThePlanSaysWhatBecomesOfNetplansStations(t *testing.T) {
	file := func(wifis string) *plan.File {
		return &plan.File{Content: []byte("network: {version: 2, wifis: {" + wifis + "}}")}
	}
	const attic, other, slow = "wlan0: {access-points: {attic: {}}}", "wlan0: {access-points: {other: {}}}", "wlan0: {access-points: {attic: {}}, mtu: 1400}"
	for name, c := range map[string]struct {
		old, new *plan.File
		want     string
	}{
		"new":         {nil, file(attic), "bounces wlan0: have wpa_supplicant activate wlan0"},
		"another":     {file(attic), file(other), "bounces wlan0: have wpa_supplicant activate wlan0"},
		"as it was":   {file(attic), file(slow), ""},
		"without it":  {file(attic), file("wlan0: {mtu: 1400}"), "bounces wlan0: have wpa_supplicant forget wpa-wlan0.conf, and give up wlan0"},
		"its last":    {file(attic), file(""), "bounces wlan0: have wpa_supplicant forget wpa-wlan0.conf, and give up wlan0"},
		"without any": {file(attic), nil, "bounces wlan0: have wpa_supplicant forget wpa-wlan0.conf, and give up wlan0"},
	} {
		s := Situation{
			Now:   &kernel.State{Links: []*kernel.Link{{Name: "eth0", Carrier: true}, {Name: "wlan0", Carrier: true}}},
			Files: plan.Files{Steps: []plan.Step{{Action: plan.Replace, Path: "/etc/netplan/90-bondctl.yaml", Old: c.old, New: c.new}}},
		}
		var said string
		for _, change := range newNetplan("/").Lead(s, nil) {
			said += string(change.Effect) + ": " + change.String()
		}
		assert.Equal(t, c.want, said, name)
	}
}

// netplan's files decide who is told: the last that names a renderer counts.
func TestWhoTakesUpNetplansFiles(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "etc/netplan")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	write := func(name, renderer string) {
		text := "network: {version: 2, renderer: " + renderer + "}\n"
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	m, err := For("netplan", root)
	require.NoError(t, err, "systemd-networkd is netplan's default")
	assert.Equal(t, []string{"netplan", "generate"}, m.(*linkDaemon).prepare)
	for _, program := range []string{"/lib/netplan/generate", "/usr/libexec/netplan/generate", "/usr/libexec/netplan/configure"} {
		place(t, &linkDaemon{root: root}, program, "")
		assert.Equal(t, []string{program}, newNetplan(root).prepare)
	}
	place(t, &linkDaemon{root: root}, "run/udev/control", "")
	assert.Equal(t, []string{"udevadm", "control", "--reload"}, newNetworkd(root).prepare)
	write("01-all.yaml", "NetworkManager")
	_, isDaemon := mustNot(For("netplan", root)).(*linkDaemon)
	assert.False(t, isDaemon)
	write("02-server.yaml", "networkd")
	m, err = For("netplan", root)
	require.NoError(t, err)
	assert.IsType(t, &linkDaemon{}, m)
}

// mustNot gives the manager, none where there is an error.
func mustNot(m Manager, _ error) Manager { return m }

func TestAProgramThatFailsSaysWhy(t *testing.T) {
	require.NoError(t, run(t.Context(), "true"))
	require.EqualError(t, run(t.Context(), "sh", "-c", "echo Error in line 3; exit 78"), "sh -c echo Error in line 3; exit 78: exit status 78: Error in line 3")
	gone, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("interrupted"))
	require.EqualError(t, run(gone, "sleep", "600"), "sleep 600: interrupted")
	require.ErrorContains(t, run(t.Context(), "bondctl-has-no-such-program"), "executable file not found")
}
