package generators

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhoMadeAFile(t *testing.T) {
	for path, want := range map[string]bool{
		"/run/systemd/network/10-netplan-eth0.network":                             true,
		"/run/NetworkManager/system-connections/netplan-NM-1-home.nmconnection":    true,
		"/etc/systemd/network/10-netplan-eth0.network":                             false,
		"/etc/NetworkManager/system-connections/netplan-eth0.nmconnection":         false,
		"/run/NetworkManager/system-connections/Wired connection 1.nmconnection":   false,
		"/run/systemd/network/70-bond0.network":                                    false,
		"/usr/lib/systemd/network/10-netplan-eth0.network":                         false,
		"/run/systemd/network/10-netplan-eth0.network.d/further-settings.conf":     true,
		"/run/NetworkManager/system-connections/netplan-bond0.nmconnection":        true,
		"/run/NetworkManager/system-connections/my-netplan-profile-0.nmconnection": false,
	} {
		assert.Equal(t, want, MadeByNetplan(path), path)
	}
	assert.True(t, MadeByCloudInit(File{Path: "/etc/netplan/50-cloud-init.yaml"}))
	assert.True(t, MadeByCloudInit(File{Path: "/etc/sysconfig/network-scripts/ifcfg-eth0", Content: []byte("# Created by cloud-init automatically, do not edit.\n")}))
	assert.False(t, MadeByCloudInit(File{Path: "/etc/netplan/01.yaml", Content: []byte("network: {}\n# cloud-init\n")}))
}

func TestCloudInitIsToldOnlyWhereItWroteWhatIsEdited(t *testing.T) {
	files := []File{{Path: "/etc/netplan/50-cloud-init.yaml"}, {Path: "/etc/netplan/60.yaml"}}
	byHand := []Edit{{Path: "/etc/netplan/60.yaml", Links: []string{"eth0"}}}
	assert.Equal(t, byHand, WithoutCloudInit(files, byHand))

	both := WithoutCloudInit(files, append(byHand, Edit{Path: "/etc/netplan/50-cloud-init.yaml", Links: []string{"eth1", "bond0"}}))
	assert.Len(t, both, 3)
	assert.Equal(t, "/etc/cloud/cloud.cfg.d/99-bondctl-network.cfg", both[2].Path)
	assert.Equal(t, []string{"bond0", "eth1"}, both[2].Links)
	assert.Contains(t, string(both[2].Content), "\nnetwork: {config: disabled}\n")
}

func TestMentionsCover(t *testing.T) {
	m := Mention{Pattern: "eth*", Except: []string{"eth0", "eth1?"}}
	for link, want := range map[string]bool{"eth1": true, "eth0": false, "eth10": false, "wlan0": false} {
		assert.Equal(t, want, m.Covers(link), link)
	}
	assert.True(t, Mention{Pattern: "odd["}.Covers("odd["))
	assert.False(t, Mention{}.Covers("eth0"))
}
