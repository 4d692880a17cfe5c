package kernel

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/schema"
)

// linkOf makes a message as the kernel sends it.
func linkOf(index, flags uint32, name string, attrs ...[]byte) []byte {
	msg := append(encodeIfinfo(index, flags, 0), encodeName(name)...)
	for _, a := range attrs {
		msg = append(msg, a...)
	}
	return msg
}

func u32(kind uint16, n uint32) []byte { return appendAttr(nil, kind, native.AppendUint32(nil, n)) }

func mac(last byte) []byte { return []byte{2, 0, 0, 0, 0, last} }

// A bond with a slave and a VLAN, in the order of their indexes: names of
// links that come later in the dump are known too.
func TestLinksOfADump(t *testing.T) {
	slave := appendAttr(nil, slaveState, []byte{0})
	slave = appendAttr(slave, slaveMII, []byte{3})
	slave = append(slave, u32(slaveFailures, 7)...)
	slave = appendAttr(slave, slavePermMAC, mac(9))
	slave = appendAttr(slave, slaveAggregator, []byte{1, 0})
	slave = appendAttr(slave, slaveActorState, []byte{63})
	slave = append(slave, u32(9, 5)...)
	slave = appendAttr(slave, 200, []byte{1})

	bond, err := encodeSettings(settingsOf(t, "mode=802.3ad", "miimon=100"), indexOf)
	require.NoError(t, err)
	info := appendAttr(nil, unix.IFLA_BOND_AD_INFO_AGGREGATOR, []byte{1, 0})
	info = appendAttr(info, unix.IFLA_BOND_AD_INFO_NUM_PORTS, []byte{2, 0})
	info = appendAttr(info, unix.IFLA_BOND_AD_INFO_ACTOR_KEY, []byte{3, 0})
	info = appendAttr(info, unix.IFLA_BOND_AD_INFO_PARTNER_KEY, []byte{4, 0})
	info = appendAttr(info, unix.IFLA_BOND_AD_INFO_PARTNER_MAC, mac(1))
	bond = appendAttr(bond, bondADInfo, info)
	bond = appendAttr(bond, 99, []byte{1})

	links, _, err := decodeLinks([][]byte{
		linkOf(2, unix.IFF_UP, "eth0", appendAttr(nil, unix.IFLA_ADDRESS, mac(1)), appendAttr(nil, unix.IFLA_PERM_ADDRESS, mac(9)),
			u32(unix.IFLA_MTU, 1500), appendAttr(nil, unix.IFLA_CARRIER, []byte{1}), u32(unix.IFLA_MASTER, 4), encodeSlave(slave)),
		linkOf(4, 0, "bond0", u32(unix.IFLA_NUM_TX_QUEUES, 16), encodeKind("bond", bond)),
		linkOf(5, 0, "bond0.20", u32(unix.IFLA_LINK, 4), encodeKind("vlan", appendAttr(nil, vlanID, []byte{20, 0}))),
		linkOf(6, 0, "port", encodeKind("dummy", nil), appendAttr(nil, unix.IFLA_LINKINFO, appendAttr(nil, unix.IFLA_INFO_SLAVE_DATA, []byte{5, 0, 1, 0, 1}))),
	})
	require.NoError(t, err)
	state := &State{Links: links}

	eth0, ok := state.Link("eth0")
	require.True(t, ok)
	prio, _ := schema.Lookup("prio")
	priority, ok := eth0.Slave.Value(prio)
	assert.True(t, ok)
	assert.Equal(t, "5", priority.String())
	eth0.Slave.Settings = nil
	assert.Equal(t, &Link{
		Index: 2, Name: "eth0", MAC: schema.MAC(mac(1)), PermanentMAC: schema.MAC(mac(9)), MTU: 1500, Up: true, Carrier: true, Master: "bond0",
		Slave: &Slave{Active: true, MII: MIIGoingBack, Failures: 7, PermanentMAC: schema.MAC(mac(9)), Aggregator: 1, Unknown: []Attribute{{200, []byte{1}}}},
	}, eth0)
	assert.Equal(t, []*Link{eth0}, state.Slaves("bond0"))

	bond0, _ := state.Link("bond0")
	assert.Equal(t, schema.Mode8023AD, bond0.Bond.Mode())
	assert.Equal(t, "100", bond0.Bond.Settings.Text("miimon"))
	assert.Equal(t, "16", bond0.Bond.Settings.Text("tx_queues"), "the link's own attribute")
	assert.Equal(t, &LACP{1, 2, 3, 4, schema.MAC(mac(1))}, bond0.Bond.LACP)
	assert.Equal(t, []Attribute{{99, []byte{1}}}, bond0.Bond.Unknown)

	vlan, _ := state.Link("bond0.20")
	assert.Equal(t, "bond0", vlan.Parent)
	assert.Equal(t, 20, vlan.VLAN)

	port, _ := state.Link("port")
	assert.Nil(t, port.Slave, "the slave of something else than a bond")
	_, ok = state.Link("eth9")
	assert.False(t, ok)
}

