package kerneltest

import (
	"net/netip"
	"slices"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// carrierless is a link that every kernel can make.
func carrierless(t *testing.T, k kernel.Kernel) {
	t.Helper()
	require.NoError(t, k.AddLink("br0", "bridge"))
	require.NoError(t, k.Up("br0"))
}

// addresses are added, replaced and removed, and routes to their networks come and go.
func addresses(t *testing.T, k kernel.Kernel) {
	t.Helper()
	carrierless(t, k)
	four := kernel.Address{Link: "br0", Prefix: netip.MustParsePrefix("192.0.2.1/24")}
	require.NoError(t, k.AddAddress(four))
	require.ErrorIs(t, k.AddAddress(four), syscall.EEXIST)
	require.NoError(t, k.ReplaceAddress(four))
	assert.Equal(t, []string{"192.0.2.1/24"}, prefixes(t, k, schema.IPv4))
	assert.Equal(t, []string{"192.0.2.0/24"}, destinations(t, k), "the way to its network")

	require.NoError(t, k.Down("br0"))
	assert.Empty(t, destinations(t, k), "down: no routes")
	assert.Equal(t, []string{"192.0.2.1/24"}, prefixes(t, k, schema.IPv4), "down: the IPv4 address stays")
	require.NoError(t, k.Up("br0"))
	assert.Equal(t, []string{"192.0.2.0/24"}, destinations(t, k), "up again: the kernel's own route is back")

	require.NoError(t, k.RemoveAddress(four))
	require.ErrorIs(t, k.RemoveAddress(four), syscall.EADDRNOTAVAIL)
	assert.Empty(t, prefixes(t, k, schema.IPv4))
	assert.Empty(t, destinations(t, k))
}

// configured is a link on which the kernel configures IPv6 as it is told, and leaves what
// it is not told.
func configured(t *testing.T, k kernel.Kernel) {
	t.Helper()
	carrierless(t, k)
	now := func() kernel.IPv6 { return world{t, k}.link("br0").IPv6 }
	want := kernel.IPv6{kernel.AcceptRA: 2, kernel.Autoconf: 0, kernel.AdvertisedMetric: 50, kernel.DisableIPv6: 0}
	require.NoError(t, k.SetIPv6("br0", want))
	assert.Equal(t, want, now())
	require.NoError(t, k.SetIPv6("br0", kernel.IPv6{kernel.AcceptRA: 0}))
	want[kernel.AcceptRA] = 0
	assert.Equal(t, want, now())

	require.NoError(t, k.AddAddress(kernel.Address{Link: "br0", Prefix: netip.MustParsePrefix("192.0.2.1/24")}))
	require.NoError(t, k.AddAddress(kernel.Address{Link: "br0", Prefix: netip.MustParsePrefix("2001:db8::1/64")}))
	require.NoError(t, k.SetIPv6("br0", kernel.IPv6{kernel.DisableIPv6: 1}))
	assert.Equal(t, []string{"192.0.2.0/24"}, destinations(t, k), "without IPv6 there is no way to its networks")
	assert.Empty(t, prefixes(t, k, schema.IPv6))
	assert.Equal(t, []string{"192.0.2.1/24"}, prefixes(t, k, schema.IPv4))
	require.ErrorIs(t, k.SetIPv6("br1", want), kernel.ErrNoLink)
}

// routes are added, replaced and removed; a failed change changes nothing.
func routes(t *testing.T, k kernel.Kernel) {
	t.Helper()
	carrierless(t, k)
	require.NoError(t, k.AddAddress(kernel.Address{Link: "br0", Prefix: netip.MustParsePrefix("192.0.2.1/24")}))
	out := kernel.Route{To: schema.IPv4.Default(), Via: netip.MustParseAddr("192.0.2.254"), Link: "br0", Metric: 100}
	require.NoError(t, k.AddRoute(out))
	require.ErrorIs(t, k.AddRoute(out), syscall.EEXIST)

	other := out
	other.Via = netip.MustParseAddr("198.51.100.1")
	require.ErrorIs(t, k.AddRoute(other), syscall.ENETUNREACH, "a next hop that no address reaches")
	other.Via = netip.MustParseAddr("192.0.2.253")
	require.NoError(t, k.ReplaceRoute(other))
	backup := out
	backup.Metric = 200
	require.NoError(t, k.AddRoute(backup), "another metric is another route")
	assert.Equal(t, []string{"0.0.0.0/0", "0.0.0.0/0", "192.0.2.0/24"}, destinations(t, k))

	require.ErrorIs(t, k.RemoveRoute(out), syscall.ESRCH, "it was replaced")
	require.NoError(t, k.RemoveRoute(other))
	require.NoError(t, k.RemoveRoute(backup))
	require.ErrorIs(t, k.RemoveRoute(backup), syscall.ESRCH)
	require.NoError(t, k.Down("br0"))
	require.ErrorIs(t, k.AddRoute(out), syscall.ENETUNREACH, "down: no address reaches anything")
	require.ErrorIs(t, k.AddRoute(kernel.Route{To: netip.MustParsePrefix("198.51.100.0/24"), Link: "br0"}), syscall.ENETDOWN)
}

// heirs are VLANs that are up: they have the address of their parent, until they
// are given one.
func heirs(t *testing.T, k kernel.Kernel) {
	t.Helper()
	carrierless(t, k)
	require.NoError(t, k.AddVLAN("br0.5", "br0", 5))
	mac := func() schema.MAC {
		state, err := k.Observe()
		require.NoError(t, err)
		l, ok := state.Link("br0.5")
		require.True(t, ok)
		return l.MAC
	}
	drawn, first, second := mac(), schema.MAC{2, 0, 0, 0, 0, 0x51}, schema.MAC{2, 0, 0, 0, 0, 0x52}
	require.NoError(t, k.SetMAC("br0", first))
	assert.Equal(t, drawn, mac(), "down")
	require.NoError(t, k.Up("br0.5"))
	assert.Equal(t, first, mac())
	require.NoError(t, k.SetMAC("br0", second))
	assert.Equal(t, second, mac())
	require.NoError(t, k.SetMAC("br0.5", first))
	require.NoError(t, k.SetMAC("br0", drawn))
	assert.Equal(t, first, mac(), "its own")
}

// followers are VLANs, which go down and up with their parent. Then their IPv6
// addresses are gone, and no frame of theirs is larger than the parent's.
func followers(t *testing.T, k kernel.Kernel) {
	t.Helper()
	carrierless(t, k)
	const vlan = "br0.5"
	require.NoError(t, k.AddVLAN(vlan, "br0", 5))
	require.ErrorIs(t, k.SetMTU(vlan, 2000), syscall.ERANGE)
	require.NoError(t, k.Down("br0"))
	require.ErrorIs(t, k.Up(vlan), syscall.ENETDOWN)
	require.NoError(t, k.Up("br0"))
	w := world{t, k}
	assert.True(t, w.link(vlan).Up, "with its parent, though nobody had set it up")
	four, six := netip.MustParsePrefix("192.0.2.1/24"), netip.MustParsePrefix("2001:db8::1/64")
	require.NoError(t, k.AddAddress(kernel.Address{Link: vlan, Prefix: four}))
	require.NoError(t, k.AddAddress(kernel.Address{Link: vlan, Prefix: six}))
	require.NoError(t, k.Down("br0"))
	assert.False(t, w.link(vlan).Up)
	assert.Empty(t, destinations(t, k))
	require.NoError(t, k.Up("br0"))
	assert.True(t, w.link(vlan).Up)
	assert.Equal(t, []string{"192.0.2.1/24"}, prefixes(t, k, schema.IPv4))
	assert.NotContains(t, prefixes(t, k, schema.IPv6), six.String())
	assert.Equal(t, []string{"192.0.2.0/24"}, destinations(t, k))
}

// standIns keep the routes of an IPv4 address while it is taken away: the same
// number with another length.
func standIns(t *testing.T, k kernel.Kernel) {
	t.Helper()
	carrierless(t, k)
	bare := kernel.Address{Link: "br0", Prefix: netip.MustParsePrefix("192.0.2.1/24"), Flags: noPrefixRoute}
	standIn, plain := bare, bare
	standIn.Prefix, plain.Flags = netip.MustParsePrefix("192.0.2.1/32"), 0
	require.NoError(t, k.AddAddress(bare))
	assert.Empty(t, destinations(t, k))
	network := kernel.Route{To: bare.Prefix.Masked(), Link: "br0", Source: bare.Prefix.Addr(), Protocol: protKernel, Scope: scopeLink, Metric: 300}
	out := kernel.Route{To: schema.IPv4.Default(), Via: netip.MustParseAddr("192.0.2.254"), Link: "br0", Source: bare.Prefix.Addr(), Metric: 300}
	require.NoError(t, k.AddRoute(network))
	require.NoError(t, k.AddRoute(out))

	require.NoError(t, k.AddAddress(standIn))
	require.NoError(t, k.RemoveAddress(bare))
	assert.Equal(t, []string{"0.0.0.0/0", "192.0.2.0/24"}, destinations(t, k))
	require.NoError(t, k.AddAddress(plain))
	require.NoError(t, k.RemoveAddress(standIn))
	require.NoError(t, k.RemoveRoute(network))
	assert.Equal(t, []string{"0.0.0.0/0", "192.0.2.0/24"}, destinations(t, k), "the kernel's own now")
	require.NoError(t, k.RemoveAddress(plain))
	assert.Empty(t, destinations(t, k))
}

// siblings are routes of IPv6 that differ only in their next hops: each is set
// and removed without the others.
func siblings(t *testing.T, k kernel.Kernel) {
	t.Helper()
	const onlink = 4
	var out []kernel.Route
	for i, name := range []string{"br0", "br1"} {
		require.NoError(t, k.AddLink(name, "bridge"))
		require.NoError(t, k.Up(name))
		via := netip.MustParseAddr([]string{"2001:db8:1::1", "2001:db8:2::1"}[i])
		out = append(out, kernel.Route{To: schema.IPv6.Default(), Via: via, Link: name, Metric: 1024, Flags: onlink})
		require.NoError(t, k.SetRoute(out[i]))
	}
	assert.Equal(t, []string{"br0", "br1"}, defaults(t, k))
	out[0].Protocol = protBoot
	require.NoError(t, k.SetRoute(out[0]), "by somebody else")
	require.NoError(t, k.SetRoute(out[0]), "once more")
	assert.Equal(t, []string{"br0", "br1"}, defaults(t, k))
	require.NoError(t, k.RemoveRoute(out[0]))
	assert.Equal(t, []string{"br1"}, defaults(t, k))
	require.NoError(t, k.ReplaceRoute(out[0]))
	assert.Equal(t, []string{"br0"}, defaults(t, k), "it is alone then")
}

// protBoot is the kernel's number for routes by scripts (RTPROT_BOOT).
const protBoot = 3

// defaults lists the links of the default routes of IPv6, sorted.
func defaults(t *testing.T, k kernel.Kernel) []string {
	t.Helper()
	state, err := k.Observe()
	require.NoError(t, err)
	var found []string
	for _, r := range state.Routes {
		if r.Table == tableMain && r.To == schema.IPv6.Default() {
			found = append(found, r.Link)
		}
	}
	slices.Sort(found)
	return found
}

// prefixes lists the addresses of one family on links but the loopback.
func prefixes(t *testing.T, k kernel.Kernel, family schema.Family) []string {
	t.Helper()
	state, err := k.Observe()
	require.NoError(t, err)
	var found []string
	for _, a := range state.Addresses {
		if a.Link != "lo" && schema.FamilyOf(a.Prefix.Addr()) == family {
			found = append(found, a.Prefix.String())
		}
	}
	return found
}

// destinations lists where IPv4 routes of the main table go, sorted.
func destinations(t *testing.T, k kernel.Kernel) []string {
	t.Helper()
	state, err := k.Observe()
	require.NoError(t, err)
	var found []string
	for _, r := range state.Routes {
		if r.Table == tableMain && r.To.Addr().Is4() {
			found = append(found, r.To.String())
		}
	}
	slices.Sort(found)
	return found
}
