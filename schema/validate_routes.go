package schema

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// ipRules look at a link's block of one family.
var ipRules = []func(*finder, *carrier, *IP){
	(*finder).blockIsUsed,
	(*finder).gatewayFits,
	(*finder).oneDefaultRoute,
	(*finder).metricIsUsed,
}

func (f *finder) ip(c *carrier) {
	c.addresses(func(ip *IP, address Attr[netip.Prefix]) {
		for _, rule := range addressRules {
			rule(f, c, ip, address)
		}
	})
	for _, ip := range c.blocks() {
		for _, rule := range ipRules {
			rule(f, c, ip)
		}
	}
}

func (f *finder) blockIsUsed(c *carrier, ip *IP) {
	if ip.Family == IPv4 && !ip.unread.any() && !ip.Addresses.Set && !ip.DHCP.Set && !ip.Gateway.Set && len(c.Routes) == 0 {
		f.warn(ip.Range, "Empty ipv4 block", "It gives %s no address. Set addresses, or dhcp = true, or remove it.", c.name)
	}
}

func (f *finder) gatewayFits(c *carrier, ip *IP) {
	if !ip.Gateway.Known() {
		return
	}
	if family := FamilyOf(ip.Gateway.Value); family != ip.Family {
		f.refuse(ip.Gateway.Range, "Gateway of the other family", "%s does not belong into an %s block. Move it to %s.", ip.Gateway.Value, ip.Family, family)
		return
	}
	f.nextHop(c, ip.Gateway.Value, ip.Gateway.Range)
}

// nextHop checks an address that a link is to send packets to.
func (f *finder) nextHop(c *carrier, hop netip.Addr, place hcl.Range) {
	family := FamilyOf(hop)
	prefixes, sure := c.onLink(family)
	switch {
	case unusable(hop):
		f.refuse(place, "Unsuitable gateway", "%s is %s and forwards nothing. Give the router's own.", hop, kindOf(hop))
	case f.ownedBy[hop] != nil:
		f.refuse(place, "Gateway is this host", "%s is the address of %s on this host. Give that of the router.", hop, f.ownedBy[hop].name)
	case isGroup(prefixes, hop):
		f.refuse(place, "Unsuitable gateway", "%s is the address of a whole subnet, not of a host in it. Give the router's own.", hop)
	case !sure || hop.IsLinkLocalUnicast() || c.isPPP() || Contains(prefixes, hop):
	case c.learns(family):
		f.warn(place, "Gateway outside every prefix", "%s can reach %s only if the addresses that it learns happen to be on the same subnet. Let it learn the gateway too.", c.name, hop)
	default:
		f.refuse(place, "Gateway outside every prefix", "%s cannot reach %s: %s. Correct the gateway or the prefix length, or add route %q {} before it.",
			c.name, hop, prefixText(c, prefixes), netip.PrefixFrom(hop, hop.BitLen()))
	}
}

// isGroup tells whether an address is a subnet's own or its broadcast.
func isGroup(prefixes []netip.Prefix, hop netip.Addr) bool {
	return hop.Is4() && slices.ContainsFunc(prefixes, func(p netip.Prefix) bool {
		as := netip.PrefixFrom(hop, p.Bits())
		return p.Contains(hop) && p.Bits() > 0 && (isSubnetItself(as) || isSubnetBroadcast(as))
	})
}

func prefixText(c *carrier, prefixes []netip.Prefix) string {
	if len(prefixes) == 0 {
		return "it has no address of that family"
	}
	texts := make([]string, len(prefixes))
	for i, p := range prefixes {
		texts[i] = p.Masked().String()
	}
	return fmt.Sprintf("%s has only %s on its link", c.name, andList(texts))
}

// oneDefaultRoute: a lease or an advertisement brings a default route too.
func (f *finder) oneDefaultRoute(_ *carrier, ip *IP) {
	if !ip.Gateway.Set || ip.unread.attrs {
		return
	}
	var teacher string
	switch {
	case ip.DHCP.Or(false) && ip.Family == IPv4: // DHCPv6 has no routes
		teacher = "DHCP"
	case ip.AcceptRA.Or(false):
		teacher = "router advertisements"
	default:
		return
	}
	f.warn(ip.Gateway.Range, "Two default routes", "The link learns a gateway by %s too, and which one carries traffic depends on the network manager. Remove one of the two.", teacher)
}

