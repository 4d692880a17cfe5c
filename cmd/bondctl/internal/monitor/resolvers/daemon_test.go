package resolvers

import (
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	fiberChoice = choice{
		Servers: []server{{Addr: netip.MustParseAddr("192.0.2.53")}, {Addr: netip.MustParseAddr("fe80::53")}},
		Domains: []domain{{"fiber.example", false}, {"example.net", false}, {".", true}}, Default: true,
	}
	gsmChoice = choice{Servers: []server{{Addr: gsmServers[0]}}, Domains: []domain{{".", true}}, Default: true}
	// leased is what another program gives a link.
	leased = choice{Servers: []server{{netip.MustParseAddr("203.0.113.53"), 853, "dns.example"}, {Addr: netip.MustParseAddr("2001:db8::53")}}, Domains: []domain{{"home.example", false}}, Default: true}
)

func TestOneLinkIsAsked(t *testing.T) {
	h := newResolvedHost(t, "fiber", "gsm")
	r := h.open()
	require.NoError(t, r.UseResolvers("fiber", fiberServers, fiberSearch))
	assert.Equal(t, fiberChoice, h.has("fiber"))
	require.NoError(t, r.UseResolvers("gsm", gsmServers, nil))
	assert.Equal(t, gsmChoice, h.has("gsm"))
	assert.Equal(t, choice{}, h.has("fiber"))
	require.NoError(t, r.UseResolvers("", nil, nil))
	assert.Equal(t, choice{}, h.has("gsm"))
	assert.NoFileExists(t, filepath.Join(h.root, memory))
}

func TestALinkThatIsAsItShouldBeIsNotToldAgain(t *testing.T) {
	h := newResolvedHost(t, "fiber")
	r := h.open()
	require.NoError(t, r.UseResolvers("fiber", fiberServers, fiberSearch))
	told := h.said()
	require.NoError(t, r.UseResolvers("fiber", fiberServers, fiberSearch))
	assert.Equal(t, told, h.said())
}

// systemd-resolved has each once, in words of its own.
func TestWhatIsNamedTwiceIsToldOnce(t *testing.T) {
	h := newResolvedHost(t, "fiber")
	r := h.open()
	servers, search := append(slices.Clone(fiberServers), fiberServers[0]), []string{"fiber.example.", "example.net", "Fiber.example"}
	require.NoError(t, r.UseResolvers("fiber", servers, search))
	assert.Equal(t, fiberChoice, h.has("fiber"))
	told := h.said()
	require.NoError(t, r.UseResolvers("fiber", servers, search))
	assert.Equal(t, told, h.said())
	require.NoError(t, r.UseResolvers("", nil, nil))
	assert.Equal(t, choice{}, h.has("fiber"))
}

// Another process gives back what one that was killed has found.
func TestWhatALinkHadIsGivenBack(t *testing.T) {
	h := newResolvedHost(t, "fiber")
	h.give("fiber", leased)
	require.NoError(t, h.open().UseResolvers("fiber", fiberServers, fiberSearch))
	require.NoError(t, h.open().UseResolvers("fiber", gsmServers, nil))
	assert.Equal(t, gsmChoice, h.has("fiber"))
	require.NoError(t, h.open().UseResolvers("", nil, nil))
	assert.Equal(t, leased, h.has("fiber"))
}

func TestWhatAnotherHandHasGivenSinceStays(t *testing.T) {
	h := newResolvedHost(t, "fiber")
	r := h.open()
	require.NoError(t, r.UseResolvers("fiber", fiberServers, fiberSearch))
	h.give("fiber", leased)
	require.NoError(t, r.UseResolvers("", nil, nil))
	assert.Equal(t, leased, h.has("fiber"))
}

func TestALinkOverwrittenIsToldAgain(t *testing.T) {
	h := newResolvedHost(t, "fiber")
	r := h.open()
	require.NoError(t, r.UseResolvers("fiber", fiberServers, fiberSearch))
	h.give("fiber", leased)
	require.NoError(t, r.UseResolvers("fiber", fiberServers, fiberSearch))
	assert.Equal(t, fiberChoice, h.has("fiber"))
	require.NoError(t, r.UseResolvers("", nil, nil))
	assert.Equal(t, leased, h.has("fiber"))
}

