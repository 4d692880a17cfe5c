package plan_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel/kerneltest"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/schema"
)

// attic is a bond that carries what a card alone carries now.
const attic = `
bond "bond0" {
  mode    = "active-backup"
  miimon  = 100
  primary = "eth0"
  slave "eth0" {}
  slave "eth1" {}
  ipv4 {
    addresses = ["192.0.2.10/24"]
    gateway   = "192.0.2.1"
  }
  ipv6 { addresses = ["2001:db8::10/64"] }
  route "198.51.100.0/24" { gateway = "192.0.2.2" }
}
`

func decode(t *testing.T, text string) *schema.Document {
	t.Helper()
	return gentest.Decode(t, "test.hcl", []byte(text))
}

// managed gives eth0 the address and the default route of its host.
func managed(t *testing.T, k *kerneltest.Fake) {
	t.Helper()
	const card = "eth0"
	require.NoError(t, k.Up(card))
	require.NoError(t, k.AddAddress(kernel.Address{Link: card, Prefix: netip.MustParsePrefix("192.0.2.10/24")}))
	require.NoError(t, k.AddRoute(kernel.Route{To: schema.IPv4.Default(), Via: netip.MustParseAddr("192.0.2.1"), Link: card}))
}

func TestNetworkMakesBeforeItBreaks(t *testing.T) {
	d := decode(t, attic)
	k := hostOf(t, d)
	managed(t, k)
	assert.Equal(t, strings.TrimLeft(`
none: make bond bond0 mode active-backup, miimon 100, primary eth0
none: enslave eth1 to bond0
in place: set bond0 up
none: wait until bond0 has carrier
in place: add address 192.0.2.10/24 to bond0
in place: add address 2001:db8::10/64 to bond0
in place: set the route ipv4 default via 192.0.2.1 on bond0 instead of the one via 192.0.2.1 on eth0
in place: set the route 198.51.100.0/24 via 192.0.2.2 on bond0
bounces eth0: remove address 192.0.2.10/24 from eth0
bounces eth0: set eth0 down
bounces eth0: enslave eth0 to bond0
`, "\n"), text(reach(t, k, d)))
}

// An address goes back to its card while the other slave still carries the
// bond; that goes last.
func TestBeforeMakesBeforeItBreaks(t *testing.T) {
	d := decode(t, attic)
	k := hostOf(t, d)
	managed(t, k)
	before := observe(t, k)
	names := plan.Reach(plan.Desired(d), before)
	reach(t, k, d)
	changes, problems := plan.Network(plan.Before(before, names), observe(t, k))
	require.Empty(t, problems)
	carryOut(t, k, changes)
	assert.Equal(t, strings.TrimLeft(`
bounces eth0: release eth0 from bond0
in place: set the MTU of eth0 to 1500
in place: set eth0 up
in place: add address 192.0.2.10/24 to eth0
in place: set the route ipv4 default via 192.0.2.1 on eth0 instead of the one via 192.0.2.1 on bond0
recreated: delete bond0
in place: set the MTU of eth1 to 1500
`, "\n"), text(changes))
	assert.Equal(t, portrait(before), portrait(observe(t, k)))
}

// What a change of the running attic costs, by its lines.
func TestNetworkInterruptsAsLittleAsTheDriverAllows(t *testing.T) {
	cases := []struct{ name, replace, by, want string }{
		{"nothing changed", "", "", ""},
		{"miimon", "= 100", "= 200", "in place: set miimon 100 -> 200 of bond0\n"},
		{"a delay", "= 100", "= 100\n updelay = 300", "in place: set updelay 0 -> 300 of bond0\n"},
		{"the primary", `= "eth0"`, `= "eth1"`, "in place: set primary eth0 -> eth1 of bond0\n"},
		{"an address", `"192.0.2.10/24"`, `"192.0.2.10/24", "192.0.2.11/24"`, "in place: add address 192.0.2.11/24 to bond0\n"},
		{
			"another address", `"192.0.2.10/24"`, `"192.0.2.11/24"`,
			"in place: add address 192.0.2.11/24 to bond0\nin place: remove address 192.0.2.10/24 from bond0\n" +
				"in place: add address 192.0.2.11/24 to bond0\n" +
				"in place: set the route ipv4 default via 192.0.2.1 on bond0\nin place: set the route 198.51.100.0/24 via 192.0.2.2 on bond0\n",
		},
		{
			"the gateway", `gateway   = "192.0.2.1"`, `gateway   = "192.0.2.3"`,
			"in place: set the route ipv4 default via 192.0.2.3 on bond0\n",
		},
		{"a slave more", `slave "eth1" {}`, `slave "eth1" {}` + "\n" + `slave "eth2" {}`, "none: enslave eth2 to bond0\n"},
		{
			"another slave", `slave "eth1" {}`, `slave "eth2" {}`,
			"none: enslave eth2 to bond0\nbounces eth1: release eth1 from bond0\n",
		},
		{
			"ARP monitoring", "miimon  = 100", "arp_interval = 1000\n arp_ip_target = [\"192.0.2.1\"]",
			"in place: set miimon 100 -> 0 of bond0\nin place: set arp_interval 0 -> 1000, arp_ip_target an empty list -> 192.0.2.1 of bond0\n",
		},
		{
			"fail_over_mac", "miimon  = 100", "miimon = 100\n fail_over_mac = \"active\"",
			"bond down: release eth0 from bond0\nbond down: release eth1 from bond0\nbond down: set fail_over_mac none -> active of bond0\n" +
				"bounces eth0: enslave eth0 to bond0\nbounces eth1: enslave eth1 to bond0\n",
		},
		{
			"the mode", `mode    = "active-backup"`, `mode = "balance-alb"`,
			"bond down: release eth0 from bond0\nbond down: release eth1 from bond0\nbond down: set bond0 down\n" +
				"bond down: set mode active-backup -> balance-alb of bond0\nbond down: set the options of the mode of bond0\n" +
				"bounces eth0: enslave eth0 to bond0\nbounces eth1: enslave eth1 to bond0\nin place: set bond0 up\n" +
				"in place: add address 2001:db8::10/64 to bond0\n" +
				"in place: set the route ipv4 default via 192.0.2.1 on bond0\nin place: set the route 198.51.100.0/24 via 192.0.2.2 on bond0\n",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			changed := decode(t, strings.Replace(attic, c.replace, c.by, 1))
			k := hostOf(t, decode(t, attic), changed)
			reach(t, k, decode(t, attic))
			assert.Equal(t, c.want, text(reach(t, k, changed)))
		})
	}
}

