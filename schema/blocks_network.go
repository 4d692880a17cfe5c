package schema

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// maxMetric is the largest metric of a route: an unsigned 32 bit number, of
// which every backend takes the signed half.
const maxMetric = 1<<31 - 1

var networkFields = []field[Network]{
	one("mtu", "Largest payload of a frame in bytes; a bond passes it on to its slaves.", intCodec(68, 65535),
		func(n *Network) *Attr[int] { return &n.MTU }),
	one("mac_address", "The link's own Ethernet address.", macCodec,
		func(n *Network) *Attr[MAC] { return &n.MACAddress }),
}

// networkBlocks are the inner blocks of everything that carries addresses.
var networkBlocks = []hcl.BlockHeaderSchema{block("ipv4"), block("ipv6"), block("dns"), block("route", "destination")}

var ipFields = []field[IP]{
	many("addresses", "Static addresses with their prefix lengths.", prefixCodec,
		func(ip *IP) *List[netip.Prefix] { return &ip.Addresses }),
	one("gateway", "Next hop of the default route.", addrCodec,
		func(ip *IP) *Attr[netip.Addr] { return &ip.Gateway }),
	one("metric", "Metric of the default route, given or learned; the lowest wins.", intCodec(0, maxMetric),
		func(ip *IP) *Attr[int] { return &ip.Metric }),
	one("dhcp", "Whether addresses are leased by DHCP.", boolCodec,
		func(ip *IP) *Attr[bool] { return &ip.DHCP }).
		effective(func(ip *IP) (string, bool) { return "true", ip.DHCP.Or(false) }),
}

var ipv6Fields = append(slices.Clip(ipFields),
	one("accept_ra", "Whether router advertisements configure the link; by default unless static addresses are given.", boolCodec,
		func(ip *IP) *Attr[bool] { return &ip.AcceptRA }).
		effective(func(ip *IP) (string, bool) { return boolCodec.format(ip.AcceptsRA()), true }))

var dnsFields = []field[DNS]{
	many("servers", "Addresses of the resolvers, the first asked first.", addrCodec,
		func(dns *DNS) *List[netip.Addr] { return &dns.Servers }),
	many("search", "Domains tried after a name without dots.", textCodec,
		func(dns *DNS) *List[string] { return &dns.Search }),
}

var routeFields = []field[Route]{
	one("gateway", "Next hop; without one the destination is on the link itself.", addrCodec,
		func(r *Route) *Attr[netip.Addr] { return &r.Gateway }),
	one("metric", "Metric of the route; the lowest wins.", intCodec(0, maxMetric),
		func(r *Route) *Attr[int] { return &r.Metric }),
}

var vlanFields = append([]field[VLAN]{
	one("name", "Name of the VLAN's link; by default PARENT.ID.", textCodec,
		func(v *VLAN) *Attr[string] { return &v.Link }),
}, within(networkFields, func(v *VLAN) *Network { return &v.Network })...)

// The bodies of the blocks, made once from the tables.
var (
	ipv4Schema  = bodySchema(ipFields, nil, block("route", "destination"))
	ipv6Schema  = bodySchema(ipv6Fields, nil, block("route", "destination"))
	dnsSchema   = bodySchema(dnsFields, nil)
	routeSchema = bodySchema(routeFields, nil)
	vlanSchema  = bodySchema(vlanFields, nil, networkBlocks...)
)

// network reads the inner blocks of what carries addresses; its attributes
// are rows of the block that it is part of.
func (d *decoder) network(content *hcl.BodyContent, n *Network) {
	if b, ok := d.single(content, "ipv4"); ok {
		n.IPv4 = d.ip(b, IPv4, ipFields, ipv4Schema, n)
	}
	if b, ok := d.single(content, "ipv6"); ok {
		n.IPv6 = d.ip(b, IPv6, ipv6Fields, ipv6Schema, n)
	}
	if b, ok := d.single(content, "dns"); ok {
		n.DNS = &DNS{Range: b.DefRange}
		decodeFields(d, dnsFields, d.content(b.Body, dnsSchema), n.DNS)
	}
	d.routes(content, n, 0)
}

func (d *decoder) ip(b *hcl.Block, family Family, rows []field[IP], schema *hcl.BodySchema, n *Network) *IP {
	ip := &IP{Family: family, Range: b.DefRange}
	content := d.bodyOf(b, schema, &ip.unread)
	decodeFields(d, rows, content, ip)
	d.routes(content, n, family)
	return ip
}

// routes reads route blocks; within an ipv4 or ipv6 block "default" has that
// block's family, elsewhere that of the gateway.
func (d *decoder) routes(content *hcl.BodyContent, n *Network, family Family) {
	eachOfType(content, "route", func(b *hcl.Block) {
		route := &Route{Range: b.DefRange}
		decodeFields(d, routeFields, d.content(b.Body, routeSchema), route)
		route.To = d.destination(b, route, family)
		n.Routes = append(n.Routes, route)
	})
}

func (d *decoder) destination(b *hcl.Block, route *Route, family Family) Attr[netip.Prefix] {
	to := Attr[netip.Prefix]{Set: true, Range: b.LabelRanges[0]}
	if b.Labels[0] == "default" {
		if family == 0 && route.Gateway.Known() {
			family = FamilyOf(route.Gateway.Value)
		}
		if family == 0 {
			family = IPv4
		}
		to.Value = family.Default()
		return to
	}
	prefix, err := netip.ParsePrefix(b.Labels[0])
	switch {
	case err != nil:
		err = wants(`a destination such as "10.0.0.0/8", or "default"`)
	case family != 0 && FamilyOf(prefix.Addr()) != family:
		err = fmt.Errorf("wants a destination of %s here, not %s", family, prefix)
	}
	if err != nil {
		d.refuse(to.Range, "route", err)
		to.Bad = true
		return to
	}
	to.Value = prefix
	return to
}

func (d *decoder) vlans(content *hcl.BodyContent) []*VLAN {
	var vlans []*VLAN
	eachOfType(content, "vlan", func(b *hcl.Block) {
		vlan := &VLAN{Range: b.DefRange, ID: d.vlanID(b)}
		body := d.bodyOf(b, vlanSchema, &vlan.unread)
		decodeFields(d, vlanFields, body, vlan)
		d.network(body, &vlan.Network)
		vlans = append(vlans, vlan)
	})
	return vlans
}

func (d *decoder) vlanID(b *hcl.Block) Attr[int] {
	return parseAttr(d, "vlan", b.LabelRanges[0], labelValue(b), intCodec(1, 4094))
}
