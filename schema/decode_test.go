package schema_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

func TestDocumentOfSeveralFiles(t *testing.T) {
	d, diags := schema.Decode([]schema.Source{
		{Name: "bonds.hcl", Bytes: []byte("bond \"bond0\" {\n  mode = var.mode\n}\n")},
		{Name: "inputs.hcl", Bytes: []byte("variable \"mode\" { default = 1 }\nbackend = \"netplan\"\n")},
	}, environment())
	require.Empty(t, diags)
	assert.Equal(t, "netplan", d.Backend.Value)
	assert.Equal(t, "test.hcl", d.Name)
	b, ok := d.Bond("bond0")
	require.True(t, ok)
	mode, _ := b.Mode()
	assert.Equal(t, schema.ActiveBackup, mode)
	setting, _ := b.Settings.Get("mode")
	assert.Equal(t, "bonds.hcl:2,3-7", setting.NameRange.String())
	assert.Equal(t, "bonds.hcl:2,10-18", setting.Range.String())
	_, ok = d.Bond("bond1")
	assert.False(t, ok)
}

func TestMistakesInSeveralFilesAreAllFound(t *testing.T) {
	_, diags := schema.Decode([]schema.Source{
		{Name: "a.hcl", Bytes: []byte("backend = \"netplan\"\nbond {}\n")},
		{Name: "b.hcl", Bytes: []byte("backend = \"keyfile\"\n")},
		{Name: "c.hcl", Bytes: []byte("ethernet \"eth0\" { mtu = \"big\" }\n")},
	}, environment())
	assert.Equal(t, []string{"a.hcl:2", "b.hcl:1", "c.hcl:1"}, lines(diags), findings(diags))
}

// Syntax is read to the end in all files; what they mean is not looked at.
func TestSyntaxErrorsOfAllFiles(t *testing.T) {
	d, diags := schema.Decode([]schema.Source{
		{Name: "a.hcl", Bytes: []byte("bond \"bond0\" {\n")},
		{Name: "b.hcl", Bytes: []byte("mtu 9000\n")},
	}, environment())
	assert.Equal(t, []string{"a.hcl:1", "b.hcl:1"}, lines(diags), findings(diags))
	assert.Empty(t, d.Bonds)
}

func lines(diags hcl.Diagnostics) []string {
	places := make([]string, len(diags))
	for i, d := range diags {
		places[i] = fmt.Sprintf("%s:%d", d.Subject.Filename, d.Subject.Start.Line)
	}
	return places
}

// A large file is parsed in pieces; a place at its end is still that place,
// and a piece that ends within a comment or a heredoc is none.
func TestLargeDocuments(t *testing.T) {
	const filler = "ethernet \"eth%d\" {\n  mtu = 1500\n}\n"
	var text strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&text, filler, i)
	}
	end := "ethernet \"last\" {\n  mtu = 1\n}\n"
	d, diags := decode(text.String() + end)
	assert.Len(t, d.Links, 5001)
	require.Len(t, diags, 1)
	assert.Equal(t, "test.hcl:15002,9-10", diags[0].Subject.String())
	assert.Equal(t, text.Len()+len(end)-len("1\n}\n"), diags[0].Subject.Start.Byte)

	long := strings.Repeat("a long line ", 20000) + "\n}\nand more\n"
	for name, block := range map[string]string{
		"comment": "/*\n" + long + "*/\n",
		"heredoc": "locals {\n  a = <<EOT\n" + long + "EOT\n}\n",
	} {
		t.Run(name, func(t *testing.T) {
			d, diags := decode(block + end)
			assert.Len(t, d.Links, 1)
			require.Len(t, diags, 1, findings(diags))
			assert.Equal(t, 2+strings.Count(block, "\n"), diags[0].Subject.Start.Line)
		})
	}
}

func TestNullIsAbsence(t *testing.T) {
	d := documentOf(t, `
bond "bond0" {
  mode         = "active-backup"
  miimon       = 100
  num_grat_arp = null
  mtu          = null
  slave "eth0" {}
  slave "eth1" {}
  ipv4 { addresses = null }
}`)
	assert.False(t, d.Bonds[0].MTU.Set)
	_, ok := d.Bonds[0].Settings.Get("num_grat_arp")
	assert.False(t, ok)
	assert.False(t, d.Bonds[0].IPv4.Addresses.Set)
}

