package describe_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/apply"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/describe"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel/kerneltest"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/schema"
)

// failer is a test or a property.
type failer interface {
	require.TestingT
	Helper()
}

func observe(t failer, k kernel.Kernel) *kernel.State {
	t.Helper()
	state, err := k.Observe()
	require.NoError(t, err)
	return state
}

// reach makes a host what a document says.
func reach(t failer, d *schema.Document) *kerneltest.Fake {
	t.Helper()
	k := kerneltest.NewFake()
	for _, l := range plan.Desired(d).Links {
		if l.Kind == "" {
			k.AddHardware(l.Name)
		}
	}
	changes, problems := plan.Network(plan.Desired(d), observe(t, k))
	require.Empty(t, problems)
	for _, c := range changes {
		require.NoError(t, apply.Change(k, c))
	}
	return k
}

// isAsDescribed insists that the description of a host has a plan find nothing to do
// there, and that a bare host becomes the same by it.
func isAsDescribed(t failer, k *kerneltest.Fake) {
	t.Helper()
	described := describe.Kernel(observe(t, k), nil).Document
	changes, problems := plan.Network(plan.Desired(described), observe(t, k))
	require.Empty(t, problems)
	require.Empty(t, changes, "of\n%s", lines(described))
	again := describe.Kernel(observe(t, reach(t, described)), nil).Document
	require.Equal(t, lines(described), lines(again))
}

func lines(d *schema.Document) string {
	var b strings.Builder
	for _, s := range d.Statements() {
		b.WriteString(s.String() + "\n")
	}
	return b.String()
}

// What only the making of a bond can say is told by its link, and what rests on it
// would be refused without.
func TestQueuesAreDescribed(t *testing.T) {
	host := gentest.Decode(t, "test.hcl", []byte("bond \"bond0\" {\n  mode = 0\n  tx_queues = 40\n  slave \"eth0\" { queue_id = 30 }\n}\n"))
	described := lines(describe.Kernel(observe(t, reach(t, host)), nil).Document)
	assert.Contains(t, described, "tx_queues = 40")
	assert.Contains(t, described, "queue_id = 30")
}

func TestRandomHostsAreAsDescribed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { isAsDescribed(t, reach(t, gentest.Random(t, "host"))) })
}

func TestHostsOfTheCorpusAreAsDescribed(t *testing.T) {
	for _, c := range gentest.Corpus(t) {
		t.Run(c.Name, func(t *testing.T) { isAsDescribed(t, reach(t, c.Decode(t))) })
	}
}

// What a document says comes back from the kernel, but for what only files say.
func TestDescribedIsWhatWasApplied(t *testing.T) {
	const text = `
ethernet "eth9" {
  mtu         = 1400
  mac_address = "02:00:00:00:00:99"
  ipv4 {
    addresses = ["198.51.100.2/24"]
    gateway   = "198.51.100.1"
    metric    = 500
  }
  vlan "7" {
    name = "guests"
    mtu  = 1300
    ipv4 { addresses = ["203.0.113.1/24"] }
  }
}
bond "bond0" {
  mode             = "active-backup"
  miimon           = 100
  updelay          = 200
  primary          = "eth1"
  primary_reselect = "failure"
  mtu              = 9000
  slave "eth0" { queue_id = 2 }
  slave "eth1" {}
  ipv4 {
    addresses = ["192.0.2.10/24", "192.0.2.11/24"]
    gateway   = "192.0.2.1"
  }
  ipv6 {
    addresses = ["2001:db8::10/64"]
    gateway   = "2001:db8::1"
  }
  route "10.0.0.0/8" {
    gateway = "192.0.2.2"
    metric  = 5
  }
  vlan "20" {}
}
`
	d := gentest.Decode(t, "test.hcl", []byte(text))
	described := describe.Kernel(observe(t, reach(t, d)), nil)
	assert.Equal(t, lines(d), lines(described.Document))
	assert.Empty(t, said(described))
}

// leased is an address of eth0 that is there for a time.
func leased(prefix string) kernel.Address {
	return kernel.Address{Link: "eth0", Prefix: netip.MustParsePrefix(prefix), Valid: 3600, Preferred: 3600}
}

func address(link, prefix string) kernel.Address {
	return kernel.Address{Link: link, Prefix: netip.MustParsePrefix(prefix)}
}

func route(to, via, link string, protocol uint8, metric uint32) kernel.Route {
	r := kernel.Route{To: netip.MustParsePrefix(to), Link: link, Protocol: protocol, Metric: metric}
	if via != "" {
		r.Via = netip.MustParseAddr(via)
	}
	return r
}

