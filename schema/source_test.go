package schema_test

import (
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

// safe keeps the secrets of written documents, as files that file() reads.
type safe map[string][]byte

// file names the file of a secret by its path.
func (s safe) file(path string, secret schema.Secret) string {
	name := "/etc/bondctl/secrets/" + strings.ReplaceAll(path, "/", "-")
	s[name] = secret.ForFile()
	return name
}

// read decodes a document with the files of the safe.
func (s safe) read(text []byte) (*schema.Document, hcl.Diagnostics) {
	in := environment()
	in.ReadFile = func(name string) ([]byte, error) { return s[name], nil }
	return schema.DecodeAndValidate([]schema.Source{{Name: "written.hcl", Bytes: text}}, in)
}

// stated writes statements as lines, with their secrets: those of tests are none.
func stated(statements []schema.Statement) []string {
	texts := make([]string, len(statements))
	for i, s := range statements {
		texts[i] = s.Path + " = " + s.Value
	}
	return texts
}

// excused takes out the statements that the writer has reported.
func excused(statements []schema.Statement, unwritten hcl.Diagnostics) []schema.Statement {
	return slices.DeleteFunc(statements, func(s schema.Statement) bool {
		return slices.ContainsFunc(unwritten, func(diag *hcl.Diagnostic) bool {
			path := diag.Extra.(schema.Unwritten).Path
			return s.Path == path || strings.HasPrefix(s.Path, path+"/")
		})
	})
}

// What is written decodes to the same document, and that is written as the same text.
func TestWrittenDocumentsSayTheSame(t *testing.T) {
	corpus := files(t, "corpus")
	for _, name := range slices.Sorted(maps.Keys(corpus)) {
		d := documentOf(t, corpus[name])
		for form, d := range map[string]*schema.Document{"whole": d, "static": d.Static()} {
			t.Run(form+"/"+name, func(t *testing.T) {
				_, diags := d.Source(schema.Writing{SecretFile: safe{}.file})
				require.Empty(t, diags)
				writtenWell(t, d)
			})
		}
	}
}

func writtenWell(t *testing.T, d *schema.Document) {
	t.Helper()
	secrets := safe{}
	text, unwritten := d.Source(schema.Writing{SecretFile: secrets.file})
	again, diags := secrets.read(text)
	if len(unwritten) == 0 {
		require.False(t, diags.HasErrors(), "%s\n%s", findings(diags), text)
	}
	assert.Equal(t, stated(excused(d.Statements(), unwritten)), stated(again.Statements()), "%s", text)
	assert.Equal(t, string(hclwrite.Format(text)), string(text), "not formatted")
	twice, _ := again.Source(schema.Writing{SecretFile: secrets.file})
	assert.Equal(t, string(text), string(twice))
}

// Nothing of a document's text is missing in what is written of it: the blocks
// and attributes are the same, wherever their order and the routes went.
func TestWrittenDocumentsHaveEveryAttribute(t *testing.T) {
	for name, text := range files(t, "corpus") {
		if strings.Contains(text, "dynamic") {
			continue
		}
		d := documentOf(t, text)
		written, _ := d.Source(schema.Writing{SecretFile: safe{}.file})
		assert.Equal(t, parts(t, []byte(text)), parts(t, written), name)
	}
}

// parts lists the attributes and blocks of a document by the block that they
// are in, sorted. Inputs are not among them.
func parts(t *testing.T, text []byte) []string {
	t.Helper()
	file, diags := hclsyntax.ParseConfig(text, "parts.hcl", hcl.InitialPos)
	require.False(t, diags.HasErrors(), diags)
	var found []string
	var collect func(in string, body *hclsyntax.Body)
	collect = func(in string, body *hclsyntax.Body) {
		for name := range body.Attributes {
			found = append(found, in+" "+name)
		}
		for _, b := range body.Blocks {
			if b.Type == "variable" || b.Type == "locals" {
				continue
			}
			found = append(found, b.Type)
			collect(b.Type, b.Body)
		}
	}
	collect("", file.Body.(*hclsyntax.Body))
	slices.Sort(found)
	return found
}

// What an import of a seed's machine looks like. UPDATE=1 writes the golden files.
func TestWrittenSeeds(t *testing.T) {
	heading := []string{"Read from /etc/network/interfaces by bondctl import.", "", "Review it, then: bondctl plan"}
	notes := map[string][]schema.Note{
		"seed000_homeplug.hcl": {
			{Path: "bond/bond0/slave/wlan0/wifi/psk", Text: "/etc/wpa_supplicant/wpa_supplicant.conf:7"},
			{Path: "bond/bond0/slave/wlan0/wifi/security", Text: "The file allows WPA and WPA2; bondctl takes WPA2."},
			{Path: "bond/bond0/ipv4", Text: "/etc/network/interfaces:12"},
			{Path: "ethernet/em2", Text: "/etc/network/interfaces:30: em2 has a bridge, which a document cannot say;\nit stays as it is."},
		},
		"seed001_raspberry.hcl": {{Path: "bond/bond0/primary", Text: "Two profiles name a primary; this one was used last."}},
		"seed002_modem.hcl":     {{Path: "fallback/internet/route/fona/handler/2", Text: "The modem's own switch."}},
		"seed004_rhel.hcl":      {{Path: "bond/bond0/miimon", Text: "/etc/modprobe.d/bonding.conf:2"}, {Path: "bond/bond0", Text: "The mode is 0 there."}},
	}
	corpus := files(t, "corpus")
	for name, notes := range notes {
		t.Run(name, func(t *testing.T) {
			text, diags := documentOf(t, corpus[name]).Source(schema.Writing{Heading: heading, Notes: notes, SecretFile: safe{}.file})
			require.Empty(t, diags)
			golden(t, name, string(text))
		})
	}
}

// golden compares a text with testdata/golden/NAME. UPDATE=1 writes the file
// instead; continuous integration never does.
func golden(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if os.Getenv("UPDATE") != "" {
		require.Empty(t, os.Getenv("CI"), "golden files are not updated in CI")
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		return
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run with UPDATE=1 to make the golden file, and read it")
	assert.Equal(t, string(want), text)
}

// What a document has no text for is left out, and reported with its place.
func TestWhatCannotBeWrittenIsReported(t *testing.T) {
	place := hcl.Range{Filename: "/etc/network/interfaces", Start: hcl.Pos{Line: 7, Column: 1}}
	latin, composed, ends := "caf\xe9", "cafe\u0301", "pass-phrase\r"
	named := func(name string) schema.Attr[string] {
		return schema.Attr[string]{Value: name, Set: true, Range: place}
	}
	d := &schema.Document{
		Bonds: []*schema.Bond{{
			Name: named("bond0"), VLANs: []*schema.VLAN{{ID: schema.Given(7), Link: named(latin), Range: place}},
			Slaves: []*schema.Slave{
				{Name: named(latin), Range: place, Wifi: &schema.Wifi{PSK: schema.Given(schema.NewSecret("not asked for")), EAP: &schema.EAP{}}},
				{Name: named("wlan0"), Wifi: &schema.Wifi{
					SSID: schema.Given(schema.SSID(composed)), PSK: schema.Attr[schema.Secret]{Value: schema.NewSecret(ends), Set: true, Range: place},
					EAP: &schema.EAP{Identity: named(latin), CACert: named(composed), Method: schema.Attr[string]{Set: true, Bad: true}, Range: place},
				}},
			},
		}},
		Links: []*schema.Link{{
			Kind: schema.PPP, Name: named("ppp0"), VLANs: []*schema.VLAN{{ID: schema.Given(5), Range: place}},
			Network: schema.Network{
				MTU: schema.Given(1400), MACAddress: schema.Attr[schema.MAC]{Value: schema.MAC{2}, Set: true, Range: place},
				IPv4:   &schema.IP{Family: schema.IPv4, Range: place},
				Routes: []*schema.Route{{To: schema.Given(schema.IPv4.Default())}},
			},
		}},
	}
	secrets := safe{}
	text, diags := d.Source(schema.Writing{SecretFile: secrets.file})
	assert.Empty(t, secrets)
	assert.Equal(t, `bond "bond0" {
  slave "wlan0" {
    wifi {
      ssid_hex = "63616665cc81"
      eap {}
    }
  }
}

ppp "ppp0" {
  mtu = 1400

  route "default" {}
}
`, string(text))
	var left []string
	for _, diag := range diags {
		assert.Equal(t, place, *diag.Subject)
		left = append(left, diag.Extra.(schema.Unwritten).Path+": "+diag.Detail)
	}
	const remedy = " Change it where it stands, or write another into the document by hand."
	assert.Equal(t, []string{
		"bond/bond0/slave/" + latin + `: "bond/bond0/slave/caf\xe9" is not UTF-8 text.` + remedy,
		`bond/bond0/slave/wlan0/wifi/psk: "bond/bond0/slave/wlan0/wifi/psk" ends in a carriage return, which file() takes for a part of the line's end.` + remedy,
		`bond/bond0/slave/wlan0/wifi/eap/method: "bond/bond0/slave/wlan0/wifi/eap/method" is required, and nothing has said it. Write it into the document by hand.`,
		`bond/bond0/slave/wlan0/wifi/eap/identity: "bond/bond0/slave/wlan0/wifi/eap/identity" is not UTF-8 text.` + remedy,
		`bond/bond0/slave/wlan0/wifi/eap/ca_cert: "bond/bond0/slave/wlan0/wifi/eap/ca_cert" has letters in a form that HCL does not keep (it composes them: Unicode's NFC).` + remedy,
		`bond/bond0/vlan/7: "bond/bond0/vlan/7" is not UTF-8 text.` + remedy,
		`ppp/ppp0/mac_address: "ppp/ppp0/mac_address" is negotiated by pppd, and a ppp block has nothing for it. Set it in the peer's file.`,
		`ppp/ppp0/ipv4: "ppp/ppp0/ipv4" is negotiated by pppd, and a ppp block has nothing for it. Set it in the peer's file.`,
		`ppp/ppp0/vlan/5: "ppp/ppp0/vlan/5" is a VLAN on a link without Ethernet. Remove it.`,
	}, left)
}

// Who names no file for a secret has it left out, never written.
func TestSecretsWithoutAFile(t *testing.T) {
	d := documentOf(t, "wifi \"wlan0\" {\n  ssid = \"home\"\n  psk  = \"goatsareinteresting\"\n}")
	for _, w := range []schema.Writing{{}, {SecretFile: func(string, schema.Secret) string { return "" }}} {
		text, diags := d.Source(w)
		assert.Equal(t, "wifi \"wlan0\" { ssid = \"home\" }\n", string(text))
		assert.Contains(t, findings(diags), `"wifi/wlan0/psk" is a secret for which there is no file.`)
		assert.NotContains(t, findings(diags), "goats")
	}
}

// A sensitive variable is no less a secret where it has become an attribute
// that is none.
func TestSensitiveTextsAreNotWritten(t *testing.T) {
	d := documentOf(t, `
variable "user" {
  sensitive = true
  default   = "jane.doe"
}
wifi "wlan0" {
  ssid = "campus"
  eap {
    method   = "tls"
    identity = var.user
    ca_cert  = "/etc/ssl/campus.pem"
    client_cert = "/home/${var.user}/client.pem"
    private_key = "/etc/ssl/key.pem"
  }
  dns { search = ["example.org", "${var.user}.example.org"] }
  ipv4 { dhcp = true }
}`)
	secrets := safe{}
	text, diags := d.Source(schema.Writing{SecretFile: secrets.file})
	require.Empty(t, diags)
	assert.NotContains(t, string(text), "jane.doe")
	again, diags := secrets.read(text)
	require.False(t, diags.HasErrors(), findings(diags))
	assert.Equal(t, stated(d.Statements()), stated(again.Statements()))
}

// What readers give has routes and values in places where documents seldom do.
func TestWrittenForms(t *testing.T) {
	route := func(to, via string) *schema.Route {
		r := &schema.Route{To: schema.Given(netip.MustParsePrefix(to))}
		if via != "" {
			r.Gateway = schema.Given(netip.MustParseAddr(via))
		}
		return r
	}
	bad := route("10.0.0.0/8", "")
	bad.To.Bad = true
	many := make([]netip.Prefix, 9)
	for i := range many {
		many[i] = netip.PrefixFrom(netip.AddrFrom4([4]byte{192, 0, 2, byte(i + 1)}), 32)
	}
	d := &schema.Document{
		Bonds: []*schema.Bond{{
			Name: schema.Given("bond0"), Settings: schema.Settings{{Option: schema.Options()[0], Bad: true}},
			Network: schema.Network{
				IPv6:   &schema.IP{Family: schema.IPv6, AcceptRA: schema.Given(false), Metric: schema.Attr[int]{Set: true, Bad: true}},
				Routes: []*schema.Route{route("0.0.0.0/0", ""), route("::/0", "2001:db8::1"), route("198.51.100.0/24", "192.0.2.1"), bad},
			},
		}},
		Links: []*schema.Link{
			{Kind: schema.Ethernet, Name: schema.Given("eth0"), Network: schema.Network{
				IPv4:   &schema.IP{Family: schema.IPv4, Addresses: schema.GivenList(many...)},
				Routes: []*schema.Route{route("::/0", ""), route("::/0", "fe80::1"), route("0.0.0.0/0", "")},
			}},
		},
		Fallbacks: []*schema.Fallback{{Name: schema.Given("internet"), MinGood: schema.Given(90 * time.Minute), Routes: []*schema.FallbackRoute{{
			Name: schema.Given("lan"), Interface: schema.Given("eth0"), Gateway: schema.Given(schema.Gateway{Kind: schema.GatewayAuto}),
			ActivateTimeout: schema.Given(time.Hour),
			Verifiers:       []*schema.Verifier{{Kind: schema.Given("tcp"), Timeout: schema.Given(time.Duration(0)), Port: schema.Given(443), Targets: schema.GivenList[string]()}},
			Handlers:        []*schema.Handler{{Kind: schema.Given("exec"), Command: schema.GivenList("true"), Environment: schema.Given(map[string]schema.Secret{})}},
		}}}},
	}
	text, diags := d.Source(schema.Writing{})
	require.Empty(t, diags)
	golden(t, "forms.hcl", string(text))
}
