package ifupdown

import (
	"net/netip"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// A stanza of ifupdown2 or ifupdown-ng needs no family and no method: it has
// as many addresses as it likes, of both families. Debian's own ifupdown
// refuses it.

// isFree tells whether the stanza is one of those.
func (r *linkReader) isFree() bool { return r.block.family == "" }

// nextAddress waits with an address for its netmask. Only a stanza without a
// family has several.
func (r *linkReader) nextAddress(o option) {
	if r.address.value != "" {
		r.endAddress()
	}
	r.address, r.netmask = o, option{}
}

// hasFamily tells whether the stanza is for addresses of that family.
func (r *linkReader) hasFamily(addr netip.Addr) bool {
	return r.isFree() || addr.Is4() && r.block.family == inet || addr.Is6() && r.block.family == inet6
}

// ofAddress gives the family's part of the link.
func (r *linkReader) ofAddress(addr netip.Addr) *schema.IP {
	switch {
	case !r.isFree():
		return r.ip
	case addr.Is4():
		return familyOf(&r.network.IPv4, schema.IPv4, r.block.place)
	}
	ip := familyOf(&r.network.IPv6, schema.IPv6, r.block.place)
	if !ip.AcceptRA.Set { // nothing turns them off, as the method static does
		ip.AcceptRA = placed(true, r.block.place)
	}
	return ip
}

// byDriver finds an option by the driver's own name for it, as ifupdown2 and
// ifupdown-ng call those that ifenslave does not read.
func byDriver(key string) (*schema.Option, bool) {
	row, ok := schema.Lookup(strings.ReplaceAll(strings.TrimPrefix(key, "bond-"), "-", "_"))
	return row, ok && row.Scope == schema.BondScope
}

// use reads what an ifupdown-ng stanza has done to its link (interfaces(5) of
// ifupdown-ng); of the kinds of links it follows from other options.
func (r *linkReader) use(o option) {
	switch o.value {
	case dhcp:
		familyOf(&r.network.IPv4, schema.IPv4, o.place()).DHCP = placed(true, o.place())
	case "bond", "vlan", "link", static:
	default:
		r.notUnderstood(o, "is nothing that a document has with "+o.value)
	}
}
