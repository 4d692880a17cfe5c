package networkd_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/networkd"
)

// filesOf reads an archive whose names are paths below /etc, with or without a mode.
func filesOf(archive string) []generators.File {
	var files []generators.File
	for _, f := range txtar.Parse([]byte(archive)).Files {
		name, _, _ := strings.Cut(f.Name, " ")
		if !strings.HasPrefix(name, "/") {
			name = "/etc/systemd/network/" + name
		}
		files = append(files, generators.File{Path: name, Mode: generators.Public, Content: f.Data})
	}
	return files
}

// parse gives what files state, and what the reader said of them.
func parse(archive string) (statements, said []string) {
	doc, diags := networkd.Backend().Parse(filesOf(archive))
	for _, s := range doc.Statements() {
		statements = append(statements, strings.TrimSuffix(s.Path+" = "+s.Value, " = "))
	}
	for _, d := range diags {
		said = append(said, strings.TrimPrefix(d.Subject.String(), "/etc/systemd/network/")+" "+d.Detail)
	}
	return statements, said
}

func lines(text string) []string { return strings.Split(strings.TrimSpace(text), "\n") }

func TestFilesOfAnotherHand(t *testing.T) {
	statements, said := parse(`
-- bond.netdev --
[NetDev]
Description = two ways out
Name = bond0
Kind = bond
MACAddress = none
MTUBytes = 2K
[Bond]
; a comment
Mode = active-backup
MIIMonitorSec = 0.3
UpDelaySec = 1s 500ms
DownDelaySec = 2min
AllSlavesActive = on
ARPIPTargets = 192.0.2.1 \
  192.0.2.3
ARPIPTargets =
ARPIPTargets = 192.0.2.4
ARPIPTargets = 192.0.2.5 192.0.2.6
-- bond.netdev.d/50-more.conf --
[Bond]
UpDelaySec = 300000 us
-- bond.network --
[Match]
Name=bond0
[Link]
RequiredForOnline=routable
[Network]
DHCP=v4
Address=192.0.2.2/24
Gateway=192.0.2.1
Gateway=192.0.2.3
LinkLocalAddressing=ipv6
DNS=192.0.2.53 2001:db8::53
Domains=example.org
Domains=lab.example.org
VLAN=lab
[DHCP]
RouteMetric=7
[Address]
Address=2001:db8::2/64
[Route]
Destination=198.51.100.1
Gateway=192.0.2.9
-- lab.netdev --
[NetDev]
Name=lab
Kind=vlan
[VLAN]
Id=7
-- lab.network --
[Match]
Name=lab
[Network]
IPv6AcceptRouterAdvertisements=false
DHCP=none
LinkLocalAddressing=no
-- slaves.network --
[Match]
Name=eth0 eth1
[Network]
Bond=bond0
-- slaves.network.d/primary.conf --
[Network]
PrimarySlave=no
-- wifi.network --
[Match]
Name=wlan0
[Network]
DHCP=both
[IPv6AcceptRA]
RouteMetric=9
-- README --
not a file of systemd-networkd
-- /etc/wpa_supplicant/wpa_supplicant-wlan0.conf --
network={
	ssid="home"
	key_mgmt=NONE
}
-- /etc/wpa_supplicant/functions.sh --
exit 0
`)
	assert.Empty(t, said)
	assert.Equal(t, lines(`
bond/bond0
bond/bond0/all_slaves_active = 1
bond/bond0/arp_ip_target = 192.0.2.4,192.0.2.5,192.0.2.6
bond/bond0/dns/search = example.org, lab.example.org
bond/bond0/dns/servers = 192.0.2.53, 2001:db8::53
bond/bond0/downdelay = 120000
bond/bond0/ipv4
bond/bond0/ipv4/addresses = 192.0.2.2/24
bond/bond0/ipv4/dhcp = true
bond/bond0/ipv4/gateway = 192.0.2.1
bond/bond0/ipv4/metric = 7
bond/bond0/ipv6
bond/bond0/ipv6/accept_ra = true
bond/bond0/ipv6/addresses = 2001:db8::2/64
bond/bond0/miimon = 300
bond/bond0/mode = active-backup
bond/bond0/mtu = 2048
bond/bond0/route/0.0.0.0/0 via 192.0.2.3
bond/bond0/route/198.51.100.1/32 via 192.0.2.9
bond/bond0/slave/eth0
bond/bond0/slave/eth1
bond/bond0/updelay = 300
bond/bond0/vlan/7 = lab
wifi/wlan0
wifi/wlan0/ipv4
wifi/wlan0/ipv4/dhcp = true
wifi/wlan0/ipv6
wifi/wlan0/ipv6/accept_ra = true
wifi/wlan0/ipv6/dhcp = true
wifi/wlan0/ipv6/metric = 9
wifi/wlan0/security = open
wifi/wlan0/ssid = "home"
`), statements)
}

