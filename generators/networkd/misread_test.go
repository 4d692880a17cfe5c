package networkd_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What a document cannot say, or systemd-networkd does not do, is told with
// its file and line.
func TestWhatIsNotUnderstood(t *testing.T) {
	const bond0 = "-- bond0.netdev --\n[NetDev]\nName=bond0\nKind=bond\nMACAddress=none\n-- bond0.network --\n[Match]\nName=bond0\n[Network]\nLinkLocalAddressing=no\n"
	cases := []struct{ name, archive, want string }{
		{
			"a slave of a bond that no file makes", "-- a.network --\n[Match]\nName=eth0\n[Network]\nBond=bond0\n",
			"a.network:4,1-1 No .netdev file makes a bond bond0, and systemd-networkd ignores this.",
		},
		{
			"a bond that no file brings up", "-- a.netdev --\n[NetDev]\nName=bond0\nKind=bond\n",
			"a.netdev:2,1-1 No .network file is for bond0: systemd-networkd leaves it down.",
		},
		{
			"a name that is refused", "-- a.netdev --\n[NetDev]\nName=42\nKind=bond\n",
			"a.netdev:2,1-1 systemd-networkd refuses the name 42, and ignores the file.",
		},
		{
			"a name that is not ASCII", "-- a.network --\n[Match]\nName=été\n",
			"a.network:2,1-1 Name= is not used: systemd-networkd refuses names that are not ASCII.",
		},
		{"a link without name or kind", "-- a.netdev --\n[NetDev]\nName=bond0\n", "a.netdev:1,1-1 systemd-networkd wants Name= and Kind="},
		{"a bond made twice", bond0 + "-- c.netdev --\n[NetDev]\nName=bond0\nKind=bond\n", "c.netdev:2,1-1 An earlier file makes bond0"},
		{"another kind", "-- a.netdev --\n[NetDev]\nName=br0\nKind=bridge\n", "a.netdev:3,1-1 A document has bonds and VLANs, and no links of kind bridge."},
		{"a file for some hosts", bond0 + "-- bond0.netdev.d/a.conf --\n[Match]\nHost=x\n", "bond0.netdev.d/a.conf:1,1-1 A document is for one host"},
		{"a drop-in of nothing", "-- a.network.d/a.conf --\n[Match]\nName=x\n", "a.network.d/a.conf:1,1-1 There is no a.network for this to add to."},
		{"a pattern", "-- a.network --\n[Match]\nName=en*\n[Network]\nDHCP=yes\n", "a.network:2,1-1 Name= with a pattern"},
		{"an address of the hardware", "-- a.network --\n[Match]\nMACAddress=02:00:00:00:00:01\n", "a.network:2,1-1 A document has nothing like MACAddress= of [Match]; the file is left aside."},
		{
			"a slave by its address", bond0 + "-- a.network --\n[Match]\nMACAddress=02:00:00:00:00:01\n[Network]\nBond=bond0\n",
			`a.network:4,1-1 A slave of bond0 is left out, for [Match] does not name it: write slave "NAME" {} into the bond.`,
		},
		{
			"slaves by a pattern", bond0 + "-- a.network --\n[Match]\nName=en*\n[Network]\nBond=bond0\n",
			"a.network:4,1-1 A slave of bond0 is left out",
		},
		{"no match", "-- a.network --\n[Network]\nDHCP=yes\n", "a.network:1,1-1 The file has no Name= in [Match], and is not used."},
		{
			"two files for a link", "-- a.network --\n[Match]\nName=eth0\n-- b.network --\n[Match]\nName=eth0\n[Network]\nDHCP=yes\n",
			"b.network:2,1-1 An earlier file is for eth0; this one is not used for it.",
		},
		{"an unknown key", "-- a.network --\n[Match]\nName=eth0\n[Network]\nIPForward=yes\n", "a.network:4,1-1 A document has nothing like IPForward= of [Network]."},
		{"an address without length", "-- a.network --\n[Match]\nName=eth0\n[Network]\nAddress=192.0.2.1\n", "a.network:4,1-1 Address= of 192.0.2.1 is not an address with its prefix length."},
		{"a server by name", "-- a.network --\n[Match]\nName=eth0\n[Network]\nDNS=192.0.2.1#dns.example\n", "a.network:4,1-1 DNS= of 192.0.2.1#dns.example is not an IP address."},
		{"a routing domain", "-- a.network --\n[Match]\nName=eth0\n[Network]\nDomains=~.\n", "a.network:4,1-1 Domains= of ~. is not a search domain."},
		{"a payload", "-- a.network --\n[Match]\nName=eth0\n[Link]\nMTUBytes=1M\n", "a.network:4,1-1 MTUBytes= wants a number of bytes from 68 to 65535."},
		{"a lease of something", "-- a.network --\n[Match]\nName=eth0\n[Network]\nDHCP=v7\n", "a.network:4,1-1 DHCP= wants yes, no, ipv4 or ipv6."},
		{"a way to ask", "-- a.network --\n[Match]\nName=eth0\n[DHCPv6]\nWithoutRA=information-request\n", "a.network:4,1-1 WithoutRA= of information-request is nothing that a document can say."},
		{"a large metric", "-- a.network --\n[Match]\nName=eth0\n[DHCPv4]\nRouteMetric=4294967295\n", "a.network:4,1-1 RouteMetric= wants a number from 0 to 2147483647."},
		{"link-local addresses of IPv4", "-- a.network --\n[Match]\nName=eth0\n[Network]\nLinkLocalAddressing=yes\n", "a.network:4,1-1 A document has link-local addresses of IPv6 alone"},
		{"fallback addresses", "-- a.network --\n[Match]\nName=eth0\n[Network]\nLinkLocalAddressing=fallback\n", "a.network:4,1-1 A document has link-local addresses of IPv6 alone"},
		{"a route to nowhere", "-- a.network --\n[Match]\nName=eth0\n[Route]\nMetric=5\n", "a.network:3,1-1 systemd-networkd ignores a route that goes nowhere."},
		{"a route by name", "-- a.network --\n[Match]\nName=eth0\n[Route]\nDestination=10.0.0.0/8\nGateway=_dhcp4\n", "a.network:5,1-1 Gateway= of _dhcp4 is not an IP address."},
		{"a destination", "-- a.network --\n[Match]\nName=eth0\n[Route]\nDestination=ten\nGateway=10.0.0.1\n", "a.network:4,1-1 Destination= of ten is not a destination."},
		{"a scope", "-- a.network --\n[Match]\nName=eth0\n[Route]\nDestination=10.0.0.0/8\nScope=host\n", "a.network:5,1-1 A document has no scopes of routes but link"},
		{
			"two metrics", "-- a.network --\n[Match]\nName=eth0\n[Network]\nDHCP=ipv4\n[DHCPv4]\nRouteMetric=5\n[Route]\nGateway=192.0.2.1\nMetric=6\n",
			"a.network:9,1-1 A document has one metric for the default routes",
		},
		{"a primary outside bonds", "-- a.network --\n[Match]\nName=eth0\n[Network]\nPrimarySlave=yes\n", "a.network:4,1-1 The link is no slave of a bond."},
		{"a primary of sorts", bond0 + "-- a.network --\n[Match]\nName=eth0\n[Network]\nBond=bond0\nPrimarySlave=so\n", "a.network:5,1-1 PrimarySlave= wants yes or no."},
		{
			"two primaries", bond0 + "-- a.network --\n[Match]\nName=eth0 eth1\n[Network]\nBond=bond0\nPrimarySlave=yes\n",
			"a.network:5,1-1 An earlier file says it of eth0.",
		},
		{"an address on a slave", bond0 + "-- a.network --\n[Match]\nName=eth0\n[Network]\nBond=bond0\nDHCP=yes\n", "a.network:4,1-1 A slave has neither addresses"},
		{"a VLAN that no file makes", "-- a.network --\n[Match]\nName=eth0\n[Network]\nVLAN=lab\n", "a.network:4,1-1 No .netdev file makes a VLAN lab for this link."},
		{"a VLAN without number", "-- a.netdev --\n[NetDev]\nName=lab\nKind=vlan\n", "a.netdev:1,1-1 systemd-networkd wants Id= in [VLAN]"},
		{"a VLAN of a large number", "-- a.netdev --\n[NetDev]\nName=lab\nKind=vlan\n[VLAN]\nId=4095\n", "a.netdev:5,1-1 Id= wants a number from 1 to 4094."},
		{
			"a VLAN of no link", "-- a.netdev --\n[NetDev]\nName=lab\nKind=vlan\n[VLAN]\nId=7\n-- a.network --\n[Match]\nName=lab\n",
			"a.netdev:2,1-1 No .network file has VLAN=lab",
		},
		{
			"a VLAN as a slave", bond0 + "-- a.netdev --\n[NetDev]\nName=lab\nKind=vlan\n[VLAN]\nId=7\n-- a.network --\n[Match]\nName=lab\n[Network]\nBond=bond0\n",
			"a.network:4,1-1 Slaves of a document are links of the hardware; lab is none.",
		},
		{"a name of the hardware", "-- a.link --\n[Match]\nMACAddress=02:00:00:00:00:01\n[Link]\nName=lan\n", "a.link:4,1-1 A document has nothing like Name= of .link files."},
		{"a broken section", "-- a.network --\n[Match]\nName=eth0\n[Network] # of the house\n", "a.network:3,1-1 systemd-networkd refuses a.network for this line: a section is [NAME] and nothing else."},
		{"a condition on the host", "-- a.network --\n[Match]\nName=host0\nVirtualization=container\n", "a.network:3,1-1 Virtualization= of [Match] holds on some machines or at times"},
		{"a condition beside the name", "-- a.network --\n[Match]\nName=eth0\nType=ether\n", "a.network:3,1-1 A document has nothing like Type= of [Match]; it is taken to hold for eth0."},
		{
			"a file before that may be the link's", "-- a.network --\n[Match]\nType=ether\n-- b.network --\n[Match]\nName=eth0\n",
			"b.network:2,1-1 a.network comes before this file and may be for eth0 too; then this one is not used for it.",
		},
		{"the loopback", "-- a.network --\n[Match]\nName=lo\n", "a.network:2,1-1 A document does not have the loopback."},
		{"an alternative name", "-- a.network --\n[Match]\nName=enx020000000001lan\n", "a.network:2,1-1 Name= of enx020000000001lan is an alternative name"},
		{"a link left alone", "-- a.network --\n[Match]\nName=eth0\n[Link]\nUnmanaged=yes\n", "a.network:4,1-1 systemd-networkd is to leave eth0 alone, and so does the document."},
		{"a bridge's address", "-- a.netdev --\n[NetDev]\nName=br0\nKind=bridge\n-- a.network --\n[Match]\nName=br0\n", "a.network:2,1-1 br0 is a link of kind bridge, which a document does not have."},
		{"addresses in one line", "-- a.network --\n[Match]\nName=eth0\n[Network]\nAddress=192.0.2.1/24 192.0.2.2/24\n", "a.network:4,1-1 Address= of 192.0.2.1/24 192.0.2.2/24 is not an address"},
		{"addresses taken back", "-- a.network --\n[Match]\nName=eth0\n[Network]\nAddress=192.0.2.1/24\nAddress=\n", "a.network:5,1-1 Address= takes back the addresses before it, which systemd before 255 does not do."},
		{"an address of nothing", "-- a.network --\n[Match]\nName=eth0\n[Address]\n", "a.network:3,1-1 systemd-networkd ignores an [Address] section without Address=."},
		{"a VLAN without name", "-- a.network --\n[Match]\nName=eth0\n[Network]\nVLAN=\n", "a.network:4,1-1 VLAN= is ignored: systemd-networkd refuses the name"},
		{"a route of another table", "-- a.network --\n[Match]\nName=eth0\n[Route]\nGateway=192.0.2.1\nTable=7\n", "a.network:3,1-1 The route is left out."},
		{"a lease in capitals", "-- a.network --\n[Match]\nName=eth0\n[Network]\nDHCP=IPv4\n", "a.network:4,1-1 DHCP= wants yes, no, ipv4 or ipv6."},
		{"no servers of the lease", "-- a.network --\n[Match]\nName=eth0\n[DHCPv4]\nUseDNS=no\n", "a.network:4,1-1 UseDNS= of no is nothing that a document can say."},
		{"two kinds", "-- a.netdev --\n[NetDev]\nName=bond0\nKind=bond\nKind=bridge\n", "a.netdev:4,1-1 Kind= is ignored: the kind is bond already."},
		{"options of another kind", "-- a.netdev --\n[NetDev]\nName=lab\nKind=vlan\n[VLAN]\nId=7\n[Bond]\nMode=802.3ad\n", "a.netdev:7,1-1 A document has nothing like Mode= of [Bond]."},
		{"a setting for all", "-- /etc/systemd/networkd.conf --\n[Network]\nSpeedMeter=yes\n", "/etc/systemd/networkd.conf:2,1-1 A document has nothing like SpeedMeter= of networkd.conf."},
		{"a made up address", "-- a.netdev --\n[NetDev]\nName=bond0\nKind=bond\n", "a.netdev:2,1-1 systemd-networkd makes up an address for bond0; a document leaves it to the first slave."},
		{
			"an address made up by udev", bond0 + "-- 99-default.link --\n[Match]\nOriginalName=*\n[Link]\nMACAddressPolicy=persistent\n",
			"99-default.link:4,1-1 systemd-udevd makes up an address for bond0 by this",
		},
		{"credentials of a cable", "-- /etc/wpa_supplicant/wpa_supplicant-wired-eth0.conf --\nnetwork={\n}\n", "wpa_supplicant-wired-eth0.conf:1,1-1 A document has no credentials for cables."},
		{"a network that nobody joins", "-- /etc/wpa_supplicant/wpa_supplicant-wlan0.conf --\nnetwork={\n}\n", "wpa_supplicant-wlan0.conf:1,1-1 No .network file is for wlan0."},
		{
			"a station without network", "-- a.network --\n[Match]\nName=wlan0\n-- /etc/wpa_supplicant/wpa_supplicant-wlan0.conf --\ncountry=DE\n",
			"wpa_supplicant-wlan0.conf:1,1-1 The file has no network to join.",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, said := parse(c.archive)
			assert.Contains(t, joined(said), c.want)
		})
	}
}

