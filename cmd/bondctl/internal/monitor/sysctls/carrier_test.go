package sysctls

import (
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
)

// wire makes a link with a carrier and a default route, and gives its other end.
func (h *host) wire(link, address, gateway string, metric uint32) (peer string) {
	h.Helper()
	before, err := net.Interfaces()
	require.NoError(h, err)
	h.add(link)
	h.Cleanup(func() { _ = h.kernel.Delete(link) })
	after, err := net.Interfaces()
	require.NoError(h, err)
	for _, l := range after {
		known := slices.ContainsFunc(before, func(b net.Interface) bool { return b.Index == l.Index })
		if l.Name != link && !known {
			peer = l.Name
		}
	}
	require.NoError(h, h.kernel.Up(link))
	require.NoError(h, h.kernel.Up(peer))
	prefix := netip.MustParsePrefix(address)
	require.NoError(h, h.kernel.AddAddress(kernel.Address{Link: link, Prefix: prefix}))
	require.NoError(h, h.kernel.AddRoute(kernel.Route{
		To: netip.PrefixFrom(prefix.Addr(), 0).Masked(), Via: netip.MustParseAddr(gateway), Link: link, Metric: metric,
		Table: unix.RT_TABLE_MAIN, Type: unix.RTN_UNICAST,
	}))
	return peer
}

// carries waits until the kernel by itself sends over a link.
func (h *host) carries(link, remote string) {
	h.Helper()
	require.Eventually(h, func() bool {
		over, err := h.kernel.PathTo(netip.MustParseAddr(remote), netip.Addr{})
		return err == nil && over == link
	}, time.Minute, 5*time.Millisecond)
}

// carrierless waits until the kernel knows that a link has no carrier.
func (h *host) carrierless(link string) {
	h.Helper()
	require.Eventually(h, func() bool {
		now, err := h.kernel.Observe()
		require.NoError(h, err)
		l, ok := now.Link(link)
		return ok && !l.Carrier
	}, time.Minute, 5*time.Millisecond)
}

// A cable that is cut has the kernel fail over by itself; without the settings it
// goes on sending into the cable.
func TestTheKernelLeavesALinkWithoutCarrier(t *testing.T) {
	for family, at := range map[string]struct{ fiber, fiberGateway, gsm, gsmGateway, remote string }{
		"IPv4": {"192.0.2.2/24", "192.0.2.1", "198.51.100.2/24", "198.51.100.1", "203.0.113.1"},
		"IPv6": {"2001:db8:1::2/64", "2001:db8:1::1", "2001:db8:2::2/64", "2001:db8:2::1", "2001:db8:3::1"},
	} {
		t.Run(family, func(t *testing.T) {
			h := newHost(t)
			peer := h.wire("fiber", at.fiber, at.fiberGateway, 10)
			h.wire("gsm", at.gsm, at.gsmGateway, 20)
			h.carries("fiber", at.remote)

			require.NoError(t, h.kernel.Down(peer))
			h.carrierless("fiber")
			h.carries("fiber", at.remote)

			k := h.keeper("this boot")
			require.NoError(t, h.kernel.Up(peer))
			require.NoError(t, k.Prepare([]string{"fiber", "gsm"}))
			require.NoError(t, h.kernel.Down(peer))
			h.carries("gsm", at.remote)
			assert.NoError(t, k.Restore())
		})
	}
}
