package ifupdown

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
)

const (
	begin   = "# >>> Taken over by bondctl: to undo, delete this mark, the next one, and each first # between them.\n"
	end     = "# <<< Taken over by bondctl.\n"
	instead = insteadMark
	added   = addedMark + "source /etc/network/interfaces.d/bondctl\n"
)

// letGoCases are what people typed, the links that go, and what is left.
var letGoCases = []struct{ name, links, text, want string }{
	{
		"a link beside others", "eth0", `# The loopback network interface
auto lo   eth0
iface lo inet loopback

# The primary network interface
allow-hotplug eth0
iface eth0 inet static
	address 192.168.1.105/24
	# the router
	gateway 192.168.1.254

	dns-nameservers 192.168.1.254 \
	                9.9.9.9
# behind it
iface eth0:1 inet static
	address 10.0.0.1/8
iface eth1 inet dhcp
`, `# The loopback network interface
` + begin + `#auto lo   eth0
` + end + instead + `auto lo
iface lo inet loopback

# The primary network interface
` + begin + `#allow-hotplug eth0
#iface eth0 inet static
#	address 192.168.1.105/24
#	# the router
#	gateway 192.168.1.254
#
#	dns-nameservers 192.168.1.254 \
#	                9.9.9.9
` + end + `# behind it
` + begin + `#iface eth0:1 inet static
#	address 10.0.0.1/8
` + end + `iface eth1 inet dhcp
`,
	},
	{
		"slaves of a bond that stays", "eth0", `iface bond0 inet dhcp
	bond_slaves   eth0 \
	   eth1
	bond-primary eth0
	up ifenslave -f $IFACE eth0 eth1
	up ip link set eth0 master bond0
	up echo +eth0 > /sys/class/net/bond0/bonding/slaves
	post-up ip link set dev $IFACE type bond active_slave eth0 || true
	down ip link set eth0 nomaster
	bond-mode 1
iface br0 inet manual
	bridge_ports eth0`, `iface bond0 inet dhcp
` + begin + `#	bond_slaves   eth0 \
#	   eth1
` + end + instead + `	bond_slaves eth1
` + begin + `#	bond-primary eth0
#	up ifenslave -f $IFACE eth0 eth1
` + end + instead + `	up ifenslave -f $IFACE eth1
` + begin + `#	up ip link set eth0 master bond0
#	up echo +eth0 > /sys/class/net/bond0/bonding/slaves
#	post-up ip link set dev $IFACE type bond active_slave eth0 || true
#	down ip link set eth0 nomaster
` + end + `	bond-mode 1
iface br0 inet manual
` + begin + `#	bridge_ports eth0
` + end + instead + `	bridge_ports none
`,
	},
	{
		"a slave that is no slave any more", "bond0", `auto eth0
iface eth0 inet manual
	mtu 9000
	bond-master bond0
	bond-mode 1
	up true
`, `auto eth0
iface eth0 inet manual
	mtu 9000
` + begin + `#	bond-master bond0
#	bond-mode 1
` + end + `	up true
`,
	},
	{
		"words of other lists", "eth0", `mapping eth0 eth1
	script /bin/map
no-scripts eth0 ppp0
auto eth0=home mac/02:00:00:00:00:01
auto /eth*
mapping eth0
	script /bin/map
	map x y
`, begin + `#mapping eth0 eth1
` + end + instead + `mapping eth1
	script /bin/map
` + begin + `#no-scripts eth0 ppp0
` + end + instead + `no-scripts ppp0
` + begin + `#auto eth0=home mac/02:00:00:00:00:01
` + end + instead + `auto mac/02:00:00:00:00:01
auto /eth*
` + begin + `#mapping eth0
#	script /bin/map
#	map x y
` + end,
	},
	{"nothing of theirs", "eth9 bond9", "auto eth0 bond0\niface eth0 inet dhcp\n up ifenslave bond0 eth0\n", ""},
	{"bondctl's own", "eth0", "# Made by bondctl from a.hcl; changes here are overwritten.\n\nauto eth0\niface eth0 inet dhcp\n", ""},
}

