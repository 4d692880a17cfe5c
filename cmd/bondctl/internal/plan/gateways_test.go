package plan_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/schema"
)

func TestGateways(t *testing.T) {
	over := func(link, via string, table uint32) kernel.Route {
		hop := netip.MustParseAddr(via)
		return kernel.Route{To: schema.FamilyOf(hop).Default(), Via: hop, Link: link, Table: table}
	}
	near := over("eth0", "192.0.2.1", 254)
	near.To = netip.MustParsePrefix("203.0.113.0/24")
	state := &kernel.State{Routes: []kernel.Route{
		near,
		over("eth0", "192.0.2.2", 254),
		over("bond0", "fe80::1", 254),
		over("bond0", "2001:db8::1", 254),
		over("eth0", "192.0.2.2", 254), // with another metric
		over("eth0", "192.0.2.3", 100), // for some
		over("eth7", "198.51.100.1", 254),
		{To: schema.IPv4.Default(), Link: "eth0", Table: 254}, // several next hops, or none
	}}
	var seen []string
	for _, hop := range plan.Gateways(state, []string{"bond0", "eth0"}) {
		seen = append(seen, hop.String())
	}
	assert.Equal(t, []string{"192.0.2.2", "fe80::1%bond0", "2001:db8::1"}, seen)
}
