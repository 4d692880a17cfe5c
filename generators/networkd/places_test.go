package networkd_test

import (
	"path"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bondctl/bondctl/generators/networkd"
)

// A file hides those of its name in lower directories, and so does one that
// adds to another; an empty one takes all out of force. Those of all
// directories are sorted together. (Seen with systemd 252.)
func TestDirectories(t *testing.T) {
	statements, said := parse(`
-- /usr/lib/systemd/network/50-eth0.network --
[Match]
Name=eth0
[Network]
DHCP=ipv4
-- /run/systemd/network/50-eth0.network --
[Match]
Name=eth1
[Network]
DHCP=ipv6
-- /usr/lib/systemd/network/50-eth0.network.d/a.conf --
[Match]
Name=eth8
-- /etc/systemd/network/50-eth0.network.d/a.conf --
-- /usr/local/lib/systemd/network/50-eth0.network.d/b.conf --
[Link]
MTUBytes=1400
-- /usr/lib/systemd/network/60-masked.network --
[Match]
Name=eth2
-- 60-masked.network --
-- 60-masked.network.d/a.conf --
[Match]
Name=eth2
-- /usr/lib/systemd/network/10-first.network --
[Match]
Name=eth3
[Network]
DHCP=ipv4
-- 20-second.network --
[Match]
Name=eth*
[Network]
DHCP=yes
-- .hidden.network --
[Match]
Name=eth4
-- /run/systemd/network/10-netplan-eth5.network --
[Match]
Name=eth5
-- /lib/systemd/network/10-elsewhere.network --
[Match]
Name=eth6
`)
	assert.Equal(t, []string{"20-second.network:2,1-1 Name= with a pattern is for any link that matches, and a document names each: write a block for those that are there."}, said[:1])
	assert.Equal(t, lines(`
ethernet/eth1
ethernet/eth1/ipv4
ethernet/eth1/ipv4/dhcp = true
ethernet/eth1/ipv6
ethernet/eth1/ipv6/accept_ra = true
ethernet/eth1/ipv6/dhcp = true
ethernet/eth3
ethernet/eth3/ipv4
ethernet/eth3/ipv4/dhcp = true
`), statements)
}

// Links that the files know of find the pattern that is for them.
func TestPatternsForKnownLinks(t *testing.T) {
	statements, _ := parse(`
-- a.netdev --
[NetDev]
Name=bond0
Kind=bond
MACAddress=none
-- b.network --
[Match]
Kind=bond
Driver=!veth
[Network]
DHCP=ipv4
-- c.network --
[Match]
Name=wl* !wlan9
Name=!eth*
[Network]
DHCP=ipv4
-- d.network --
[Match]
Name=eth[!1-9]
Property="ID_NET_DRIVER=e1000 e" INTERFACE=eth0
-- d.network.d/slave.conf --
[Match]
Name=eth0
[Network]
Bond=bond0
-- /etc/wpa_supplicant/wpa_supplicant-nl80211-wlan0.conf --
network={
	ssid="home"
	key_mgmt=NONE
}
`)
	assert.Equal(t, lines(`
bond/bond0
bond/bond0/ipv4
bond/bond0/ipv4/dhcp = true
bond/bond0/slave/eth0
wifi/wlan0
wifi/wlan0/ipv4
wifi/wlan0/ipv4/dhcp = true
wifi/wlan0/security = open
wifi/wlan0/ssid = "home"
`), statements)
}

func TestSources(t *testing.T) {
	matches := func(file string) bool {
		return slices.ContainsFunc(networkd.Backend().Sources, func(pattern string) bool {
			ok, err := path.Match(pattern, file)
			return assert.NoError(t, err) && ok
		})
	}
	for _, file := range []string{
		"/etc/systemd/network/a.network", "/usr/local/lib/systemd/network/a.netdev", "/usr/lib/systemd/network/99-default.link",
		"/run/systemd/network/a.network.d/b.conf", "/etc/systemd/networkd.conf", "/usr/lib/systemd/networkd.conf.d/a.conf",
		"/etc/wpa_supplicant/wpa_supplicant-wlan0.conf",
	} {
		assert.True(t, matches(file), file)
	}
	for _, file := range []string{"/etc/systemd/network/README", "/etc/systemd/network/a.network.example", "/etc/wpa_supplicant/wpa_supplicant.conf"} {
		assert.False(t, matches(file), file)
	}
}
