package networkd_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/networkd"
)

// takenOver gives what becomes of files, one text for each edit: "PATH: HOW",
// and below it the new content.
func takenOver(t *testing.T, archive string, taking generators.Taking) (edits, said []string) {
	t.Helper()
	files := filesOf(archive)
	list, diags := networkd.Backend().TakeOver(files, taking)
	for _, e := range list {
		assert.True(t, slices.IsSorted(e.Links), "%s: %v", e.Path, e.Links)
		assert.NotEmpty(t, e.Links, e.Path)
		edits = append(edits, strings.TrimPrefix(e.Path, "/etc/systemd/network/")+": "+e.How+"\n"+string(e.Content))
	}
	for _, d := range diags {
		said = append(said, strings.TrimPrefix(d.Subject.String(), "/etc/systemd/network/")+" "+d.Detail)
	}
	return edits, said
}

const handmade = `
-- 20-bond0.netdev --
# two ways out
[NetDev]
Name=bond0
Kind=bond
-- 20-bond0.network --
[Match]
Name=bond0
[Network]
DHCP=yes
-- 20-bond0.network.d/mtu.conf --
[Link]
MTUBytes=1400
-- 30-slaves.network --
# the cables,
[Match]
Name = eth0   eth1 \
# and one more
       eth7
[Network]
Bond=bond0
`

func TestFilesForTheLinksAloneGo(t *testing.T) {
	edits, said := takenOver(t, handmade, generators.Taking{Links: []string{"bond0", "eth0", "eth1", "eth7"}, Own: true})
	assert.Empty(t, said)
	assert.Equal(t, []string{
		"20-bond0.netdev: file removed\n",
		"20-bond0.network: file removed\n",
		"20-bond0.network.d/mtu.conf: file removed\n",
		"30-slaves.network: file removed\n",
	}, edits)
}

// What is for others too keeps every byte about them.
func TestLinksAreTakenOutOfLists(t *testing.T) {
	edits, said := takenOver(t, handmade, generators.Taking{Links: []string{"eth1"}, Own: true})
	assert.Empty(t, said)
	assert.Equal(t, []string{"30-slaves.network: eth1 taken out of Name=\n" +
		"# the cables,\n[Match]\nName = eth0 \\\n# and one more\n       eth7\n[Network]\nBond=bond0\n"}, edits)

	edits, _ = takenOver(t, handmade, generators.Taking{Links: []string{"eth0", "eth7"}, Own: true})
	require.Len(t, edits, 1)
	assert.Contains(t, edits[0], "Name = eth1 \\\n# and one more\n       \n[Network]\n")
}

// A link that stays is no longer a slave of a bond that goes.
func TestSlavesOfOthersLoseTheirBond(t *testing.T) {
	edits, said := takenOver(t, "-- a.network --\n[Match]\nName=eth9\n[Network]\n; by day\nBond=bond0\nPrimarySlave=yes\nVLAN=lab\nVLAN=den\n",
		generators.Taking{Links: []string{"bond0", "lab"}, Own: true})
	assert.Empty(t, said)
	assert.Equal(t, []string{"a.network: bond0, lab taken out of Bond=, PrimarySlave=, VLAN=\n[Match]\nName=eth9\n[Network]\n; by day\nVLAN=den\n"}, edits)
}

// A file that another of its name would come to light behind, and one that is
// not the administrator's, is masked by an empty one.
func TestFilesOfOthersAreMasked(t *testing.T) {
	edits, _ := takenOver(t, `
-- /etc/systemd/network/a.network --
[Match]
Name=eth0
-- /usr/lib/systemd/network/a.network --
[Match]
Name=eth0
-- /run/systemd/network/b.network --
[Match]
Name=eth0
-- /run/systemd/network/c.network --
[Match]
Name=eth0 eth1
[Network]
DHCP=yes
`, generators.Taking{Links: []string{"eth0"}, Own: true})
	assert.Equal(t, []string{
		"a.network: file masked\n", "b.network: file masked\n",
		"c.network: eth0 taken out of Name=\n[Match]\nName=eth1\n[Network]\nDHCP=yes\n",
	}, edits)
}

