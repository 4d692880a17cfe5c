package plan

import (
	"net/netip"
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
)

// Diverted names the links that changes lead the way to an address over, although
// they are not on its path: of the routes that cover the address the kernel takes
// the longest prefix, and of those the lowest metric. One that is equal in both may
// take the place of the present one, and counts too. Rules that lead to other tables
// than the main one are not considered.
func Diverted(changes []Change, have *kernel.State, path []string, far netip.Addr) []string {
	present := presentWay(have, path, far)
	var links []string
	for _, c := range changes {
		fresh := c.way()
		if fresh.To.Contains(far) && !isBetter(present, fresh) && !slices.Contains(path, c.Link) && !slices.Contains(links, c.Link) {
			links = append(links, c.Link)
		}
	}
	return links
}

// presentWay is the route of the main table that leads to an address over a path, one
// to nowhere where there is none.
func presentWay(have *kernel.State, path []string, far netip.Addr) kernel.Route {
	var best kernel.Route
	for _, r := range have.Routes {
		for _, hop := range have.Hops(r) {
			if hop.InTable() == mainTable && slices.Contains(path, hop.Link) && hop.To.Contains(far) && isBetter(hop, best) {
				best = hop
			}
		}
	}
	return best
}

// priorityOfNetwork is the metric that the kernel gives its routes to the networks of
// IPv6 addresses (IP6_RT_PRIO_ADDRCONF, include/net/ip6_route.h). Those of IPv4 have 0.
const priorityOfNetwork = 256

// way is the route that a change brings, one to nowhere where it brings none.
func (c Change) way() kernel.Route {
	switch {
	case c.Verb == AddAddress:
		network := kernel.Route{To: c.Address.Prefix.Masked()}
		if !network.To.Addr().Is4() {
			network.Metric = priorityOfNetwork
		}
		return network
	case c.Verb == AddRoute && c.Route.InTable() == mainTable:
		return c.Route
	}
	return kernel.Route{}
}

// isBetter tells whether the kernel prefers the first of two routes that cover one address.
func isBetter(r, other kernel.Route) bool {
	return r.To.IsValid() && (r.To.Bits() > other.To.Bits() || r.To.Bits() == other.To.Bits() && r.Priority() < other.Priority())
}
