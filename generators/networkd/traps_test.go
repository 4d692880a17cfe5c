package networkd_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/generators/networkd"
)

// render gives the files of a document by their base names, and what was said
// of it: "error: summary: detail".
func render(t *testing.T, text string) (map[string]string, []string) {
	t.Helper()
	files, diags := networkd.Backend().Render(gentest.Decode(t, "story.hcl", []byte(text)))
	byName := map[string]string{}
	for _, f := range files {
		byName[strings.TrimPrefix(f.Path[strings.LastIndexByte(f.Path, '/')+1:], "10-bondctl-")] = string(f.Content)
	}
	var said []string
	for _, d := range diags {
		said = append(said, d.Summary+": "+d.Detail)
	}
	return byName, said
}

// bond is a document of one bond with two slaves and an address.
func bond(settings string) string {
	return "bond \"bond0\" {\n" + settings + "\nslave \"eth0\" {}\nslave \"eth1\" {}\nipv4 { addresses = [\"192.0.2.2/24\"] }\n}\n"
}

// A bare number counts seconds (facts 2.1): MIIMonitorSec=100 is 100 000 ms.
func TestTimesAlwaysHaveTheirUnit(t *testing.T) {
	files, said := render(t, bond("mode = 1\nmiimon = 100\nupdelay = \"1s\"\ndowndelay = 0"))
	assert.Empty(t, said)
	assert.Contains(t, files["bond0.netdev"], "\nMIIMonitorSec=100ms\nUpDelaySec=1000ms\nDownDelaySec=0ms\n")
}

// Trap 36: Mode=1 is dropped with a warning, and the bond is a balance-rr.
func TestEnumerationsAreWords(t *testing.T) {
	files, _ := render(t, bond("mode = 4\nmiimon = 100\nlacp_rate = \"fast\"\nad_select = 1\nxmit_hash_policy = 1"))
	assert.Contains(t, files["bond0.netdev"],
		"\n[Bond]\nMode=802.3ad\nMIIMonitorSec=100ms\nTransmitHashPolicy=layer3+4\nLACPTransmitRate=fast\nAdSelect=bandwidth\n")
}

// Trap 36: neither word is known, also not to the newest release.
func TestWordsThatNetworkdDoesNotKnow(t *testing.T) {
	files, said := render(t, bond("mode = 1\narp_interval = 100\narp_ip_target = [\"192.0.2.1\"]\narp_validate = \"filter\""))
	require.Len(t, said, 1)
	assert.Contains(t, said[0], "networkd cannot say arp_validate: systemd-networkd knows only none, active, backup or all.")
	assert.NotContains(t, files["bond0.netdev"], "ARPValidate")

	files, said = render(t, bond("mode = \"balance-xor\"\nmiimon = 100\nxmit_hash_policy = \"vlan+srcmac\""))
	require.Len(t, said, 1)
	assert.Contains(t, said[0], "networkd cannot say xmit_hash_policy")
	assert.NotContains(t, files["bond0.netdev"], "TransmitHashPolicy")
}

// LearnPacketIntervalSec is only sent together with ARPIntervalSec, which the
// modes that it is for forbid.
func TestLearningPacketsCannotBeSaid(t *testing.T) {
	files, said := render(t, bond("mode = \"balance-alb\"\nmiimon = 100\nlp_interval = 5"))
	require.Len(t, said, 1)
	assert.Contains(t, said[0], "networkd cannot say lp_interval: systemd-networkd sends LearnPacketIntervalSec only together with ARPIntervalSec")
	assert.NotContains(t, files["bond0.netdev"], "LearnPacket")
}

// networkd always sends AllSlavesActive, ResendIGMP and GratuitousARP: what
// the document says of them must be there, zero and false included.
func TestZerosThatAreAlwaysSent(t *testing.T) {
	files, said := render(t, bond("mode = 1\nmiimon = 100\nall_slaves_active = false\nresend_igmp = 0\nnum_grat_arp = 0"))
	assert.Empty(t, said)
	assert.Contains(t, files["bond0.netdev"], "\nResendIGMP=0\nGratuitousARP=0\nAllSlavesActive=no\n")
}

// Trap 35: the kernel refuses options by their presence, and networkd then
// makes no bond at all. Nothing is written that the document does not say.
func TestNoOptionComesByItself(t *testing.T) {
	files, _ := render(t, bond("mode = \"802.3ad\"\nmiimon = 100"))
	_, options, _ := strings.Cut(files["bond0.netdev"], "[Bond]\n")
	assert.Equal(t, "Mode=802.3ad\nMIIMonitorSec=100ms\n", options)
}