// A pattern cannot leave one link out. Behind bondctl's own file for the link it
// is never looked at, before it the file is told.
func TestPatternsArePassedOver(t *testing.T) {
	const files = "-- 05-all.network --\n[Match]\nName=en* eth*\n-- 80-ether.network --\n[Match]\nType=ether\n[Network]\nDHCP=yes\n-- 06-tunnels.network --\n[Match]\nType=sit\n"
	edits, said := takenOver(t, files, generators.Taking{Links: []string{"wlan0", "eth0"}, Own: true})
	assert.Empty(t, said)
	assert.Equal(t, []string{"05-all.network.d/99-bondctl.conf: 05-all.network told to pass over the links\n" +
		"# bondctl has taken these links over: the file that this adds to is for others.\n\n" +
		"[Match]\nName=!eth0\nProperty=!INTERFACE=eth0\n"}, edits)
}

// Without bondctl's files for systemd-networkd, it is told to leave links alone.
func TestLinksAreShielded(t *testing.T) {
	const files = "-- 80-ether.network --\n[Match]\nType=ether\n-- /usr/lib/systemd/network/80-wifi-adhoc.network --\n[Match]\nType=wlan\nWLANInterfaceType=ad-hoc\n"
	taking := generators.Taking{Links: []string{"eth0", "bond0"}}
	edits, said := takenOver(t, files, taking)
	assert.Empty(t, said)
	want := "00-bondctl.network: systemd-networkd told to leave the links alone\n" +
		"# bondctl has taken these links over: other files here are not to be used for them.\n\n" +
		"[Match]\nName=bond0 eth0\n\n[Link]\nUnmanaged=yes\n"
	assert.Equal(t, []string{want}, edits)

	_, content, _ := strings.Cut(want, "\n")
	again := files + "-- 00-bondctl.network --\n" + content
	edits, _ = takenOver(t, again, taking)
	assert.Empty(t, edits, "shielded already")

	edits, _ = takenOver(t, again, generators.Taking{Links: []string{"wlan0"}})
	require.Len(t, edits, 1)
	assert.Contains(t, edits[0], "Name=bond0 eth0 wlan0\n")

	edits, _ = takenOver(t, again, generators.Taking{Links: []string{"eth0"}, Own: true})
	require.Len(t, edits, 1)
	assert.Contains(t, edits[0], "eth0 taken out of Name=")
}

func TestExclusionsAddUp(t *testing.T) {
	edits, _ := takenOver(t, "-- 05-all.network --\n[Match]\nName=*\n-- 05-all.network.d/99-bondctl.conf --\n[Match]\nName=!eth0\nProperty=!INTERFACE=eth0\n",
		generators.Taking{Links: []string{"eth1", "eth0"}, Own: true})
	require.Len(t, edits, 1)
	assert.Contains(t, edits[0], "Name=!eth0 eth1\nProperty=!INTERFACE=eth0 INTERFACE=eth1\n")
}

// What bondctl and netplan made is not edited here; what a document does not
// have is made as before.
func TestWhatStays(t *testing.T) {
	edits, said := takenOver(t, `
-- 10-bondctl-eth0.network --
# Made by bondctl from a.hcl; changes here are overwritten.
[Match]
Name=eth0
-- /run/systemd/network/10-netplan-eth0.network --
[Match]
Name=eth0
-- br0.netdev --
[NetDev]
Name=br0
Kind=bridge
-- lan.link --
[Match]
OriginalName=eth0
[Link]
Name=eth0
-- masked.network --
-- /usr/lib/systemd/network/masked.network --
[Match]
Name=eth0
-- broken.network --
[Match]
Name=eth0
[Network
`, generators.Taking{Links: []string{"br0", "eth0"}, Own: true})
	assert.Empty(t, said)
	assert.Empty(t, edits)
}