func TestExpressionsAndFunctions(t *testing.T) {
	d := documentOf(t, `
locals {
  first = local.slaves[0]
  slaves = sort(["eth1", "eth0"])
}
bond "bond0" {
  mode    = upper("x") == "X" ? "active-backup" : "balance-rr"
  miimon  = max(50, 100)
  primary = local.first
  dynamic "slave" {
    for_each = local.slaves
    labels   = [slave.value]
    content {}
  }
  ipv4 {
    addresses = [for n in range(2) : format("192.0.2.%d/24", n + 1)]
    metric    = try(tonumber(env("NO_SUCH", "x")), 7)
  }
  dns { servers = toset(["192.0.2.53"]) }
}`)
	b := d.Bonds[0]
	assert.Equal(t, "eth0", b.Settings.Text("primary"))
	assert.Len(t, b.Slaves, 2)
	assert.Equal(t, "192.0.2.2/24", b.IPv4.Addresses.Values()[1].String())
	assert.Equal(t, 7, b.IPv4.Metric.Or(0))
}

func TestFilesThatExpressionsRead(t *testing.T) {
	read := map[string]string{"unix": "goats and sheep\n", "windows": "goats and sheep\r\n", "none": "goats and sheep", "two": "goats\n\n", "binary": "\xff"}
	in := environment()
	in.ReadFile = func(name string) ([]byte, error) {
		text, ok := read[name]
		if !ok {
			return nil, errors.New("no such file")
		}
		return []byte(text), nil
	}
	psk := func(name string) (string, hcl.Diagnostics) {
		text := fmt.Sprintf("wifi \"wlan0\" {\n  ssid = \"home\"\n  psk = file(%q)\n}\n", name)
		d, diags := schema.Decode([]schema.Source{{Name: "test.hcl", Bytes: []byte(text)}}, in)
		return d.Links[0].Wifi.PSK.Value.Reveal(), diags
	}
	for _, name := range []string{"unix", "windows", "none"} {
		text, diags := psk(name)
		assert.Empty(t, diags)
		assert.Equal(t, "goats and sheep", text, "%s: the last line break is the editor's", name)
	}
	text, _ := psk("two")
	assert.Equal(t, "goats\n", text, "one line break is taken off, not all")
	_, diags := psk("binary")
	assert.Contains(t, findings(diags), "binary is not UTF-8 text")
	_, diags = psk("missing")
	assert.Contains(t, findings(diags), "no such file")
}

func TestGateways(t *testing.T) {
	d := documentOf(t, files(t, "corpus")["design_example.hcl"])
	routes := d.Fallbacks[0].Routes
	assert.Equal(t, "192.168.1.254", routes[0].Gateway.Value.String())
	assert.Equal(t, "none", routes[1].Gateway.Value.String())
	assert.Equal(t, "auto", schema.Gateway{Kind: schema.GatewayAuto}.String())
	assert.Equal(t, "Bearer 0123456789", routes[0].Handlers[1].Headers.Value["Authorization"].Reveal())
}

func TestDefaultRouteHasTheFamilyOfItsGateway(t *testing.T) {
	d, _ := decode(`
ethernet "eth0" {
  route "default" {}
  route "default" { gateway = "fe80::1" }
  ipv6 {
    route "default" {}
  }
}`)
	require.Len(t, d.Links[0].Routes, 3)
	families := map[schema.Family]int{}
	for _, r := range d.Links[0].Routes {
		assert.True(t, r.IsDefault())
		families[r.Family()]++
	}
	assert.Equal(t, map[schema.Family]int{schema.IPv4: 1, schema.IPv6: 2}, families)
}

// 00 is the kernel's word for the rules that hold everywhere.
func TestCountryOfTheWholeWorld(t *testing.T) {
	d := documentOf(t, "wifi \"wlan0\" {\n  ssid = \"home\"\n  psk = \"goatsareinteresting\"\n  country = \"00\"\n}")
	assert.Equal(t, "00", d.Links[0].Wifi.Country.Value)
}

func TestMapsOfTheWrongForm(t *testing.T) {
	_, diags := decode(`
ppp "ppp0" {}
fallback "internet" {
  route "main" {
    interface = "ppp0"
    gateway   = "none"
    handler "webhook" { urls = "https://hooks.example.net/" }
    handler "exec" {
      command     = "/bin/true"
      environment = { LANG = ["C"] }
    }
  }
}`)
	said := findings(diags)
	assert.Contains(t, said, "urls wants a map of names to texts")
	assert.Contains(t, said, "environment LANG: wants a text")
	assert.Contains(t, said, "command wants a list")
}

// Validation of a document that a reader made has no places, and does not mind.
func TestValidateWithoutPlaces(t *testing.T) {
	mode, _ := schema.Lookup("mode")
	value, err := mode.Int(4)
	require.NoError(t, err)
	bond := &schema.Bond{Name: schema.Given("bond0"), Settings: schema.Settings{{Option: mode, Value: value}}}
	diags := schema.Validate(&schema.Document{Bonds: []*schema.Bond{bond, bond}})
	assert.Contains(t, findings(diags), `"bond0" is already the name of the bond at another place`)
}
