package plan_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

func TestPathOfASession(t *testing.T) {
	d := decode(t, attic)
	k := hostOf(t, d)
	reach(t, k, d)
	require.NoError(t, k.AddVLAN("bond0.7", "bond0", 7))
	require.NoError(t, k.AddAddress(kernel.Address{Link: "bond0.7", Prefix: netip.MustParsePrefix("203.0.113.1/24")}))
	path := func(address string) []string { return plan.Path(observe(t, k), netip.MustParseAddr(address)) }
	assert.Equal(t, []string{"bond0", "eth0", "eth1"}, path("192.0.2.10"))
	assert.Equal(t, []string{"bond0.7", "bond0", "eth0", "eth1"}, path("203.0.113.1"))
	assert.Equal(t, []string{"bond0", "eth0", "eth1"}, path("2001:db8::10"))
	assert.Empty(t, path("198.51.100.1"))

	slower := []plan.Change{{Verb: plan.SetMTU, Link: "eth1"}}
	assert.Equal(t, []string{"eth1"}, plan.Plan{Path: path("203.0.113.1"), Links: slower}.Touched())
	assert.Empty(t, plan.Plan{Path: []string{"eth9"}, Links: slower}.Touched())
}
