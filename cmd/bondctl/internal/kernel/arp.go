package kernel

import (
	"encoding/binary"
	"net"
	"net/netip"

	"golang.org/x/sys/unix"
)

// announceARP sends the request for an IPv4 address that RFC 5227 (section 2.3)
// has for announcing it.
func announceARP(addr netip.Addr, link *net.Interface) {
	socket, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return
	}
	defer func() { _ = unix.Close(socket) }()
	to := unix.SockaddrLinklayer{
		Protocol: networkOrder(unix.ETH_P_ARP), Ifindex: link.Index,
		Halen: ethernetLength, Addr: [8]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
	}
	_ = unix.Sendto(socket, announcement(addr, link.HardwareAddr), unix.MSG_DONTWAIT, &to)
}

const arpRequest = 1

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
