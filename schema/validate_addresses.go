package schema

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// addressRules look at one address of a link.
var addressRules = []func(*finder, *carrier, *IP, Attr[netip.Prefix]){
	(*finder).addressFamily,
	(*finder).addressOfHost,
}

// addresses lists the addresses of a link that were understood, each with
// the block that has it.
func (c *carrier) addresses(visit func(*IP, Attr[netip.Prefix])) {
	for _, ip := range c.blocks() {
		for _, address := range ip.Addresses.Items {
			if address.Known() {
				visit(ip, address)
			}
		}
	}
}

func (f *finder) addressFamily(_ *carrier, ip *IP, address Attr[netip.Prefix]) {
	if family := FamilyOf(address.Value.Addr()); family != ip.Family {
		f.refuse(address.Range, "Address of the other family", "%s does not belong into an %s block. Move it to %s.", address.Value, ip.Family, family)
	}
}

// addressOfHost: the kernel refuses some addresses for a link, and others are
// not usable by what talks to it.
func (f *finder) addressOfHost(_ *carrier, _ *IP, address Attr[netip.Prefix]) {
	prefix := address.Value
	switch addr := prefix.Addr(); {
	case unusable(addr):
		f.refuse(address.Range, "Unsuitable address", "%s is %s and cannot be that of a link. Give the host's own.", addr, kindOf(addr))
	case prefix.Bits() == 0:
		f.warn(address.Range, "Subnet of everything", "With the prefix length 0 every host is taken to be on this link. Write the subnet's length, such as %s/24.", addr)
	case isSubnetItself(prefix):
		f.warn(address.Range, "Address of the subnet", "%s is the address of the subnet %s itself, not of a host in it. Choose another.", addr, prefix)
	case isSubnetBroadcast(prefix):
		f.warn(address.Range, "Broadcast address", "%s reaches every host of %s and cannot be that of one. Choose another.", addr, prefix.Masked())
	}
}

// unusable tells whether no link can have the address.
func unusable(addr netip.Addr) bool {
	return addr.IsUnspecified() || addr.IsLoopback() || addr.IsMulticast() || addr == broadcastAddr() ||
		(addr.Is4() && addr.As4()[0] == 0)
}

func kindOf(addr netip.Addr) string {
	switch {
	case addr.IsMulticast():
		return "a multicast address"
	case addr.IsLoopback():
		return "a loopback address"
	case addr == broadcastAddr():
		return "the broadcast address"
	}
	return "the address of no host"
}

// isSubnetItself: the lowest address of a subnet names it, and in IPv6 any of
// its routers (RFC 4291, 2.6.1).
func isSubnetItself(prefix netip.Prefix) bool {
	return prefix.Bits() < prefix.Addr().BitLen()-1 && prefix.Masked().Addr() == prefix.Addr()
}

func isSubnetBroadcast(prefix netip.Prefix) bool {
	if !prefix.Addr().Is4() || prefix.Bits() > 30 {
		return false
	}
	bytes, hostBits := prefix.Addr().As4(), 32-prefix.Bits()
	number := uint32(bytes[0])<<24 | uint32(bytes[1])<<16 | uint32(bytes[2])<<8 | uint32(bytes[3])
	return number|(^uint32(0)<<hostBits) == ^uint32(0)
}

// addressesAreUnique: an address belongs to one link; link-local ones belong
// to each.
func (f *finder) addressesAreUnique() {
	f.ownedBy = make(map[netip.Addr]*carrier, len(f.carriers))
	places := make(map[netip.Addr]hcl.Range, len(f.carriers))
	for _, c := range f.carriers {
		c.addresses(func(_ *IP, address Attr[netip.Prefix]) {
			addr := address.Value.Addr()
			if first, taken := f.ownedBy[addr]; taken {
				f.refuse(address.Range, "Duplicate address", "%s is already an address of %s, at %s. Remove one of the two.", addr, first.name, where(places[addr]))
				return
			}
			if !addr.IsLinkLocalUnicast() {
				f.ownedBy[addr], places[addr] = c, address.Range
			}
		})
	}
}

// subnet is the subnet of one address of a link.
type subnet struct {
	prefix netip.Prefix
	owner  *carrier
	place  hcl.Range
}

// subnetsAreApart: of two links on one subnet the kernel uses the first, and
// answers for both addresses on either.
func (f *finder) subnetsAreApart() {
	subnets := f.subnets()
	reported := map[*carrier]bool{}
	var around []subnet // those that the current one lies in, the widest first
	for _, s := range subnets {
		for len(around) > 0 && !around[len(around)-1].prefix.Overlaps(s.prefix) {
			around = around[:len(around)-1]
		}
		if len(around) > 0 {
			f.sharedSubnet(around[len(around)-1], s, reported)
		}
		around = append(around, s)
	}
}

// subnets lists the document's subnets so that each comes after those that it
// lies in.
func (f *finder) subnets() []subnet {
	subnets := make([]subnet, 0, len(f.carriers))
	for _, c := range f.carriers {
		c.addresses(func(_ *IP, address Attr[netip.Prefix]) {
			prefix := address.Value.Masked()
			if !prefix.IsSingleIP() && !prefix.Addr().IsLinkLocalUnicast() && prefix.Bits() > 0 {
				subnets = append(subnets, subnet{prefix, c, address.Range})
			}
		})
	}
	slices.SortStableFunc(subnets, func(a, b subnet) int {
		return cmp.Or(a.prefix.Addr().Compare(b.prefix.Addr()), cmp.Compare(a.prefix.Bits(), b.prefix.Bits()))
	})
	return subnets
}

func (f *finder) sharedSubnet(wide, narrow subnet, reported map[*carrier]bool) {
	first, second := wide, narrow
	if first.place.Filename == second.place.Filename && first.place.Start.Byte > second.place.Start.Byte {
		first, second = narrow, wide
	}
	if first.owner == second.owner || reported[second.owner] {
		return
	}
	reported[second.owner] = true
	f.warn(second.place, "Subnet on two links", "%s overlaps with %s of %s, at %s: the kernel sends over one of them only. Bond the links, or give each a subnet of its own.",
		second.prefix, first.prefix, first.owner.name, where(first.place))
}
