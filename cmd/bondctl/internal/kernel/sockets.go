package kernel

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/schema"
)

// A struct inet_diag_msg is the family, the state and two bytes of timers, then
// the struct inet_diag_sockid, then counters (include/uapi/linux/inet_diag.h).
// The latter has the ports, the two addresses in 16 bytes each, the link that the
// socket is bound to, and a cookie by which no later socket is taken for this one.
const (
	socketID       = 4
	socketIDLength = 48
	socketLocal    = socketID + 4
	socketRemote   = socketLocal + 16
	socketLink     = socketRemote + 16
)

// anySocket is the struct inet_diag_sockid of a question for a whole list.
var anySocket = make([]byte, socketIDLength)

// connected are the states of sockets that have somebody at the other end, or seek
// him (include/net/tcp_states.h). A UDP socket that has a peer is "established".
const connected = 1<<unix.BPF_TCP_ESTABLISHED | 1<<unix.BPF_TCP_SYN_SENT | 1<<unix.BPF_TCP_SYN_RECV |
	1<<unix.BPF_TCP_FIN_WAIT1 | 1<<unix.BPF_TCP_FIN_WAIT2 | 1<<unix.BPF_TCP_CLOSE_WAIT |
	1<<unix.BPF_TCP_LAST_ACK | 1<<unix.BPF_TCP_CLOSING

// talkers are the protocols whose sockets have a peer, with what tells of them.
var talkers = []struct {
	protocol byte
	sockets  string
}{
	{unix.IPPROTO_TCP, "TCP sockets, which needs CONFIG_INET_TCP_DIAG"},
	{unix.IPPROTO_UDP, "UDP sockets, which needs CONFIG_INET_UDP_DIAG"},
}

// CloseSockets closes the connected TCP and UDP sockets of this host that send from
// one of these addresses, and tells how many: their programs read ECONNABORTED at
// once where they would wait for a quarter of an hour (tcp_retries2 in ip-sysctl),
// and can connect anew. Untouched are listeners, sockets whose peer is this host
// itself or on a subnet of one of its links, and those that are bound to a link, as
// those of bondctl's own checks are: no route leads them elsewhere.
//
// It acts in the network namespace of the calling thread, and needs a kernel with
// CONFIG_INET_DIAG_DESTROY.
func (h *Host) CloseSockets(family schema.Family, addresses []netip.Addr) (int, error) {
	subnets, err := h.subnets()
	if err != nil {
		return 0, err
	}
	c, err := converse(unix.NETLINK_SOCK_DIAG)
	if err != nil {
		return 0, about("close sockets", err)
	}
	defer c.end()
	found, err := c.sockets(family)
	closed := 0
	for _, s := range found {
		if !slices.Contains(addresses, s.local) || s.stays(subnets) {
			continue
		}
		bad := c.close(s)
		closed += success(bad)
		if errors.Is(bad, unix.EOPNOTSUPP) {
			return closed, bad
		}
		err = errors.Join(err, unlessGone(bad))
	}
	return closed, err
}

// sockets lists the connected sockets that speak a version of IP.
func (c conversation) sockets(family schema.Family) ([]socket, error) {
	var found []socket
	var err error
	for _, talker := range talkers {
		for _, af := range socketFamilies(family) {
			dump, bad := c.dump(talker.sockets, unix.SOCK_DIAG_BY_FAMILY, encodeSocket(af, talker.protocol, anySocket))
			err = errors.Join(err, bad)
			for _, msg := range dump {
				s, bad := decodeSocket(msg, talker.protocol)
				found = append(found, s)
				err = errors.Join(err, bad)
			}
		}
	}
	return found, err
}

// socketFamilies are the kinds of sockets that may speak a version of IP: one of
// IPv6 speaks IPv4 too, from an address such as ::ffff:192.0.2.1 (ipv6(7)).
func socketFamilies(family schema.Family) []byte {
	if family == schema.IPv4 {
		return []byte{unix.AF_INET, unix.AF_INET6}
	}
	return []byte{unix.AF_INET6}
}

func (c conversation) close(s socket) error {
	what := fmt.Sprintf("close the connection of %s with %s", s.local, s.remote)
	err := c.change(what, unix.SOCK_DESTROY, 0, s.key)
	if errors.Is(err, unix.EOPNOTSUPP) {
		return fmt.Errorf("%w: this kernel lacks CONFIG_INET_DIAG_DESTROY; with close_sockets = false "+
			"nobody asks for it, and connections over a path that died end when they time out", err)
	}
	return err
}

// success counts a change that was made as one.
func success(err error) int {
	if err != nil {
		return 0
	}
	return 1
}

// unlessGone passes over what was to be ended and has ended itself meanwhile.
func unlessGone(err error) error {
	if errors.Is(err, unix.ENOENT) {
		return nil
	}
	return err
}

// socket is a connected socket.
type socket struct {
	local, remote netip.Addr
	// link is the index of the link that it is bound to, 0 for none.
	link uint32
	// key is the question by which it is found.
	key []byte
}

// stays tells whether a socket has to do with no default route.
func (s socket) stays(subnets []netip.Prefix) bool {
	near := slices.ContainsFunc(subnets, func(p netip.Prefix) bool { return p.Contains(s.remote) })
	return near || s.link != 0 || s.remote.IsLoopback() || s.remote.IsMulticast()
}

// encodeSocket gives a struct inet_diag_req_v2.
func encodeSocket(af, protocol byte, id []byte) []byte {
	msg := native.AppendUint32([]byte{af, protocol, 0, 0}, connected)
	return append(msg, id...)
}

// decodeSocket reads a struct inet_diag_msg.
func decodeSocket(msg []byte, protocol byte) (socket, error) {
	if len(msg) < socketID+socketIDLength {
		return socket{}, errMalformed
	}
	af, length := msg[0], net.IPv6len
	if af == unix.AF_INET {
		length = net.IPv4len
	}
	local, _ := netip.AddrFromSlice(msg[socketLocal : socketLocal+length])
	remote, _ := netip.AddrFromSlice(msg[socketRemote : socketRemote+length])
	return socket{
		local: local.Unmap(), remote: remote.Unmap(), link: native.Uint32(msg[socketLink:]),
		key: encodeSocket(af, protocol, msg[socketID:socketID+socketIDLength]),
	}, nil
}

// subnets lists the networks that this host is on: those of its addresses, and of
// the routes without a next hop that the kernel or a router's advertisement made.
func (h *Host) subnets() ([]netip.Prefix, error) {
	state, err := h.Observe()
	if err != nil {
		return nil, err
	}
	var subnets []netip.Prefix
	for _, a := range state.Addresses {
		subnets = append(subnets, a.Prefix)
		if a.Peer.IsValid() {
			subnets = append(subnets, a.Peer)
		}
	}
	for _, r := range state.Routes {
		if r.isSubnet() {
			subnets = append(subnets, r.To)
		}
	}
	return subnets, nil
}

// isSubnet tells whether a route is that of a network that a link is on.
func (r Route) isSubnet() bool {
	learnt := r.Protocol == unix.RTPROT_KERNEL || r.Protocol == unix.RTPROT_RA
	return learnt && r.Type == unix.RTN_UNICAST && r.Link != "" && !r.Via.IsValid() && r.To.Bits() > 0
}