// With fail_over_mac of active the bond has the address of its active slave,
// whoever made up another one for it.
func TestMadeUpAddressThatTheBondDoesNotKeep(t *testing.T) {
	const made = "-- bond0.netdev --\n[NetDev]\nName=bond0\nKind=bond\n[Bond]\n"
	const carried = "-- bond0.network --\n[Match]\nName=bond0\n[Network]\nLinkLocalAddressing=no\n-- 99-default.link --\n[Match]\nOriginalName=*\n[Link]\nMACAddressPolicy=persistent\n"
	for options, reported := range map[string]bool{
		"Mode=active-backup\nFailOverMACPolicy=active\n": false,
		"Mode=active-backup\nFailOverMACPolicy=follow\n": true,
		"Mode=active-backup\n":                           true,
		"Mode=balance-rr\nFailOverMACPolicy=active\n":    true,
	} {
		for _, address := range []string{"", "MACAddress=none\n"} {
			_, said := parse(strings.Replace(made, "Kind=bond\n", "Kind=bond\n"+address, 1) + options + carried)
			assert.Equal(t, reported, strings.Contains(joined(said), "makes up an address for bond0"), options+address)
		}
	}
}

// A bond's .netdev file without its member's is no mistake, the reverse is
// (trap of section 4): the link then stays out of the document.
func TestSlaveWithoutItsBond(t *testing.T) {
	statements, said := parse("-- a.network --\n[Match]\nName=eth0\n[Network]\nBond=bond0\n")
	assert.Empty(t, statements)
	assert.Len(t, said, 1)
}
