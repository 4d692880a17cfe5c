package plan

import (
	"net/netip"
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
)

// Gateways lists the next hops of the default routes that lead over the links
// named, in the order of the routes. One that every link may have is told with its link.
func Gateways(have *kernel.State, links []string) []netip.Addr {
	var hops []netip.Addr
	for _, r := range have.Routes {
		if r.To.Bits() != 0 || r.InTable() != mainTable || !r.Via.IsValid() || !slices.Contains(links, r.Link) {
			continue
		}
		hop := r.Via
		if hop.Is6() && hop.IsLinkLocalUnicast() {
			hop = hop.WithZone(r.Link)
		}
		if !slices.Contains(hops, hop) {
			hops = append(hops, hop)
		}
	}
	return hops
}
