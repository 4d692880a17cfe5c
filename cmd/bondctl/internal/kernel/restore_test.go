package kernel

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/schema"
)

// metrics is an RTA_METRICS with an MTU that is locked, and an initial window.
func metrics() Attribute {
	var list []byte
	for _, m := range []struct {
		number uint16
		value  uint32
	}{{unix.RTAX_LOCK, 1 << unix.RTAX_MTU}, {unix.RTAX_MTU, 1400}, {unix.RTAX_INITCWND, 20}} {
		list = appendAttr(list, m.number, native.AppendUint32(nil, m.value))
	}
	return Attribute{Number: unix.RTA_METRICS, Data: list}
}

// Observed, removed and added again a route is what it was, attributes without a
// field of their own included.
func TestRoutesAreRestoredWhole(t *testing.T) {
	host := open(t)
	newGateway(t)
	six := Attribute{Number: unix.RTA_VIA, Data: append(native.AppendUint16(nil, unix.AF_INET6), endsOf[schema.IPv6].near.Addr().AsSlice()...)}
	for _, r := range []Route{
		{To: netip.MustParsePrefix("198.51.100.0/24"), Via: endsOf[schema.IPv4].near.Addr(), Link: "wan", Unknown: []Attribute{metrics()}},
		{To: netip.MustParsePrefix("198.51.101.0/24"), Link: "wan", Unknown: []Attribute{metrics()}},
		{To: netip.MustParsePrefix("198.51.102.0/24"), Link: "wan", Unknown: []Attribute{six}},
		{To: netip.MustParsePrefix("2001:db8:51::/48"), Via: endsOf[schema.IPv6].near.Addr(), Link: "wan", Unknown: []Attribute{metrics()}},
	} {
		t.Run(r.To.String(), func(t *testing.T) {
			require.NoError(t, host.AddRoute(r))
			made := routeTo(t, host, r.To)
			assert.Equal(t, r.Unknown, made.Unknown)
			assert.True(t, made.IsRestorable())
			require.NoError(t, host.RemoveRoute(made))
			require.NoError(t, host.SetRoute(made))
			assert.Equal(t, made, routeTo(t, host, r.To))
		})
	}
}

func routeTo(t *testing.T, host *Host, to netip.Prefix) Route {
	t.Helper()
	state, err := host.Observe()
	require.NoError(t, err)
	for _, r := range state.Routes {
		if r.To == to {
			return r
		}
	}
	require.Fail(t, "no route", to)
	return Route{}
}

// A route of IPv4 over two links is told to be over both, and cannot be restored.
func TestHopsOfASharedRoute(t *testing.T) {
	state := &State{Links: []*Link{{Index: 7, Name: "eth0"}, {Index: 8, Name: "eth1"}}}
	hop := func(index uint32, via string) []byte {
		attr := appendAttr(nil, unix.RTA_GATEWAY, netip.MustParseAddr(via).AsSlice())
		head := append(native.AppendUint16(nil, uint16(unix.SizeofRtNexthop+len(attr))), 0, 0) // neither flags nor a weight
		return append(native.AppendUint32(head, index), attr...)
	}
	shared := Route{To: schema.IPv4.Default(), Table: 254, Unknown: []Attribute{
		{Number: unix.RTA_MULTIPATH, Data: append(hop(7, "192.0.2.1"), hop(8, "198.51.100.1")...)},
	}}
	assert.True(t, shared.IsShared())
	assert.False(t, shared.IsRestorable())
	var over []string
	for _, h := range state.Hops(shared) {
		over = append(over, h.Link+" "+h.Via.String())
		assert.True(t, h.IsShared())
	}
	assert.Equal(t, []string{"eth0 192.0.2.1", "eth1 198.51.100.1"}, over)

	alone := Route{To: schema.IPv4.Default(), Link: "eth0"}
	assert.False(t, alone.IsShared())
	assert.Equal(t, []Route{alone}, state.Hops(alone))
	assert.False(t, Route{Unknown: []Attribute{{Number: nextHopID}}}.IsRestorable())
}
