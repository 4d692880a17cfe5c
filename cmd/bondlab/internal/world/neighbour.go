package world

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

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

// handOut hands out addresses where the description wants them learned: by
// DHCP, by router advertisements, or both.
func (w *World) handOut() error {
	var args []string
	for _, p := range w.places {
		for _, pool := range p.Learned() {
			bits := fmt.Sprint(pool.Bits())
			_ = sh.Do("ip -n %s address add %s/%s dev %s nodad", Provider, pool.Addr().Next(), bits, p.farLink())
			offer := fmt.Sprintf("--dhcp-range=%s,%s,1h", host(pool, 100), host(pool, 200))
			if pool.Addr().Is6() {
				offer = fmt.Sprintf("--dhcp-range=%s,%s,slaac,64,1h", host(pool, 100), host(pool, 200))
				args = append(args, "--enable-ra")
			}
			args = append(args, "--interface="+p.farLink(), offer)
		}
	}
	if len(args) == 0 {
		return nil
	}
	if slices.Contains(args, "--enable-ra") {
		// Who does not forward says so in its neighbour advertisements, and the kernel drops the routes over it.
		if err := sh.Do("ip netns exec %s sysctl -q net.ipv6.conf.all.forwarding=1", Provider); err != nil {
			return err
		}
	}
	slices.Sort(args)
	return sh.Do("ip netns exec %s dnsmasq --conf-file=/dev/null --port=0 --bind-interfaces --pid-file=%s/dnsmasq.pid --dhcp-authoritative --dhcp-leasefile=%s/leases %s",
		Provider, state, state, strings.Join(slices.Compact(args), " "))
}

// Learned lists the subnets in which the place learns its addresses; places at
// one link of the far side share them.
func (p Place) Learned() []netip.Prefix {
	number := byte(p.VLAN & 0xff)
	var pools []netip.Prefix
	if p.IPv4 != nil && p.IPv4.DHCP.Value {
		pools = append(pools, netip.PrefixFrom(netip.AddrFrom4([4]byte{198, 18, number, 0}), 24))
	}
	if p.IPv6 != nil && (p.IPv6.AcceptsRA() || p.IPv6.DHCP.Value) {
		pools = append(pools, netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff, 0, number}), 64))
	}
	return pools
}

// host gives an address of a pool.
func host(pool netip.Prefix, number byte) netip.Addr {
	bytes := pool.Addr().AsSlice()
	bytes[len(bytes)-1] = number
	address, _ := netip.AddrFromSlice(bytes)
	return address
}