// systemd-resolved takes no word about the links of systemd-networkd.
func TestNetworkdIsToldOfItsOwnLinks(t *testing.T) {
	h := newResolvedHost(t, "fiber")
	h.manage("fiber", leased)
	r := h.open()
	require.NoError(t, r.UseResolvers("fiber", fiberServers, fiberSearch))
	assert.Equal(t, fiberChoice, h.has("fiber"))
	require.NoError(t, r.UseResolvers("", nil, nil))
	assert.Equal(t, leased, h.has("fiber"))
	assert.Equal(t, []string{"SetLinkDNSEx", "SetLinkDomains", "SetLinkDefaultRoute", "RevertLinkDNS"}, h.said())
}

// What systemd-networkd passes on late is not taken for another hand's.
func TestNetworkdPassesOnLate(t *testing.T) {
	h := newResolvedHost(t, "fiber")
	h.manage("fiber", leased)
	h.fake.lag = 300 * time.Millisecond
	r := h.open()
	require.NoError(t, r.UseResolvers("fiber", fiberServers, fiberSearch))
	require.NoError(t, r.UseResolvers("", nil, nil))
	assert.Contains(t, h.said(), "RevertLinkDNS")
}

func TestALinkMadeAnewIsToldAgain(t *testing.T) {
	h := newResolvedHost(t, "ppp0")
	r := h.open()
	require.NoError(t, r.UseResolvers("ppp0", gsmServers, nil))
	h.remove("ppp0")
	require.ErrorContains(t, r.UseResolvers("ppp0", gsmServers, nil), "ppp0")
	h.add("ppp0")
	require.NoError(t, r.UseResolvers("ppp0", gsmServers, nil))
	assert.Equal(t, gsmChoice, h.has("ppp0"))
	require.NoError(t, r.UseResolvers("", nil, nil))
	assert.Equal(t, choice{}, h.has("ppp0"))
}

// What could not be given back is not forgotten.
func TestGivingBackIsTriedAgain(t *testing.T) {
	h := newResolvedHost(t, "fiber")
	r := h.open()
	require.NoError(t, r.UseResolvers("fiber", fiberServers, nil))
	h.deny("RevertLink")
	require.ErrorContains(t, r.UseResolvers("", nil, nil), "Access denied")
	h.deny("")
	require.NoError(t, h.open().UseResolvers("", nil, nil))
	assert.Equal(t, choice{}, h.has("fiber"))
}

// What is not on disk could not be given back after a crash.
func TestNoLinkIsToldThatCannotBeRemembered(t *testing.T) {
	h := newResolvedHost(t, "fiber")
	r := h.open()
	require.NoError(t, os.WriteFile(filepath.Join(h.root, "var"), nil, 0o600))
	require.ErrorContains(t, r.UseResolvers("fiber", fiberServers, nil), "nothing was changed")
	assert.Equal(t, choice{}, h.has("fiber"))
}

func TestAResolvedThatDoesNotRun(t *testing.T) {
	h := newResolvedHost(t, "fiber")
	_, err := h.conn.ReleaseName(resolved)
	require.NoError(t, err)
	require.ErrorContains(t, h.open().UseResolvers("fiber", fiberServers, nil), "systemctl start systemd-resolved")
}

// An administrator may take the file from systemd-resolved.
func TestAFileInPlaceOfTheLink(t *testing.T) {
	h := newResolvedHost(t, "fiber")
	r := h.open()
	require.NoError(t, r.UseResolvers("fiber", fiberServers, fiberSearch))
	require.NoError(t, os.Remove(filepath.Join(h.root, resolvConf)))
	place(t, h.root, hosts)
	require.NoError(t, r.UseResolvers("fiber", fiberServers, fiberSearch))
	assert.Equal(t, choice{}, h.has("fiber"))
	assert.Equal(t, withFiber, found(t, h.root))
}
