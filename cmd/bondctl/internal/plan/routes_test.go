package plan_test

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel/kerneltest"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/schema"
)

// bystander is a card that no document describes.
const bystander = "bystander"

// standBy gives a host the bystander, with default routes of its own at the metrics that
// documents leave free.
func standBy(t failer, k *kerneltest.Fake) {
	t.Helper()
	k.AddHardware(bystander)
	require.NoError(t, k.Up(bystander))
	for _, ends := range [][2]string{{"203.0.113.130/25", "203.0.113.129"}, {"2001:db8:b::2/64", "2001:db8:b::1"}} {
		require.NoError(t, k.AddAddress(kernel.Address{Link: bystander, Prefix: netip.MustParsePrefix(ends[0])}))
		via := netip.MustParseAddr(ends[1])
		for _, metric := range []uint32{0, 1, 100} {
			r := kernel.Route{To: schema.FamilyOf(via).Default(), Via: via, Link: bystander, Metric: metric, Protocol: unix.RTPROT_DHCP, Unknown: mtu}
			if err := k.AddRoute(r); !errors.Is(err, syscall.EEXIST) {
				require.NoError(t, err)
			}
		}
	}
}

// mtu is an RTA_METRICS with an MTU of 1400.
var mtu = []kernel.Attribute{{Number: unix.RTA_METRICS, Data: binary.NativeEndian.AppendUint32(
	binary.NativeEndian.AppendUint16(binary.NativeEndian.AppendUint16(nil, 8), unix.RTAX_MTU), 1400)}}

// out is a second card with a way out.
const out = `
ethernet "eth1" {
  ipv4 {
    addresses = ["198.51.100.10/24"]
    gateway   = "198.51.100.1"
  }
}
`

// beside is a host that is managed over eth0, which the document does not describe.
func beside(t *testing.T, d *schema.Document) *kerneltest.Fake {
	t.Helper()
	k := hostOf(t, d)
	k.AddHardware("eth0")
	managed(t, k)
	return k
}

// The kernel has one default route of a metric: that of a link beside the document
// goes, and the plan says so, reaches the link, and brings the route back.
func TestNetworkNamesTheRouteThatGives(t *testing.T) {
	d := decode(t, out)
	k := beside(t, d)
	before := observe(t, k)
	names := plan.Reach(plan.Desired(d), before)
	assert.Equal(t, []string{"eth0", "eth1"}, names)

	changes := reach(t, k, d)
	assert.Equal(t, strings.TrimLeft(`
in place: set eth1 up
in place: add address 198.51.100.10/24 to eth1
reroutes eth0: set the route ipv4 default via 198.51.100.1 on eth1 instead of the one via 192.0.2.1 on eth0
`, "\n"), text(changes))
	assert.Equal(t, []string{"eth0"}, plan.Plan{Links: changes, Path: []string{"eth0"}}.Touched())
	assert.Equal(t, plan.Reroutes("eth0"), plan.Worst(changes))

	back(t, k, before, names)
	assert.Equal(t, portrait(before), portrait(observe(t, k)))
}

// A metric of its own takes nobody's place, and nothing of the other link is changed.
func TestNetworkReachesNoLinkInVain(t *testing.T) {
	d := decode(t, strings.Replace(out, "gateway ", "metric = 50\n gateway ", 1))
	k := beside(t, d)
	assert.Equal(t, []string{"eth1"}, plan.Reach(plan.Desired(d), observe(t, k)))
	assert.Equal(t, plan.InPlace, plan.Worst(reach(t, k, d)))
}

// What a bond beside the document loses comes back with the whole bond in reach.
func TestReachOfABondThatLosesARoute(t *testing.T) {
	d := decode(t, attic)
	k := hostOf(t, d, decode(t, out))
	k.AddHardware("eth2")
	reach(t, k, d)
	assert.Equal(t, []string{"bond0", "eth0", "eth1", "eth2"}, plan.Reach(plan.Desired(decode(t, strings.ReplaceAll(out, "eth1", "eth2"))), observe(t, k)))
}

