package manager

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/apply"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel/kerneltest"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/generators/all"
)

// fakeHost is a host whose programs only seem to run.
type fakeHost struct {
	t    *testing.T
	root string
	// log is what was started and ended.
	log []string
	// deaf are programs that do not heed SIGTERM, and dumb ones that never say that they run.
	deaf, dumb bool
	pid        int
	state      kernel.State
}

func newFakeHost(t *testing.T) *fakeHost {
	t.Helper()
	f := &fakeHost{t: t, root: t.TempDir(), pid: 100}
	f.place("sbin/dhclient", "")
	f.place("usr/sbin/wpa_supplicant", "")
	f.place("run/network/ifstate", "lo=lo\n")
	return f
}

func (f *fakeHost) place(name, content string) {
	f.t.Helper()
	name = filepath.Join(f.root, name)
	require.NoError(f.t, os.MkdirAll(filepath.Dir(name), 0o755))
	require.NoError(f.t, os.WriteFile(name, []byte(content), 0o600))
}

// connect has a manager start and end the programs of this host.
func (f *fakeHost) connect(s *scripted) {
	for i := range s.clients {
		s.clients[i].run, s.clients[i].signal = f.run, f.signal
	}
	s.stations.run, s.stations.signal = f.run, f.signal
	s.observe = func() (*kernel.State, error) { return &f.state, nil }
}

func (f *fakeHost) ifupdown() *stanzaFiles {
	m := newIfupdown(f.root)
	f.connect(&m.scripted)
	return m
}

func (f *fakeHost) scripts() *scripts {
	m := newScripts(f.root)
	f.connect(&m.scripted)
	return m
}

// start has a program run that scripts have started.
func (f *fakeHost) start(words ...string) Daemon {
	f.pid++
	file := option(words, "-pf") + option(words, "-P")
	f.place(file, fmt.Sprintln(f.pid))
	f.place(fmt.Sprintf("proc/%d/cmdline", f.pid), strings.Join(words, "\x00")+"\x00")
	return Daemon{PID: f.pid, File: file, Words: words}
}

func (f *fakeHost) run(_ context.Context, words ...string) error {
	f.log = append(f.log, strings.ReplaceAll(strings.Join(words, " "), f.root, ""))
	if i := slices.Index(words, "--"); i >= 0 {
		words = words[i+1:]
	}
	if !f.dumb {
		f.start(words...)
	}
	return nil
}

func (f *fakeHost) signal(pid int, signal syscall.Signal) error {
	f.log = append(f.log, fmt.Sprint(unix.SignalName(signal), " ", pid))
	if f.deaf && signal == unix.SIGTERM {
		return nil
	}
	return os.RemoveAll(filepath.Join(f.root, fmt.Sprintf("proc/%d", pid)))
}

const (
	leasing = `ethernet "eth0" {
  ipv4 {
    dhcp   = true
    metric = 50
  }
}
`
	bonded = `bond "bond0" {
  mode   = "active-backup"
  miimon = 100
  slave "eth0" {}
  slave "eth1" {}
  ipv4 { dhcp = true }
}
`
	wireless = `bond "bond0" {
  mode          = "active-backup"
  miimon        = 100
  fail_over_mac = "active"
  slave "eth0" {}
  slave "wlan0" {
    wifi {
      ssid = "attic"
      psk  = "long enough"
    }
  }
  ipv4 { addresses = ["192.0.2.10/24"] }
}
`
)

// standing is a card whose default route is a fallback's.
const standing = `ethernet "eth0" {
  ipv4 { dhcp = true }
}

ethernet "eth1" {
  ipv4 { addresses = ["192.0.2.10/24"] }
}

fallback "internet" {
  route "leased" {
    interface = "eth0"
    gateway   = "auto"
    metric    = 75
    verify "icmp" { targets = ["203.0.113.1"] }
  }
  route "other" {
    interface = "eth1"
    gateway   = "192.0.2.1"
    metric    = 90
    verify "icmp" { targets = ["203.0.113.1"] }
  }
}
`

