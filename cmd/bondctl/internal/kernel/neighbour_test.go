package kernel

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"

	"github.com/bondctl/bondctl/schema"
)

// Nothing is sent to the gateway, and yet it is known a moment later.
func TestWarm(t *testing.T) {
	newGateway(t)
	host := open(t)
	for _, family := range []schema.Family{schema.IPv4, schema.IPv6} {
		gateway := endsOf[family].near.Addr()
		require.Zero(t, neighbourState(t, gateway))
		awaitNeighbours(t, host, gateway)
		require.NoError(t, host.Warm("wan", gateway), "it is known already")
	}
	require.ErrorIs(t, host.Warm("none", endsOf[schema.IPv4].near.Addr()), ErrNoLink)
}

// awaitNeighbours waits until neighbours are known. They are asked for until then: on a
// loaded machine the link can be up for seconds before the other end listens for IPv6,
// and the kernel gives up after three questions.
func awaitNeighbours(t *testing.T, host *Host, neighbours ...netip.Addr) {
	t.Helper()
	for _, n := range neighbours {
		require.Eventually(t, func() bool {
			return host.Warm("wan", n) == nil && neighbourState(t, n) == netlink.NUD_REACHABLE
		}, time.Minute, time.Millisecond)
	}
}

// neighbourState gives the state of an entry (NUD_*), 0 where there is none.
func neighbourState(t *testing.T, addr netip.Addr) int {
	t.Helper()
	neighbours, err := netlink.NeighList(0, int(afOf(addr)))
	require.NoError(t, err)
	for _, n := range neighbours {
		if n.IP.Equal(addr.AsSlice()) {
			return n.State
		}
	}
	return 0
}
