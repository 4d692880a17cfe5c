package scenario

import (
	"net"

	"golang.org/x/net/ipv6"
)

// everybody are all nodes on a link (RFC 4291, 2.7.1).
var everybody = &net.IPAddr{IP: net.ParseIP("ff02::1")}

// advertiseOver sends a message of neighbour discovery to everybody on a link, with
// the hop limit that proves that no router has passed it on (RFC 4861, 6.1.2).
func advertiseOver(conn net.PacketConn, link int, message []byte) error {
	p := ipv6.NewPacketConn(conn)
	if err := p.SetMulticastHopLimit(255); err != nil {
		return err
	}
	_, err := p.WriteTo(message, &ipv6.ControlMessage{IfIndex: link}, everybody)
	return err
}
