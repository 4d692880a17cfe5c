package importing_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/importing"
	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/all"
	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/schema"
)

// read imports the files of an archive.
func read(t *testing.T, backend, archive string) *importing.Import {
	t.Helper()
	b, ok := all.Lookup(backend)
	require.True(t, ok)
	return importing.Files(b, gentest.Files(archive))
}

const handTyped = `-- /etc/network/interfaces --
auto lo
iface lo inet loopback

auto bond0
iface bond0 inet static
    address 192.0.2.10/24
    gateway 198.51.100.1
    bond-mode 1
    bond_miimon 100
    bond-slaves eth0 eth1
    bond-primary eth7
    frobnicate yes

auto eth9
iface eth9 inet dhcp
`

// What no valid document may say is there as a comment, and what is not understood is listed.
func TestWhatIsRefusedBecomesAComment(t *testing.T) {
	i := read(t, "ifupdown", handTyped)
	require.Len(t, i.Unsaid, 1)
	assert.Equal(t, "/etc/network/interfaces:12", place(i.Unsaid[0]))
	w, diags := i.Write([]string{"Imported."}, "/etc/bondctl/secrets")
	assert.False(t, diags.HasErrors())
	assert.Equal(t, strings.TrimLeft(`
# Imported.

# From /etc/network/interfaces:5.
bond "bond0" {
  mode   = "active-backup"
  miimon = 100
  # Left out: Not a slave of this bond. primary is "eth7", which bond0 does not enslave. Name one of its slaves, eth0 or eth1.
  # primary = "eth7"

  slave "eth0" {}
  slave "eth1" {}

  ipv4 {
    addresses = ["192.0.2.10/24"]
    # Left out: Gateway outside every prefix. bond0 cannot reach 198.51.100.1: bond0 has only 192.0.2.0/24 on its link. Correct the gateway or the prefix length, or add route "198.51.100.1/32" {} before it.
    # gateway   = "198.51.100.1"
  }
}

# From /etc/network/interfaces:15.
ethernet "eth9" {
  ipv4 { dhcp = true }
}
`, "\n"), string(w.Text))
	require.Len(t, w.LeftOut, 2)
	assert.Equal(t, []int{7, 15}, []int{w.LeftOut[0].Line, w.LeftOut[1].Line})
	assert.True(t, strings.HasPrefix(w.LeftOut[1].Why, "Gateway outside every prefix. "))
	assert.False(t, schema.Validate(w.Document).HasErrors())
}

func place(u importing.Remark) string {
	before, _, _ := strings.Cut(u.String(), ": ")
	return before
}

func TestUnsaidNamesItsPlace(t *testing.T) {
	assert.Equal(t, "/a:3: What.", importing.Remark{File: "/a", Line: 3, Text: "What."}.String())
	assert.Equal(t, "/a: What.", importing.Remark{File: "/a", Text: "What."}.String())
	assert.Equal(t, "What.", importing.Remark{Text: "What."}.String())
}

func TestOnlyWhatIsNamed(t *testing.T) {
	text := []byte(`
bond "bond0" {
  mode = "active-backup"
  slave "eth0.5" {}
  slave "eth1" {}
  vlan "20" { name = "guests" }
}
bond "bond1" {
  mode = "active-backup"
  slave "eth2" {}
}
ethernet "eth0" {
  vlan "5" {}
}
ethernet "eth9" {}
`)
	cases := []struct {
		names []string
		want  string
	}{
		{[]string{"bond0"}, "bond0 eth0"},
		{[]string{"guests"}, "bond0 eth0"},
		{[]string{"eth2"}, "bond1"},
		{[]string{"eth9", "bond1"}, "bond1 eth9"},
		{[]string{"eth0"}, "eth0"},
	}
	for _, c := range cases {
		i := &importing.Import{
			Document: gentest.Decode(t, "test.hcl", text),
			Notes:    []schema.Note{{Path: "bond/bond0/mode", Text: "one"}, {Path: "bond/bond1", Text: "two"}, {Path: "ethernet/eth9", Text: "three"}},
		}
		assert.Equal(t, []string{"bond0", "bond1", "eth0", "eth0.5", "eth1", "eth2", "eth9", "guests"}, i.Names())
		i.Only(c.names)
		var left []string
		for _, b := range i.Document.Bonds {
			left = append(left, b.Name.Value)
		}
		for _, l := range i.Document.Links {
			left = append(left, l.Name.Value)
		}
		assert.Equal(t, c.want, strings.Join(left, " "), c.names)
		for _, n := range i.Notes {
			assert.Contains(t, c.want, strings.Split(n.Path, "/")[1], c.names)
		}
		assert.NotEmpty(t, i.Names())
	}
}