// Of the routes that a document does not have, those go that a person or a
// script made.
func TestNetworkRemovesOnlyRoutesOfPeople(t *testing.T) {
	d := decode(t, attic)
	k := hostOf(t, d)
	reach(t, k, d)
	for to, protocol := range map[string]uint8{"203.0.113.0/24": 3, "203.0.114.0/24": 4, "203.0.115.0/24": 186, "224.0.0.0/4": 4} {
		require.NoError(t, k.AddRoute(kernel.Route{To: netip.MustParsePrefix(to), Via: netip.MustParseAddr("192.0.2.9"), Link: "bond0", Protocol: protocol}))
	}
	assert.ElementsMatch(t, []string{
		"in place: remove the route 203.0.113.0/24 via 192.0.2.9 on bond0", "in place: remove the route 203.0.114.0/24 via 192.0.2.9 on bond0", "",
	}, strings.Split(text(reach(t, k, d)), "\n"))
}

// A VLAN that is not described comes back with the bond that it stands on.
func TestNetworkKeepsWhatStandsOnABondMadeAnew(t *testing.T) {
	k := hostOf(t, decode(t, attic))
	reach(t, k, decode(t, attic))
	require.NoError(t, k.AddVLAN("guests", "bond0", 7))
	require.NoError(t, k.Up("guests"))
	require.NoError(t, k.AddAddress(kernel.Address{Link: "guests", Prefix: netip.MustParsePrefix("203.0.113.1/24")}))
	changes := reach(t, k, decode(t, strings.Replace(attic, "miimon  = 100", "miimon = 100\n tx_queues = 8", 1)))
	assert.Equal(t, plan.Recreated, plan.Worst(changes))
	guests, there := observe(t, k).Link("guests")
	require.True(t, there)
	assert.Equal(t, []any{"bond0", 7, true}, []any{guests.Parent, guests.VLAN, guests.Up})
	assert.Contains(t, portrait(observe(t, k)), "guests address 203.0.113.1/24")
}

// A VLAN that nobody describes, and that is down, stays down when its bond has to go down
// and up again; one that is up comes up again.
func TestVLANsOfOthersAreUpOnlyIfTheyWere(t *testing.T) {
	d := decode(t, attic)
	k := hostOf(t, d)
	reach(t, k, d)
	require.NoError(t, k.AddVLAN("bond0.5", "bond0", 5))
	require.NoError(t, k.AddVLAN("bond0.6", "bond0", 6))
	require.NoError(t, k.Up("bond0.6"))
	changes := reach(t, k, decode(t, strings.Replace(attic, `"active-backup"`, `"balance-tlb"`, 1)))
	assert.Contains(t, text(changes), "in place: set bond0 up\nnone: set bond0.5 down\n")
	assert.False(t, find(t, observe(t, k), "bond0.5").Up)
	assert.True(t, find(t, observe(t, k), "bond0.6").Up)
}

// One that does not follow its bond is left alone.
func TestAVLANThatStaysDownIsNotSetDown(t *testing.T) {
	d := decode(t, attic)
	k := hostOf(t, d)
	reach(t, k, d)
	require.NoError(t, k.AddVLAN("bond0.5", "bond0", 5))
	state := observe(t, k)
	find(t, state, "bond0.5").Special = true // such as VLAN_FLAG_LOOSE_BINDING
	want := plan.Desired(decode(t, strings.Replace(attic, `"active-backup"`, `"balance-tlb"`, 1)))
	changes, problems := plan.Network(want, state)
	require.Empty(t, problems)
	assert.NotContains(t, text(changes), "bond0.5")
}

