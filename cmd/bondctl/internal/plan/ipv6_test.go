package plan_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel/kerneltest"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/schema"
)

const advertisedTo = "eth0"

// taught is a host with what a router has advertised to it, and a server leased.
func taught(t *testing.T, k *kerneltest.Fake) {
	t.Helper()
	require.NoError(t, k.Up(advertisedTo))
	dynamic := func(prefix string) kernel.Address {
		return kernel.Address{Link: advertisedTo, Prefix: netip.MustParsePrefix(prefix), Valid: 1800, Preferred: 1800}
	}
	for _, a := range []kernel.Address{dynamic("2001:db8:1::7/64"), dynamic("2001:db8:1::100/128")} {
		require.NoError(t, k.AddAddress(a))
	}
	router := netip.MustParseAddr("fe80::1")
	for _, r := range []kernel.Route{
		{To: schema.IPv6.Default(), Via: router, Metric: 1024, Protocol: unix.RTPROT_RA, Expires: true},
		{To: netip.MustParsePrefix("2001:db8:2::/64"), Via: router, Metric: 1024, Protocol: unix.RTPROT_RA, Expires: true},
		{To: netip.MustParsePrefix("2001:db8:3::/64"), Metric: 256, Protocol: unix.RTPROT_KERNEL, Expires: true},
	} {
		r.Link = advertisedTo
		require.NoError(t, k.AddRoute(r))
	}
}

// A link that is not to heed routers any more loses what they advertised, and keeps
// what a server leased; its own routes do not count on theirs.
func TestNetworkTakesAwayWhatRoutersAdvertised(t *testing.T) {
	for says, want := range map[string]string{
		`addresses = ["2001:db8::10/64"]`: `
in place: have eth0 ignore router advertisements (accept_ra 0)
in place: add address 2001:db8::10/64 to eth0
in place: remove the route ipv6 default via fe80::1 on eth0 metric 1024
in place: remove the route 2001:db8:2::/64 via fe80::1 on eth0 metric 1024
in place: remove the route 2001:db8:3::/64 on eth0 metric 256
in place: remove address 2001:db8:1::100/128 from eth0
in place: remove address 2001:db8:1::7/64 from eth0
`,
		`dhcp = true
accept_ra = false`: `
in place: have eth0 ignore router advertisements (accept_ra 0)
in place: remove the route ipv6 default via fe80::1 on eth0 metric 1024
in place: remove the route 2001:db8:2::/64 via fe80::1 on eth0 metric 1024
in place: remove the route 2001:db8:3::/64 on eth0 metric 256
in place: remove address 2001:db8:1::7/64 from eth0
`,
		`addresses = ["2001:db8:3::10/64"]
gateway = "fe80::1"`: `
in place: have eth0 ignore router advertisements (accept_ra 0)
in place: add address 2001:db8:3::10/64 to eth0
in place: set the route ipv6 default via fe80::1 on eth0
in place: remove the route 2001:db8:2::/64 via fe80::1 on eth0 metric 1024
in place: remove address 2001:db8:1::100/128 from eth0
in place: remove address 2001:db8:1::7/64 from eth0
`,
	} {
		d := decode(t, "ethernet \"eth0\" {\nipv6 {\n"+says+"\n}\n}\n")
		k := hostOf(t, d)
		taught(t, k)
		wanted := plan.Desired(d)
		wanted.IPv6By(map[string]kernel.IPv6{advertisedTo: {kernel.AcceptRA: 0}})
		before := observe(t, k)
		changes, problems := plan.Network(wanted, before)
		require.Empty(t, problems)
		assert.Equal(t, strings.TrimLeft(want, "\n"), text(changes))
		carryOut(t, k, changes)
		changes, problems = plan.Network(wanted, observe(t, k))
		require.Empty(t, problems)
		assert.Empty(t, text(changes))
	}
}

