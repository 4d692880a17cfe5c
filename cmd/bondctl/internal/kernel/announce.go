package kernel

import (
	"encoding/binary"
	"net"
	"net/netip"

	"golang.org/x/sys/unix"
)

// announce tells everybody on a link where an IPv4 address is now, by the
// request for it that RFC 5227 (section 2.3) has for that. The kernel does so
// only when a link comes up or changes its own address (arp_notify in
// Documentation/networking/ip-sysctl.rst): neighbours of an address that moves
// to another link would go on sending to the old one until they hear from it.
// Nobody answers, and what cannot be sent is no loss: they learn it later.
func announce(a Address) {
	link, err := net.InterfaceByName(a.Link)
	if err != nil || !a.Prefix.Addr().Is4() || link.Flags&net.FlagUp == 0 || len(link.HardwareAddr) != ethernetLength {
		return
	}
	socket, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return
	}
	defer func() { _ = unix.Close(socket) }()
	to := unix.SockaddrLinklayer{
		Protocol: networkOrder(unix.ETH_P_ARP), Ifindex: link.Index,
		Halen: ethernetLength, Addr: [8]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
	}
	_ = unix.Sendto(socket, announcement(a.Prefix.Addr(), link.HardwareAddr), unix.MSG_DONTWAIT, &to)
}

const (
	// ethernetLength is that of an Ethernet address, in bytes.
	ethernetLength = 6
	arpRequest     = 1
)

// announcement gives an ARP request for an address from the one who has it
// (RFC 826).
func announcement(addr netip.Addr, mac net.HardwareAddr) []byte {
	packet := binary.BigEndian.AppendUint16(nil, unix.ARPHRD_ETHER)
	packet = binary.BigEndian.AppendUint16(packet, unix.ETH_P_IP)
	packet = append(packet, ethernetLength, net.IPv4len)
	packet = binary.BigEndian.AppendUint16(packet, arpRequest)
	packet = append(append(packet, mac...), addr.AsSlice()...)
	return append(append(packet, make([]byte, ethernetLength)...), addr.AsSlice()...)
}

// networkOrder gives a number whose bytes in memory are in the network's order.
func networkOrder(n uint16) uint16 {
	return native.Uint16(binary.BigEndian.AppendUint16(nil, n))
}
