package schema

import (
	"net/netip"
	"strconv"

	"github.com/hashicorp/hcl/v2"
)

// Network is what a bond, a VLAN and a link outside bonds have in common.
type Network struct {
	// MTU is the largest payload of a frame, in bytes.
	MTU Attr[int]
	// MACAddress is the link's own Ethernet address.
	MACAddress Attr[MAC]
	// IPv4 and IPv6 are nil where the document has no such block. Without an
	// ipv4 block the link has no IPv4. Without an ipv6 block IPv6 is left to
	// the host's default, and off where there is no ipv4 block either.
	IPv4, IPv6 *IP
	DNS        *DNS
	Routes     []*Route
	unread     gaps
}

// Unaddressed tells whether the link carries no IP of its own, as a bond does
// that only carries VLANs.
func (n *Network) Unaddressed() bool { return n.IPv4 == nil && n.IPv6 == nil }

// block gives the link's block of one family, nil where it has none.
func (n *Network) block(family Family) *IP {
	if family == IPv4 {
		return n.IPv4
	}
	return n.IPv6
}

// blocks lists the link's blocks of both families.
func (n *Network) blocks() []*IP {
	var found []*IP
	for _, ip := range []*IP{n.IPv4, n.IPv6} {
		if ip != nil {
			found = append(found, ip)
		}
	}
	return found
}

// Family is an IP version.
type Family uint8

// The two families.
const (
	IPv4 Family = 4
	IPv6 Family = 6
)

// String gives the name of the family's block.
func (f Family) String() string { return "ipv" + strconv.Itoa(int(f)) }

// Default gives the destination of the family's default route.
func (f Family) Default() netip.Prefix {
	if f == IPv4 {
		return netip.PrefixFrom(netip.IPv4Unspecified(), 0)
	}
	return netip.PrefixFrom(netip.IPv6Unspecified(), 0)
}

// FamilyOf gives the family of an address.
func FamilyOf(addr netip.Addr) Family {
	if addr.Is4() {
		return IPv4
	}
	return IPv6
}

// IP is a link's configuration in one family.
type IP struct {
	Family    Family
	Addresses List[netip.Prefix]
	// Gateway is the next hop of the family's default route.
	Gateway Attr[netip.Addr]
	// Metric is that of the default route, given or learned; lower wins.
	Metric Attr[int]
	DHCP   Attr[bool]
	// AcceptRA tells whether router advertisements configure the link; IPv6 only.
	AcceptRA Attr[bool]
	Range    hcl.Range
	unread   gaps
}

// AcceptsRA tells whether router advertisements configure the link. Where the
// document does not say, they do unless static addresses are given.
func (ip *IP) AcceptsRA() bool {
	return ip.Family == IPv6 && ip.AcceptRA.Or(len(ip.Addresses.Items) == 0)
}

// DNS is the resolvers that a link brings.
type DNS struct {
	Servers List[netip.Addr]
	Search  List[string]
	Range   hcl.Range
}

// Route is a static route over a link.
type Route struct {
	To Attr[netip.Prefix]
	// Gateway is the next hop, unset for a destination on the link itself.
	Gateway Attr[netip.Addr]
	Metric  Attr[int]
	// Standing is set where [Document.Static] has made the route, which the
	// monitor keeps.
	Standing bool
	Range    hcl.Range
}

// Family gives the family of the route's destination.
func (r *Route) Family() Family { return FamilyOf(r.To.Value.Addr()) }

// IsDefault tells whether the route goes everywhere.
func (r *Route) IsDefault() bool { return r.To.Value.Bits() == 0 }

// VLAN is an IEEE 802.1Q link on top of another.
type VLAN struct {
	// ID is 1 to 4094.
	ID Attr[int]
	// Link is the name of the VLAN's link, PARENT.ID where the document has none.
	Link Attr[string]
	Network
	Range hcl.Range
}

// Name gives the name of the VLAN's link on a parent.
func (v *VLAN) Name(parent string) string {
	return v.Link.Or(parent + "." + strconv.Itoa(v.ID.Value))
}
