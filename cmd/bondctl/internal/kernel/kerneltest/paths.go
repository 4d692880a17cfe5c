package kerneltest

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// paths are what the routes and addresses make of an address to send to.
func paths(t *testing.T, k kernel.Kernel) {
	t.Helper()
	for name, address := range map[string]string{"br0": "192.0.2.1/24", "br1": "198.51.100.1/24"} {
		require.NoError(t, k.AddLink(name, "bridge"))
		require.NoError(t, k.Up(name))
		require.NoError(t, k.AddAddress(kernel.Address{Link: name, Prefix: netip.MustParsePrefix(address)}))
	}
	const outside = "203.0.113.9"
	none, own := netip.Addr{}, netip.MustParseAddr("198.51.100.1")
	way := func(remote string, from netip.Addr) string {
		link, err := k.PathTo(netip.MustParseAddr(remote), from)
		require.NoError(t, err, remote)
		return link
	}
	assert.Equal(t, "br0", way("192.0.2.7", none), "a neighbour")
	assert.Equal(t, "br0", way("192.0.2.7", own), "the address to send from is another link's")
	assert.Equal(t, "br0", way("::ffff:192.0.2.7", none), "IPv4 in IPv6's clothes")
	assert.Equal(t, "lo", way("192.0.2.1", none), "this machine itself")
	_, err := k.PathTo(netip.MustParseAddr(outside), none)
	require.ErrorIs(t, err, kernel.ErrUnreachable)
	require.ErrorContains(t, err, "look up the way to 203.0.113.9: no route leads there")

	require.NoError(t, k.AddRoute(kernel.Route{To: schema.IPv4.Default(), Via: netip.MustParseAddr("198.51.100.2"), Link: "br1", Metric: 200}))
	assert.Equal(t, "br1", way(outside, none), "the one default route")
	require.NoError(t, k.AddRoute(kernel.Route{To: schema.IPv4.Default(), Via: netip.MustParseAddr("192.0.2.2"), Link: "br0", Metric: 100}))
	assert.Equal(t, "br0", way(outside, own), "the lower metric wins")
	require.NoError(t, k.AddRoute(kernel.Route{To: netip.MustParsePrefix("203.0.113.0/24"), Via: netip.MustParseAddr("198.51.100.2"), Link: "br1", Metric: 300}))
	assert.Equal(t, "br1", way(outside, none), "the longer prefix wins")

	_, err = k.PathTo(netip.MustParseAddr(outside), netip.MustParseAddr("192.0.2.99"))
	require.ErrorIs(t, err, kernel.ErrUnreachable, "from an address that is not ours")
	_, err = k.PathTo(netip.MustParseAddr("fe80::1%br9"), none)
	require.ErrorIs(t, err, kernel.ErrNoLink)
	assert.Equal(t, "br1", way("fe80::1%br1", none))
}