func TestLinksThatAreMalformed(t *testing.T) {
	broken := []byte{255, 255, 1, 0}
	for name, msg := range map[string][]byte{
		"too short":  {0, 0},
		"attributes": append(encodeIfinfo(1, 0, 0), broken...),
		"info":       linkOf(1, 0, "x", appendAttr(nil, unix.IFLA_LINKINFO, broken)),
		"data":       linkOf(1, 0, "x", encodeKind("bond", broken)),
		"slave":      linkOf(1, 0, "x", encodeSlave(broken)),
	} {
		_, _, err := decodeLinks([][]byte{msg})
		require.ErrorIs(t, err, errMalformed, name)
	}
	assert.Nil(t, decodeLACP(broken))
}

// What is sent of an address is what is read of it.
func TestAddressesSurviveTheWire(t *testing.T) {
	for name, a := range map[string]Address{
		"for ever":       {Prefix: netip.MustParsePrefix("192.0.2.1/24"), Label: "eth0", Broadcast: netip.MustParseAddr("192.0.2.255")},
		"leased":         {Prefix: netip.MustParsePrefix("192.0.2.1/24"), Valid: 3600, Preferred: 1800},
		"IPv6":           {Prefix: netip.MustParsePrefix("2001:db8::1/64"), Flags: unix.IFA_F_NOPREFIXROUTE},
		"point to point": {Prefix: netip.MustParsePrefix("192.0.2.1/32"), Peer: netip.MustParsePrefix("198.51.100.1/32")},
		"of the link":    {Prefix: netip.MustParsePrefix("169.254.1.1/16"), Scope: unix.RT_SCOPE_LINK},
	} {
		a.Link = "eth0"
		read, err := decodeAddress(encodeAddress(a, 2), nameOf)
		require.NoError(t, err, name)
		assert.Equal(t, a, read, name)
	}
	_, err := decodeAddress([]byte{2}, nameOf)
	assert.ErrorIs(t, err, errMalformed)
}

// The kernel works out for itself that an address is permanent or tentative.
func TestFlagsOfAnAddressThatAreTheKernels(t *testing.T) {
	a := Address{Link: "eth0", Prefix: netip.MustParsePrefix("2001:db8::1/64"), Flags: unix.IFA_F_PERMANENT | unix.IFA_F_TENTATIVE | unix.IFA_F_NODAD}
	read, err := decodeAddress(encodeAddress(a, 2), nameOf)
	require.NoError(t, err)
	assert.EqualValues(t, unix.IFA_F_NODAD, read.Flags)
	far := Address{}
	far.place(netip.Addr{}, a.Prefix.Addr(), 64)
	assert.Equal(t, a.Prefix, far.Prefix, "IPv6 tells the address where IPv4 has the peer's")
}

func TestRoutesSurviveTheWire(t *testing.T) {
	for name, r := range map[string]Route{
		"default":      {To: schema.IPv4.Default(), Via: netip.MustParseAddr("192.0.2.254"), Link: "eth0", Metric: 100, Table: 254, Protocol: 16, Type: 1},
		"IPv6 default": {To: schema.IPv6.Default(), Via: netip.MustParseAddr("fe80::1"), Link: "eth0", Metric: 1024, Table: 254, Protocol: 4, Type: 1},
		"on the link":  {To: netip.MustParsePrefix("192.0.2.0/24"), Link: "wlan0", Source: netip.MustParseAddr("192.0.2.1"), Table: 254, Protocol: 2, Scope: 253, Type: 1},
		"big table":    {To: netip.MustParsePrefix("2001:db8::/32"), Link: "eth0", Table: 100000, Protocol: 4, Type: 1},
		"onlink":       {To: schema.IPv4.Default(), Via: netip.MustParseAddr("10.0.0.1"), Link: "eth0", Table: 254, Protocol: 4, Type: 1, Flags: unix.RTNH_F_ONLINK},
		"unreachable":  {To: netip.MustParsePrefix("10.0.0.0/8"), Table: 254, Protocol: 4, Type: unix.RTN_UNREACHABLE},
	} {
		index, _ := indexOf(r.Link)
		read, ok, err := decodeRoute(encodeRoute(r, index), nameOf)
		require.NoError(t, err, name)
		assert.True(t, ok, name)
		assert.Equal(t, r, read, name)
	}
}

