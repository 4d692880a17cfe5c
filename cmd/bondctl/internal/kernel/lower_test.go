package kernel

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// message is what the kernel tells of a link of a kind with index 9.
func message(kind string, lower uint32, data []byte, more ...Attribute) []byte {
	info := appendAttr(nil, unix.IFLA_INFO_KIND, []byte(kind+"\x00"))
	info = appendAttr(info, unix.IFLA_INFO_DATA, data)
	msg := encodeIfinfo(9, 0, 0)
	msg = appendAttr(msg, unix.IFLA_LINK, native.AppendUint32(nil, lower))
	for _, a := range more {
		msg = appendAttr(msg, a.Number, a.Data)
	}
	return appendAttr(msg, unix.IFLA_LINKINFO, info)
}

func TestWhatLinksStandOn(t *testing.T) {
	abroad := Attribute{Number: unix.IFLA_LINK_NETNSID, Data: native.AppendUint32(nil, 0)}
	for _, c := range []struct {
		name  string
		msg   []byte
		lower string
	}{
		{"a macvlan", message("macvlan", 2, nil), "eth0"},
		{"a macvlan of a container", message("macvlan", 2, nil, abroad), ""},
		{"a VLAN, which has it as its parent", message("vlan", 2, nil), ""},
		{"one end of a pair", message("veth", 2, nil), ""},
		{"a tunnel that is bound to a link", message("ipip", 3, nil), "wlan0"},
		{"a tunnel that is not", message("ipip", 0, nil), ""},
	} {
		m, err := parseLink(c.msg)
		require.NoError(t, err, c.name)
		l, err := m.link(nameOf)
		require.NoError(t, err, c.name)
		assert.Equal(t, c.lower, l.Lower, c.name)
	}
}

func TestFarEndsOfEncapsulations(t *testing.T) {
	address := func(number uint16, text string) []byte {
		return appendAttr(nil, number, netip.MustParseAddr(text).AsSlice())
	}
	for _, c := range []struct {
		name, kind string
		data       []byte
		want       string
	}{
		{"IP in IP", "ipip", address(3, "203.0.113.1"), "203.0.113.1"},
		{"of its two ends the far one", "gretap", append(address(6, "192.0.2.10"), address(7, "203.0.113.1")...), "203.0.113.1"},
		{"over IPv6", "ip6gre", address(7, "2001:db8::1"), "2001:db8::1"},
		{"a VXLAN of two", "vxlan", address(2, "203.0.113.1"), "203.0.113.1"},
		{"a VXLAN of two over IPv6", "vxlan", address(16, "2001:db8::1"), "2001:db8::1"},
		{"a VXLAN of a group", "vxlan", address(2, "239.1.1.1"), "invalid IP"},
		{"a tunnel to anybody", "ipip", address(3, "0.0.0.0"), "invalid IP"},
		{"no encapsulation", "tun", address(3, "203.0.113.1"), "invalid IP"},
	} {
		m, err := parseLink(message(c.kind, 0, c.data))
		require.NoError(t, err, c.name)
		l, err := m.link(nameOf)
		require.NoError(t, err, c.name)
		assert.Equal(t, c.want, l.Remote.String(), c.name)
	}
}
