package kernel

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/schema"
)

// Two IPv6 default routes of one metric that refer to nexthop objects differ in
// nothing but the object: the one that was observed is removed, first or second.
func TestRemoveRouteByItsNextHopObject(t *testing.T) {
	for _, removed := range []uint32{7, 8} {
		t.Run(fmt.Sprint(removed), func(t *testing.T) {
			host := open(t)
			newGateway(t)
			require.NoError(t, host.RemoveRoute(Route{To: schema.IPv6.Default(), Via: endsOf[schema.IPv6].near.Addr(), Link: "wan"}))
			addDefaultOver(t, host, 7, "fd00:1::7")
			addDefaultOver(t, host, 8, "fd00:1::8")
			routes := defaultsByObject(t, host)
			require.Len(t, routes, 2)

			require.NoError(t, host.RemoveRoute(routes[removed]))
			delete(routes, removed)
			assert.Equal(t, routes, defaultsByObject(t, host))
		})
	}
}

// addDefaultOver makes a nexthop object and puts a default route over it beside those
// that there are.
func addDefaultOver(t *testing.T, host *Host, id uint32, via string) {
	t.Helper()
	index, err := host.index("wan")
	require.NoError(t, err)
	attrs := appendAttr(nil, unix.NHA_OIF, native.AppendUint32(nil, index))
	attrs = appendAttr(attrs, unix.NHA_GATEWAY, netip.MustParseAddr(via).AsSlice())
	require.NoError(t, addNextHop(host, schema.IPv6, id, attrs))
	body := appendAttr(encodeRoute(Route{To: schema.IPv6.Default()}, 0), nextHopID, native.AppendUint32(nil, id))
	require.NoError(t, host.change("add a route", unix.RTM_NEWROUTE, unix.NLM_F_CREATE|unix.NLM_F_APPEND, body))
}

// defaultsByObject gives the IPv6 default routes by the nexthop objects that they
// refer to.
func defaultsByObject(t *testing.T, host *Host) map[uint32]Route {
	t.Helper()
	state, err := host.Observe()
	require.NoError(t, err)
	routes := map[uint32]Route{}
	for _, r := range state.Routes {
		for _, a := range r.Unknown {
			if a.Number == nextHopID && r.To == schema.IPv6.Default() {
				routes[a.number()] = r
			}
		}
	}
	return routes
}