func letGoOf(text string, t generators.Taking) (string, []string) {
	edits, diags := Backend().TakeOver([]generators.File{mainOf(text)}, t)
	var complaints []string
	for _, d := range diags {
		complaints = append(complaints, d.Error())
	}
	if len(edits) == 0 {
		return "", complaints
	}
	return string(edits[0].Content), complaints
}

func TestLetGo(t *testing.T) {
	for _, c := range letGoCases {
		t.Run(c.name, func(t *testing.T) {
			taking := generators.Taking{Links: strings.Fields(c.links), Own: true}
			got, complaints := letGoOf(c.text, taking)
			assert.Empty(t, complaints)
			if c.want == "" {
				assert.Empty(t, got)
			} else {
				assert.Equal(t, added+c.want, got)
				assert.Equal(t, strings.TrimSuffix(c.text, "\n"), strings.TrimSuffix(undone(got), "\n"))
				again, _ := letGoOf(got, taking)
				assert.Empty(t, again, "twice")
			}
		})
	}
}

// undone does what the marks say.
func undone(text string) string {
	var b strings.Builder
	inside, skip := false, 0
	for line := range strings.Lines(text) {
		switch {
		case skip > 0:
			skip--
		case line == insteadMark || line == addedMark:
			skip = 1
		case line == begin || line == end:
			inside = line == begin
		case inside:
			b.WriteString(line[1:])
		default:
			b.WriteString(line)
		}
	}
	return b.String()
}

func TestLetGoSaysWhatItCannot(t *testing.T) {
	const at = "/etc/network/interfaces:"
	for _, c := range []struct {
		name, text string
		own        bool
		want       string
	}{
		{"a template", "iface eth0 inet dhcp\niface eth1 inherits eth0\n", true, at + "2,1-1: ifupdown cannot let go of links; " +
			"The stanza inherits from that of eth0, which is taken over. Write into it what it inherits, and remove the word inherits."},
		{"a pattern", "auto /eth*=foo\niface foo inet dhcp\n", true, at + "1,1-1: ifupdown cannot let go of links; " +
			"The pattern /eth* brings eth0 up by the stanza foo. Name the other links one by one in its place."},
		{"a pattern of something else", "auto mac/02:00:00:00:00:01=foo\n", true, at + "1,1-1: ifupdown may still bring up what is taken over; " +
			"The pattern mac/02:00:00:00:00:01 picks links by something else than their names for the stanza foo. Name them there, unless none of them is taken over."},
		{"a mapping", "mapping eth[!1]\n script /bin/map\n", true, at + "1,1-1: ifupdown cannot let go of links; " +
			"The mapping eth[!1] chooses another stanza for eth0. Name the other links one by one in its place."},
		{"another name", "rename eth0=lan\n", true, at + "1,1-1: ifupdown cannot let go of links; " +
			"ifupdown renames eth0 to lan. Give the link its name by a file of systemd.link(5), and remove the line."},
		{"its own name", "rename eth7=eth0\n", false, at + "1,1-1: ifupdown cannot let go of links; " +
			"ifupdown renames eth7 to eth0. Give the link its name by a file of systemd.link(5), and remove the line."},
		{"a VLAN", "iface vlan5 inet dhcp\n vlan-raw-device eth0\n", true, at + "1,1-1: vlan5 stays with ifupdown; " +
			"It is a VLAN on eth0, which is taken over. Describe it too, or remove its stanza, unless ifupdown shall go on to make it."},
		{"a command", "iface eth1 inet dhcp\n up iptables -A FORWARD -i eth0 -o eth1 -j ACCEPT\n", true, at + "2,1-1: A line stays that names eth0; " +
			"It belongs to a link that is not taken over, and eth0 is. See whether it may stay."},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, complaints := letGoOf(c.text, generators.Taking{Links: []string{"eth0"}, Own: c.own})
			assert.Equal(t, []string{c.want}, complaints)
		})
	}
	for _, quiet := range []string{"rename eth7=eth0\n", "auto /eth*\niface eth0 inet dhcp\n"} {
		_, complaints := letGoOf(quiet, generators.Taking{Links: []string{"eth0"}, Own: true})
		assert.Empty(t, complaints, quiet)
	}
}

