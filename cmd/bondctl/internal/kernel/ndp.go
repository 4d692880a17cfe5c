package kernel

import (
	"bytes"
	"net"
	"net/netip"
	"os"

	"golang.org/x/net/ipv6"
)

// allNodes is everybody on a link (RFC 4291, section 2.7.1).
var allNodes = net.IPv6linklocalallnodes

// advertise sends the unsolicited neighbour advertisement of RFC 4861 (section
// 7.2.6) for an IPv6 address.
func advertise(addr netip.Addr, link *net.Interface) {
	packet := advertisement(addr, link.HardwareAddr, override|routerFlag(link.Name))
	discover(addr, link, packet, allNodes)
}

// solicit asks the routers of a link to advertise (RFC 4861, section 6.3.7), which the
// kernel does only when the link comes up. A link without an address to ask from is
// one where the kernel does it as soon as there is one.
func solicit(name string) {
	link, err := net.InterfaceByName(name)
	if err != nil || link.Flags&net.FlagUp == 0 || len(link.HardwareAddr) != ethernetLength {
		return
	}
	addresses, _ := link.Addrs() // none
	for _, a := range addresses {
		prefix, err := netip.ParsePrefix(a.String())
		if err == nil && prefix.Addr().Is6() && prefix.Addr().IsLinkLocalUnicast() {
			discover(prefix.Addr(), link, solicitation(link.HardwareAddr), net.IPv6linklocalallrouters)
			return
		}
	}
}

// discover sends a message of neighbour discovery from an address of a link.
func discover(from netip.Addr, link *net.Interface, packet []byte, to net.IP) {
	source := &net.IPAddr{IP: from.AsSlice()}
	if from.IsLinkLocalUnicast() {
		source.Zone = link.Name
	}
	conn, err := net.ListenIP("ip6:ipv6-icmp", source)
	if err != nil {
		return // the address is tentative
	}
	defer func() { _ = conn.Close() }()
	p := ipv6.NewPacketConn(conn)
	if p.SetMulticastInterface(link) != nil || p.SetMulticastHopLimit(maxHops) != nil {
		return
	}
	_, _ = conn.WriteTo(packet, &net.IPAddr{IP: to, Zone: link.Name})
}

const (
	// maxHops shows that a packet comes from the link itself (RFC 4861, section 7.1.2).
	maxHops = 255

	routerSolicitation     = 133
	neighbourAdvertisement = 136
	sourceLinkAddress      = 1
	targetLinkAddress      = 2
	override, router       = 0x20, 0x80
)

// advertisement gives a neighbour advertisement (RFC 4861, section 4.4); the
// kernel fills in its checksum.
func advertisement(addr netip.Addr, mac net.HardwareAddr, flags byte) []byte {
	packet := append([]byte{neighbourAdvertisement, 0, 0, 0, flags, 0, 0, 0}, addr.AsSlice()...)
	return append(append(packet, targetLinkAddress, 1), mac...) // 1 times 8 bytes
}

// solicitation gives a router solicitation (RFC 4861, section 4.1).
func solicitation(mac net.HardwareAddr) []byte {
	return append([]byte{routerSolicitation, 0, 0, 0, 0, 0, 0, 0, sourceLinkAddress, 1}, mac...)
}

// routerFlag is set where the kernel forwards IPv6 packets from a link: a router
// that does not say that it is one is taken off its neighbours' lists.
func routerFlag(link string) byte {
	text, _ := os.ReadFile("/proc/sys/net/ipv6/conf/" + link + "/forwarding") // without IPv6 nobody has the address
	if bytes.HasPrefix(text, []byte("1")) {
		return router
	}
	return 0
}
