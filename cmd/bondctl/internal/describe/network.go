package describe

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// scopeLink is that of addresses which are good on their link alone (RT_SCOPE_LINK).
const scopeLink = 253

// standing tells how a link stands otherwise than a document says.
func (d *describer) standing(l *kernel.Link, path string) {
	if !l.Up {
		d.note(path, "%s is down now, and apply sets up what a document describes.", l.Name)
	}
	if l.Master != "" {
		d.cannotSay("%s is a port of %s. It stays so.", l.Name, l.Master)
	}
}

// network describes what a link carries; mtu is what it has without a word of it.
func (d *describer) network(l *kernel.Link, path string, mtu int) schema.Network {
	n := schema.Network{IPv4: d.ip(l, path, schema.IPv4), IPv6: d.ip(l, path, schema.IPv6)}
	if l.MTU != mtu {
		n.MTU = schema.Given(l.MTU)
		if n.IPv4 != nil && n.IPv4.DHCP.Or(false) {
			d.note(path+"/mtu", "This MTU may have come with the lease; then remove the line.")
		}
	}
	for _, r := range d.state.Routes {
		if r.Link == l.Name && isStatic(r) && !d.isDefaultOf(&n, r) {
			n.Routes = append(n.Routes, d.route(r))
		}
	}
	return n
}

// isGlobal tells whether an address is one that somebody gave the link, unlike
// those that IPv6 gives itself.
func isGlobal(a kernel.Address) bool {
	return a.Scope < scopeLink && !a.Prefix.Addr().IsLinkLocalUnicast()
}

// ip describes one family of a link, nil where it has none.
func (d *describer) ip(l *kernel.Link, path string, family schema.Family) *schema.IP {
	path += "/" + family.String()
	static, leased := d.addresses(l.Name, family)
	ip := &schema.IP{Family: family}
	if len(static) > 0 {
		ip.Addresses = schema.GivenList(static...)
	}
	d.learnt(ip, l.Name, path, leased)
	d.gateway(ip, l.Name)
	if len(static) == 0 && len(leased) == 0 && !ip.Gateway.Set && !ip.AcceptRA.Set {
		return nil
	}
	return ip
}

// addresses parts those of a link: those that stay, and those that a lease or an
// advertisement has brought.
func (d *describer) addresses(link string, family schema.Family) (static, leased []netip.Prefix) {
	for _, a := range d.state.Addresses {
		switch {
		case a.Link != link || schema.FamilyOf(a.Prefix.Addr()) != family || !isGlobal(a):
		case d.isLeased(a):
			leased = append(leased, a.Prefix)
		case a.Peer.IsValid():
			d.cannotSay("The address %s of %s has %s at its other end: it is not described.", a.Prefix.Addr(), link, a.Peer.Addr())
		default:
			static = append(static, a.Prefix)
		}
	}
	return static, leased
}

// isLeased tells whether an address is there for a time, or routes of a DHCP
// client have it as their source.
func (d *describer) isLeased(a kernel.Address) bool {
	return a.Valid != 0 || slices.ContainsFunc(d.state.Routes, func(r kernel.Route) bool {
		return r.Link == a.Link && r.Protocol == protoDHCP && r.Source == a.Prefix.Addr()
	})
}

// learnt has the link learn its addresses in the way that brought those that it
// has: DHCPv6 leases single addresses, advertisements make those of a subnet.
func (d *describer) learnt(ip *schema.IP, link, path string, leased []netip.Prefix) {
	var byDHCP, byRA []netip.Prefix
	for _, prefix := range leased {
		if ip.Family == schema.IPv4 || prefix.IsSingleIP() {
			byDHCP = append(byDHCP, prefix)
		} else {
			byRA = append(byRA, prefix)
		}
	}
	if len(byDHCP) > 0 {
		ip.DHCP = schema.Given(true)
		d.note(path+"/dhcp", "%s has leased %s.", link, texts(byDHCP))
	}
	if len(byRA) > 0 || ip.Family == schema.IPv6 && slices.ContainsFunc(d.defaults(link, ip.Family), isAdvertised) {
		ip.AcceptRA = schema.Given(true)
		d.note(path+"/accept_ra", "Router advertisements have configured %s.", link)
	}
}

func isAdvertised(r kernel.Route) bool { return r.Protocol == protoRA }

func texts(prefixes []netip.Prefix) string {
	list := make([]string, len(prefixes))
	for i, p := range prefixes {
		list[i] = p.String()
	}
	return strings.Join(list, ", ")
}
