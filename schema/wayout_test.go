package schema

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Who does not name events is told all; a server or a program is not told of each check.
func TestTheEventsThatHandlersAreTold(t *testing.T) {
	for kind, checked := range map[string]bool{"log": true, "gpio": true, "webhook": false, "exec": false} {
		h := &Handler{Kind: Given(kind)}
		assert.Equal(t, checked, h.Tells(EventChecked), kind)
		assert.True(t, h.Tells(EventFlapping), kind)
		h.Events = GivenList(EventChecked)
		assert.Equal(t, []string{EventChecked}, h.Told(), kind)
	}
	placed := &Handler{Kind: Given("webhook"), URLs: Given(map[string]string{EventChecked: "https://hooks.example.net/checked"})}
	assert.True(t, placed.Tells(EventChecked), "it has an address of its own")
}

// A link without a gateway leads where the document has a family on it, and where it has
// none, in IPv4.
func TestTheFamiliesOfARouteWithoutAGateway(t *testing.T) {
	both := []Family{IPv4, IPv6}
	for name, c := range map[string]struct {
		link Link
		want []Family
	}{
		"neither":        {Link{}, both[:1]},
		"IPv4":           {Link{Network: Network{IPv4: &IP{}}}, both[:1]},
		"IPv6":           {Link{Network: Network{IPv6: &IP{}}}, both[1:]},
		"both":           {Link{Network: Network{IPv4: &IP{}, IPv6: &IP{}}}, both},
		"negotiated":     {Link{Kind: PPP, NegotiatesIPv6: Given(true)}, both},
		"not negotiated": {Link{Kind: PPP, NegotiatesIPv6: Given(false)}, both[:1]},
	} {
		link := c.link
		link.Name = Given("tun0")
		d := &Document{Links: []*Link{&link}}
		route := &FallbackRoute{Interface: Given("tun0"), Gateway: Given(Gateway{Kind: GatewayNone})}
		assert.Equal(t, c.want, d.FamiliesOf(route), name)
		d.stand(route, Given(10))
		var stand []Family
		for _, r := range d.Links[0].Routes {
			stand = append(stand, FamilyOf(r.To.Value.Addr()))
		}
		assert.Equal(t, c.want, stand, name)
	}
}
