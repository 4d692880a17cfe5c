package ifupdown

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bondctl/bondctl/generators"
)

// understood is a file and what it says.
type understood struct {
	name, text string
	want       []string
}

var understoodCases = []understood{
	{"an address the old way", "auto eth0\niface eth0 inet static\n address 10.1.2.3\n netmask 255.255.255.128\n", []string{
		"ethernet/eth0", "ethernet/eth0/ipv4", "ethernet/eth0/ipv4/addresses = 10.1.2.3/25",
	}},
	{"a netmask that is a length, and what follows from it", "auto eth0\niface eth0 inet static\n address 10.1.2.3\n netmask 20\n network 10.1.0.0\n broadcast +\n", []string{
		"ethernet/eth0", "ethernet/eth0/ipv4", "ethernet/eth0/ipv4/addresses = 10.1.2.3/20",
	}},
	{"a netmask wins over the length", "auto eth0\niface eth0 inet static\n address 10.1.2.3/24\n netmask 16\n", []string{
		"ethernet/eth0", "ethernet/eth0/ipv4", "ethernet/eth0/ipv4/addresses = 10.1.2.3/16",
	}},
	{"addresses of each class, without a netmask", `auto a b c d
iface a inet static
 address 10.1.2.3
iface b inet static
 address 172.16.2.3
iface c inet static
 address 192.168.2.3
iface d inet6 static
 address 2001:db8::1
`, []string{
		"ethernet/a", "ethernet/a/ipv4", "ethernet/a/ipv4/addresses = 10.1.2.3/8",
		"ethernet/b", "ethernet/b/ipv4", "ethernet/b/ipv4/addresses = 172.16.2.3/16",
		"ethernet/c", "ethernet/c/ipv4", "ethernet/c/ipv4/addresses = 192.168.2.3/24",
		"ethernet/d", "ethernet/d/ipv6", "ethernet/d/ipv6/accept_ra = false", "ethernet/d/ipv6/addresses = 2001:db8::1/64",
	}},
	{"several stanzas, and an alias", `auto eth0 eth0:1
iface eth0 inet static
 address 10.0.0.1/24
iface eth0 inet static
 address 10.0.0.2/24
iface eth0:1 inet static
 address 10.0.0.3/24
`, []string{
		"ethernet/eth0", "ethernet/eth0/ipv4", "ethernet/eth0/ipv4/addresses = 10.0.0.1/24, 10.0.0.2/24, 10.0.0.3/24",
	}},
	{"a template", `iface common inet static
 mtu 9000
 dns-search example.org
auto eth0
iface eth0 inet static inherits common
 address 10.0.0.1/24
auto eth1
iface eth1 inherits common
 address 10.0.1.1/24
`, []string{
		"ethernet/eth0", "ethernet/eth0/dns/search = example.org", "ethernet/eth0/ipv4", "ethernet/eth0/ipv4/addresses = 10.0.0.1/24", "ethernet/eth0/mtu = 9000",
		"ethernet/eth1", "ethernet/eth1/dns/search = example.org", "ethernet/eth1/ipv4", "ethernet/eth1/ipv4/addresses = 10.0.1.1/24", "ethernet/eth1/mtu = 9000",
	}},
	{"old spellings of a bond, over several lines", "auto lo bond0\niface lo inet loopback\niface bond0 inet dhcp\n\tslaves eth0 \\\n eth1\n\tbond_mode 802.3ad\n\tbond_lacp_rate 1\n bond-xmit_hash_policy layer3+4\n", []string{
		"bond/bond0", "bond/bond0/ipv4", "bond/bond0/ipv4/dhcp = true", "bond/bond0/lacp_rate = fast", "bond/bond0/mode = 802.3ad",
		"bond/bond0/slave/eth0", "bond/bond0/slave/eth1", "bond/bond0/xmit_hash_policy = layer3+4",
	}},
	{"commands in many spellings", `auto eth0
iface eth0 inet static
 address 10.0.0.1/24
 pre-up ifconfig $IFACE up
 up /sbin/ip link set eth0 mtu 1400
 up ip link set dev ${IFACE} address 02:00:00:00:00:01
 up ip r add 10.1.0.0/16 via 10.0.0.9 || true
 post-up ip -4 route replace default via 10.0.0.254 dev "$IFACE" metric 5
 post-up ip ro add 10.2.0.1 dev eth0
 post-up ip -6 route add default via fe80::1 dev eth0
 post-up ip a add 10.0.0.2/24 dev eth0
 down ip route del 10.1.0.0/16
 pre-down ip addr flush dev eth0
 post-down ifconfig eth0 down
`, []string{
		"ethernet/eth0", "ethernet/eth0/ipv4", "ethernet/eth0/ipv4/addresses = 10.0.0.1/24, 10.0.0.2/24",
		"ethernet/eth0/mac_address = 02:00:00:00:00:01", "ethernet/eth0/mtu = 1400",
		"ethernet/eth0/route/0.0.0.0/0 via 10.0.0.254 metric 5", "ethernet/eth0/route/10.1.0.0/16 via 10.0.0.9",
		"ethernet/eth0/route/10.2.0.1/32", "ethernet/eth0/route/::/0 via fe80::1",
	}},
	{"IPv6 in each method", `auto a b c d
iface a inet6 auto
iface b inet6 dhcp
 accept_ra 0
iface c inet6 static
 address 2001:db8::1/64
 autoconf 1
 gateway fe80::1
iface d inet dhcp
iface d inet6 manual
`, []string{
		"ethernet/a", "ethernet/a/ipv6", "ethernet/a/ipv6/accept_ra = true",
		"ethernet/b", "ethernet/b/ipv6", "ethernet/b/ipv6/accept_ra = false", "ethernet/b/ipv6/dhcp = true",
		"ethernet/c", "ethernet/c/ipv6", "ethernet/c/ipv6/accept_ra = true", "ethernet/c/ipv6/addresses = 2001:db8::1/64", "ethernet/c/ipv6/gateway = fe80::1",
		"ethernet/d", "ethernet/d/ipv4", "ethernet/d/ipv4/dhcp = true",
	}},
	{"VLANs by name, and on a link without a stanza", `auto eth0.5 vlan6 eth1
iface eth0.5 inet dhcp
iface vlan6 inet manual
 vlan_raw_device eth1
iface eth1 inet dhcp
`, []string{
		"ethernet/eth0", "ethernet/eth0/ipv4", "ethernet/eth0/vlan/5 = eth0.5", "ethernet/eth0/vlan/5/ipv4", "ethernet/eth0/vlan/5/ipv4/dhcp = true",
		"ethernet/eth1", "ethernet/eth1/ipv4", "ethernet/eth1/ipv4/dhcp = true", "ethernet/eth1/vlan/6 = vlan6", "ethernet/eth1/vlan/6/ipv4",
	}},
	{"a bond made by a command", `auto bond0
iface bond0 inet manual
 pre-up ip link add bond0 type bond mode active-backup miimon 100
 bond-slaves none
`, []string{
		"bond/bond0", "bond/bond0/ipv4", "bond/bond0/miimon = 100", "bond/bond0/mode = active-backup",
	}},
	{"a bond of old instructions", `auto bond0
iface bond0 inet static
 address 10.0.0.5
 netmask 24
 hwaddress ether 00:16:3e:00:00:01
 pre-up modprobe bonding -o bond0 mode=1 miimon=100 max_bonds=1
 pre-up ip link set eth1 down
 bond_miimon 200
 up /sbin/ifenslave -f bond0 eth0 eth1
 up ifconfig eth0 0.0.0.0 up
 up route add -net 192.168.7.0 netmask 255.255.255.0 gw 10.0.0.1 bond0
 up route add -net 172.16.0.0 gw 10.0.0.2
 up route add -host 10.9.9.9 dev bond0
 up route add default gw 10.0.0.1 metric 7
 up route -A inet6 add 2001:db8::/32 gw fe80::1
 up ip addr add 10.0.1.5/24 brd + dev bond0 label bond0:0
 up ifup bond0.7
 down ifdown bond0.7
 down route del -net 192.168.7.0 netmask 255.255.255.0
 down ifenslave -d bond0 eth0 eth1
 down echo -eth1 > /sys/class/net/bond0/bonding/slaves
 post-down rmmod bonding
iface bond0.7 inet manual
 pre-up modprobe 8021q
 pre-up vconfig set_name_type DEV_PLUS_VID_NO_PAD
 pre-up vconfig add bond0 7
 post-down vconfig rem bond0.7
`, []string{
		"bond/bond0", "bond/bond0/ipv4", "bond/bond0/ipv4/addresses = 10.0.0.5/24, 10.0.1.5/24", "bond/bond0/mac_address = 00:16:3e:00:00:01",
		"bond/bond0/miimon = 200", "bond/bond0/mode = active-backup",
		"bond/bond0/route/0.0.0.0/0 via 10.0.0.1 metric 7", "bond/bond0/route/10.9.9.9/32", "bond/bond0/route/172.16.0.0/16 via 10.0.0.2",
		"bond/bond0/route/192.168.7.0/24 via 10.0.0.1", "bond/bond0/route/2001:db8::/32 via fe80::1",
		"bond/bond0/slave/eth0", "bond/bond0/slave/eth1", "bond/bond0/vlan/7 = bond0.7", "bond/bond0/vlan/7/ipv4",
	}},
	{"a bond by ip and sysfs, from its slaves too", `auto bond0 eth0 eth1
iface bond0 inet dhcp
 pre-up echo +bond0 > /sys/class/net/bonding_masters
 pre-up echo 4 > /sys/class/net/bond0/bonding/mode
 up echo "+eth2" > /sys/class/net/bond0/bonding/slaves
 bond-arp-ip-target 10.0.0.1
 bond-arp-ip-target 10.0.0.2
 post-down echo -bond0 > /sys/class/net/bonding_masters
iface eth0 inet manual
 up ip link set dev $IFACE down master bond0
 up ip link set up dev eth0
 down ip link set $IFACE nomaster
iface eth1 inet manual
 up ifenslave bond0 $IFACE
`, []string{
		"bond/bond0", "bond/bond0/arp_ip_target = 10.0.0.1,10.0.0.2", "bond/bond0/ipv4", "bond/bond0/ipv4/dhcp = true", "bond/bond0/mode = 802.3ad",
		"bond/bond0/slave/eth0", "bond/bond0/slave/eth1", "bond/bond0/slave/eth2",
	}},
	{"stanzas of ifupdown2 and ifupdown-ng", `auto all
iface bond0
 bond-ports swp1 swp2
 bond-mode 802.3ad
 bond-min-links 2
 address 192.0.2.1
 netmask 255.255.255.0
 address 192.0.2.9
 address 2001:db8::1/64
 gateway 192.0.2.254
 gateway fe80::1
iface storage
 vlan-id 30
 vlan-raw-device bond0
 use dhcp
iface eth9
 use link
`, []string{
		"bond/bond0", "bond/bond0/ipv4", "bond/bond0/ipv4/addresses = 192.0.2.1/24, 192.0.2.9/32", "bond/bond0/ipv4/gateway = 192.0.2.254",
		"bond/bond0/ipv6", "bond/bond0/ipv6/accept_ra = true", "bond/bond0/ipv6/addresses = 2001:db8::1/64", "bond/bond0/ipv6/gateway = fe80::1",
		"bond/bond0/min_links = 2", "bond/bond0/mode = 802.3ad", "bond/bond0/slave/swp1", "bond/bond0/slave/swp2",
		"bond/bond0/vlan/30 = storage", "bond/bond0/vlan/30/ipv4", "bond/bond0/vlan/30/ipv4/dhcp = true",
		"ethernet/eth9", "ethernet/eth9/ipv4",
	}},
	{"Wi-Fi with quotes, as the hook takes them off", `auto wlan0 bond0
iface wlan0 inet manual
 bond-master bond0
 wpa-bridge bond0
 wpa-debug-level 2
 wpa-conf managed
 wpa-ssid "my ssid"
 wpa-psk "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
iface bond0 inet manual
 bond-slaves none
`, []string{
		"bond/bond0", "bond/bond0/ipv4", "bond/bond0/slave/wlan0", "bond/bond0/slave/wlan0/wifi/psk = 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		"bond/bond0/slave/wlan0/wifi/security = wpa2-psk", `bond/bond0/slave/wlan0/wifi/ssid = "my ssid"`,
	}},
	{"options set by hand", `auto bond0
iface bond0 inet manual
 bond-slaves none
 post-up echo 9 > /sys/class/net/$IFACE/bonding/lp_interval
 post-up echo 0 >/sys/class/net/bond0/bonding/resend_igmp
`, []string{
		"bond/bond0", "bond/bond0/ipv4", "bond/bond0/lp_interval = 9", "bond/bond0/resend_igmp = 0",
	}},
	{"a link without IP, by sysctl", "auto a b\niface a inet manual\n up sysctl -w net.ipv6.conf.a.disable_ipv6=1\niface b inet6 auto\n up sysctl -w net.ipv6.conf.b.ra_defrtr_metric=9\n down sysctl -w net.ipv6.conf.b.ra_defrtr_metric=1024\n", []string{
		"ethernet/a", "ethernet/b", "ethernet/b/ipv6", "ethernet/b/ipv6/accept_ra = true", "ethernet/b/ipv6/metric = 9",
	}},
	{"a modem", "auto gsm\niface gsm inet ppp\n provider o2\n options ifname gsm mtu 1400 defaultroute defaultroute-metric 7\n", []string{
		"ppp/gsm", "ppp/gsm/mtu = 1400", "ppp/gsm/peer = o2", "ppp/gsm/route/0.0.0.0/0 metric 7",
	}},
	{"a modem with IPv6", "auto ppp0\niface ppp0 inet ppp\n provider o2\n unit 0\n options +ipv6 defaultroute\nauto ppp1\niface ppp1 inet ppp\n provider o3\n options noipv6\n", []string{
		"ppp/ppp0", "ppp/ppp0/ipv6 = true", "ppp/ppp0/peer = o2", "ppp/ppp0/route/0.0.0.0/0", "ppp/ppp1", "ppp/ppp1/ipv6 = false", "ppp/ppp1/peer = o3",
	}},
	{"an enterprise network in clear", `auto wlan0
iface wlan0 inet dhcp
 wpa-driver nl80211
 wpa-essid "two  words "
 wpa-key-mgmt WPA-EAP
 wpa-eap PEAP
 wpa-identity me
 wpa-password secret
 wpa-phase2 auth=MSCHAPV2
`, []string{
		"wifi/wlan0", "wifi/wlan0/eap/identity = me", "wifi/wlan0/eap/method = peap", "wifi/wlan0/eap/password = secret", "wifi/wlan0/eap/phase2 = mschapv2",
		"wifi/wlan0/ipv4", "wifi/wlan0/ipv4/dhcp = true", "wifi/wlan0/security = wpa-eap", `wifi/wlan0/ssid = "two  words "`,
	}},
	{"a key of 64 digits", "auto wlan0\niface wlan0 inet manual\n wpa-ssid a\n wpa-psk 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n", []string{
		"wifi/wlan0", "wifi/wlan0/ipv4", "wifi/wlan0/psk = 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		"wifi/wlan0/security = wpa2-psk", `wifi/wlan0/ssid = "a"`,
	}},
}

