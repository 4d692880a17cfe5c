package world

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
	"github.com/bondctl/bondctl/schema"
)

// settle gives the far side the addresses that the description expects there,
// and whoever hands out those that it wants to learn.
func (w *World) settle() error {
	var vlans, addresses []string
	for _, p := range w.places {
		vlans = append(vlans, p.layVLAN()...)
		for _, address := range append(p.neighbours(), p.gateways()...) {
			addresses = append(addresses, p.assign(address))
		}
	}
	for _, bond := range w.Doc.Bonds {
		for _, option := range []string{"arp_ip_target", "ns_ip6_target"} {
			setting, _ := bond.Settings.Get(option)
			for _, target := range setting.Value.Items() {
				addresses = append(addresses, Place{Network: &bond.Network}.assign(netip.MustParseAddr(target)))
			}
		}
	}
	if all := append(unique(vlans), unique(addresses)...); len(all) > 0 {
		if err := sh.Batch(Provider, all...); err != nil {
			return err
		}
	}
	return w.handOut()
}

// unique keeps the first of commands that are the same: two places may know
// the same neighbour, or have the same VLAN.
func unique(commands []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(commands, func(c string) bool {
		again := seen[c]
		seen[c] = true
		return again
	})
}

// layVLAN makes the far side's end of a VLAN.
func (p Place) layVLAN() []string {
	if p.VLAN == 0 {
		return nil
	}
	return []string{
		fmt.Sprintf("link add link br0 name %s type vlan id %d", p.farLink(), p.VLAN),
		fmt.Sprintf("link set %s up", p.farLink()),
	}
}

func (p Place) gateways() []netip.Addr {
	var all []netip.Addr
	for _, ip := range []*schema.IP{p.IPv4, p.IPv6} {
		if ip != nil && ip.Gateway.Known() {
			all = append(all, ip.Gateway.Value)
		}
	}
	for _, route := range p.Routes {
		if route.Gateway.Known() {
			all = append(all, route.Gateway.Value)
		}
	}
	return all
}

// assign gives the far side an address, in the subnet that the place's own
// addresses have.
func (p Place) assign(address netip.Addr) string {
	bits := address.BitLen()
	if address.IsLinkLocalUnicast() {
		bits = 64
	}
	for _, own := range p.prefixes() {
		if own.Contains(address) {
			bits = own.Bits()
		}
	}
	return fmt.Sprintf("address add %s/%d dev %s nodad", address, bits, p.farLink())
}