const boot, static, advertised, dhcp = 3, 4, 9, 16

// Stories of hosts that somebody else has set up: what is said of them, and the notes.
func TestWhatOthersHaveSetUp(t *testing.T) {
	cases := []struct {
		name      string
		host      func(*testing.T, *kerneltest.Fake)
		want      string
		notes     []string
		different bool // a plan for the description has something to do
	}{
		{
			name: "a lease of dhclient, whose script makes the route as a person would",
			host: func(t *testing.T, k *kerneltest.Fake) {
				t.Helper()
				addressed(t, k, leased("192.0.2.7/24"))
				require.NoError(t, k.AddRoute(route("0.0.0.0/0", "192.0.2.1", "eth0", boot, 0)))
			},
			want:  "ethernet/eth0\nethernet/eth0/ipv4\nethernet/eth0/ipv4/dhcp = true\n",
			notes: []string{"ethernet/eth0/ipv4/dhcp: eth0 has leased 192.0.2.7/24."},
		},
		{
			name: "a lease for ever, as its routes tell",
			host: func(t *testing.T, k *kerneltest.Fake) {
				t.Helper()
				addressed(t, k, address("eth0", "192.0.2.7/24"))
				learned := route("0.0.0.0/0", "192.0.2.1", "eth0", dhcp, 100)
				learned.Source = netip.MustParseAddr("192.0.2.7")
				require.NoError(t, k.AddRoute(learned))
			},
			want:  "ethernet/eth0\nethernet/eth0/ipv4\nethernet/eth0/ipv4/dhcp = true\n",
			notes: []string{"ethernet/eth0/ipv4/dhcp: eth0 has leased 192.0.2.7/24."},
		},
		{
			name: "two ways out, whose order the metrics are",
			host: func(t *testing.T, k *kerneltest.Fake) {
				t.Helper()
				addressed(t, k, leased("192.0.2.7/24"), address("eth1", "198.51.100.7/24"))
				require.NoError(t, k.AddRoute(route("0.0.0.0/0", "192.0.2.1", "eth0", dhcp, 700)))
				require.NoError(t, k.AddRoute(route("0.0.0.0/0", "198.51.100.1", "eth1", static, 0)))
			},
			want: "ethernet/eth0\nethernet/eth0/ipv4\nethernet/eth0/ipv4/dhcp = true\nethernet/eth0/ipv4/metric = 700\n" +
				"ethernet/eth1\nethernet/eth1/ipv4\nethernet/eth1/ipv4/addresses = 198.51.100.7/24\nethernet/eth1/ipv4/gateway = 198.51.100.1\n",
			notes: []string{"ethernet/eth0/ipv4/dhcp: eth0 has leased 192.0.2.7/24."},
		},
		{
			name: "advertisements beside a static address, and DHCPv6",
			host: func(t *testing.T, k *kerneltest.Fake) {
				t.Helper()
				addressed(t, k, address("eth0", "2001:db8::7/64"), leased("2001:db8::1:2/64"), leased("2001:db8::9/128"))
				require.NoError(t, k.AddRoute(route("::/0", "fe80::1", "eth0", advertised, 0)))
			},
			want: "ethernet/eth0\nethernet/eth0/ipv6\nethernet/eth0/ipv6/accept_ra = true\nethernet/eth0/ipv6/addresses = 2001:db8::7/64\nethernet/eth0/ipv6/dhcp = true\n",
			notes: []string{
				"ethernet/eth0/ipv6/dhcp: eth0 has leased 2001:db8::9/128.",
				"ethernet/eth0/ipv6/accept_ra: Router advertisements have configured eth0.",
			},
		},
		{
			name: "routes of the monitor, of daemons, and of other tables",
			host: func(t *testing.T, k *kerneltest.Fake) {
				t.Helper()
				addressed(t, k, address("eth0", "192.0.2.7/24"))
				require.NoError(t, k.AddRoute(route("0.0.0.0/0", "192.0.2.1", "eth0", kernel.MonitorProtocol, 10)))
				require.NoError(t, k.AddRoute(route("203.0.113.0/24", "192.0.2.9", "eth0", 186, 0)))
				other := route("203.0.114.0/24", "192.0.2.9", "eth0", static, 0)
				other.Table = 100
				require.NoError(t, k.AddRoute(other))
				require.NoError(t, k.AddRoute(route("203.0.115.0/24", "192.0.2.9", "eth0", boot, 3)))
			},
			want: "ethernet/eth0\nethernet/eth0/ipv4\nethernet/eth0/ipv4/addresses = 192.0.2.7/24\n" +
				"ethernet/eth0/route/203.0.115.0/24 via 192.0.2.9 metric 3\n",
			notes: []string{"Routing beyond the main table is not described, routes: 1, rules: 0. It stays as it is."},
		},
		{
			name: "a bond that the driver made by itself, and a bridge",
			host: func(t *testing.T, k *kerneltest.Fake) {
				t.Helper()
				require.NoError(t, k.AddBond("bond0", nil))
				require.NoError(t, k.AddLink("br0", "bridge"))
				addressed(t, k, address("br0", "192.0.2.7/24"))
			},
			notes: []string{
				"bond0 is not described: it is down and has neither slaves nor addresses, as a bond that the driver made by itself.",
				"br0 is not described: bondctl has no word for a link of the kind bridge. It stays as it is.",
			},
		},
		{
			name: "a bond that is down, with an address of nobody's",
			host: func(t *testing.T, k *kerneltest.Fake) {
				t.Helper()
				require.NoError(t, k.AddBond("bond0", nil))
				require.NoError(t, k.SetMAC("bond0", schema.MAC{2, 0, 0, 0, 0, 0x99}))
				require.NoError(t, k.Enslave("eth1", "bond0"))
				require.NoError(t, k.Down("bond0"))
			},
			want: "bond/bond0\nbond/bond0/mac_address = 02:00:00:00:00:99\nbond/bond0/mode = balance-rr\nbond/bond0/slave/eth1\n",
			notes: []string{
				"bond/bond0: bond0 is down now, and apply sets up what a document describes.",
				"bond/bond0/mac_address: No slave of bond0 has this address. Where nobody has chosen it, remove the line: the bond then takes that of its first slave.",
			},
			different: true,
		},
		{
			name: "a VLAN on a VLAN",
			host: func(t *testing.T, k *kerneltest.Fake) {
				t.Helper()
				require.NoError(t, k.Up("eth0"))
				require.NoError(t, k.AddVLAN("eth0.5", "eth0", 5))
				require.NoError(t, k.Up("eth0.5"))
				require.NoError(t, k.AddVLAN("inner", "eth0.5", 6))
			},
			want:  "ethernet/eth0\nethernet/eth0/vlan/5 = eth0.5\n",
			notes: []string{"inner is not described: it is VLAN 6 on eth0.5, and bondctl puts VLANs on bonds and cards only. It stays as it is."},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			k := kerneltest.NewFake()
			k.AddHardware("eth0")
			k.AddHardware("eth1")
			c.host(t, k)
			described := describe.Kernel(observe(t, k), nil)
			assert.Equal(t, c.want, lines(described.Document))
			assert.Equal(t, c.notes, said(described))
			changes, problems := plan.Network(plan.Desired(described.Document), observe(t, k))
			assert.Empty(t, problems)
			assert.Equal(t, c.different, len(changes) > 0, "%v", changes)
		})
	}
}