// A link that did not heed routers before does not keep what they have advertised since.
func TestTheWayBackToALinkThatHeedsNobody(t *testing.T) {
	d := decode(t, `ethernet "eth0" {}`)
	k := hostOf(t, d)
	require.NoError(t, k.Up(advertisedTo))
	require.NoError(t, k.SetIPv6(advertisedTo, kernel.IPv6{kernel.AcceptRA: 0}))
	before := observe(t, k)
	require.NoError(t, k.SetIPv6(advertisedTo, kernel.IPv6{kernel.AcceptRA: 2}))
	taught(t, k)
	want := plan.Before(before, []string{advertisedTo})
	want.IPv6By(map[string]kernel.IPv6{advertisedTo: find(t, before, advertisedTo).IPv6})
	changes, problems := plan.Network(want, observe(t, k))
	require.Empty(t, problems)
	carryOut(t, k, changes)
	assert.Equal(t, portrait(before), portrait(observe(t, k)))
}

// A new link is told before it is up; IPv6 that is switched off takes with it what it
// had, and nobody is told twice.
func TestNetworkConfiguresIPv6BeforeALinkIsUp(t *testing.T) {
	d := decode(t, attic)
	k := hostOf(t, d)
	want := plan.Desired(d)
	want.IPv6By(map[string]kernel.IPv6{"bond0": {kernel.AcceptRA: 0, kernel.Autoconf: 0}, "eth9": {kernel.AcceptRA: 0}})
	changes, problems := plan.Network(want, observe(t, k))
	require.Empty(t, problems)
	shown := text(changes)
	told, up := strings.Index(shown, "none: have bond0 ignore router advertisements (accept_ra 0, autoconf 0)\n"), strings.Index(shown, "set bond0 up\n")
	assert.True(t, 0 <= told && told < up, shown)
	assert.Equal(t, 1, strings.Count(shown, "router advertisements"), shown)
	carryOut(t, k, changes)

	bare := decode(t, `
bond "bond0" {
  mode    = "active-backup"
  miimon  = 100
  primary = "eth0"
  slave "eth0" {}
  slave "eth1" {}
}
`)
	off := plan.Desired(bare)
	off.IPv6By(map[string]kernel.IPv6{"bond0": {kernel.DisableIPv6: 1}})
	changes, problems = plan.Network(off, observe(t, k))
	require.Empty(t, problems)
	assert.True(t, strings.HasPrefix(text(changes), "in place: switch IPv6 off on bond0 (disable_ipv6 1)\n"), text(changes))
	assert.NotContains(t, text(changes), "2001:db8::10", "it goes by itself")
	carryOut(t, k, changes)
	changes, problems = plan.Network(off, observe(t, k))
	require.Empty(t, problems)
	assert.Empty(t, text(changes))
}

// What a change says of IPv6 is what it does, whichever settings it has.
func TestTheWordsForIPv6(t *testing.T) {
	for want, settings := range map[string]kernel.IPv6{
		"switch IPv6 off on eth0 (disable_ipv6 1)":                                         {kernel.DisableIPv6: 1},
		"have eth0 speak IPv6 again (disable_ipv6 0)":                                      {kernel.DisableIPv6: 0},
		"have eth0 heed router advertisements (accept_ra 2, autoconf 1, disable_ipv6 0)":   {kernel.AcceptRA: 2, kernel.Autoconf: 1, kernel.DisableIPv6: 0},
		"have eth0 ignore router advertisements (accept_ra 0, autoconf 0, disable_ipv6 0)": {kernel.AcceptRA: 0, kernel.Autoconf: 0, kernel.DisableIPv6: 0},
		"configure IPv6 anew on eth0 (ra_defrtr_metric 1024)":                              {kernel.AdvertisedMetric: 1024},
	} {
		assert.Equal(t, want, plan.Change{Verb: plan.SetIPv6, Link: advertisedTo, IPv6: settings}.String())
	}
}
