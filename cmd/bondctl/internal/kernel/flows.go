package kernel

import (
	"errors"
	"io/fs"
	"net/netip"
	"os"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/schema"
)

// Messages and attributes of connection tracking
// (include/uapi/linux/netfilter/nfnetlink_conntrack.h).
const (
	getFlows   = unix.NFNL_SUBSYS_CTNETLINK<<8 | 1
	deleteFlow = unix.NFNL_SUBSYS_CTNETLINK<<8 | 2

	// flowHeader is the length of a struct nfgenmsg.
	flowHeader   = 4
	flowOriginal = 1
	flowReply    = 2
	flowID       = 12
	flowZone     = 18
	// flowAddresses is CTA_TUPLE_IP, of the attributes nested in the two directions.
	flowAddresses = 1
)

// conntrackSettings is there where the kernel tracks connections.
const conntrackSettings = "/proc/sys/net/netfilter/nf_conntrack_max"

// ForgetFlows has connection tracking forget the flows that leave from these
// addresses, and tells how many there were: those that began here, and those of
// hosts behind this one that are masqueraded as one of the addresses. What follows
// of such a flow is then translated as the link that it takes now demands. A
// kernel that tracks no connections has nothing to forget.
//
// It acts in the network namespace of the calling thread.
func (*Host) ForgetFlows(family schema.Family, addresses []netip.Addr) (int, error) {
	if _, err := os.Stat(conntrackSettings); errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	c, err := converse(unix.NETLINK_NETFILTER)
	if err != nil {
		return 0, about("forget tracked connections", err)
	}
	defer c.end()
	header := []byte{afOf(family.Default().Addr()), unix.NFNETLINK_V0, 0, 0}
	dump, err := c.dump("tracked connections, which needs nf_conntrack_netlink", getFlows, header)
	forgotten := 0
	for _, msg := range dump {
		f, bad := decodeFlow(msg)
		if bad == nil && f.leaves(addresses) {
			bad = c.change("forget a tracked connection", deleteFlow, 0, slices.Concat(header, f.key))
			forgotten += success(bad)
		}
		err = errors.Join(err, unlessGone(bad))
	}
	return forgotten, err
}

// flow is an entry of connection tracking.
type flow struct {
	original, reply tuple
	// key are the attributes by which it is found, and no later one of the same
	// addresses and ports.
	key []byte
}

// tuple is one direction of a flow.
type tuple struct{ source, destination netip.Addr }

// leaves tells whether a flow goes out from one of the addresses.
func (f flow) leaves(addresses []netip.Addr) bool {
	return slices.Contains(addresses, f.original.source) || slices.Contains(addresses, f.reply.destination)
}

// decodeFlow reads a struct nfgenmsg with its attributes.
func decodeFlow(msg []byte) (flow, error) {
	if len(msg) < flowHeader {
		return flow{}, errMalformed
	}
	attrs, err := parseAttrs(msg[flowHeader:])
	var f flow
	for _, a := range attrs {
		var bad error
		switch a.Number {
		case flowOriginal:
			f.original, bad = decodeTuple(a.Data)
			f.key = appendAttr(f.key, flowOriginal|unix.NLA_F_NESTED, a.Data)
		case flowReply:
			f.reply, bad = decodeTuple(a.Data)
		case flowID, flowZone:
			f.key = appendAttr(f.key, a.Number, a.Data)
		}
		err = errors.Join(err, bad)
	}
	return f, err
}

// decodeTuple reads the CTA_IP_* of a direction: in each family the source is an
// odd number and the destination the next one.
func decodeTuple(data []byte) (tuple, error) {
	attrs, err := parseAttrs(data)
	var t tuple
	for _, a := range attrs {
		if a.Number != flowAddresses {
			continue
		}
		addresses, bad := parseAttrs(a.Data)
		for _, address := range addresses {
			if address.Number%2 == 1 {
				t.source = address.addr()
			} else {
				t.destination = address.addr()
			}
		}
		err = errors.Join(err, bad)
	}
	return t, err
}