// Who has no line for further files gets one for bondctl's, and for no other.
func TestLetGoHasIfupdownReadOurFile(t *testing.T) {
	const stanza = "auto eth0\niface eth0 inet dhcp\n"
	for _, c := range []struct {
		name, text string
		own        bool
		want       string
	}{
		{"with ifupdown", "source office\n", true, added + "source office\n"},
		{"with another", "source office\n", false, ""},
		{"read already", "source office interfaces.d/*\n", true, ""},
		{"read by way of another file", "source office\nsource-directory interfaces.d\n", true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			edits, diags := Backend().TakeOver([]generators.File{mainOf(c.text), {Path: "/etc/network/office", Content: []byte(stanza)}},
				generators.Taking{Links: []string{"eth0"}, Own: c.own})
			assert.Empty(t, diags)
			require.NotEmpty(t, edits)
			assert.Equal(t, "/etc/network/office", edits[0].Path)
			if c.want == "" {
				assert.Len(t, edits, 1)
				return
			}
			require.Len(t, edits, 2)
			assert.Equal(t, generators.Edit{
				Path: mainFile, Content: []byte(c.want), Links: []string{"eth0"}, How: "made to read /etc/network/interfaces.d/bondctl",
			}, edits[1])
		})
	}
	edits, _ := Backend().TakeOver([]generators.File{mainOf(stanza)}, generators.Taking{Links: []string{"eth0"}, Own: true})
	require.Len(t, edits, 1)
	assert.Equal(t, "commented out between marks, and made to read /etc/network/interfaces.d/bondctl", edits[0].How)
}

// What the marks hold is no less secret than before.
func TestLetGoKeepsSecretsMasked(t *testing.T) {
	got, _ := letGoOf(seed000(t)[strings.Index(seed000(t), "auto em1"):], generators.Taking{Links: []string{"em1", "wlan0", "bond0"}})
	require.Contains(t, got, "#    wpa-psk goats")
	var masker generators.Masker
	masked := masker.Mask(Backend().Secret, []byte(got))
	assert.False(t, bytes.Contains(masked, []byte("goats")))
	statements, complaints := parsed(t, got)
	assert.Empty(t, statements)
	assert.Empty(t, complaints)
}

// A file of wpa_supplicant is not edited, wherever it is, and what cloud-init
// wrote does not come back.
func TestLetGoOfOtherFiles(t *testing.T) {
	edits, diags := Backend().TakeOver([]generators.File{
		mainOf("source interfaces.d/*\n"),
		{Path: interfacesDir + "/50-cloud-init", Content: []byte("auto wlan0\niface wlan0 inet dhcp\n wpa-conf /etc/wpa.conf\n")},
		{Path: "/etc/wpa.conf", Content: []byte("network={\n\tssid=\"a\"\n}\niface wlan0 inet dhcp\n")},
	}, generators.Taking{Links: []string{"wlan0"}})
	assert.Empty(t, diags)
	require.Len(t, edits, 2)
	assert.Equal(t, interfacesDir+"/50-cloud-init", edits[0].Path)
	assert.Equal(t, []string{"wlan0"}, edits[0].Links)
	assert.Equal(t, "commented out between marks", edits[0].How)
	assert.Equal(t, "/etc/cloud/cloud.cfg.d/99-bondctl-network.cfg", edits[1].Path)
}
