package world

import (
	"fmt"
	"net/netip"
	"strconv"

	"github.com/bondctl/bondctl/schema"
)

// Place is a link of a description that can carry addresses.
type Place struct {
	// Path is that of the link's statements.
	Path string
	Link string
	// VLAN is 0 for what is no VLAN; Parent is the link below one.
	VLAN   int
	Parent string
	*schema.Network
}

// Places lists the bonds, links and VLANs of a description.
func Places(doc *schema.Document) []Place {
	var found []Place
	add := func(path, name string, network *schema.Network, vlans []*schema.VLAN) {
		found = append(found, Place{Path: path, Link: name, Network: network})
		for _, v := range vlans {
			found = append(found, Place{
				Path: fmt.Sprintf("%s/vlan/%d", path, v.ID.Value), Link: v.Name(name), VLAN: v.ID.Value, Parent: name, Network: &v.Network,
			})
		}
	}
	for _, b := range doc.Bonds {
		add("bond/"+b.Name.Value, b.Name.Value, &b.Network, b.VLANs)
	}
	for _, l := range doc.Links {
		if l.Kind != schema.PPP {
			add(string(l.Kind)+"/"+l.Name.Value, l.Name.Value, &l.Network, l.VLANs)
		}
	}
	return found
}

// farLink is the link at the far side that the place leads to.
func (p Place) farLink() string {
	if p.VLAN != 0 {
		return "br0." + strconv.Itoa(p.VLAN)
	}
	return "br0"
}

// prefixes are the place's own static addresses.
func (p Place) prefixes() []netip.Prefix {
	var all []netip.Prefix
	for _, ip := range []*schema.IP{p.IPv4, p.IPv6} {
		if ip != nil {
			all = append(all, ip.Addresses.Values()...)
		}
	}
	return all
}

// neighbours gives for each of the place's subnets an address at the far side:
// the gateway, else the first one that is free.
func (p Place) neighbours() []netip.Addr {
	var all []netip.Addr
	own := p.prefixes()
	for i, prefix := range own {
		first := true
		for _, before := range own[:i] {
			first = first && before.Masked() != prefix.Masked()
		}
		if first && prefix.Addr().BitLen()-prefix.Bits() >= 2 {
			all = append(all, p.neighbourIn(prefix, own))
		}
	}
	return all
}

func (p Place) neighbourIn(prefix netip.Prefix, own []netip.Prefix) netip.Addr {
	for _, ip := range []*schema.IP{p.IPv4, p.IPv6} {
		if ip != nil && ip.Gateway.Known() && prefix.Contains(ip.Gateway.Value) {
			return ip.Gateway.Value
		}
	}
	candidate := prefix.Masked().Addr().Next()
	for isOneOf(candidate, own) {
		candidate = candidate.Next()
	}
	return candidate
}

func isOneOf(address netip.Addr, own []netip.Prefix) bool {
	for _, prefix := range own {
		if prefix.Addr() == address {
			return true
		}
	}
	return false
}
