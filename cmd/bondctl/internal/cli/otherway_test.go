package cli

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel/kerneltest"
)

// newSecondCard is a host that is managed over eth0, for which root applies a document
// that has eth1 alone.
func newSecondCard(t *testing.T, network string, args ...string) (*machine, *kerneltest.Fake) {
	t.Helper()
	m, k := newApply(t, args...)
	write(t, "bondctl.hcl", "ethernet \"eth1\" {\n  ipv4 {\n"+network+"  }\n}\n")
	return m, k
}

const (
	wayOut  = "    addresses = [\"198.51.100.10/24\"]\n    gateway = \"198.51.100.1\"\n"
	wayHome = "    addresses = [\"203.0.113.10/24\"]\n"
)

// The default route that the document takes from a link beside it is part of the
// plan and of the path of a session, and comes back.
func TestApplyTakesTheDefaultRouteOfAnotherLink(t *testing.T) {
	m, k := newSecondCard(t, wayOut, "--via", "203.0.113.7")
	before := portrait(t, m, k)
	assert.Equal(t, codeError, Run(m.Env))
	assert.Contains(t, m.out.String(), "This session comes from 203.0.113.7, by --via. The plan touches eth0 below it:\napply asks for --confirm-within.")
	assert.Contains(t, m.out.String(), "  !   reroutes eth0  set the route ipv4 default via 198.51.100.1 on eth1 instead of the one via 192.0.2.1 on eth0\n")
	assert.Contains(t, m.out.String(), "because the kernel has one such route of a metric; eth0, which is not described, loses its own\n")
	assert.Contains(t, m.out.String(), "\nTraffic goes on, but some of it another way: eth0, which is not described, loses a route to another link.\n")
	assert.Contains(t, m.err.String(), "the plan touches eth0, which carries this session: say --confirm-within 60s")
	assert.Equal(t, before, portrait(t, m, k))

	m.Args = append(m.Args, "--confirm-within", "10m")
	code := during(t, m, func(other *machine) {
		assert.NotContains(t, k.String(), "0.0.0.0/0 via 192.0.2.1 dev eth0")
		assert.Equal(t, codeDone, other.again("rollback"), other.err.String())
	})
	assert.Equal(t, codeRolledBack, code, m.err.String())
	assert.Equal(t, before, portrait(t, m, k))
}

// A network that the session comes from is closer than a default route.
func TestApplyInsistsOnAWindowForAnotherWayToTheClient(t *testing.T) {
	m, k := newSecondCard(t, wayHome, "--via", "203.0.113.7")
	before := portrait(t, m, k)
	assert.Equal(t, codeError, Run(m.Env))
	assert.Contains(t, m.out.String(), "This session comes from 203.0.113.7, by --via. The plan leads the way there\nover eth1: apply asks for --confirm-within.")
	assert.Contains(t, m.err.String(), "the plan leads the way to 203.0.113.7, where this session comes from, over eth1: say --confirm-within 60s")
	assert.Equal(t, before, portrait(t, m, k))

	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown", "--via", "203.0.113.7", "--json"), m.err.String())
	assert.Contains(t, m.out.String(), "\"touched\": [],\n    \"diverted\": [\n      \"eth1\"\n    ]")
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown", "--via", "192.0.2.7"), m.err.String())
	assert.Contains(t, m.out.String(), "The plan does not touch its path.")
}

// Another link that takes a route away is part of the ground of a saved plan.
func TestASavedPlanStandsOnTheRouteOfAnotherLink(t *testing.T) {
	m, k := newSecondCard(t, wayOut)
	write(t, m.Root+machineIDFile, "0123456789abcdef0123456789abcdef\n")
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown", "--out", "change.plan"), m.err.String())
	state, err := k.Observe()
	require.NoError(t, err)
	for _, r := range state.Routes {
		if r.Via == netip.MustParseAddr("192.0.2.1") {
			r.Protocol, r.Via = 16, netip.MustParseAddr("192.0.2.2")
			require.NoError(t, k.ReplaceRoute(r))
		}
	}
	assert.Equal(t, codeError, m.again("apply", "change.plan"))
	assert.Contains(t, m.err.String(), "the host changed since the plan was made: eth0; nothing was changed")
}
