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
	from := &net.IPAddr{IP: addr.AsSlice()}
	if addr.IsLinkLocalUnicast() {
		from.Zone = link.Name
	}
	conn, err := net.ListenIP("ip6:ipv6-icmp", from)
	if err != nil {
		return // the address is tentative
	}
	defer func() { _ = conn.Close() }()
	p := ipv6.NewPacketConn(conn)
	if p.SetMulticastInterface(link) != nil || p.SetMulticastHopLimit(maxHops) != nil {
		return
	}
	_, _ = conn.WriteTo(advertisement(addr, link.HardwareAddr, override|routerFlag(link.Name)), &net.IPAddr{IP: allNodes, Zone: link.Name})
}

const (
	// maxHops shows that a packet comes from the link itself (RFC 4861, section 7.1.2).
	maxHops = 255

	neighbourAdvertisement = 136
	targetLinkAddress      = 2
	override, router       = 0x20, 0x80
)

// advertisement gives a neighbour advertisement (RFC 4861, section 4.4); the
// kernel fills in its checksum.
func advertisement(addr netip.Addr, mac net.HardwareAddr, flags byte) []byte {
	packet := append([]byte{neighbourAdvertisement, 0, 0, 0, flags, 0, 0, 0}, addr.AsSlice()...)
	return append(append(packet, targetLinkAddress, 1), mac...) // 1 times 8 bytes
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