// The attributes of a route that have no field here come back too.
func TestBeforeRestoresRoutesWhole(t *testing.T) {
	d := decode(t, strings.ReplaceAll(out, "eth1", "eth0"))
	k := hostOf(t, d)
	require.NoError(t, k.Up("eth0"))
	require.NoError(t, k.AddAddress(kernel.Address{Link: "eth0", Prefix: netip.MustParsePrefix("192.0.2.10/24")}))
	for _, r := range []kernel.Route{
		{To: schema.IPv4.Default(), Via: netip.MustParseAddr("192.0.2.1")},
		{To: netip.MustParsePrefix("203.0.113.0/24"), Via: netip.MustParseAddr("192.0.2.2")},
	} {
		r.Link, r.Unknown = "eth0", mtu
		require.NoError(t, k.AddRoute(r))
	}
	before := observe(t, k)
	changes := reach(t, k, d)
	assert.Contains(t, text(changes), "in place: remove the route 203.0.113.0/24 via 192.0.2.2 on eth0\n")
	back(t, k, before, []string{"eth0"})
	assert.Equal(t, portrait(before), portrait(observe(t, k)))

	require.NoError(t, k.SetRoute(kernel.Route{To: schema.IPv4.Default(), Via: netip.MustParseAddr("192.0.2.1"), Link: "eth0"}))
	back(t, k, before, []string{"eth0"})
	assert.Equal(t, portrait(before), portrait(observe(t, k)), "the MTU of the route alone was gone")
}

// shared is a default route of IPv4 over two links, by their indexes.
func shared(t *testing.T, k *kerneltest.Fake, links ...string) kernel.Route {
	t.Helper()
	var hops []byte
	for _, name := range links {
		l, ok := observe(t, k).Link(name)
		require.True(t, ok)
		hops = append(binary.NativeEndian.AppendUint16(hops, unix.SizeofRtNexthop), 0, 0)
		hops = binary.NativeEndian.AppendUint32(hops, l.Index)
	}
	return kernel.Route{To: schema.IPv4.Default(), Unknown: []kernel.Attribute{{Number: unix.RTA_MULTIPATH, Data: hops}}}
}

// A route that no rollback could bring back keeps the plan from being made, whether
// its place is taken or its link goes down; one that stays does not.
func TestNetworkRefusesToLoseARouteForGood(t *testing.T) {
	for _, c := range []struct{ name, document, want string }{
		{"its place is taken", out, "eth0"},
		{"a link of it is enslaved", strings.Replace(attic, `gateway   = "192.0.2.1"`, "", 1), "eth0"},
		{"it is in nobody's way", strings.Replace(out, "gateway   = \"198.51.100.1\"", "", 1), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := decode(t, c.document)
			k := hostOf(t, d, decode(t, attic))
			k.AddHardware("eth2")
			for _, name := range []string{"eth0", "eth2"} {
				require.NoError(t, k.Up(name))
			}
			require.NoError(t, k.AddRoute(shared(t, k, "eth0", "eth2")))
			changes, problems := plan.Network(plan.Desired(d), observe(t, k))
			if c.want == "" {
				assert.Empty(t, problems)
				assert.NotEmpty(t, changes)
				return
			}
			assert.Empty(t, changes)
			require.Len(t, problems, 1)
			assert.Equal(t, c.want+": Route that could not be restored", problems[0].Link+": "+problems[0].Summary)
			assert.Contains(t, problems[0].Detail, "the route ipv4 default on eth0, and")
		})
	}
}

// Nor does the kernel make its own route to a network again whose place was taken.
func TestNetworkRefusesToTakeTheKernelsWayToANetwork(t *testing.T) {
	d := decode(t, strings.Replace(out, "\n}\n", "\n  route \"192.0.2.0/24\" { gateway = \"198.51.100.2\" }\n}\n", 1))
	_, problems := plan.Network(plan.Desired(d), observe(t, beside(t, d)))
	require.Len(t, problems, 1)
	assert.Equal(t, "eth0: Route that could not be restored", problems[0].Link+": "+problems[0].Summary)
}

// Routes that go with a card are in the plan, and those of the VLANs on it.
func TestNetworkRemovesTheRoutesOfASlave(t *testing.T) {
	d := decode(t, attic)
	k := hostOf(t, d)
	managed(t, k)
	require.NoError(t, k.AddVLAN("eth0.7", "eth0", 7))
	require.NoError(t, k.Up("eth0.7"))
	for _, r := range []kernel.Route{
		{To: netip.MustParsePrefix("10.0.0.0/8"), Via: netip.MustParseAddr("192.0.2.254"), Link: "eth0", Unknown: mtu},
		{To: netip.MustParsePrefix("10.1.0.0/16"), Via: netip.MustParseAddr("192.0.2.254"), Link: "eth0", Table: 100, Protocol: 186},
		{To: netip.MustParsePrefix("172.16.0.0/12"), Link: "eth0.7"},
	} {
		require.NoError(t, k.AddRoute(r))
	}
	before := observe(t, k)
	changes := reach(t, k, d)
	assert.Contains(t, text(changes), strings.TrimLeft(`
bounces eth0: remove the route 10.0.0.0/8 via 192.0.2.254 on eth0
bounces eth0: remove the route 10.1.0.0/16 via 192.0.2.254 on eth0 table 100
bounces eth0: remove the route 172.16.0.0/12 on eth0.7
bounces eth0: remove address 192.0.2.10/24 from eth0
bounces eth0: set eth0 down
`, "\n"))
	back(t, k, before, plan.Reach(plan.Desired(d), before))
	assert.Equal(t, portrait(before), portrait(observe(t, k)))
}

