package ifcfg

import (
	"path"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/gentest"
)

const (
	begin = "# >>> Taken over by bondctl: to undo, delete this mark, the next one, and each first # between them.\n"
	end   = "# <<< Taken over by bondctl.\n"
)

// hand is the files of a host that was configured by hand over the years.
const hand = `-- /etc/sysconfig/network --
NETWORKING=yes
HOSTNAME=attic.example.org
GATEWAY=10.0.0.1   # the router
-- /etc/sysconfig/network-scripts/ifcfg-bond0 --
DEVICE=bond0
IPADDR=10.0.0.10
NETMASK=255.255.255.0
ONBOOT=yes
BOOTPROTO=none
NM_CONTROLLED=no
BONDING_OPTS="mode=0 miimon=1000"
-- /etc/sysconfig/network-scripts/ifcfg-bond0:1 --
DEVICE=bond0:1
IPADDR=10.0.0.11
-- /etc/sysconfig/network-scripts/ifcfg-bond0-range0 --
IPADDR_START=10.0.0.20
IPADDR_END=10.0.0.22
CLONENUM_START=2
-- /etc/sysconfig/network-scripts/ifcfg-eth0 --
DEVICE=eth0
MASTER=bond0
SLAVE=yes
-- /etc/sysconfig/network-scripts/ifcfg-eth0.bak --
DEVICE=eth0
-- /etc/sysconfig/network-scripts/ifcfg-eth0.old --
DEVICE=eth0
-- /etc/sysconfig/network-scripts/ifcfg-eth2 --
# the third, forgotten
DEVICE=eth2
  MASTER="bond0"
ONBOOT=yes
SLAVE=yes
-- /etc/sysconfig/network-scripts/ifcfg-wan --
DEVICE="eth7"
BOOTPROTO=dhcp
-- /etc/sysconfig/network-scripts/keys-wan --
WPA_PSK=12345678
-- /etc/sysconfig/network-scripts/route-bond0 --
10.9.0.0/16 via 10.0.0.254
-- /etc/sysconfig/network-scripts/route-wan --
10.8.0.0/16 via 192.0.2.1
-- /etc/sysconfig/network-scripts/rule-bond0 --
from 10.0.0.10 table 7
`

// outcome tells what became of files: "NAME: how, for LINKS".
func outcome(edits []generators.Edit) []string {
	var lines []string
	for _, e := range edits {
		lines = append(lines, path.Base(e.Path)+": "+e.How+", for "+strings.Join(e.Links, " "))
	}
	return lines
}

func TestLetGoOfAHandMadeHost(t *testing.T) {
	files := gentest.Files(hand)
	edits, diags := Backend().TakeOver(files, generators.Taking{Links: []string{"bond0", "eth0", "eth1"}, Own: true})
	assert.Equal(t, []string{
		"network: lines commented out, for bond0",
		"ifcfg-bond0: file removed, for bond0",
		"ifcfg-bond0-range0: file removed, for bond0",
		"ifcfg-bond0:1: file removed, for bond0",
		"ifcfg-eth0: file removed, for eth0",
		"ifcfg-eth0.old: file removed, for eth0", // NetworkManager reads it
		"ifcfg-eth2: lines commented out: no slave of bond0 any more, for bond0",
		"route-bond0: file removed, for bond0",
		"rule-bond0: file removed, for bond0",
	}, outcome(edits))
	assert.Equal(t, "NETWORKING=yes\nHOSTNAME=attic.example.org\n"+begin+"#GATEWAY=10.0.0.1   # the router\n"+end, string(edits[0].Content))
	assert.Equal(t, "# the third, forgotten\nDEVICE=eth2\n"+begin+"#  MASTER=\"bond0\"\n"+end+"ONBOOT=yes\n"+begin+"#SLAVE=yes\n"+end, string(edits[6].Content))
	require.Len(t, diags, 1)
	assert.Equal(t, hcl.DiagWarning, diags[0].Severity)
	assert.Equal(t, "/etc/sysconfig/network-scripts/ifcfg-bond0:6,1-1: NetworkManager no longer passes over bond0; NM_CONTROLLED=no goes with the file. "+
		"Where NetworkManager runs and is not to have the link, name it in unmanaged-devices (NetworkManager.conf(5)).", diags[0].Error())

	edits, diags = Backend().TakeOver(files, generators.Taking{Links: []string{"eth7"}})
	assert.Equal(t, []string{"ifcfg-wan: file removed, for eth7", "keys-wan: file removed, for eth7", "route-wan: file removed, for eth7"}, outcome(edits))
	assert.Empty(t, diags)
}