// wired is a card by itself with the bond's address.
const wired = `ethernet "eth0" {
  ipv4 { addresses = ["192.0.2.10/24"] }
}
`

// way is the way from one document to another on a host with two cards and a
// radio, where programs run.
func (f *fakeHost) way(backend, from, to string, m *scripted) (Situation, []plan.Change) {
	f.t.Helper()
	k := kerneltest.NewFake()
	for _, name := range []string{"eth0", "eth1", "wlan0"} {
		k.AddHardware(name)
	}
	state, err := k.Observe()
	require.NoError(f.t, err)
	none := func(plan.Change) {}
	changes, problems := plan.Network(plan.Desired(decode(f.t, from)), state)
	require.Empty(f.t, problems)
	require.NoError(f.t, apply.Links(f.t.Context(), k, changes, nil, none, none))
	if state, err = k.Observe(); from == leasing {
		require.NoError(f.t, k.AddAddress(lease("eth0")))
		state, err = k.Observe()
	}
	require.NoError(f.t, err)
	b, ok := all.Lookup(backend)
	require.True(f.t, ok)
	files, _ := b.Render(decode(f.t, to))
	s := Situation{
		Files: plan.Towards(files, observedFiles(f.t, backend, from)), Now: state, Doc: decode(f.t, to),
		Want: plan.Desired(decode(f.t, to)).InsteadOf(plan.Desired(decode(f.t, from))),
	}
	s.Facts.Clients, s.Facts.Stations = m.clients.running(), m.stations.running()
	changes, problems = plan.Network(s.Want, state)
	require.Empty(f.t, problems)
	return s, changes
}

// lease is an address that a client has set.
func lease(link string) kernel.Address {
	return kernel.Address{Link: link, Prefix: netip.MustParsePrefix("198.51.100.7/24"), Valid: 3600, Preferred: 3600}
}

