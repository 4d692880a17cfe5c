package schema

import (
	"net/netip"

	"github.com/hashicorp/hcl/v2"
)

// carrier is a link that can have addresses: a bond, a link outside bonds, or
// a VLAN on one of them.
type carrier struct {
	*Network
	// what is the name of the block.
	what string
	name string
	// place is that of the name.
	place hcl.Range
	// parent is the link below a VLAN, nil for other links.
	parent *carrier
	vlan   *VLAN
	vlans  []*VLAN
	link   *Link
}

// isBond tells whether the carrier is made by the bonding driver.
func (c *carrier) isBond() bool { return c.what == "bond" }

// isPPP tells whether the carrier is a point-to-point link that pppd makes.
func (c *carrier) isPPP() bool { return c.what == string(PPP) }

// learns tells whether the host may give the link addresses and routes that
// the document does not have.
func (c *carrier) learns(family Family) bool {
	ip := c.block(family)
	if ip == nil {
		return family == IPv6 && !c.Unaddressed()
	}
	return ip.DHCP.Or(false) || ip.AcceptsRA()
}

// onLink lists the prefixes whose addresses the link reaches without a
// router: those of its addresses, and its routes without a gateway. It gives
// false where the document's are not all known.
func (c *carrier) onLink(family Family) (prefixes []netip.Prefix, sure bool) {
	sure = !c.unread.blocks
	if ip := c.block(family); ip != nil {
		prefixes = append(prefixes, ip.Addresses.Values()...)
		sure = sure && !ip.unread.any() && ip.Addresses.sound() && !ip.DHCP.Bad && !ip.AcceptRA.Bad
	}
	for _, route := range c.Routes {
		sure = sure && (!route.To.Bad || route.Gateway.Set)
		if !route.Gateway.Set && route.To.Known() {
			prefixes = append(prefixes, route.To.Value)
		}
	}
	return prefixes, sure
}

// carriersOf lists the links of a document.
func carriersOf(d *Document) []*carrier {
	var all []*carrier
	for _, b := range d.Bonds {
		bond := &carrier{Network: &b.Network, what: "bond", name: b.Name.Value, place: b.Name.Range, vlans: b.VLANs}
		all = append(append(all, bond), bond.onTop()...)
	}
	for _, l := range d.Links {
		link := &carrier{
			Network: &l.Network, what: string(l.Kind), name: l.Name.Value, place: l.Name.Range, vlans: l.VLANs, link: l,
		}
		all = append(append(all, link), link.onTop()...)
	}
	return all
}

// onTop lists the VLANs of a link whose names are known.
func (c *carrier) onTop() []*carrier {
	var above []*carrier
	for _, v := range c.vlans {
		place := v.Link.Range
		if !v.Link.Set {
			place = v.ID.Range
		}
		if v.Link.Known() || (!v.Link.Set && v.ID.Known()) {
			above = append(above, &carrier{
				Network: &v.Network, what: "vlan", name: v.Name(c.name), place: place, parent: c, vlan: v,
			})
		}
	}
	return above
}

// index prepares what rules look up. Of two links with one name it has the first.
func (f *finder) index() {
	f.carriers = carriersOf(f.doc)
	f.byName = make(map[string]*carrier, len(f.carriers))
	for _, c := range f.carriers {
		if _, taken := f.byName[c.name]; !taken {
			f.byName[c.name] = c
		}
	}
	f.masterOf = make(map[string]*Bond, 2*len(f.doc.Bonds))
	for _, b := range f.doc.Bonds {
		for _, slave := range b.Slaves {
			if _, taken := f.masterOf[slave.Name.Value]; !taken {
				f.masterOf[slave.Name.Value] = b
			}
			f.station(slave.Wifi)
		}
	}
	for _, l := range f.doc.Links {
		f.station(l.Wifi)
	}
}

func (f *finder) station(w *Wifi) {
	if w != nil {
		f.stations = append(f.stations, w)
	}
}