// The host's file says nothing of links that have no file here any more.
func TestLetGoToAnotherBackendLeavesTheHostsFile(t *testing.T) {
	edits, _ := Backend().TakeOver(gentest.Files(hand), generators.Taking{Links: []string{"bond0", "eth0", "eth2"}})
	assert.NotContains(t, outcome(edits), "network: lines commented out, for bond0")
}

const scripts = "-- /etc/sysconfig/network-scripts/"

func TestLetGo(t *testing.T) {
	ours := scripts + "ifcfg-bond0 --\n# Made by bondctl from a.hcl; changes here are overwritten.\nDEVICE=bond0\nTYPE=Bond\n"
	cases := []struct {
		name, files string
		links       []string
		want        []string
	}{
		{"bondctl's own files", ours, []string{"bond0"}, nil},
		{"a route of theirs beside our file", ours + scripts + "route-bond0 --\ndefault via 192.0.2.1\n", []string{"bond0"}, []string{"route-bond0: file removed, for bond0"}},
		{
			"a slave by UUID", scripts + "ifcfg-b --\nDEVICE=bond0\nTYPE=Bond\nUUID=0D4B5A63-2d3f-4c58-a1a3-c2b9f2f3f2aa\n" +
				scripts + "ifcfg-e --\nDEVICE=eth0\nMASTER_UUID=0d4b5a63-2d3f-4c58-a1a3-c2b9f2f3f2aa\n",
			[]string{"bond0"},
			[]string{"ifcfg-b: file removed, for bond0", "ifcfg-e: lines commented out: no slave of bond0 any more, for bond0"},
		},
		{"a slave of a bond that stays", scripts + "ifcfg-eth0 --\nDEVICE=eth0\nMASTER=bond1\nSLAVE=yes\n", []string{"bond0"}, nil},
		{"a VLAN on a bond that is taken", scripts + "ifcfg-bond0.20 --\nDEVICE=bond0.20\nVLAN=yes\n", []string{"bond0"}, nil},
		{"a file without DEVICE, named for the link", scripts + "ifcfg-eth0 --\nHWADDR=02:00:00:00:00:01\n", []string{"eth0"}, []string{"ifcfg-eth0: file removed, for eth0"}},
		{
			"a profile of any station", scripts + "ifcfg-Home --\nESSID=home\nTYPE=Wireless\n" + scripts + "keys-Home --\nWPA_PSK=12345678\n",
			[]string{"wlan0", "bond0"},
			[]string{"ifcfg-Home: profile made to pass over them by MATCH_INTERFACE_NAME, for bond0 wlan0"},
		},
		{"a profile that passes over it already", scripts + "ifcfg-any --\nTYPE=Ethernet\nMATCH_INTERFACE_NAME='!eth*'\n", []string{"eth0"}, nil},
		{"a profile for other names", scripts + "ifcfg-any --\nTYPE=Ethernet\nMATCH_INTERFACE_NAME='en* |eno1'\n", []string{"eth0"}, nil},
		{
			"a file of cloud-init", scripts + "ifcfg-eth0 --\n# Created by cloud-init automatically, do not edit.\n#\nDEVICE=eth0\n",
			[]string{"eth0"},
			[]string{"ifcfg-eth0: file removed, for eth0", "99-bondctl-network.cfg: cloud-init told to leave the network alone, for eth0"},
		},
		{"the loopback", scripts + "ifcfg-lo --\nDEVICE=lo\n" + scripts + "ifcfg-home --\nDEVICE=lo\n", []string{"eth0"}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			edits, diags := Backend().TakeOver(gentest.Files(c.files), generators.Taking{Links: c.links, Own: true})
			assert.Empty(t, diags)
			assert.Equal(t, c.want, outcome(edits))
		})
	}
}

func TestProfilesForAnyLinkPassOver(t *testing.T) {
	const text = "TYPE=Ethernet\nMATCH_INTERFACE_NAME=\"eth* !eth9\"\nBOOTPROTO=dhcp"
	edits, _ := Backend().TakeOver(gentest.Files(scripts+"ifcfg-any --\n"+text), generators.Taking{Links: []string{"eth1", "eth0", "wlan0"}})
	require.Len(t, edits, 1)
	assert.Equal(t, text+"\n# Added by bondctl, which has taken the links behind ! over.\nMATCH_INTERFACE_NAME=\"eth* !eth9 !eth1 !eth0\"\n", string(edits[0].Content))
}

