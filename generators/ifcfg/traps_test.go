package ifcfg

import (
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/schema"
)

// render gives the files by their names, and the diagnostics as lines.
func render(t *testing.T, document string) (files map[string]string, diags []string) {
	t.Helper()
	rendered, found := Backend().Render(gentest.Decode(t, "host.hcl", []byte(document)))
	files = map[string]string{}
	for _, f := range rendered {
		files[path.Base(f.Path)] = string(f.Content)
	}
	for _, d := range found {
		diags = append(diags, d.Summary+": "+d.Detail)
	}
	return files, diags
}

// parse gives the statements of files, and the diagnostics with their lines.
func parse(t *testing.T, files map[string]string) (said, diags []string) {
	t.Helper()
	var all []generators.File
	for name, text := range files {
		all = append(all, generators.File{Path: path.Join(dir, name), Content: []byte(text)})
	}
	doc, found := Backend().Parse(all)
	for _, s := range doc.Statements() {
		said = append(said, s.String())
	}
	for _, d := range found {
		diags = append(diags, path.Base(d.Subject.String())+" "+d.Detail)
	}
	return said, diags
}

// bond is a document with a bond of two slaves and some more lines.
func bond(lines string) string {
	return "bond \"bond0\" {\n" + lines + "\nslave \"eth0\" {}\nslave \"eth1\" {}\n}\n"
}

// Trap 15: network-scripts write mode and miimon first and the rest in the
// order given, so that order is the driver's.
func TestTrap15ModeAndMiimonFirst(t *testing.T) {
	files, _ := render(t, bond("updelay = 200\nfail_over_mac = 1\nmiimon = 100\nmode = 1\nipv4 { dhcp = true }"))
	assert.Contains(t, files["ifcfg-bond0"], "\nBONDING_OPTS=\"mode=active-backup miimon=100 updelay=200 fail_over_mac=active\"\n")
}

// Trap 16: network-scripts skip a target that is part of one that stands already.
func TestTrap16NoTargetIsPartOfAnEarlierOne(t *testing.T) {
	files, _ := render(t, bond(`mode = "active-backup"
arp_interval = 200
arp_ip_target = ["192.0.2.10", "192.0.2.100", "192.0.2.1"]
ipv4 { addresses = ["192.0.2.50/24"] }`))
	_, after, _ := strings.Cut(files["ifcfg-bond0"], "arp_ip_target=")
	list, _, _ := strings.Cut(after, `"`)
	targets := strings.Split(list, ",")
	require.Len(t, targets, 3)
	for i, target := range targets {
		assert.NotContains(t, strings.Join(targets[:i], " "), target)
	}
}

// Trap 17: the options are one quoted word, split at blanks; a name that would
// not survive that, or would be taken for a pattern, is not written.
func TestTrap17OptionsAreOneWord(t *testing.T) {
	primary, _ := schema.Lookup("primary")
	for _, name := range []string{"eth0 mode=0", "a=b", "eth*", "e'0", `e"0`, `e\0`, "[e]0"} {
		value, err := primary.Parse(name)
		require.NoError(t, err)
		doc := &schema.Document{Bonds: []*schema.Bond{{Name: schema.Given("bond0"), Settings: schema.Settings{{Option: primary, Value: value}}}}}
		files, diags := Backend().Render(doc)
		assert.NotContains(t, string(files[0].Content), "primary", name)
		require.Len(t, diags, 2)
		assert.Equal(t, generators.Unsaid{Path: "bond/bond0/primary"}, diags[0].Extra)
		assert.Equal(t, "network-scripts do not make bond0", diags[1].Summary, "a bond without options")
	}
	said, diags := parse(t, map[string]string{"ifcfg-bond0": "DEVICE=bond0\nTYPE=Bond\nBONDING_OPTS=\"mode=1 miimon==x=50  primary=eth1\"\n"})
	assert.Contains(t, said, "bond/bond0/miimon = 50", "the value begins after the last equals sign")
	assert.Empty(t, diags)
}

// Trap 18: network-scripts look for slaves by the text MASTER=DEVICE.
func TestTrap18MasterIsTheNameOfTheDevice(t *testing.T) {
	files, _ := render(t, bond(`mode = "active-backup"
miimon = 100
ipv4 { dhcp = true }`))
	assert.Contains(t, files["ifcfg-eth1"], "\nMASTER=bond0\nSLAVE=yes\n")

	_, diags := parse(t, map[string]string{
		"ifcfg-bond0": "DEVICE=bond0\nTYPE=Bond\n",
		"ifcfg-eth0":  "DEVICE=eth0\nTYPE=Ethernet\nMASTER=0d4b5a63-2d3f-4c58-a1a3-c2b9f2f3f2aa\n",
	})
	require.Len(t, diags, 1)
	assert.Contains(t, diags[0], "ifcfg-eth0:3,1-1 MASTER names no bond that has a file; it wants the name of a device.")
}