// A route is removed by its link and next hop, whoever made it; one that refers to
// a nexthop object by that alone.
func TestRemovalsFindTheirRoute(t *testing.T) {
	r := Route{To: schema.IPv6.Default(), Via: netip.MustParseAddr("fe80::1"), Link: "eth0", Metric: 1024, Table: 254, Protocol: 9, Type: 1}
	named, _, err := decodeRoute(encodeRemoval(r, 2), nameOf)
	require.NoError(t, err)
	r.Protocol = unix.RTPROT_UNSPEC
	assert.Equal(t, r, named)

	r.Unknown = []Attribute{{Number: nextHopID, Data: native.AppendUint32(nil, 7)}}
	referring, _, err := decodeRoute(encodeRemoval(r, 2), nameOf)
	require.NoError(t, err)
	assert.Empty(t, referring.Link)
	assert.False(t, referring.Via.IsValid())
	assert.Equal(t, r.Unknown, referring.Unknown)
	assert.Equal(t, r.Metric, referring.Metric)
}

func TestRoutesInShort(t *testing.T) {
	read, _, err := decodeRoute(encodeRoute(Route{To: netip.MustParsePrefix("192.0.2.9/24"), Link: "eth0"}, 2), nameOf)
	require.NoError(t, err)
	assert.Equal(t, Route{
		To: netip.MustParsePrefix("192.0.2.0/24"), Link: "eth0", Table: unix.RT_TABLE_MAIN, Protocol: unix.RTPROT_STATIC,
		Scope: unix.RT_SCOPE_LINK, Type: unix.RTN_UNICAST,
	}, read)
}

// Of IPv6, a route with several next hops is one for each of them.
func TestRoutesOfSeveralNextHops(t *testing.T) {
	head := func(length uint16, link uint32) []byte {
		return native.AppendUint32(append(native.AppendUint16(nil, length), unix.RTNH_F_ONLINK, 0), link)
	}
	hop := func(link uint32, gateway string) []byte {
		attr := appendAttr(nil, unix.RTA_GATEWAY, netip.MustParseAddr(gateway).AsSlice())
		return append(head(uint16(unix.SizeofRtNexthop+len(attr)), link), attr...)
	}
	to := schema.IPv6.Default()
	msg := appendAttr(encodeRoute(Route{To: to, Metric: 1024}, 0), unix.RTA_MULTIPATH, append(hop(2, "2001:db8::1"), hop(3, "2001:db8::2")...))
	read, err := decodeRoutes(msg, nameOf)
	require.NoError(t, err)
	require.Len(t, read, 2)
	for i, link := range []string{"eth0", "wlan0"} {
		assert.Equal(t, link, read[i].Link)
		assert.Equal(t, netip.MustParseAddr([]string{"2001:db8::1", "2001:db8::2"}[i]), read[i].Via)
		assert.Equal(t, uint32(unix.RTNH_F_ONLINK), read[i].Flags)
		assert.Empty(t, read[i].Unknown)
		assert.Equal(t, uint32(1024), read[i].Metric)
	}
	for _, cut := range [][]byte{head(1, 2), head(200, 2), append(head(12, 2), 9, 9, 9, 9)} {
		_, err := decodeRoutes(appendAttr(encodeRoute(Route{To: to}, 0), unix.RTA_MULTIPATH, cut), nameOf)
		require.ErrorIs(t, err, errMalformed)
	}
	four, err := decodeRoutes(appendAttr(encodeRoute(Route{To: schema.IPv4.Default()}, 0), unix.RTA_MULTIPATH, hop(2, "192.0.2.1")), nameOf)
	require.NoError(t, err)
	require.Len(t, four, 1)
	assert.NotEmpty(t, four[0].Unknown, "of IPv4 it is one, and cannot be restored from what is read")
}

// A route with several next hops cannot be restored from what is read, and says so.
func TestRoutesWithMoreToThem(t *testing.T) {
	msg := encodeRoute(Route{To: schema.IPv6.Default()}, 0)
	msg = appendAttr(msg, unix.RTA_PREF, []byte{0})
	msg = appendAttr(msg, unix.RTA_CACHEINFO, make([]byte, 32))
	msg = appendAttr(msg, unix.RTA_MULTIPATH, []byte{1})
	read, _, err := decodeRoute(msg, nameOf)
	require.NoError(t, err)
	assert.Equal(t, []Attribute{{unix.RTA_MULTIPATH, []byte{1}}}, read.Unknown)

	cached := encodeRoute(Route{To: schema.IPv6.Default()}, 0)
	native.PutUint32(cached[8:], unix.RTM_F_CLONED)
	_, ok, err := decodeRoute(cached, nameOf)
	require.NoError(t, err)
	assert.False(t, ok, "an entry of the cache is no route")
	_, _, err = decodeRoute([]byte{2}, nameOf)
	assert.ErrorIs(t, err, errMalformed)
}