// Slaves change queues, of which the driver gives none to two.
func TestQueuesChangeHands(t *testing.T) {
	const queues = "bond \"bond0\" {\n  slave \"eth0\" { queue_id = 1 }\n  slave \"eth1\" { queue_id = 2 }\n}\n"
	swapped := decode(t, strings.NewReplacer("= 1", "= 2", "= 2", "= 1").Replace(queues))
	k := hostOf(t, swapped)
	reach(t, k, decode(t, queues))
	assert.Equal(t, "in place: set queue_id 2 -> 0 of eth1\nin place: set queue_id 1 -> 2 of eth0\nin place: set queue_id 0 -> 1 of eth1\n", text(reach(t, k, swapped)))
	undoEverywhere(t, decode(t, queues), swapped)
}

// A VLAN has its large frames back only once its parent has them.
func TestFramesGrowFromBelow(t *testing.T) {
	const large = "ethernet \"eth0\" {\n  mtu = 9000\n  vlan \"7\" { mtu = 8000 }\n}\n"
	undoEverywhere(t, decode(t, large), decode(t, strings.NewReplacer("9000", "1500", "8000", "1400").Replace(large)))
	undoEverywhere(t, decode(t, large), decode(t, "bond \"bond0\" {\n  slave \"eth0\" {}\n}\n"))
}

// A link may have two ways to one network, of metrics that nobody has given.
func TestRoutesOfOneLinkStandSideBySide(t *testing.T) {
	d := decode(t, `ethernet "eth0" {
  ipv4 { addresses = ["192.0.2.10/24"] }
  route "198.51.100.0/24" { gateway = "192.0.2.1" }
  route "198.51.100.0/24" { gateway = "192.0.2.2" }
}
`)
	k := hostOf(t, d)
	reach(t, k, d)
	assert.Contains(t, k.String(), "198.51.100.0/24 via 192.0.2.1 dev eth0\n198.51.100.0/24 via 192.0.2.2 dev eth0 metric 1\n")
}

func TestNetworkNamesWhatIsInTheWay(t *testing.T) {
	cases := []struct {
		name string
		host func(*testing.T, *kerneltest.Fake)
		want string
	}{
		{"no card", func(*testing.T, *kerneltest.Fake) {}, "eth1: No such link"},
		{"the name is a card's", func(_ *testing.T, k *kerneltest.Fake) {
			k.AddHardware("eth1")
			k.AddHardware("bond0")
		}, "bond0: Name in use"},
		{"a slave of a bond that is not described", func(t *testing.T, k *kerneltest.Fake) {
			t.Helper()
			k.AddHardware("eth1")
			require.NoError(t, k.AddBond("bond9", nil))
			require.NoError(t, k.Enslave("eth1", "bond9"))
		}, "eth1: Slave of another bond"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			k := kerneltest.NewFake()
			k.AddHardware("eth0")
			c.host(t, k)
			changes, problems := plan.Network(plan.Desired(decode(t, attic)), observe(t, k))
			assert.Empty(t, changes)
			require.Len(t, problems, 1)
			assert.Equal(t, c.want, problems[0].Link+": "+problems[0].Summary)
			assert.Equal(t, "test.hcl", problems[0].Range.Filename)
			assert.NotEmpty(t, problems[0].Detail)
		})
	}
}

func TestNetworkNamesAnOptionThatTheKernelLacks(t *testing.T) {
	d := decode(t, strings.Replace(attic, "miimon  = 100", "miimon = 100\n arp_missed_max = 3", 1))
	k := kerneltest.NewFake("arp_missed_max")
	for _, name := range cards(d) {
		k.AddHardware(name)
	}
	reach(t, k, decode(t, attic))
	_, problems := plan.Network(plan.Desired(d), observe(t, k))
	require.Len(t, problems, 1)
	assert.Equal(t, "Kernel too old", problems[0].Summary)
	assert.Contains(t, problems[0].Detail, "5.17")
}

// Whatever bondctl monitor has made of its routes meanwhile, neither way concerns them.
func TestTheMonitorsRoutesAreItsOwn(t *testing.T) {
	d := decode(t, attic)
	k := hostOf(t, d)
	reach(t, k, d)
	monitors := kernel.Route{To: schema.IPv4.Default(), Via: netip.MustParseAddr("192.0.2.1"), Link: "bond0", Metric: 10, Protocol: kernel.MonitorProtocol}
	require.NoError(t, k.AddRoute(monitors))
	before := observe(t, k)
	require.NoError(t, k.RemoveRoute(monitors))
	monitors.Metric = 11
	require.NoError(t, k.AddRoute(monitors))
	for _, want := range []*plan.Wanted{plan.Desired(d), plan.Before(before, []string{"bond0", "eth0", "eth1"})} {
		changes, problems := plan.Network(want, observe(t, k))
		require.Empty(t, problems)
		assert.Empty(t, text(changes))
	}
}