// Facts 2.1: a bare number is seconds.
func TestBareNumbersAreSeconds(t *testing.T) {
	statements, _ := parse("-- a.netdev --\n[NetDev]\nName=bond0\nKind=bond\n[Bond]\nMIIMonitorSec=100\n")
	assert.Equal(t, []string{"bond/bond0", "bond/bond0/miimon = 100000"}, statements)
}

// What systemd-networkd ignores of a bond is not in the bond.
func TestOptionsThatNetworkdIgnores(t *testing.T) {
	for entry, want := range map[string]string{
		"Mode=1":                         `Mode= wants balance-rr, active-backup`,
		"ARPValidate=filter":             `ARPValidate= has no effect: systemd-networkd knows only none`,
		"TransmitHashPolicy=vlan+srcmac": `TransmitHashPolicy= has no effect: systemd-networkd knows only layer2`,
		"LearnPacketIntervalSec=5":       `LearnPacketIntervalSec= has no effect: systemd-networkd sends`,
		"MinLinks=0":                     `MinLinks= has no effect: systemd-networkd does not send MinLinks=0`,
		"MIIMonitorSec=fast":             `MIIMonitorSec= wants a time such as 100ms`,
		"MIIMonitorSec=1 fortnight":      `MIIMonitorSec= wants a time such as 100ms`,
		"MIIMonitorSec=":                 `MIIMonitorSec= wants a time such as 100ms`,
		"MIIMonitorSec=99999999999999y":  `MIIMonitorSec= wants a time such as 100ms`,
		"UpDelaySec=1y":                  `UpDelaySec= wants a number from 0 to 2147483647 milliseconds`,
		"AllSlavesActive=maybe":          `AllSlavesActive= wants yes or no`,
		"GratuitousARP=256":              `GratuitousARP= wants a number from 0 to 255`,
		"ARPIPTargets=2001:db8::1":       `ARPIPTargets= wants at most 16 IPv4 addresses`,
		"Primary=eth0":                   `A document has nothing like Primary= of [Bond].`,
		"Miimon":                         `systemd-networkd ignores the line`,
	} {
		statements, said := parse("-- a.netdev --\n[NetDev]\nName=bond0\nKind=bond\nMACAddress=none\n[Bond]\n" + entry + "\n-- b.network --\n[Match]\nName=bond0\n[Network]\nLinkLocalAddressing=no\n")
		assert.Equal(t, []string{"bond/bond0"}, statements, entry)
		require.Len(t, said, 1, entry)
		assert.Contains(t, said[0], "a.netdev:6,1-1 "+want)
	}
}

// What is rendered, whatever by, reads without complaint.
func TestGoldensAreWithoutComplaint(t *testing.T) {
	paths, err := filepath.Glob("testdata/golden/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		_, said := parse(string(text))
		assert.Empty(t, said, path)
	}
}

func joined(said []string) string { return strings.Join(said, "\n") }
