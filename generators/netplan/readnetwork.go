package netplan

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// family is what a definition says about one IP version.
type family struct {
	version schema.Family
	// dhcp and metric are those of the family's own keys.
	dhcp   schema.Attr[bool]
	metric schema.Attr[int]
	// learns tells whether a default route is learned.
	learns bool
	// old is the deprecated key of the gateway.
	old schema.Attr[netip.Addr]
}

// network makes the addresses, routes and resolvers of a definition.
func (r *reader) network(d *definition) schema.Network {
	n := schema.Network{MTU: d.mtu, MACAddress: d.mac}
	d.routes = slices.DeleteFunc(d.routes, func(e *route) bool { return r.isOutside(d, e) })
	// netplan leaves listening to routers to systemd-networkd, which does.
	listens := d.acceptRA.Or(true)
	v4 := r.family(d, &n, family{schema.IPv4, d.dhcp4, d.metric4, d.dhcp4.Value, d.gateway4})
	v6 := r.family(d, &n, family{schema.IPv6, d.dhcp6, d.metric6, d.dhcp6.Value || listens, d.gateway6})
	v6.AcceptRA = schema.Attr[bool]{Value: listens, Set: true, Range: d.place}
	if d.acceptRA.Set {
		v6.AcceptRA.Range = d.acceptRA.Range
	}
	if d.dhcp4.Set || says(v4) {
		n.IPv4 = v4
	}
	off := d.linkLocal.Set && len(d.linkLocal.Items) == 0
	if says(v6) || d.acceptRA.Set && (listens || !off) {
		n.IPv6 = v6
	}
	if n.Unaddressed() && !off {
		// Without a word netplan leaves IPv6 to its default: that is what a
		// document says with an ipv4 block, even an empty one.
		n.IPv4 = v4
	}
	r.checkLinkLocal(d, &n)
	if d.servers.Set || d.search.Set {
		n.DNS = &schema.DNS{Servers: d.servers, Search: d.search}
	}
	return n
}

// isOutside tells whether a route has a gateway that no prefix of the link
// holds, and reports it: without on-link the kernel would refuse it.
func (r *reader) isOutside(d *definition, e *route) bool {
	if !e.onLink.Value || schema.Contains(d.addresses.Values(), e.via.Value) {
		return false
	}
	r.refuseAt(e.onLink.Range, "A document has no word for on-link, and no prefix of the link holds this gateway; the route is left out.")
	return true
}

func says(ip *schema.IP) bool {
	return ip.DHCP.Value || ip.Addresses.Set || ip.Gateway.Set || ip.Metric.Set
}

// checkLinkLocal reports link-local addresses other than those of the links of
// a document: IPv6 ones wherever there are others.
func (r *reader) checkLinkLocal(d *definition, n *schema.Network) {
	for _, item := range d.linkLocal.Items {
		if !strings.EqualFold(item.Value, "ipv6") {
			r.refuseAt(item.Range, "A document has no IPv4 link-local addresses.")
		}
	}
	if d.linkLocal.Set && len(d.linkLocal.Items) == 0 && !n.Unaddressed() {
		r.refuseAt(d.linkLocal.Range,
			"A document cannot turn link-local addresses off for a link that has others.")
	}
}

// family makes the block of one IP version; its routes other than the
// gateway's go to the network.
func (r *reader) family(d *definition, n *schema.Network, f family) *schema.IP {
	ip := &schema.IP{Family: f.version, Addresses: addressesOf(f.version, d.addresses), DHCP: f.dhcp, Range: d.place}
	if f.metric.Set && f.learns {
		ip.Metric = f.metric
	} else if f.metric.Set {
		r.refuseAt(f.metric.Range, "There is no learned route that could have this metric.")
	}
	if f.old.Known() {
		ip.Gateway = f.old
	}
	for _, entry := range d.routes {
		if via := entry.family(); via != f.version {
			continue
		}
		if isGateway(ip, f, entry) {
			ip.Gateway, ip.Metric = entry.via, entry.metric
			continue
		}
		if route := r.route(entry); route != nil {
			n.Routes = append(n.Routes, route)
		}
	}
	return ip
}

// isGateway tells whether a route is the one of the document's gateway: the
// first default route, and of the metric that a learned one gets too.
func isGateway(ip *schema.IP, f family, entry *route) bool {
	if entry.to.Value != everywhere || !entry.via.Known() || ip.Gateway.Set {
		return false
	}
	return !f.learns || entry.metric.Set == f.metric.Set && entry.metric.Value == f.metric.Value
}

// family is that of the route's gateway, or of its destination.
func (e *route) family() schema.Family {
	if e.via.Known() {
		return schema.FamilyOf(e.via.Value)
	}
	if to, err := parseDestination(e.to.Value); err == nil {
		return schema.FamilyOf(to.Addr())
	}
	return schema.IPv4
}

// parseDestination reads a prefix, or an address for the prefix of all its bits.
func parseDestination(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil && addr.Zone() == "" {
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	return netip.ParsePrefix(text)
}

func (r *reader) route(entry *route) *schema.Route {
	to, err := parseDestination(entry.to.Value)
	if entry.to.Value == everywhere {
		to, err = entry.family().Default(), nil
	}
	if err != nil {
		r.refuseAt(entry.place, "A route needs a destination in to.")
		return nil
	}
	if kind := entry.kind.Or("unicast"); kind != "unicast" {
		r.refuseAt(entry.place, "A document has unicast routes only.")
		return nil
	}
	if scope := entry.scope; scope.Known() && (scope.Value == linkScope) == entry.via.Known() {
		r.refuseAt(entry.place, "A document's routes without a gateway have the scope link, and others global.")
	}
	return &schema.Route{
		To:      schema.Attr[netip.Prefix]{Value: to, Set: true, Range: entry.to.Range},
		Gateway: entry.via, Metric: entry.metric, Range: entry.place,
	}
}