// The module's parameters are those of the bonds that it makes, where these say nothing else.
func TestUnderTheModule(t *testing.T) {
	i := read(t, "ifupdown", "-- /etc/network/interfaces --\nauto bond0\niface bond0 inet manual\n    bond-mode 1\n    bond-slaves eth0 eth1\n")
	module, ok := all.Lookup("modprobe")
	require.True(t, ok)
	i.Under(module, gentest.Files("-- /etc/modprobe.d/bonding.conf --\noptions bonding max_bonds=2 mode=4 miimon=80 frob=1\n"))
	bond, _ := i.Document.Bond("bond0")
	assert.Equal(t, "active-backup", bond.Settings.Text("mode"))
	assert.Equal(t, "80", bond.Settings.Text("miimon"))
	assert.Contains(t, i.Notes, schema.Note{Path: "bond/bond0/miimon", Text: "From /etc/modprobe.d/bonding.conf:1: the module gives it to each bond that it makes."})
	require.Len(t, i.Unsaid, 2)
	assert.Contains(t, i.Unsaid[0].Text, "frob")
	assert.Equal(t, "/etc/modprobe.d/bonding.conf:1: Loading the module makes bond1, which nothing else describes.", i.Unsaid[1].String())
}

// What network-scripts hand to modprobe for a bond is its own, and not skipped.
func TestTheModulesOptionsOfOneBond(t *testing.T) {
	const archive = `-- /etc/modprobe.d/bonding.conf --
alias bond0 bonding
options bond0 mode=1 miimon=100
options bond7 mode=1
-- /etc/sysconfig/network-scripts/ifcfg-bond0 --
DEVICE=bond0
ONBOOT=yes
TYPE=Bond
IPADDR=192.0.2.10
PREFIX=24
-- /etc/sysconfig/network-scripts/ifcfg-eth0 --
DEVICE=eth0
MASTER=bond0
SLAVE=yes
`
	i := read(t, "ifcfg", archive)
	module, ok := all.Lookup("modprobe")
	require.True(t, ok)
	i.Under(module, gentest.Files(archive))
	bond, _ := i.Document.Bond("bond0")
	assert.Equal(t, "100", bond.Settings.Text("miimon"))
	var places []string
	for _, u := range i.Unsaid {
		places = append(places, place(u))
	}
	assert.NotContains(t, places, "/etc/modprobe.d/bonding.conf:2")
	assert.Contains(t, places, "/etc/modprobe.d/bonding.conf:3")
}

// Secrets are files named after the link and what they are; the text has none.
func TestSecretsAreFiles(t *testing.T) {
	w, diags := (&importing.Import{Document: gentest.Decode(t, "test.hcl", []byte(`
wifi "wlan0" {
  ssid = "home"
  psk  = "eight or more"
}
wifi "wlan1" {
  ssid = "office"
  eap {
    method   = "peap"
    phase2   = "mschapv2"
    identity = "me"
    ca_cert  = "/etc/ssl/ca.pem"
    password = "open sesame"
  }
}
bond "bond0" {
  mode          = "active-backup"
  miimon        = 100
  fail_over_mac = "active"
  slave "eth0" {}
  slave "wl+2" {
    wifi {
      ssid = "lab"
      psk  = "eight and more"
    }
  }
}
`))}).Write(nil, "/safe")
	require.False(t, diags.HasErrors(), "%v", diags)
	var files []string
	for _, s := range w.Secrets {
		assert.Equal(t, generators.Private, s.Mode)
		assert.NotContains(t, string(w.Text), strings.TrimSpace(string(s.Content)))
		files = append(files, s.Path+" for "+s.Statement+": "+string(s.Content))
	}
	assert.ElementsMatch(t, []string{
		"/safe/wlan0.psk for wifi/wlan0/psk: eight or more\n", "/safe/wlan1.password for wifi/wlan1/eap/password: open sesame\n",
		"/safe/wl_2.psk for bond/bond0/slave/wl+2/wifi/psk: eight and more\n",
	}, files)
	assert.Contains(t, string(w.Text), `file("/safe/wlan0.psk")`)
}

// FuzzFiles looks for files that no valid document can be made of.
func FuzzFiles(f *testing.F) {
	for _, b := range all.Backends() {
		f.Add(b.Name, handTyped)
	}
	f.Add("netplan", "-- /etc/netplan/a.yaml --\nnetwork:\n  bonds:\n    bond0:\n      interfaces: [a, a]\n      addresses: [192.0.2.1/24]\n")
	f.Add("networkd", "-- /etc/systemd/network/a.netdev --\n[NetDev]\nName=bond0\nKind=bond\n[Bond]\nMode=802.3ad\nUpDelaySec=1\n")
	f.Fuzz(func(t *testing.T, backend, archive string) {
		b, ok := all.Lookup(backend)
		if !ok {
			return
		}
		w, diags := importing.Files(b, gentest.Files(archive)).Write(nil, "/safe")
		assert.False(t, diags.HasErrors(), "%v\n%s", diags, w.Text)
	})
}