// Of wpa_supplicant's files, bondctl's own for systemd-networkd has the same path.
// Without it the link's unit is not to be started, whoever made the file.
func TestStationsAreLetGo(t *testing.T) {
	const files = "-- /etc/wpa_supplicant/wpa_supplicant-wlan0.conf --\nnetwork={\n}\n-- /etc/wpa_supplicant/wpa_supplicant-wired-eth0.conf --\nnetwork={\n}\n"
	edits, _ := takenOver(t, files, generators.Taking{Links: []string{"wlan0", "eth0"}})
	const idle = "/etc/systemd/system/wpa_supplicant@wlan0.service.d/99-bondctl.conf: wpa_supplicant@wlan0.service told to do without the link\n" +
		"# bondctl has taken wlan0 over: without this file the unit has nothing to read.\n\n" +
		"[Unit]\nConditionPathExists=/etc/wpa_supplicant/wpa_supplicant-wlan0.conf\n"
	assert.Equal(t, []string{"/etc/wpa_supplicant/wpa_supplicant-wlan0.conf: file removed\n", idle}, edits)
	edits, _ = takenOver(t, files, generators.Taking{Links: []string{"wlan0"}, Own: true})
	assert.Empty(t, edits)

	edits, _ = takenOver(t, strings.Replace(files, "network={", "# Made by bondctl from a.hcl; changes here are overwritten.\nnetwork={", 1), generators.Taking{Links: []string{"wlan0"}})
	assert.Equal(t, []string{idle}, edits, "bondctl's own file goes as such")

	edits, said := takenOver(t, "-- /etc/wpa_supplicant/wpa_supplicant-nl80211-wlan0.conf --\nnetwork={\n}\n", generators.Taking{Links: []string{"wlan0"}})
	assert.Empty(t, edits)
	assert.Equal(t, []string{"/etc/wpa_supplicant/wpa_supplicant-nl80211-wlan0.conf:1,1-1 The unit that reads this file would go on to join a network with wlan0. " +
		"Name it wpa_supplicant-wlan0.conf, for wpa_supplicant@wlan0.service."}, said)
}

func TestLinksOnLinksAreNotLost(t *testing.T) {
	_, said := takenOver(t, "-- a.network --\n[Match]\nName=bond0\n[Network]\nVLAN=lab\n-- lab.netdev --\n[NetDev]\nName=lab\nKind=vlan\n[VLAN]\nId=7\n",
		generators.Taking{Links: []string{"bond0"}, Own: true})
	assert.Equal(t, []string{"a.network:4,1-1 lab is made on bond0 by this, and is not in the document. Add it to the document, or remove VLAN=lab."}, said)
}

func TestNamesThatCannotBeTold(t *testing.T) {
	edits, said := takenOver(t, "-- a.network --\n[Match]\nType=ether\n", generators.Taking{Links: []string{"été"}})
	assert.Empty(t, edits)
	assert.Equal(t, []string{"a.network:1,1-1 systemd-networkd refuses names that are not ASCII, and this file may be for the link. Rename the link."}, said)
}

func TestCloudInitDoesNotWriteAgain(t *testing.T) {
	edits, _ := takenOver(t, "-- 10-cloud-init-eth0.network --\n[Match]\nName=eth0\n[Network]\nDHCP=ipv4\n", generators.Taking{Links: []string{"eth0"}, Own: true})
	require.Len(t, edits, 2)
	assert.Contains(t, edits[1], "/etc/cloud/cloud.cfg.d/99-bondctl-network.cfg")
}

func TestMentions(t *testing.T) {
	files := filesOf("-- a.network.d/x.conf --\n[Match]\nName=eth0 !x\nName=!eth1\n-- b.netdev --\n[NetDev]\nName=bond0\n-- c.network --\n[Match]\nType=ether\n" +
		"-- d.link --\n[Match]\nOriginalName=eth0\n-- /etc/wpa_supplicant/wpa_supplicant-wlan0.conf --\nnetwork={\n\tpsk=\"goats and sheep\"\n}\n")
	var list []generators.Mention
	for _, file := range files {
		list = append(list, networkd.Backend().Mentions(file)...)
	}
	assert.Equal(t, []generators.Mention{
		{Pattern: "eth0", Line: 2, Text: "Name=eth0 !x"},
		{Pattern: "!x", Line: 2, Text: "Name=eth0 !x"},
		{Pattern: "bond0", Line: 2, Text: "Name=bond0"},
		{Text: "it matches by something else than names"},
		{Pattern: "wlan0", Line: 1, Text: "wpa_supplicant-wlan0.conf"},
	}, list)
}
