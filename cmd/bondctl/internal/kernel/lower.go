package kernel

import (
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"
)

// Numbers of IFLA_IPTUN_REMOTE, IFLA_GRE_REMOTE and IFLA_VTI_REMOTE
// (include/uapi/linux/if_tunnel.h).
const (
	iptunRemote = 3
	greRemote   = 7
	vtiRemote   = 5
)

// farEnds are the attributes that tell the far end of encapsulations, by their kind.
var farEnds = map[string][]uint16{
	"ipip": {iptunRemote}, "sit": {iptunRemote}, "ip6tnl": {iptunRemote},
	"gre": {greRemote}, "gretap": {greRemote}, "erspan": {greRemote},
	"ip6gre": {greRemote}, "ip6gretap": {greRemote}, "ip6erspan": {greRemote},
	"vti": {vtiRemote}, "vti6": {vtiRemote},
	"vxlan":  {unix.IFLA_VXLAN_GROUP, unix.IFLA_VXLAN_GROUP6},
	"geneve": {unix.IFLA_GENEVE_REMOTE, unix.IFLA_GENEVE_REMOTE6},
}

// remoteIn finds the far end, invalid where there is not one alone.
func remoteIn(attrs []Attribute, numbers []uint16) netip.Addr {
	for _, a := range attrs {
		addr, ok := netip.AddrFromSlice(a.Data)
		if ok && slices.Contains(numbers, a.Number) && !addr.IsUnspecified() && !addr.IsMulticast() {
			return addr
		}
	}
	return netip.Addr{}
}

// lowerOf names the link of an IFLA_LINK. That of a VLAN is told as its parent, and
// that of one end of a pair is the other end, which carries nothing.
func lowerOf(kind string, index uint32, name namer) string {
	if slices.Contains([]string{kindVLAN, "veth", "netkit"}, kind) {
		return ""
	}
	lower, _ := name(index)
	return lower
}