// Trap 38: networkd makes an address up from the machine's identity, and udev
// does where networkd does not.
func TestBondTakesTheAddressOfItsFirstSlave(t *testing.T) {
	files, _ := render(t, bond("mode = 1\nmiimon = 100"))
	assert.Contains(t, files["bond0.netdev"], "Kind=bond\nMACAddress=none\n")
	assert.Contains(t, files["10-bondctl.link"], "OriginalName=bond0\n")
	assert.Contains(t, files["10-bondctl.link"], "MACAddressPolicy=none\n")

	files, _ = render(t, bond("mode = 1\nmiimon = 100\nmac_address = \"02:00:00:00:00:01\""))
	assert.Contains(t, files["bond0.netdev"], "Kind=bond\nMACAddress=02:00:00:00:00:01\n")
	assert.NotContains(t, files, "10-bondctl.link")
	assert.NotContains(t, files["bond0.network"], "MACAddress")
}

// The primary stands in the slave's file.
func TestPrimaryIsSaidByTheSlave(t *testing.T) {
	files, said := render(t, bond("mode = 1\nmiimon = 100\nprimary = \"eth1\"\nactive_slave = \"eth0\""))
	assert.Empty(t, said)
	assert.True(t, strings.HasSuffix(files["eth1.network"], "\n[Network]\nBond=bond0\nPrimarySlave=yes\n"))
	assert.True(t, strings.HasSuffix(files["eth0.network"], "\n[Network]\nBond=bond0\nActiveSlave=yes\n"))
	assert.NotContains(t, files["bond0.netdev"], "eth")
}

func TestSlaveOptionsHaveNoWord(t *testing.T) {
	files, said := render(t, "bond \"bond0\" {\nmode = 1\nmiimon = 100\nslave \"eth0\" { prio = 5 }\nslave \"eth1\" { queue_id = 2 }\nipv4 { dhcp = true }\n}\n")
	require.Len(t, said, 2)
	assert.Contains(t, said[0], "networkd cannot say prio: systemd-networkd has no word for it.")
	assert.Contains(t, said[1], "networkd cannot say queue_id: systemd-networkd has no word for it.")
	assert.True(t, strings.HasSuffix(files["eth0.network"], "\nBond=bond0\n"))
}

// 252 drops the word in silence.
func TestNewWordsNameTheirVersion(t *testing.T) {
	_, said := render(t, bond("mode = 1\nmiimon = 100\npeer_notif_delay = 200"))
	require.Len(t, said, 1)
	assert.Contains(t, said[0], "peer_notif_delay needs systemd 256 or later")
}

// By default DHCPv6 waits for a router that asks for it, and there is none to listen to.
func TestDHCPv6WithoutRouter(t *testing.T) {
	files, said := render(t, "ethernet \"eth0\" {\nipv6 {\ndhcp = true\naccept_ra = false\n}\n}\n")
	assert.Empty(t, said)
	assert.Contains(t, files["eth0.network"], "\nDHCP=ipv6\nIPv6AcceptRA=no\n\n[DHCPv6]\nWithoutRA=solicit\n")
}

// networkd raises what is too small for IPv6, unless it is off.
func TestSmallPayload(t *testing.T) {
	files, said := render(t, "ethernet \"eth0\" {\nmtu = 1000\nipv4 { dhcp = true }\n}\nethernet \"eth1\" { mtu = 1000 }\n")
	require.Len(t, said, 1)
	assert.Contains(t, said[0], "networkd cannot say mtu: systemd-networkd raises it to 1280 bytes")
	assert.NotContains(t, files["eth0.network"], "MTUBytes")
	assert.Contains(t, files["eth1.network"], "[Link]\nMTUBytes=1000\n")
}

// A file of mode 0600 is lost to networkd, which reads as a user of its own;
// that of wpa_supplicant has the secret.
func TestModes(t *testing.T) {
	files, _ := networkd.Backend().Render(gentest.Decode(t, "story.hcl",
		[]byte("wifi \"wl-0\" {\nssid = \"home\"\npsk = \"goats and sheep\"\nipv4 { dhcp = true }\n}\n")))
	require.Len(t, files, 2)
	assert.Equal(t, "/etc/systemd/network/10-bondctl-wl-0.network", files[0].Path)
	assert.Equal(t, generators.Public, files[0].Mode)
	assert.Contains(t, string(files[0].Content), "\n# wpa_supplicant@wl\\x2d0.service joins the network; it must be enabled.\n")
	assert.Equal(t, "/etc/wpa_supplicant/wpa_supplicant-wl-0.conf", files[1].Path)
	assert.Equal(t, generators.Private, files[1].Mode)
}