// ... and they do so by a pattern, which some names break.
func TestTrap18NamesThatArePatterns(t *testing.T) {
	doc := &schema.Document{Bonds: []*schema.Bond{{Name: schema.Given("b$0")}}}
	_, diags := Backend().Render(doc)
	require.NotEmpty(t, diags)
	assert.Equal(t, "network-scripts do not find the slaves of b$0", diags[0].Summary)
}

// Trap 19: TYPE and BONDING_MASTER are NetworkManager's; a file with options
// and TYPE=Ethernet is a bond to it, and + and quotes in targets mean nothing.
func TestTrap19BondsOfBothConsumers(t *testing.T) {
	files, _ := render(t, bond(`mode = "active-backup"
miimon = 100
ipv4 { dhcp = true }`))
	assert.Contains(t, files["ifcfg-bond0"], "\nTYPE=Bond\nBONDING_MASTER=yes\n")

	for name, text := range map[string]string{
		"options and TYPE=Ethernet": "DEVICE=bond0\nTYPE=Ethernet\nBONDING_OPTS='mode=1 arp_interval=100 arp_ip_target=+192.0.2.1,+192.0.2.2'\n",
		"no TYPE":                   "DEVICE=bond0\nBONDING_OPTS=\"mode=1 arp_interval=100 arp_ip_target=192.0.2.1 arp_ip_target=+192.0.2.2\"\n",
	} {
		t.Run(name, func(t *testing.T) {
			said, diags := parse(t, map[string]string{"ifcfg-bond0": text})
			assert.Equal(t, []string{
				"bond/bond0", "bond/bond0/arp_interval = 100", "bond/bond0/arp_ip_target = 192.0.2.1,192.0.2.2", "bond/bond0/mode = active-backup",
			}, said)
			assert.Empty(t, diags)
		})
	}
}

// Seed 004's own files, as its author completed them on a host of 2013.
func TestSeed004(t *testing.T) {
	said, diags := parse(t, map[string]string{
		"ifcfg-bond0": "DEVICE=bond0\nIPADDR=10.0.0.10\nNETMASK=255.255.255.0\nGATEWAY=10.0.0.1\nONBOOT=yes\nBOOTPROTO=none\nUSERCTL=no\nNM_CONTROLLED=no\n" +
			"BONDING_OPTS=\"mode=0 miimon=1000\"\n",
		"ifcfg-eth0":     "DEVICE=eth0\nHWADDR=02:00:00:00:00:01\nUSERCTL=no\nONBOOT=yes\nMASTER=bond0\nSLAVE=yes\nBOOTPROTO=none\n",
		"ifcfg-eth1":     "DEVICE=\"eth1\"\nONBOOT=yes\nMASTER='bond0'   # the bond\nSLAVE=yes\n",
		"ifcfg-eth1.bak": "DEVICE=eth1\nIPADDR=10.0.0.99\n",
		"ifcfg-lo":       "DEVICE=lo\nIPADDR=127.0.0.1\n",
	})
	assert.Equal(t, []string{
		"bond/bond0", "bond/bond0/ipv4", "bond/bond0/ipv4/addresses = 10.0.0.10/24", "bond/bond0/ipv4/gateway = 10.0.0.1",
		"bond/bond0/miimon = 1000", "bond/bond0/mode = balance-rr", "bond/bond0/slave/eth0", "bond/bond0/slave/eth1",
	}, said)
	assert.Empty(t, diags)
}

// Both consumers pass over files that look like backups.
func TestNamesThatLookLikeBackups(t *testing.T) {
	files, diags := render(t, "ethernet \"eth0.bak\" {\n  ipv4 { dhcp = true }\n}\n")
	assert.Empty(t, files)
	require.Len(t, diags, 1)
	assert.Contains(t, diags[0], "ifcfg cannot say eth0.bak")
}

// Names of links choose a program of network-scripts where the type does not.
func TestNamesThatNetworkScriptsMistake(t *testing.T) {
	_, diags := render(t, strings.Replace(bond("mode = 1\nmiimon = 100\nipv4 { dhcp = true }"), "bond0", "tunnel0", 1))
	require.Len(t, diags, 1)
	assert.Contains(t, diags[0], "network-scripts mistake tunnel0 for something else")
}

// Secrets stand in a file of their own, and are found where a person put them.
func TestSecretsAreFound(t *testing.T) {
	for line, start := range map[string]int{
		"WPA_PSK=goats": 8, `export WPA_PSK="goats"`: 15, "#IEEE_8021X_PASSWORD=x": 21, "KEY1=s:abc": 5,
	} {
		at, ok := Backend().Secret([]byte(line))
		assert.True(t, ok, line)
		assert.Equal(t, start, at, line)
	}
	_, ok := Backend().Secret([]byte("ESSID=home"))
	assert.False(t, ok)
}
