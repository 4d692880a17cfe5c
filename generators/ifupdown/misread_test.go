package ifupdown

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bondctl/bondctl/generators"
)

// TestNotUnderstood has a line of its own for each thing that a document
// cannot say or that ifupdown refuses, with the line and the words of the report.
func TestNotUnderstood(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a mapping", "mapping eth*\n script /bin/which\n map home\n", "1: A document names links as the kernel does and has no mappings."},
		{"a renamed link", "rename eth0=lan\n", "1: A document has nothing like rename."},
		{"a link that stays up", "no-auto-down eth0\n", "1: A document has nothing like no-auto-down."},
		{"a pattern", "auto /eth*\n", "1: A document names each link and has no patterns such as /eth*."},
		{"an option outside of a stanza", "auto lo\n mtu 1400\n", "2: mtu stands outside of a stanza; ifupdown refuses the file."},
		{"an option without a value", "auto a\niface a inet dhcp\n mtu\n", "3: mtu has no value; ifupdown refuses the file."},
		{"an option twice", "auto a\niface a inet static\n address 10.0.0.1/24\n address 10.0.0.2/24\n", "4: address stands in the stanza before; ifupdown joins the two values into one."},
		{"no name", "iface\n", "1: iface names no link; ifupdown refuses the file."},
		{"no method", "iface eth0 inet\n", "1: An iface line has a family and a method that ifupdown knows; it refuses the file."},
		{"an unknown template", "auto a\niface a inet dhcp inherits b\n", "2: No iface b stands before; ifupdown refuses the file."},
		{"an old method", "auto a\niface a inet bootp\n", "2: A document has nothing like the method bootp of inet."},
		{"a link that nothing brings up", "iface a inet dhcp\n", "1: Nothing brings a up at boot; the links of a document always are."},
		{"a gateway for dhcp", "auto a\niface a inet dhcp\n gateway 10.0.0.1\n", "3: gateway means nothing to the method dhcp."},
		{"a gateway of the other family", "auto a\niface a inet static\n address 10.0.0.2/24\n gateway fe80::1\n", "4: gateway wants an address of inet."},
		{"an address of the other family", "auto a\niface a inet6 static\n address 10.0.0.2/24\n", "3: address wants an address of inet6."},
		{"a mask with a hole", "auto a\niface a inet static\n address 10.0.0.2\n netmask 255.0.255.0\n", "3: address wants a prefix length or netmask beside it."},
		{"a metric too large", "auto a\niface a inet dhcp\n metric 4294967296\n", "3: metric wants a number from 0 to 2147483647."},
		{"a peer for no modem", "auto a\niface a inet manual\n provider x\n", "3: provider means nothing to the method manual."},
		{"a metric for a modem", "auto a\niface a inet ppp\n provider x\n metric 5\n", "4: metric means nothing to the method ppp of inet."},
		{"a random address", "auto a\niface a inet manual\n hwaddress random\n", `3: hwaddress wants an Ethernet address such as 02:00:00:00:00:01, not "random".`},
		{"router advertisements for IPv4", "auto a\niface a inet manual\n accept_ra 1\n", "3: accept-ra means nothing to the method manual of inet."},
		{"a resolver by name", "auto a\niface a inet dhcp\n dns-nameservers dns.example\n", `3: dns-nameservers wants addresses, not "dns.example".`},
		{"a VLAN without a number", "auto a\niface a inet dhcp\n vlan-raw-device eth0\n", "3: vlan-raw-device wants a link whose name ends in the VLAN's number, such as eth0.20 or vlan20."},
		{"a VLAN too high", "auto eth0.5000\niface eth0.5000 inet dhcp\n", "2: A VLAN has a number from 1 to 4094."},
		{"a VLAN on a VLAN", "auto a.5 a.5.6\niface a.5 inet dhcp\niface a.5.6 inet dhcp\n", "3: A document has VLANs on bonds, Ethernet and Wi-Fi links only, and a.5 is something else."},
		{"a VLAN twice", "auto vlan5 a.5\niface a.5 inet dhcp\niface vlan5 inet dhcp\n vlan-raw-device a\n", "3: a has that VLAN already."},
		{"pppd's other options", "auto a\niface a inet ppp\n provider x\n options persist\n", `4: options has "persist", which a document has nothing for.`},
		{"several primaries", "auto a\niface a inet dhcp\n bond-slaves b c\n bond-primary b c\n", "4: bond-primary names several links; a document has one, and b is taken."},
		{"a mode that there is not", "auto a\niface a inet dhcp\n bond-slaves b\n bond-mode trunk\n", `4: bond-mode has mode, which wants balance-rr, active-backup, balance-xor, broadcast, 802.3ad, balance-tlb or balance-alb, not "trunk".`},
		{"a slave with an address", "auto a\niface a inet dhcp\n bond-slaves b\nallow-a b\niface b inet dhcp\n", "5: A slave has no addresses and nothing else of its own; the bond has."},
		{"a slave of two bonds", "auto a b\niface a inet dhcp\n bond-slaves c\niface b inet dhcp\n bond-slaves c\n", "5: c is a slave of a already."},
		{"a queue on what is no slave", "auto a\niface a inet dhcp\n up ip link set $IFACE type bond_slave queue_id 1\n", "3: queue_id belongs to a slave, and a is none."},
		{"a bond that joins Wi-Fi", "auto a\niface a inet dhcp\n bond-slaves b\n wpa-ssid x\n wpa-psk longenough\n", "2: A bond joins no Wi-Fi network; its slaves do."},
		{"a file for wpa_supplicant that is not there", "auto a\niface a inet dhcp\n wpa-conf /etc/wpa.conf\n", "3: It names /etc/wpa.conf, which was not given to be read."},
		{"a wpa option that a document lacks", "auto a\niface a inet dhcp\n wpa-ssid x\n wpa-key-mgmt NONE\n wpa-priority 5\n", "5: A document has nothing like priority."},
		{"a bridge", "auto a br0\niface a inet manual\niface br0 inet dhcp\n bridge_ports a\n", "4: bridge-ports makes br0 a bridge, and a document has none; it is left out."},
		{"a name in auto only", "auto eth5\n", "1: eth5 has no iface stanza, so nothing brings it up."},
		{"the loopback", "auto lo\niface lo inet loopback\n up ip address add 192.0.2.1/32 dev lo\n", "3: up is for the loopback, which a document does not describe."},
		{"an address for the loopback", "iface lo inet static\n address 192.0.2.1/32\n", "2: address is for the loopback, which a document does not describe."},
		{"a template of the other family", "auto a b\niface b inet6 auto\niface a inet dhcp inherits b\niface b inet dhcp\n", "3: No iface b stands before; ifupdown refuses the file."},
		{"more than a method", "auto a\niface a inet dhcp please\n", "2: ifupdown passes over please."},
		{"a range of links", "iface swp[1-4]\n mtu 9000\n", "1: A document names each link and has no patterns such as swp[1-4]."},
		{"a comment behind the slaves", "auto a\niface a inet dhcp\n bond-slaves b c # both\n", "3: bond-slaves ends in what is no comment: ifenslave takes each word of it for a slave."},
		{"slaves by a pattern", "auto a\niface a\n bond-slaves glob swp1-4\n", "3: bond-slaves has a pattern of ifupdown2; a document names the slaves."},
		{"two gateways", "auto a\niface a\n address 192.0.2.1/24\n gateway 192.0.2.8\n gateway 192.0.2.9\n", "5: gateway is not the first of its family; a document has one."},
		{"a use that there is not", "auto a\niface a\n use batman\n", "3: use is nothing that a document has with batman."},
		{"a number for no VLAN", "auto a\niface a\n vlan-id 5\n", "2: A VLAN with a vlan-id has a vlan-raw-device."},
		{"options of the module on what is no bond", "auto a\niface a inet dhcp\n pre-up modprobe bonding mode=1\n", "3: It loads the driver with mode for bonds that say nothing else, and a is none."},
		{"a link of nobody set up", "auto a\niface a inet dhcp\n up ip link set dev b up\n", "3: It sets b up or down, which is no link of a stanza and no slave."},
		{"roaming", "auto a\niface a inet manual\n wpa-roam /etc/wpa_supplicant/bondctl-a.conf\n", "3: wpa-roam gives the link a stanza for each network; a document has one network."},
		{"a favourite for a while", "auto a\niface a inet dhcp\n bond-slaves b\niface b inet manual\n bond-give-a-chance 10\n", "5: bond-give-a-chance makes a slave the primary until it has joined its network, which a document does not say."},
		{"a bridge around Wi-Fi", "auto a\niface a inet dhcp\n wpa-ssid x\n wpa-key-mgmt NONE\n wpa-bridge br0\n", "5: A document has nothing like wpa-bridge for what is no slave of a bond."},
		{"IPv6 off beside IPv4", "auto a\niface a inet dhcp\n up sysctl -w net/ipv6/conf/a/disable_ipv6=1\n", "2: A document turns IPv6 off only where a link has no IP at all."},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, complaints := parsedFiles(t,
				generators.File{Path: ownFile, Content: []byte(c.text)},
				generators.File{Path: StationFile("a"), Content: []byte("network={\n\tssid=\"x\"\n}\n")},
			)
			assert.Equal(t, []string{c.want}, complaints)
		})
	}
}

