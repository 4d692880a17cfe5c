package ifupdown

import (
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// ifenslave writes arp_interval and then miimon, with which the driver stops
// probing. A file with both is read as it stands, and validation refuses it.
func TestTrap1BothMonitors(t *testing.T) {
	doc, diags := Backend().Parse([]generators.File{{Path: ownFile, Content: []byte(`auto bond0
iface bond0 inet static
    address 192.0.2.1/24
    bond-slaves eth0 eth1
    bond-mode active-backup
    bond-miimon 100
    bond-arp-interval 200
    bond-arp-ip-target 192.0.2.9
`)}})
	assert.Empty(t, diags)
	assert.Equal(t, "100", doc.Bonds[0].Settings.Text("miimon"))
	assert.Equal(t, "200", doc.Bonds[0].Settings.Text("arp_interval"))
	assert.True(t, schema.Validate(doc).HasErrors())
}

// A failed write to sysfs does not fail ifup. These two would fail in silence:
// updelay before the mode has brought its miimon along, and miimon 0 before
// the mode sets it to 100.
func TestTrap2WritesThatFailInSilence(t *testing.T) {
	text, diags := rendered(t, `bond "bond0" {
		mode    = "802.3ad"
		updelay = 200
		slave "eth0" {}
		ipv4 { addresses = ["192.0.2.1/24"] }
	}`)
	assert.Empty(t, diags)
	assert.Equal(t, `auto bond0
iface bond0 inet static
    pre-up [ -d /sys/class/net/$IFACE ] || ip link add dev $IFACE type bond mode 802.3ad
    address 192.0.2.1/24
    bond-slaves eth0
    bond-mode 802.3ad
    bond-updelay 200
`, text)

	text, diags = rendered(t, `bond "bond0" {
		mode   = "802.3ad"
		miimon = 0
		slave "eth0" {}
		ipv4 { addresses = ["192.0.2.1/24"] }
	}`)
	assert.Empty(t, diags)
	assert.Equal(t, `auto bond0
iface bond0 inet static
    address 192.0.2.1/24
    bond-slaves eth0
    bond-mode 802.3ad
    post-up ip link set dev $IFACE type bond miimon 0
`, text)
}

// bond-queue-id is written to a file that does not exist, and bond-active-slave
// before there is a slave.
func TestTrap3QueueAndActiveSlave(t *testing.T) {
	text, diags := rendered(t, `bond "bond0" {
		mode         = "active-backup"
		miimon       = 100
		active_slave = "eth1"
		slave "eth0" {}
		slave "eth1" { queue_id = 2 }
		ipv4 { addresses = ["192.0.2.1/24"] }
	}`)
	requireLostToIfupdown2(t, diags, "queue_id")
	assert.Equal(t, `auto bond0
iface bond0 inet static
    address 192.0.2.1/24
    bond-slaves eth0 eth1
    bond-mode active-backup
    bond-miimon 100
    post-up ip link set dev $IFACE type bond active_slave eth1 || true

allow-bond0 eth1
iface eth1 inet manual
    post-up ip link set dev $IFACE type bond_slave queue_id 2
`, text)

	_, complaints := parsed(t, `auto bond0
iface bond0 inet manual
    bond-slaves eth0
    bond-active-slave eth0
    bond-queue-id eth0:2
`)
	assert.Equal(t, []string{
		"4: bond-active-slave is nothing that ifenslave reads: it has no effect.",
		"5: bond-queue-id is nothing that ifenslave reads: it has no effect.",
	}, complaints)
}

// What ifenslave ignores is said when the bond is made, before ifenslave would
// make it, and the bond is kept where it is there. What every write of the mode
// resets comes after.
func TestTrap4WhatIfenslaveIgnores(t *testing.T) {
	text, _ := rendered(t, `bond "bond0" {
		mode               = "802.3ad"
		miimon             = 100
		min_links          = 1
		lacp_active        = "off"
		ad_user_port_key   = 7
		broadcast_neighbor = true
		tx_queues          = 8
		peer_notif_delay   = 200
		slave "eth0" {}
		ipv4 { addresses = ["192.0.2.1/24"] }
	}`)
	assert.Equal(t, `auto bond0
iface bond0 inet static
    pre-up [ -d /sys/class/net/$IFACE ] || ip link add dev $IFACE numtxqueues 8 type bond mode 802.3ad miimon 100 peer_notify_delay 200 min_links 1 lacp_active off ad_user_port_key 7
    address 192.0.2.1/24
    bond-slaves eth0
    bond-mode 802.3ad
    bond-miimon 100
    post-up ip link set dev $IFACE type bond broadcast_neighbor on || true
`, text)
}

// Options on a slave have no effect since Debian 11, but for those that choose
// the primary. What only slaves say is taken for the bond's, and reported.
func TestTrap5OptionsOnSlaves(t *testing.T) {
	statements, complaints := parsed(t, `auto eth0
iface eth0 inet manual
    bond-master bond0
    bond-mode active-backup
    bond-miimon 100
    bond-primary eth0
    bond-primary-reselect failure

auto bond0
iface bond0 inet manual
    bond-slaves none
    bond-miimon 200
`)
	assert.Equal(t, []string{
		"bond/bond0", "bond/bond0/ipv4", "bond/bond0/miimon = 200", "bond/bond0/mode = active-backup",
		"bond/bond0/primary = eth0", "bond/bond0/primary_reselect = failure", "bond/bond0/slave/eth0",
	}, statements)
	assert.Equal(t, []string{
		"4: mode has no effect on a slave since Debian 11; it is taken for what bond0 should have.",
		"5: miimon is not what bond0 has; what the bond has is taken.",
	}, complaints)
}

func TestTrap5MasterWithoutStanza(t *testing.T) {
	statements, complaints := parsed(t, "auto eth0\niface eth0 inet manual\n    bond-master bond0\n")
	assert.Equal(t, []string{"bond/bond0", "bond/bond0/slave/eth0"}, statements)
	assert.Equal(t, []string{"3: bond-master names bond0, which has no iface stanza; ifenslave refuses that."}, complaints)
}

// bond-primary is looked at right after bond-slaves are enslaved, so they stand
// in one stanza.
func TestTrap6PrimaryBesideSlaves(t *testing.T) {
	text, _ := rendered(t, `bond "bond0" {
		mode    = "active-backup"
		miimon  = 100
		primary = "eth1"
		slave "eth0" {}
		slave "eth1" {}
		ipv4 { dhcp = true }
	}`)
	assert.Equal(t, `auto bond0
iface bond0 inet dhcp
    bond-slaves eth0 eth1
    bond-mode active-backup
    bond-miimon 100
    bond-primary eth1
`, text)
}

func TestTrap7AllSlaves(t *testing.T) {
	_, complaints := parsed(t, "auto bond0\niface bond0 inet dhcp\n    bond-slaves all\n")
	assert.Equal(t, []string{"3: bond-slaves enslaves every link with eth in its name; a document names the slaves."}, complaints)
}

// In a second stanza ifenslave would make the bond once more, and the hook of
// resolvconf would forget the resolvers; so there is one for each family.
func TestTrap8DualStack(t *testing.T) {
	text, _ := rendered(t, `bond "bond0" {
		mode   = "active-backup"
		miimon = 100
		slave "eth0" {}
		ipv4 { addresses = ["192.0.2.1/24", "192.0.2.2/24"] }
		ipv6 { addresses = ["2001:db8::1/64"] }
	}`)
	assert.Equal(t, `auto bond0
iface bond0 inet static
    address 192.0.2.1/24
    bond-slaves eth0
    bond-mode active-backup
    bond-miimon 100
    post-up ip address add 192.0.2.2/24 dev $IFACE

iface bond0 inet6 static
    address 2001:db8::1/64
    accept_ra 0
`, text)
}

// ifenslave runs ifup for a slave only where allow-BOND names it.
func TestTrap9WifiSlave(t *testing.T) {
	text, diags := rendered(t, `bond "bond0" {
		mode          = "active-backup"
		miimon        = 100
		fail_over_mac = "active"
		slave "eth0" {}
		slave "wlan0" {
			wifi { ssid = "home" }
		}
		ipv4 { dhcp = true }
	}`)
	requireLostToIfupdown2(t, diags, "fail_over_mac")
	assert.Contains(t, text, `
allow-bond0 wlan0
iface wlan0 inet manual
    wpa-conf /etc/wpa_supplicant/bondctl-wlan0.conf
`)
}

// The hook of resolvconf keeps what the last stanza of a family says, so the
// resolvers stand there; all of them on one line, for each hook splits it.
func TestTrap10Resolvers(t *testing.T) {
	text, _ := rendered(t, `ethernet "eth0" {
		ipv4 {
			addresses = ["192.0.2.1/24"]
			dhcp      = true
		}
		dns { servers = ["192.0.2.53", "2001:db8::53"] }
	}`)
	assert.Equal(t, `auto eth0
iface eth0 inet static
    address 192.0.2.1/24

iface eth0 inet dhcp
    dns-nameservers 192.0.2.53 2001:db8::53
`, text)
}

// To ifupdown an unknown word is one more option for some hook.
func TestTrap11MisspeltOption(t *testing.T) {
	_, complaints := parsed(t, `auto bond0
iface bond0 inet manual
    bond-slaves eth0
    bond-mimon 100
    bond-min-links 1
    addr 192.0.2.1
`)
	assert.Equal(t, []string{
		"4: bond-mimon is nothing that ifenslave reads: it has no effect.",
		"5: bond-min-links is nothing that ifenslave reads: it has no effect.",
		"6: addr is nothing that a document has.",
	}, complaints)
}

// Slaves that udev brings up are as good as those of auto.
func TestTrap13Hotplug(t *testing.T) {
	statements, complaints := parsed(t, `allow-hotplug eth0
iface eth0 inet manual
    bond-master bond0

auto bond0
iface bond0 inet dhcp
    bond-mode 1
    bond-slaves none
`)
	assert.Empty(t, complaints)
	assert.Equal(t, []string{
		"bond/bond0", "bond/bond0/ipv4", "bond/bond0/ipv4/dhcp = true", "bond/bond0/mode = active-backup", "bond/bond0/slave/eth0",
	}, statements)
}

// ifenslave skips a slave whose name grep finds among those that it has
// enslaved: eth0 in "eth0-left", but not in "eth01".
func TestSlaveNamedInAnother(t *testing.T) {
	text, _ := rendered(t, `bond "bond0" {
		mode   = "active-backup"
		miimon = 100
		slave "eth01" {}
		slave "eth0-left" {}
		slave "eth0" {}
		ipv4 { dhcp = true }
	}`)
	assert.Contains(t, text, "bond-slaves eth01 eth0 eth0-left\n")
	assert.True(t, hasWord("my-e.h0", "e.h0"))
	assert.True(t, hasWord("my-eth0", "e.h0"))
	assert.False(t, hasWord("eth0", "eth0-left"))
}

// requireLostToIfupdown2 wants one warning, and these options in it.
func requireLostToIfupdown2(t *testing.T, diags hcl.Diagnostics, options string) {
	t.Helper()
	require.Len(t, diags, 1)
	assert.Equal(t, hcl.DiagWarning, diags[0].Severity)
	assert.Equal(t, "ifupdown2 would lose "+options, diags[0].Summary)
}

// What ifupdown2 hears is not mentioned: its own words, commands that run when
// the bond is up, and values that the driver has anyway.
func TestIfupdown2HearsTheRest(t *testing.T) {
	_, diags := rendered(t, `bond "bond0" {
		mode          = "active-backup"
		miimon        = 100
		primary       = "eth0"
		fail_over_mac = "none"
		active_slave  = "eth1"
		slave "eth0" {}
		slave "eth1" {}
		ipv4 { dhcp = true }
	}`)
	assert.Empty(t, diags)
}