// Of a bond that is down for a moment go the routes that nobody sets again.
func TestNetworkRemovesTheRoutesOfABondThatGoesDown(t *testing.T) {
	d := decode(t, attic)
	k := hostOf(t, d)
	reach(t, k, d)
	require.NoError(t, k.AddRoute(kernel.Route{To: netip.MustParsePrefix("10.0.0.0/8"), Via: netip.MustParseAddr("192.0.2.9"), Link: "bond0", Protocol: 186}))
	changes := text(reach(t, k, decode(t, strings.Replace(attic, `mode    = "active-backup"`, `mode = "balance-alb"`, 1))))
	assert.Contains(t, changes, "bond down: remove the route 10.0.0.0/8 via 192.0.2.9 on bond0\nbond down: set bond0 down\n")
	assert.Equal(t, 1, strings.Count(changes, "remove the route"))
}

// The way to a session's far end is what covers it most closely.
func TestDivertedFromThePathOfASession(t *testing.T) {
	far := netip.MustParseAddr("203.0.113.7")
	address := func(prefix string) plan.Change {
		return plan.Change{Verb: plan.AddAddress, Link: "eth1", Address: kernel.Address{Link: "eth1", Prefix: netip.MustParsePrefix(prefix)}}
	}
	route := func(to string, metric, table uint32) plan.Change {
		return plan.Change{Verb: plan.AddRoute, Link: "eth1", Route: kernel.Route{To: netip.MustParsePrefix(to), Link: "eth1", Metric: metric, Table: table}}
	}
	onPath := address("203.0.113.10/24")
	onPath.Link = "eth0"
	for _, c := range []struct {
		name    string
		present string
		change  plan.Change
		far     netip.Addr
		want    []string
	}{
		{"its network", "0.0.0.0/0", address("203.0.113.10/24"), far, []string{"eth1"}},
		{"another network", "0.0.0.0/0", address("198.51.100.10/24"), far, nil},
		{"a closer route", "0.0.0.0/0", route("203.0.112.0/22", 0, 0), far, []string{"eth1"}},
		{"a default route of a lower metric", "0.0.0.0/0", route("0.0.0.0/0", 5, 0), far, []string{"eth1"}},
		{"one of the same", "0.0.0.0/0", route("0.0.0.0/0", 10, 0), far, []string{"eth1"}},
		{"one of a higher", "0.0.0.0/0", route("0.0.0.0/0", 11, 0), far, nil},
		{"a route less close", "203.0.113.0/24", route("203.0.112.0/22", 0, 0), far, nil},
		{"the network of both", "203.0.113.0/24", address("203.0.113.10/24"), far, []string{"eth1"}},
		{"another table", "0.0.0.0/0", route("203.0.113.0/24", 0, 100), far, nil},
		{"a way that is in no table", "198.51.100.0/24", route("0.0.0.0/0", 0, 0), far, []string{"eth1"}},
		{"on its path already", "0.0.0.0/0", onPath, far, nil},
		{"a session that only a link is known of", "0.0.0.0/0", address("203.0.113.10/24"), netip.Addr{}, nil},
		{"IPv6", "2001:db8::/32", address("2001:db8:1::1/64"), netip.MustParseAddr("2001:db8:1::7"), []string{"eth1"}},
		{"a neighbour of IPv6 on its link", "fe80::/64", address("fe80::1/64"), netip.MustParseAddr("fe80::7%eth0"), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			have := &kernel.State{Routes: []kernel.Route{
				{To: netip.MustParsePrefix(c.present), Link: "eth0", Metric: 10, Table: 254},
				{To: netip.MustParsePrefix("203.0.113.7/32"), Link: "eth2", Table: 254},
			}}
			assert.Equal(t, c.want, plan.Diverted(slices.Repeat([]plan.Change{c.change}, 2), have, []string{"eth0"}, c.far))
		})
	}
}