func TestLetGoOfTheHostsGateways(t *testing.T) {
	link := func(name, text string) string { return scripts + "ifcfg-" + name + " --\nDEVICE=" + name + "\n" + text }
	address := "IPADDR=192.0.2.2\nPREFIX=24\n"
	cases := []struct{ name, host, files, content, diag string }{
		{"a gateway of ours alone", "GATEWAY=192.0.2.1\n", link("bond0", address), begin + "#GATEWAY=192.0.2.1\n" + end, ""},
		{"a gateway of others", "GATEWAY=192.0.2.1\n", link("eth9", address), "", ""},
		{
			"a gateway of both", "\nGATEWAY=192.0.2.1\n", link("bond0", address) + link("eth9", address), "",
			"/etc/sysconfig/network:2,1-1: ifcfg cannot let go of links; It is the gateway of eth9 too. Write it into ifcfg-eth9, and remove this line.",
		},
		{"the device of the default route", "GATEWAYDEV=bond0\n", link("bond0", address) + link("eth9", address), begin + "#GATEWAYDEV=bond0\n" + end, ""},
		{
			"a device that keeps others away", "GATEWAYDEV=bond0\n", link("eth9", "BOOTPROTO=dhcp\n"), "",
			"/etc/sysconfig/network:1,1-1: ifcfg cannot let go of links; It keeps eth9 from the default route. Set DEFROUTE=no in ifcfg-eth9, and remove this line.",
		},
		{
			"a device that keeps ours away", "GATEWAYDEV=eth9\n", link("eth9", address), "",
			"/etc/sysconfig/network:1,1-1: GATEWAYDEV keeps the default route from all links but eth9; What bondctl writes for bond0 does not change that. Remove the line where one of them is to have a default route.",
		},
		{"an IPv6 gateway over ours", "IPV6_DEFAULTGW=fe80::1%bond0\nNETWORKING=yes\n", "", begin + "#IPV6_DEFAULTGW=fe80::1%bond0\n" + end + "NETWORKING=yes\n", ""},
		{"an IPv6 gateway over another", "IPV6_DEFAULTGW=fe80::1\nIPV6_DEFAULTDEV=eth9\n", "", "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			edits, diags := Backend().TakeOver(gentest.Files("-- /etc/sysconfig/network --\n"+c.host+c.files), generators.Taking{Links: []string{"bond0"}, Own: true})
			var content, said string
			for _, e := range edits {
				if e.Path == hostPath {
					content = string(e.Content)
				}
			}
			for _, d := range diags {
				said += d.Error()
			}
			assert.Equal(t, c.content, content)
			assert.Equal(t, c.diag, said)
		})
	}
}

func TestLetGoReportsALinkByAddress(t *testing.T) {
	for _, text := range []string{"HWADDR=02:00:00:00:00:01\n", "HWADDR=02:00:00:00:00:01\nTYPE=Ethernet\nNM_CONTROLLED=no\n"} {
		edits, diags := Backend().TakeOver(gentest.Files(scripts+"ifcfg-wan --\n"+text), generators.Taking{Links: []string{"bond0", "eth0"}})
		assert.Empty(t, edits)
		require.Len(t, diags, 1)
		assert.Equal(t, "/etc/sysconfig/network-scripts/ifcfg-wan:1,1-1: ifcfg cannot let go of links; "+
			"HWADDR picks the link of this file, whose name only the host knows. Add DEVICE with the name of its link.", diags[0].Error())
	}
}

func FuzzLetGo(f *testing.F) {
	f.Add(hand)
	f.Add(scripts + "ifcfg-x --\nTYPE=Ethernet\n" + scripts + "ifcfg-eth0 --\nexport MASTER='bond0' # x\nDEVICE=eth0")
	f.Fuzz(func(t *testing.T, archive string) {
		files := gentest.Files(archive)
		for _, file := range files {
			for _, m := range Backend().Mentions(file) {
				assert.LessOrEqual(t, m.Line, strings.Count(string(file.Content), "\n")+1)
			}
		}
		edits, _ := Backend().TakeOver(files, generators.Taking{Links: []string{"bond0", "eth7"}, Own: true})
		for _, m := range leftOf(gentest.Edited(files, edits)) {
			assert.NotContains(t, []string{"bond0", "eth7"}, m)
		}
	})
}

// leftOf lists what files that are not bondctl's mention.
func leftOf(files []generators.File) []string {
	var list []string
	for _, file := range files {
		for _, m := range Backend().Mentions(file) {
			if !generators.IsOurs(file.Content) {
				list = append(list, m.Pattern)
			}
		}
	}
	return list
}