// addressed sets links up and gives them addresses.
func addressed(t *testing.T, k *kerneltest.Fake, addresses ...kernel.Address) {
	t.Helper()
	for _, a := range addresses {
		require.NoError(t, k.Up(a.Link))
		require.NoError(t, k.AddAddress(a))
	}
}

// said lists the notes, then what a document cannot say.
func said(d describe.Description) []string {
	var list []string
	for _, n := range d.Notes {
		list = append(list, n.Path+": "+n.Text)
	}
	return append(list, d.Unsaid...)
}

// Which network a station has joined is said; what it needs for that the kernel does not know.
func TestStations(t *testing.T) {
	k := kerneltest.NewFake()
	k.AddHardware("wlan0")
	k.AddHardware("wlan1")
	require.NoError(t, k.AddBond("bond0", nil))
	require.NoError(t, k.Enslave("wlan0", "bond0"))
	addressed(t, k, address("wlan1", "192.0.2.7/24"))
	state := observe(t, k)
	for _, name := range []string{"wlan0", "wlan1"} {
		l, _ := state.Link(name)
		l.Wireless = true
	}
	described := describe.Kernel(state, []kernel.Station{{Link: "wlan0", Connected: true, SSID: "home"}, {Link: "wlan1"}})
	assert.Contains(t, lines(described.Document), `bond/bond0/slave/wlan0/wifi/ssid = "home"`)
	assert.Contains(t, lines(described.Document), "wifi/wlan1\nwifi/wlan1/ipv4\n")
	assert.Contains(t, said(described), "wifi/wlan1: wlan1 is a Wi-Fi link that has joined no network now: give ssid, and psk or eap.")
}