func TestUnderstood(t *testing.T) {
	for _, c := range understoodCases {
		t.Run(c.name, func(t *testing.T) {
			statements, complaints := parsed(t, c.text)
			assert.Empty(t, complaints)
			assert.Equal(t, c.want, statements)
		})
	}
}

// What one file names, others say; ifupdown reads no more than that.
func TestSources(t *testing.T) {
	statements, complaints := parsedFiles(t,
		generators.File{Path: mainFile, Content: []byte("source interfaces.d/a*\nsource-directory interfaces.d\nsource /opt/more\nsource interfaces.d/none*\n")},
		generators.File{Path: interfacesDir + "/a.cfg", Content: []byte("auto eth0\niface eth0 inet dhcp\n")},
		generators.File{Path: interfacesDir + "/b", Content: []byte("auto eth1\niface eth1 inet dhcp\n")},
		generators.File{Path: interfacesDir + "/c.bak", Content: []byte("auto eth2\niface eth2 inet dhcp\n")},
	)
	assert.Equal(t, []string{
		"ethernet/eth0", "ethernet/eth0/ipv4", "ethernet/eth0/ipv4/dhcp = true",
		"ethernet/eth1", "ethernet/eth1/ipv4", "ethernet/eth1/ipv4/dhcp = true",
	}, statements)
	assert.Equal(t, []string{
		"/etc/network/interfaces:3: It names /opt/more, which was not given to be read.",
		"/etc/network/interfaces.d/c.bak:1: No source line names this file, so ifupdown does not read it. Debian's own line in /etc/network/interfaces is: source /etc/network/interfaces.d/*",
	}, complaints)
}
