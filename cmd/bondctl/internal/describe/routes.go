package describe

import (
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/routes"
	"github.com/bondctl/bondctl/schema"
)

// The kernel's tables, and what IPv6 makes of a metric of 0.
const (
	mainTable    = 254
	localTable   = 255
	metricOfIPv6 = 1024
	unicast      = 1
)

// What makes routes (RTPROT_*).
const (
	protoRedirect, protoKernel, protoBoot, protoStatic = 1, 2, 3, 4
	protoRA, protoDHCP                                 = 9, 16
)

// defaults lists the default routes of a family over a link, or over any, that
// are not the monitor's, the preferred first.
func (d *describer) defaults(link string, family schema.Family) []kernel.Route {
	var found []kernel.Route
	for _, r := range d.state.Routes {
		if r.To == family.Default() && r.InTable() == mainTable && r.Protocol != kernel.MonitorProtocol && (link == "" || r.Link == link) {
			found = append(found, r)
		}
	}
	slices.SortStableFunc(found, func(a, b kernel.Route) int { return int(int64(a.Priority()) - int64(b.Priority())) })
	return found
}

// gateway describes the default route of a link. That of a lease comes with it, and
// dhclient's script makes it as a person would. The metric of a learned one counts
// where there are several ways out.
func (d *describer) gateway(ip *schema.IP, link string) {
	leases := ip.Family == schema.IPv4 && ip.DHCP.Or(false)
	for _, r := range d.defaults(link, ip.Family) {
		switch {
		case isStatic(r) && r.Via.IsValid() && (!leases || r.Protocol == protoStatic):
			ip.Gateway, ip.Metric = schema.Given(r.Via), metric(r)
			return
		case (leases || ip.AcceptRA.Or(false)) && !ip.Metric.Set && len(d.defaults("", ip.Family)) > 1:
			ip.Metric = metric(r)
		}
	}
}

// metric gives that of a route, unset for what it has without a word.
func metric(r kernel.Route) schema.Attr[int] {
	if r.Metric == 0 || r.To.Addr().Is6() && r.Metric == metricOfIPv6 {
		return schema.Attr[int]{}
	}
	return schema.Given(int(r.Metric))
}

// isStatic tells whether a route is one of the main table that an administrator or
// a script made. Those of multicast NetworkManager makes in passing.
func isStatic(r kernel.Route) bool {
	return (r.Protocol == protoBoot || r.Protocol == protoStatic) && r.InTable() == mainTable &&
		(r.Type == unicast || r.Type == 0) && len(r.Unknown) == 0 && !r.To.Addr().IsMulticast()
}

// isDefaultOf tells whether the link's own blocks say a route already: it is that
// of the gateway, or came with a lease.
func (d *describer) isDefaultOf(n *schema.Network, r kernel.Route) bool {
	ip := n.IPv4
	if r.To.Addr().Is6() {
		ip = n.IPv6
	}
	if ip == nil || r.To.Bits() != 0 {
		return false
	}
	leased := r.To.Addr().Is4() && r.Protocol == protoBoot && ip.DHCP.Or(false)
	return leased || ip.Gateway.Value == r.Via && ip.Metric == metric(r)
}

func (d *describer) route(r kernel.Route) *schema.Route {
	route := &schema.Route{To: schema.Given(r.To), Metric: metric(r)}
	if r.Via.IsValid() {
		route.Gateway = schema.Given(r.Via)
	}
	if r.Source.IsValid() {
		d.cannotSay("The route %s of %s has packets leave from %s.", route, r.Link, r.Source)
	}
	if r.TOS != 0 {
		d.cannotSay("The route %s of %s is for the type of service %#x alone.", route, r.Link, r.TOS)
	}
	return route
}

// otherRouting tells of routing beyond the routes of links in the main table.
func (d *describer) otherRouting() {
	tables, rules := 0, 0
	for _, r := range d.state.Routes {
		switch {
		case r.Protocol == kernel.MonitorProtocol || r.Protocol == protoKernel || r.Protocol == protoRedirect:
		case r.InTable() != mainTable && r.InTable() != localTable:
			tables++
		case r.InTable() == mainTable && (r.Protocol == protoBoot || r.Protocol == protoStatic) && !isStatic(r) && !r.To.Addr().IsMulticast():
			d.cannotSay("The route to %s is not described: it has several next hops, or leads nowhere. It stays as it is.", r.To)
		}
	}
	for _, r := range d.state.Rules {
		if !isKernels(r) && !routes.IsOurs(r) {
			rules++
		}
	}
	if tables > 0 || rules > 0 {
		d.cannotSay("Routing beyond the main table is not described, routes: %d, rules: %d. It stays as it is.", tables, rules)
	}
}

// isKernels tells whether a rule is one of those that every namespace begins
// with: the tables local, main and default.
func isKernels(r kernel.Rule) bool {
	return r.Priority == 0 || r.Priority == 32766 || r.Priority == 32767
}
