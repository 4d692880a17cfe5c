package world

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
)

// Pool is a subnet in which a place learns its addresses.
type Pool struct {
	netip.Prefix
	// Leased tells whether a server leases them; the hosts make them themselves
	// else, of what a router advertises.
	Leased bool
}

// The server leases the addresses of a pool whose last byte is in between.
const firstLeased, lastLeased = 100, 200

// The router of a pool advertises itself so often, for it is the next advertisement
// by which a link takes up another metric, and for so long, in seconds.
const advertising, lasting = 10, 1800

// Gives tells whether an address may be learned there.
func (p Pool) Gives(address netip.Addr) bool {
	leased := p.host(firstLeased).Compare(address) <= 0 && address.Compare(p.host(lastLeased)) <= 0
	return p.Contains(address) && (leased || !p.Leased)
}

// host gives an address of a pool.
func (p Pool) host(number byte) netip.Addr {
	bytes := p.Addr().AsSlice()
	bytes[len(bytes)-1] = number
	address, _ := netip.AddrFromSlice(bytes)
	return address
}

// Learned lists the pools of which the place learns its addresses; places at
// one link of the far side share their subnets.
func (p Place) Learned() []Pool {
	number := byte(p.VLAN & 0xff)
	var pools []Pool
	if p.IPv4 != nil && p.IPv4.DHCP.Value {
		pools = append(pools, Pool{netip.PrefixFrom(netip.AddrFrom4([4]byte{198, 18, number, 0}), 24), true})
	}
	if p.IPv6 != nil && (p.IPv6.AcceptsRA() || p.IPv6.DHCP.Value) {
		subnet := netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff, 0, number}), 64)
		pools = append(pools, Pool{subnet, p.IPv6.DHCP.Value})
	}
	return pools
}

// handOut hands out addresses where the description wants them learned: by
// DHCP, by router advertisements, or both.
func (w *World) handOut() error {
	args := w.offers()
	if len(args) == 0 {
		return nil
	}
	for _, p := range w.places {
		for _, pool := range p.Learned() {
			_ = sh.Do("ip -n %s address add %s/%d dev %s nodad", Provider, pool.Addr().Next(), pool.Bits(), p.farLink())
		}
	}
	if slices.Contains(args, "--enable-ra") {
		// Who does not forward says so in its neighbour advertisements, and the kernel drops the routes over it.
		if err := sh.Do("ip netns exec %s sysctl -q net.ipv6.conf.all.forwarding=1", Provider); err != nil {
			return err
		}
	}
	return sh.Do("ip netns exec %s dnsmasq --conf-file=/dev/null --port=0 --bind-interfaces --pid-file=%s/dnsmasq.pid --dhcp-authoritative --dhcp-leasefile=%s/leases %s",
		Provider, state, state, strings.Join(args, " "))
}

// offers are the arguments by which dnsmasq hands out what places learn. Its
// advertisements say that a server leases addresses; that hosts are to make some
// themselves, only where a place leases none.
func (w *World) offers() []string {
	alone := map[netip.Prefix]bool{}
	for _, p := range w.places {
		for _, pool := range p.Learned() {
			alone[pool.Prefix] = alone[pool.Prefix] || !pool.Leased
		}
	}
	var args []string
	for _, p := range w.places {
		for _, pool := range p.Learned() {
			offer := fmt.Sprintf("--dhcp-range=%s,%s,", pool.host(firstLeased), pool.host(lastLeased))
			if alone[pool.Prefix] {
				offer += "slaac,"
			}
			if pool.Addr().Is6() {
				offer += "64,"
				args = append(args, "--enable-ra", fmt.Sprintf("--ra-param=%s,%d,%d", p.farLink(), advertising, lasting))
			}
			args = append(args, "--interface="+p.farLink(), offer+"1h")
		}
	}
	slices.Sort(args)
	return slices.Compact(args)
}