func TestScriptsLead(t *testing.T) {
	eth0 := []string{"dhclient", "-4", "-pf", "/run/dhclient.eth0.pid", "eth0", "-e", "IF_METRIC=50"}
	bond0 := []string{"dhclient", "-4", "-pf", "/run/dhclient.bond0.pid", "bond0"}
	wlan0 := []string{"/usr/sbin/wpa_supplicant", "-B", "-P", "/run/wpa_supplicant.wlan0.pid", "-i", "wlan0", "-c", "/etc/wpa_supplicant/bondctl-wlan0.conf"}
	for _, c := range []struct {
		name, from, to string
		running        [][]string
		want           string
	}{
		{"what runs as it shall is let run", leasing, leasing, [][]string{eth0}, ""},
		{"a client that was killed", leasing, leasing, nil, `
none: have dhclient lease an address for eth0 *
`},
		{"another metric", leasing, strings.Replace(leasing, "50", "60", 1), [][]string{eth0}, `
in place: have dhclient lease an address for eth0 *
`},
		{"the metric of a path that the monitor watches", standing, strings.Replace(standing, "75", "80", 1), [][]string{append(slices.Clone(eth0[:6]), "IF_METRIC=75")}, `
in place: have dhclient lease an address for eth0 *
`},
		{"that path as it is", standing, standing, [][]string{append(slices.Clone(eth0[:6]), "IF_METRIC=75")}, ""},
		{"a change in place", bonded, strings.Replace(bonded, "100", "250", 1), [][]string{bond0}, `
in place: set miimon 100 -> 250 of bond0
`},
		{"a change that takes the bond down, and its default route", bonded, strings.Replace(bonded, "active-backup", "balance-xor", 1), [][]string{bond0}, `
bond down: release eth0 from bond0
bond down: release eth1 from bond0
bond down: set bond0 down
bond down: set the options of the mode of bond0
bond down: set mode active-backup -> balance-xor of bond0
bond down: set the options of the mode of bond0
bounces eth0: enslave eth0 to bond0
bounces eth1: enslave eth1 to bond0
in place: set bond0 up
in place: have dhclient lease an address for bond0 *
`},
		{"no lease any more", leasing, wired, [][]string{eth0}, `
none: have dhclient give up eth0 *
in place: add address 192.0.2.10/24 to eth0
in place: remove address 198.51.100.7/24 from eth0
`},
		{"the card of a lease becomes a slave, once the bond has its own", leasing, bonded, [][]string{eth0}, `
none: make bond bond0 mode active-backup, miimon 100
none: enslave eth1 to bond0
in place: set bond0 up
none: wait until bond0 has carrier
none: have dhclient lease an address for bond0 *
none: have dhclient give up eth0 *
bounces eth0: remove address 198.51.100.7/24 from eth0
bounces eth0: set eth0 down
bounces eth0: enslave eth0 to bond0
`},
		{"the bond that has one goes", bonded, wired, [][]string{bond0}, `
bounces eth0: release eth0 from bond0
in place: set the MTU of eth0 to 1500
in place: set eth0 up
in place: add address 192.0.2.10/24 to eth0
none: have dhclient give up bond0 *
recreated: delete bond0
`},
		{"a radio joins as a slave before the last card is taken", wired, wireless, nil, `
none: make bond bond0 mode active-backup, miimon 100, fail_over_mac active
none: enslave wlan0 to bond0
none: have wpa_supplicant activate wlan0 *
in place: set bond0 up
none: wait until bond0 has carrier
in place: add address 192.0.2.10/24 to bond0
bounces eth0: remove address 192.0.2.10/24 from eth0
bounces eth0: set eth0 down
bounces eth0: enslave eth0 to bond0
`},
		{"a radio that has joined is let be", wireless, strings.Replace(wireless, "100", "250", 1), [][]string{wlan0}, `
in place: set miimon 100 -> 250 of bond0
`},
		{"another key", wireless, strings.Replace(wireless, "long enough", "longer still", 1), [][]string{wlan0}, `
bounces wlan0: have wpa_supplicant activate wlan0 *
`},
		{"a radio leaves with its bond", wireless, wired, [][]string{wlan0}, `
bounces eth0: release eth0 from bond0
in place: set the MTU of eth0 to 1500
in place: set eth0 up
in place: add address 192.0.2.10/24 to eth0
recreated: delete bond0
bounces wlan0: have wpa_supplicant forget bondctl-wlan0.conf, and give up wlan0 *
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFakeHost(t)
			for _, words := range c.running {
				f.start(words...)
			}
			m := f.ifupdown()
			s, changes := f.way(ifupdown, c.from, c.to, &m.scripted)
			assert.Equal(t, strings.TrimPrefix(c.want, "\n"), listed(m.Lead(s, changes)))
		})
	}
}

// The script of RHEL's client reads the metric in the link's file.
func TestAMetricInAFileIsRead(t *testing.T) {
	f := newFakeHost(t)
	f.start(dhclientPath, "-q", "-pf", "/run/dhclient-eth0.pid", "eth0")
	m := f.scripts()
	s, changes := f.way(ifcfg, leasing, strings.Replace(leasing, "50", "60", 1), &m.scripted)
	assert.Equal(t, "in place: have dhclient lease an address for eth0 *\n", listed(m.Lead(s, changes)))
	s, changes = f.way(ifcfg, leasing, leasing, &m.scripted)
	assert.Empty(t, m.Lead(s, changes))
}

// The programs run as the system's own scripts run them, but that the client
// does not wait for a server.
func TestScriptsRunTheirPrograms(t *testing.T) {
	f := newFakeHost(t)
	f.state.Addresses = []kernel.Address{lease("eth0")}
	m := f.ifupdown()
	s, changes := f.way(ifupdown, wired, leasing, &m.scripted)
	for _, c := range m.Lead(s, changes) {
		if c.By != "" {
			require.NoError(t, m.Carry(t.Context(), c))
		}
	}
	m2 := f.scripts()
	s, changes = f.way(ifcfg, wired, leasing, &m2.scripted)
	for _, c := range m2.Lead(s, changes) {
		if c.By != "" {
			require.NoError(t, m2.Carry(t.Context(), c))
		}
	}
	require.NoError(t, m.Carry(t.Context(), plan.Change{Verb: plan.Activate, Link: "wlan0", Words: m.joining("wlan0")}))
	require.NoError(t, m.Carry(t.Context(), plan.Change{Verb: plan.Forget, Link: "wlan0"}))
	require.NoError(t, m.Carry(t.Context(), plan.Change{Verb: plan.EndLease, Link: "eth0", Files: []string{ifupdownDhclient.file("eth0")}}))
	assert.Equal(t, []string{
		"/sbin/dhclient -nw -4 -v -i -pf /run/dhclient.eth0.pid -lf /var/lib/dhcp/dhclient.eth0.leases -I -df /var/lib/dhcp/dhclient6.eth0.leases eth0 -e IF_METRIC=50",
		"/sbin/dhclient -nw -1 -q -lf /var/lib/dhclient/dhclient-eth0.leases -pf /run/dhclient-eth0.pid eth0",
		"/usr/sbin/wpa_supplicant -s -B -P /run/wpa_supplicant.wlan0.pid -i wlan0 -D nl80211,wext -c /etc/wpa_supplicant/bondctl-wlan0.conf",
		"SIGTERM 103", "SIGTERM 101",
	}, f.log)
}

// The guard's unit ends with the guard, and systemd ends what is left in it.
func TestSystemdStartsProgramsInUnitsOfTheirOwn(t *testing.T) {
	f := newFakeHost(t)
	f.place("run/systemd/system/any", "")
	m := f.ifupdown()
	require.NoError(t, m.Carry(t.Context(), plan.Change{Verb: plan.Activate, Link: "wlan0", Words: m.joining("wlan0")}))
	require.Len(t, f.log, 1)
	assert.Equal(t, "systemd-run --quiet --collect --description=wpa_supplicant of wlan0, started by bondctl --property=Type=forking "+
		"--property=PIDFile=/run/wpa_supplicant.wlan0.pid -- "+
		"/usr/sbin/wpa_supplicant -s -B -P /run/wpa_supplicant.wlan0.pid -i wlan0 -D nl80211,wext -c /etc/wpa_supplicant/bondctl-wlan0.conf", f.log[0])
}

// A server that does not answer holds the change up no longer than a while.
func TestALeaseThatDoesNotComeIsNoError(t *testing.T) {
	f := newFakeHost(t)
	m := f.ifupdown()
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		require.NoError(t, m.Carry(t.Context(), plan.Change{Verb: plan.Lease, Link: "eth0", Words: m.clients[0].leasing("eth0", decode(t, leasing).Links[0].IPv4.Metric), Files: []string{ifupdownDhclient.file("eth0")}}))
		assert.Equal(t, leaseLimit, time.Since(begun))
	})
}

func TestAProgramThatHangs(t *testing.T) {
	f := newFakeHost(t)
	f.deaf = true
	d := f.start("dhclient", "-pf", "/run/dhclient.eth0.pid", "eth0")
	m := f.ifupdown()
	synctest.Test(t, func(t *testing.T) {
		require.NoError(t, m.Carry(t.Context(), plan.Change{Verb: plan.EndLease, Link: "eth0", Files: []string{ifupdownDhclient.file("eth0")}}))
		assert.Equal(t, []string{fmt.Sprint("SIGTERM ", d.PID), fmt.Sprint("SIGKILL ", d.PID)}, f.log)
		f.dumb = true
		require.EqualError(t, m.Carry(t.Context(), plan.Change{Verb: plan.Activate, Link: "wlan0", Words: m.joining("wlan0")}),
			"waiting for /usr/sbin/wpa_supplicant to say in /run/wpa_supplicant.wlan0.pid that it runs for wlan0: it did not within 5s")
	})
}

// What ran runs again by its own words, and what did not is ended; what nobody
// has touched is let be.
func TestScriptsRestoreTheirPrograms(t *testing.T) {
	f := newFakeHost(t)
	f.start("dhclient", "-4", "-pf", "/run/dhclient.eth0.pid", "eth0")
	f.start("dhclient", "-4", "-pf", "/run/dhclient.eth1.pid", "eth1")
	f.start("/usr/sbin/wpa_supplicant", "-B", "-P", "/run/wpa_supplicant.wlan0.pid", "-c", "/root/own.conf")
	links := []string{"bond0", "eth0", "eth1", "wlan0"}
	before, err := f.ifupdown().Remember(links)
	require.NoError(t, err)

	require.NoError(t, f.ifupdown().Restore(t.Context(), links, before))
	assert.Empty(t, f.log)

	m := f.ifupdown()
	require.NoError(t, m.clients[0].end(t.Context(), "eth0"))
	require.NoError(t, m.clients[0].begin(t.Context(), "bond0", m.clients[0].leasing("bond0", decode(t, bonded).Bonds[0].IPv4.Metric)))
	require.NoError(t, m.stations.begin(t.Context(), "wlan0", m.joining("wlan0")))
	f.log = nil
	require.NoError(t, f.ifupdown().Restore(t.Context(), links, before))
	assert.Equal(t, []string{
		"SIGTERM 104", "/sbin/dhclient -nw -4 -pf /run/dhclient.eth0.pid eth0",
		"SIGTERM 105", "/usr/sbin/wpa_supplicant -B -P /run/wpa_supplicant.wlan0.pid -c /root/own.conf",
	}, f.log)
}

// Going back to before a change that was confirmed is a change of its own, and
// its plan has the steps.
func TestScriptsLeadBackToAnEarlierState(t *testing.T) {
	f := newFakeHost(t)
	f.start("dhclient", "-4", "-pf", "/run/dhclient.eth0.pid", "eth0", "-e", "IF_METRIC=50")
	before, err := f.ifupdown().Remember([]string{"eth0"})
	require.NoError(t, err)
	require.NoError(t, f.ifupdown().clients[0].end(t.Context(), "eth0"))
	f.log = nil

	m := f.ifupdown()
	s, changes := f.way(ifupdown, wired, leasing, &m.scripted)
	s.Doc, s.Known = nil, before
	led := m.Lead(s, changes)
	assert.Contains(t, listed(led), "none: have dhclient lease an address for eth0 *\n")
	assert.Equal(t, "IF_METRIC=50", option(led[len(led)-1].Words, "-e"))

	_, err = m.Remember([]string{"eth0"})
	require.NoError(t, err)
	require.NoError(t, m.Restore(t.Context(), []string{"eth0"}, before))
	assert.Empty(t, f.log, "that was for its steps to do")
}

func TestScriptsSayWhatTheyCannotTakeUp(t *testing.T) {
	const six = "ethernet \"eth0\" {\nipv6 { dhcp = true }\n}"
	for name, c := range map[string]struct {
		manager func(*fakeHost) Manager
		without string
		text    string
		want    string
	}{
		"no DHCPv6 client of RHEL": {func(f *fakeHost) Manager { return f.scripts() }, "sbin/dhclient", six, "eth0: network-scripts leases an IPv6 address by dhclient, which is not there: install dhcp-client, or write"},
		"no DHCPv6 client": {func(f *fakeHost) Manager {
			f.place("sbin/dhcpcd", "")
			return f.ifupdown()
		}, "sbin/dhclient", six, "eth0: ifupdown leases an IPv6 address by dhclient, which is not there: install isc-dhcp-client, or write"},
		"a dialled link":  {func(f *fakeHost) Manager { return f.ifupdown() }, "", `ppp "ppp0" {}`, "ppp0: this version cannot have a link dialled"},
		"no client":       {func(f *fakeHost) Manager { return f.scripts() }, "sbin/dhclient", leasing, "eth0: network-scripts leases an IPv4 address by dhclient, which is not there: install dhcp-client"},
		"a VLAN's client": {func(f *fakeHost) Manager { return f.ifupdown() }, "sbin/dhclient", `ethernet "eth0" {` + "\n" + `vlan "5" {` + "\n" + `ipv4 { dhcp = true }` + "\n}\n}", "eth0.5: ifupdown leases an IPv4 address by dhclient or dhcpcd, which is not there: install isc-dhcp-client or dhcpcd-base, or write"},
		"another client": {func(f *fakeHost) Manager {
			f.place("sbin/udhcpc", "")
			f.place("sbin/dhcpcd", "")
			return f.ifupdown()
		}, "sbin/dhclient", leasing, "eth0: ifupdown leases an IPv4 address by udhcpc here, which this version cannot run: install isc-dhcp-client, which it prefers, or write"},
		"no supplicant": {func(f *fakeHost) Manager { return f.ifupdown() }, "usr/sbin/wpa_supplicant", wireless, "wlan0: /usr/sbin/wpa_supplicant is not there, which joins the network: install wpasupplicant"},
		"Wi-Fi":         {func(f *fakeHost) Manager { return f.scripts() }, "", wireless, "wlan0: network-scripts know no WPA, and cannot join its network"},
		"inline Wi-Fi": {func(f *fakeHost) Manager {
			f.start("/usr/sbin/wpa_supplicant", "-P", "/run/wpa_supplicant.wlan0.pid", "-i", "wlan0", "-C", "/run/wpa_supplicant")
			return f.ifupdown()
		}, "", wireless, "have wpa-conf name a file instead, then ifdown wlan0 and ifup wlan0"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFakeHost(t)
			require.NoError(t, os.RemoveAll(filepath.Join(f.root, cmp.Or(c.without, "nothing"))))
			m := c.manager(f)
			for _, text := range []string{office, wired} {
				require.NoError(t, m.CanTake(decode(t, text), nil))
			}
			require.ErrorContains(t, m.CanTake(decode(t, c.text), nil), c.want)
		})
	}
}

// What a client's script overwrites is kept, unless it is a file of somebody else's.
func TestResolversAreKeptWhereALeaseMayChangeThem(t *testing.T) {
	f := newFakeHost(t)
	m := f.ifupdown()
	lease := []plan.Change{{Verb: plan.Lease, Link: "eth0"}}
	assert.Equal(t, []string{"/etc/resolv.conf"}, m.Writes(lease), "it may be made")
	assert.Empty(t, m.Writes([]plan.Change{{Verb: plan.EndLease, Link: "eth0"}}))
	f.place("etc/resolv.conf", "nameserver 192.0.2.53\n")
	assert.Equal(t, []string{"/etc/resolv.conf"}, m.Writes(lease))
	require.NoError(t, os.Remove(filepath.Join(f.root, "etc/resolv.conf")))
	require.NoError(t, os.Symlink("../run/resolvconf/resolv.conf", filepath.Join(f.root, "etc/resolv.conf")))
	assert.Empty(t, m.Writes(lease))
}

// A file that is left over names a process that is another's by now.
func TestAStaleFileIsNoDaemon(t *testing.T) {
	f := newFakeHost(t)
	d := f.start("dhclient", "-pf", "/run/dhclient.eth0.pid", "eth0")
	f.place(fmt.Sprintf("proc/%d/cmdline", d.PID), "/usr/bin/vi\x00notes\x00")
	f.place("run/dhclient.eth1.pid", "no number\n")
	f.place("run/dhclient.pid", "101\n")
	assert.Empty(t, f.ifupdown().clients.running())
}
