package ifupdown

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bondctl/bondctl/generators"
)

func mainOf(text string) generators.File {
	return generators.File{Path: mainFile, Content: []byte(text)}
}

func TestLeads(t *testing.T) {
	assert.Equal(t, []string{
		"/etc/network/a", "/etc/network/b[^x]*", "/opt/c/d", "/run/network/interfaces.d/*", "/etc/network/more.d/*",
		"/etc/wpa.conf", "/etc/wpa_supplicant/roam.conf", "/etc/wpa_supplicant/old.conf",
	}, leads(mainOf(`# source comment
source a "b[!x]*" \
  /opt/c//d
source-directory /run/network/interfaces.d/
source-dir more.d
iface wlan0 inet dhcp
 wpa-conf /etc/wpa.conf
iface wlan1 inet dhcp
 wpa_roam /etc/wpa_supplicant/roam.conf
iface wlan2 inet dhcp
 wpa-conf managed
 pre-up /sbin/wpa_supplicant -B -Dnl80211,wext -i wlan2 -c/etc/wpa_supplicant/old.conf
 pre-up wpa_supplicant -B -c "/etc/not plain.conf" && true
`)))
	assert.Empty(t, leads(generators.File{Path: "/etc/wpa.conf", Content: []byte("country=DE\nnetwork={\n\tssid=\"source a\"\n}\n")}))
}

func TestIncludes(t *testing.T) {
	for _, c := range []struct {
		line, path string
		want       bool
	}{
		{"source interfaces.d/*", "/etc/network/interfaces.d/a.bak~", true},
		{"source interfaces.d/*", "/etc/network/interfaces.d/.a", false},
		{"source interfaces.d/.*", "/etc/network/interfaces.d/.a", true},
		{"source interfaces.d/*", "/etc/network/interfaces.d/a/b", false},
		{"source interfaces.d/[", "/etc/network/interfaces.d/[", false},
		{"source $HOME/a", "/root/a", false},
		{"source-directory interfaces.d", "/etc/network/interfaces.d/a-B_1", true},
		{"source-directory interfaces.d", "/etc/network/interfaces.d/a.cfg", false},
		{"source-directory interfaces.*", "/etc/network/interfaces.d/a", true},
	} {
		includes := Includes(mainOf(c.line))
		assert.Len(t, includes, 1, c.line)
		assert.Equal(t, c.want, includes[0].matches(c.path), "%s reads %s", c.line, c.path)
	}
}

func TestMentions(t *testing.T) {
	var lines []string
	for _, m := range mentions(mainOf(`auto lo eth0
iface eth0 inet static
	address 10.0.0.1/24
iface eth0:1 inet static
	address 10.0.0.2/24
mapping eth*
	script /bin/map
iface bond0 inet dhcp
	bond_slaves eth1 \
	            eth2
	up ifenslave bond0 eth3 eth4
	up ip link set dev eth5 master $IFACE
	down ifenslave -d bond0 eth6
	wpa-psk secret
iface eth7 inet manual
	up echo +$IFACE > /sys/class/net/bond0/bonding/slaves
iface br0 inet manual
	bridge_ports none
iface vlan5 inet dhcp
	vlan_raw_device bond0
iface
`)) {
		lines = append(lines, fmt.Sprintf("%d %s: %s", m.Line, m.Pattern, m.Text))
	}
	assert.Equal(t, []string{
		"2 eth0: iface eth0 inet static",
		"8 bond0: iface bond0 inet dhcp",
		"9 eth1: bond_slaves eth1 eth2",
		"9 eth2: bond_slaves eth1 eth2",
		"11 eth3: up ifenslave bond0 eth3 eth4",
		"11 eth4: up ifenslave bond0 eth3 eth4",
		"12 eth5: up ip link set dev eth5 master $IFACE",
		"15 eth7: iface eth7 inet manual",
		"17 br0: iface br0 inet manual",
		"19 vlan5: iface vlan5 inet dhcp",
		"20 bond0: vlan_raw_device bond0",
	}, lines)
}

func TestStarts(t *testing.T) {
	assert.Equal(t, []string{"lo", "eth0:1", "eth1"}, Starts(mainOf("auto lo \\\n eth0:1\n#auto eth2\nallow-hotplug eth1\niface eth3 inet dhcp\nallow- eth4\n")))
}

// FuzzFile holds what is asked of a single file to not panicking, and each
// place to being in the file.
func FuzzFile(f *testing.F) {
	f.Add("source a*\nsource-directory \"b\"\niface a inet dhcp\n up ifenslave -f bond0 eth0 \\\n eth1")
	f.Add("iface a\n up echo +b > /sys/class/net/c/bonding/slaves\n up wpa_supplicant -i\n wpa-conf /x\n")
	f.Fuzz(func(t *testing.T, text string) {
		file := mainOf(text)
		for _, m := range mentions(file) {
			assert.NotEmpty(t, m.Pattern)
			assert.LessOrEqual(t, m.Line, strings.Count(text, "\n")+1)
		}
		for _, lead := range leads(file) {
			assert.True(t, strings.HasPrefix(lead, "/"), lead)
		}
		_ = Starts(file)
	})
}