func (f *finder) metricIsUsed(c *carrier, ip *IP) {
	if ip.Metric.Set && !ip.Gateway.Set && !ip.unread.attrs && !ip.DHCP.Bad && !ip.AcceptRA.Bad && !c.learns(ip.Family) {
		f.warn(ip.Metric.Range, "Setting without effect", "metric is that of the default route, and %s has none in this family. Set gateway, or remove metric.", c.name)
	}
}

// routeRules look at one route of a link.
var routeRules = []func(*finder, *carrier, *Route){
	(*finder).destinationIsSubnet,
	(*finder).routeGateway,
}

func (f *finder) routes(c *carrier) {
	for _, route := range c.Routes {
		if route.To.Bad {
			continue
		}
		for _, rule := range routeRules {
			rule(f, c, route)
		}
	}
}

// destinationIsSubnet: the kernel refuses a destination with bits beyond its
// prefix, and bondctl writes it without them.
func (f *finder) destinationIsSubnet(_ *carrier, route *Route) {
	if to := route.To.Value; to != to.Masked() {
		f.warn(route.To.Range, "Destination with host bits", "%s is taken as %s. Write that, or a longer prefix.", to, to.Masked())
	}
}

func (f *finder) routeGateway(c *carrier, route *Route) {
	if !route.Gateway.Known() {
		return
	}
	if FamilyOf(route.Gateway.Value) != route.Family() {
		f.refuse(route.Gateway.Range, "Gateway of the other family", "%s cannot be reached through %s. Give a gateway of the destination's family.",
			route.To.Value, route.Gateway.Value)
		return
	}
	f.nextHop(c, route.Gateway.Value, route.Gateway.Range)
}

// standing is a route that the host has once the document holds.
type standing struct {
	to     netip.Prefix
	metric int // -1 where the document has none
	via    netip.Addr
	owner  string
	place  hcl.Range
}

// routesAreApart: the kernel keeps one route for a destination and metric.
func (f *finder) routesAreApart() {
	type key struct {
		to     netip.Prefix
		metric int
	}
	first := map[key]standing{}
	for _, c := range carriersOf(f.doc.Static()) {
		for _, s := range c.standing() {
			k := key{s.to, s.metric}
			other, taken := first[k]
			if !taken {
				first[k] = s
				continue
			}
			f.sameRoute(other, s)
		}
	}
}

func (f *finder) sameRoute(first, second standing) {
	if first.owner == second.owner && first.via == second.via {
		f.refuse(second.place, "Duplicate route", "%s already has this route, at %s. Remove one of the two.", second.owner, where(first.place))
		return
	}
	say := f.warn
	if second.metric >= 0 && second.to.Addr().Is4() { // where none is given, one is chosen; IPv6 keeps both
		say = f.refuse
	}
	say(second.place, "Two routes of the same metric", "The kernel keeps one of this and the route to %s at %s, over %s. Give them different metrics.",
		strings.Replace(second.to.String(), "/0", "/0 (default)", 1), where(first.place), first.owner)
}

// standing lists the routes of a link.
func (c *carrier) standing() []standing {
	var found []standing
	for _, ip := range c.blocks() {
		if ip.Gateway.Known() && !ip.Metric.Bad {
			found = append(found, standing{ip.Family.Default(), ip.Metric.Or(-1), ip.Gateway.Value, c.name, ip.Gateway.Range})
		}
	}
	for _, route := range c.Routes {
		if !route.To.Bad && !route.Gateway.Bad && !route.Metric.Bad {
			place := route.To.Range
			if place.Filename == "" {
				place = route.Range
			}
			found = append(found, standing{route.To.Value.Masked(), route.Metric.Or(-1), route.Gateway.Value, c.name, place})
		}
	}
	return found
}