func TestRulesOfADump(t *testing.T) {
	msg := []byte{unix.AF_INET, 8, 24, 0, 0, 0, 0, 1, 0, 0, 0, 0}
	msg = appendAttr(msg, unix.FRA_DST, []byte{10, 0, 0, 0})
	msg = appendAttr(msg, unix.FRA_SRC, []byte{192, 0, 2, 0})
	msg = appendAttr(msg, unix.FRA_IIFNAME, []byte("lo\x00"))
	msg = appendAttr(msg, unix.FRA_OIFNAME, []byte("eth0\x00"))
	for kind, n := range map[uint16]uint32{
		unix.FRA_PRIORITY: 100, unix.FRA_FWMARK: 1, unix.FRA_FWMASK: 3, unix.FRA_TABLE: 1000, unix.FRA_SUPPRESS_PREFIXLEN: forever,
	} {
		msg = append(msg, u32(kind, n)...)
	}
	msg = appendAttr(msg, unix.FRA_PROTOCOL, []byte{2})
	msg = appendAttr(msg, unix.FRA_TUN_ID, make([]byte, 8))
	r, err := decodeRule(msg)
	require.NoError(t, err)
	assert.Equal(t, Rule{
		Family: schema.IPv4, Priority: 100, From: netip.MustParsePrefix("192.0.2.0/24"), To: netip.MustParsePrefix("10.0.0.0/8"),
		Incoming: "lo", Outgoing: "eth0", Table: 1000, Action: 1, Mark: 1, Mask: 3, Unknown: []Attribute{{unix.FRA_TUN_ID, make([]byte, 8)}},
	}, r)
	_, err = decodeRule(nil)
	assert.ErrorIs(t, err, errMalformed)
}

// What is written is what is read.
func TestRulesThereAndBack(t *testing.T) {
	for _, want := range []Rule{
		{Family: schema.IPv4, Priority: 1, Table: 254, Action: 1, ButDefault: true, From: netip.MustParsePrefix("192.0.2.7/32")},
		{Family: schema.IPv6, Priority: 2, Table: 1 << 20, Action: 1, Outgoing: "eth0", To: netip.MustParsePrefix("2001:db8::/32")},
		{Family: schema.IPv4, Priority: 3, Table: 7, Action: 1, Incoming: "lo", Mark: 1, Mask: 3},
	} {
		got, err := decodeRule(encodeRule(want))
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
}

// No dump makes the readers panic.
func FuzzMessages(f *testing.F) {
	f.Add(linkOf(2, 1, "eth0", u32(unix.IFLA_MASTER, 4), encodeKind("bond", []byte{5, 0, 1, 0, 1, 0, 0, 0})))
	f.Add(encodeRoute(Route{To: schema.IPv4.Default(), Link: "eth0"}, 2))
	f.Add(encodeAddress(Address{Prefix: netip.MustParsePrefix("192.0.2.1/24")}, 2))
	f.Fuzz(func(t *testing.T, msg []byte) {
		links, _, err := decodeLinks([][]byte{msg})
		assert.True(t, err != nil || len(links) == 1)
		_, _ = decodeAddress(msg, nameOf)
		_, _ = decodeRoutes(msg, nameOf)
		_, _ = decodeRule(msg)
	})
}

// What a VLAN has that another would not have is seen, and which link others
// than VLANs stand on, if it is one of this namespace.
func TestUppersAreRead(t *testing.T) {
	vlan := func(extra ...byte) []byte { return append(appendAttr(nil, vlanID, []byte{7, 0}), extra...) }
	flags := func(n byte) []byte { return appendAttr(nil, vlanFlags, []byte{n, 0, 0, 0, 255, 255, 255, 255}) }
	on := u32(unix.IFLA_LINK, 4)
	links, _, err := decodeLinks([][]byte{
		linkOf(4, 0, "bond0"),
		linkOf(5, 0, "plain", on, encodeKind("vlan", vlan(append(appendAttr(nil, vlanProtocol, []byte{0x81, 0}), flags(1)...)...))),
		linkOf(6, 0, "provider", on, encodeKind("vlan", vlan(appendAttr(nil, vlanProtocol, []byte{0x88, 0xa8})...))),
		linkOf(7, 0, "gvrp", on, encodeKind("vlan", vlan(flags(3)...))),
		linkOf(8, 0, "qos", on, encodeKind("vlan", vlan(appendAttr(nil, vlanEgress, nil)...))),
		linkOf(9, 0, "mac0", on, encodeKind("macvlan", vlan())),
		linkOf(10, 0, "veth0", on, u32(unix.IFLA_LINK_NETNSID, 0), encodeKind("veth", vlan())),
	})
	require.NoError(t, err)
	var special, lower []string
	for _, l := range links {
		if l.Special {
			special = append(special, l.Name)
		}
		if l.Lower != "" {
			lower = append(lower, l.Name+" on "+l.Lower)
		}
	}
	assert.Equal(t, []string{"provider", "gvrp", "qos"}, special)
	assert.Equal(t, []string{"mac0 on bond0"}, lower)
}
