package networkd

import (
	"net/netip"

	"github.com/bondctl/bondctl/schema"
)

// assemble makes what a link carries of a file's entries.
func (r *reader) assemble(f *linkFile, n *schema.Network) {
	if f.mtu.Known() {
		n.MTU = f.mtu
	}
	if f.mac.Known() {
		n.MACAddress = f.mac
	}
	if len(f.servers)+len(f.search) > 0 {
		n.DNS = &schema.DNS{Servers: listOf(f.servers), Search: listOf(f.search), Range: f.place()}
	}
	r.families(f, n)
	for _, gateway := range f.gateways {
		r.gateway(n, &schema.Route{Gateway: gateway, Range: gateway.Range})
	}
	for _, s := range f.routes {
		r.route(n, s)
	}
}

func listOf[T any](items []schema.Attr[T]) schema.List[T] {
	if len(items) == 0 {
		return schema.List[T]{}
	}
	return schema.List[T]{Items: items, Set: true, Range: items[0].Range}
}

// families tells which IP blocks the link has.
func (r *reader) families(f *linkFile, n *schema.Network) {
	v4, v6 := f.ofFamily(schema.IPv4), f.ofFamily(schema.IPv6)
	dhcp4, dhcp6 := f.leases(schema.IPv4), f.leases(schema.IPv6)
	if f.linkLocal.Value == "no" && !f.acceptsRA() && !dhcp4 && !dhcp6 && len(f.addresses) == 0 {
		return // the link has no IP of its own
	}
	if dhcp4 || f.dhcp.Value == "no" || len(v4) > 0 || f.hasGateway(schema.IPv4) {
		n.IPv4 = f.ip(schema.IPv4, v4)
		n.IPv4.Metric = known(f.metric4, dhcp4)
	}
	if n.IPv4 == nil || dhcp6 || f.acceptRA.Known() || len(v6) > 0 || f.hasGateway(schema.IPv6) {
		n.IPv6 = f.ip(schema.IPv6, v6)
		n.IPv6.AcceptRA = placed(f.acceptsRA(), schema.Attr[string]{Range: f.acceptRA.Range})
		n.IPv6.Metric = known(f.metric6, f.acceptsRA())
	}
	r.checkLinkLocal(f)
}

// acceptsRA tells whether router advertisements are listened to: by default
// they are, and never without a link-local address to hear them with.
func (f *linkFile) acceptsRA() bool {
	deaf := f.linkLocal.Known() && f.linkLocal.Value != "yes" && f.linkLocal.Value != "ipv6"
	return !deaf && f.acceptRA.Or(true)
}

// known gives an attribute under a condition.
func known(metric schema.Attr[int], condition bool) schema.Attr[int] { //nolint:revive // the condition is a fact
	if condition {
		return metric
	}
	return schema.Attr[int]{}
}

// checkLinkLocal reports addresses of one link other than the default's.
func (r *reader) checkLinkLocal(f *linkFile) {
	if f.linkLocal.Known() && f.linkLocal.Value != "ipv6" && !f.bond.Known() {
		r.report.NotUnderstood(f.linkLocal.Range.Filename, f.linkLocal.Range.Start.Line,
			"A document has link-local addresses of IPv6 alone, and none only where a link has no IP at all.")
	}
}

func (f *linkFile) ofFamily(family schema.Family) []schema.Attr[netip.Prefix] {
	var of []schema.Attr[netip.Prefix]
	for _, address := range f.addresses {
		if schema.FamilyOf(address.Value.Addr()) == family {
			of = append(of, address)
		}
	}
	return of
}

// hasGateway tells whether a default route is given without its destination.
func (f *linkFile) hasGateway(family schema.Family) bool {
	for _, gateway := range f.gateways {
		if schema.FamilyOf(gateway.Value) == family {
			return true
		}
	}
	for _, s := range f.routes {
		if !s.To.Known() && s.Gateway.Known() && schema.FamilyOf(s.Gateway.Value) == family {
			return true
		}
	}
	return false
}

// leases tells whether DHCP= names the family.
func (f *linkFile) leases(family schema.Family) bool {
	return f.dhcp.Value == "yes" || f.dhcp.Value == family.String()
}

func (f *linkFile) ip(family schema.Family, addresses []schema.Attr[netip.Prefix]) *schema.IP {
	ip := &schema.IP{Family: family, Addresses: listOf(addresses), Range: f.place()}
	if f.leases(family) {
		ip.DHCP = placed(true, f.dhcp)
	}
	return ip
}

// route takes a [Route] section.
func (r *reader) route(n *schema.Network, s *routeSection) {
	route := s.Route
	switch {
	case !route.To.Known() && !route.Gateway.Known():
		r.report.NotUnderstood(route.Range.Filename, route.Range.Start.Line, "systemd-networkd ignores a route that goes nowhere.")
	case s.scope.Known() && (s.scope.Value != "link" || route.Gateway.Known()):
		r.report.NotUnderstood(s.scope.Range.Filename, s.scope.Range.Start.Line, "A document has no scopes of routes but link, without a gateway.")
	case route.To.Known():
		n.Routes = append(n.Routes, &route)
	default:
		r.gateway(n, &route)
	}
}

// gateway takes the first default route of a family for the gateway of its
// block; another is a route.
func (r *reader) gateway(n *schema.Network, route *schema.Route) {
	family := schema.FamilyOf(route.Gateway.Value)
	ip := n.IPv4
	if family == schema.IPv6 {
		ip = n.IPv6
	}
	if ip == nil || ip.Gateway.Known() {
		route.To = schema.Given(family.Default())
		n.Routes = append(n.Routes, route)
		return
	}
	ip.Gateway = route.Gateway
	if !ip.Metric.Known() {
		ip.Metric = route.Metric
		return
	}
	if route.Metric.Known() && route.Metric.Value != ip.Metric.Value {
		r.report.NotUnderstood(route.Metric.Range.Filename, route.Metric.Range.Start.Line,
			"A document has one metric for the default routes given and learned of a family.")
	}
}