// TestForeignCommands has commands that only a person can judge.
func TestForeignCommands(t *testing.T) {
	for _, command := range []string{
		"up /usr/local/bin/hello", "up ip link set eth1 mtu 1400", "up ip link set $IFACE promisc on", "up ip link set $IFACE mtu 9 up",
		"up ip link set $IFACE", "up ip link", "up ip", "up ip -6", "up ip link add $IFACE", "up ip link add $IFACE type dummy", "up ip link add eth9 type bond",
		"up ip link add link eth0 name $IFACE type vlan id x", "up ip link set $IFACE type bond mode", "up ip link set $IFACE type bond speed 5",
		"up ip route add 10.0.0.0/8 via 10.0.0.1 table 5", "up ip route add 10.0.0.0/8 dev eth9", "up ip route add nowhere", "up ip route add 10.0.0.0/8 via x",
		"up ip route add 10.0.0.0/8 metric x", "up ip route add 10.0.0.0/8 via", "up ip address add 10.0.0.1 dev $IFACE", "up ip rule add x", "up sysctl -w net.ipv4.ip_forward=1", "up sysctl -w net.ipv6.conf.eth0.forwarding=1",
		"up echo 1 > /proc/sys/x", "up echo 1 > /sys/class/net/$IFACE/bonding/prio", "up echo 1 > /sys/class/net/eth9/bonding/miimon",
		"up true; reboot", "up $(reboot)", "up ifconfig $IFACE promisc", "down /usr/local/bin/bye", "down sysctl -w net.ipv4.ip_forward=0", "down [ ! -d /proc/sys/net/ipv6/conf/$IFACE ] || reboot",
		"up echo 5 > /proc/sys/net/ipv6/conf/$IFACE/ra_defrtr_metric", "up echo 5 > /proc/sys/net/ipv6/conf/$IFACE/mtu", "up sysctl -w net.ipv6.conf.eth0.disable_ipv6=0", "down ip route add 10.0.0.0/8",
		"up [ -d /sys/class/net/$IFACE ] || ", "up ||",
		"up ifenslave -c bond0 eth0", "up ifenslave eth9 eth8", "up ifenslave bond0", "up ip link set eth0 master bond0 promisc on",
		"up echo +eth9 > /sys/class/net/bonding_masters", "up echo + > /sys/class/net//bonding/slaves", "up echo -bond0 > /sys/class/net/bonding_masters",
		"up modprobe dummy", "up modprobe", "up modprobe bonding speed=1", "up vconfig add eth0 5", "up wpa_supplicant -B -i eth9 -c /etc/wpa.conf", "up wpa_supplicant -B -i eth0",
		"up route", "up route add", "up route del default", "up route add 10.0.0.0 gw 10.1.1.1", "up route add -net 10.0.0.0 netmask 255.0.255.0 gw 10.1.1.1", "up route add -net nowhere netmask 255.0.0.0 gw 10.1.1.1",
		"down modprobe -r dummy", "down killall dhclient", "down ifenslave bond0 eth0", "down route add default gw 10.1.1.1", "up sysctl",
		"up ip address add 192.0.2.1/24 dev eth0 peer 192.0.2.2", "up ip address add 192.0.2.1/24 label eth0:1",
	} {
		statements, complaints := parsed(t, "auto eth0\niface eth0 inet dhcp\n "+command+"\n")
		assert.Equal(t, []string{"ethernet/eth0", "ethernet/eth0/ipv4", "ethernet/eth0/ipv4/dhcp = true"}, statements, command)
		assert.Len(t, complaints, 1, command)
	}
}

// A station whose file has no network is one all the same.
func TestStationWithoutNetwork(t *testing.T) {
	statements, complaints := parsedFiles(t,
		generators.File{Path: ownFile, Content: []byte("auto wlan0\niface wlan0 inet dhcp\n wpa-conf " + StationFile("wlan0") + "\n")},
		generators.File{Path: StationFile("wlan0"), Content: []byte("country=DE\n")},
	)
	assert.Equal(t, []string{"wifi/wlan0", "wifi/wlan0/ipv4", "wifi/wlan0/ipv4/dhcp = true"}, statements)
	assert.Empty(t, complaints)
}
