package schema_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/schema"
)

// nasty are pieces of text that mean something to HCL, or are kept by it in
// another form.
var nasty = []string{
	`"`, `'`, `\`, `\n`, `\u00e9`, "#", "//", "/*", "*/", " ", "\t", "\n", "\r", "\r\n", "\x00", "\x7f", "=", "{", "}", "[", "]", "(", ")", ",", "<<EOT",
	"$", "$$", "${", "$${", "${psk}", "%", "%%", "%{", "%%{", "%{if}", "~}", "null", "true", "for", "é", "e\u0301", "\u1100\u1161", "日", "😀",
	"\u2028", "\u0085", "\ufeff", "\ufffd", "\xff", "\xc3", "file(", "var.x", "1e3", "007", "-", ".", "a", "Z",
}

// hostileText draws a text of nasty pieces.
func hostileText(t *rapid.T, label string) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(nasty), 0, 6).Draw(t, label), "")
}

func hostileAttr(t *rapid.T, label string) schema.Attr[string] {
	return schema.Given(hostileText(t, label))
}

// hostileSecret draws a secret that occurs nowhere else.
func hostileSecret(t *rapid.T, label string) schema.Secret {
	return schema.NewSecret(hostileText(t, label) + "qzqzqz" + hostileText(t, label+" end"))
}

func setting(t *rapid.T, name, text string) schema.Setting {
	option, ok := schema.Lookup(name)
	require.True(t, ok)
	value, err := option.Parse(text)
	require.NoError(t, err)
	return schema.Setting{Option: option, Value: value}
}

// hostileDocument has texts of every kind that a document can have.
func hostileDocument(t *rapid.T) *schema.Document {
	wifi := &schema.Wifi{
		SSID: schema.Given(schema.SSID(hostileText(t, "ssid"))), PSK: schema.Given(hostileSecret(t, "psk")), Country: hostileAttr(t, "country"),
		EAP: &schema.EAP{
			Method: schema.Given("pwd"), Identity: hostileAttr(t, "identity"), CACert: hostileAttr(t, "certificate"),
			Password: schema.Given(hostileSecret(t, "password")),
		},
	}
	link := schema.Network{
		IPv4: &schema.IP{Family: schema.IPv4, Addresses: schema.GivenList(netip.MustParsePrefix("192.0.2.2/24"))},
		DNS:  &schema.DNS{Search: schema.GivenList(hostileText(t, "search"), hostileText(t, "search"))},
	}
	return &schema.Document{
		Bonds: []*schema.Bond{{
			Name: hostileAttr(t, "bond"), Settings: schema.Settings{setting(t, "primary", hostileText(t, "primary"))},
			Slaves:  []*schema.Slave{{Name: hostileAttr(t, "slave"), Wifi: wifi}},
			VLANs:   []*schema.VLAN{{ID: schema.Given(7), Link: hostileAttr(t, "vlan")}},
			Network: link,
		}},
		Links: []*schema.Link{{Kind: schema.PPP, Name: schema.Given("ppp0"), Peer: hostileAttr(t, "peer")}},
		Fallbacks: []*schema.Fallback{{Name: hostileAttr(t, "fallback"), Routes: []*schema.FallbackRoute{{
			Name: hostileAttr(t, "route"), Interface: schema.Given("ppp0"), Gateway: schema.Given(schema.Gateway{Kind: schema.GatewayNone}),
			Handlers: []*schema.Handler{{
				Kind: schema.Given("webhook"), URL: hostileAttr(t, "url"),
				URLs:    schema.Given(map[string]string{hostileText(t, "event"): hostileText(t, "url"), "failed": ""}),
				Headers: schema.Given(map[string]schema.Secret{hostileText(t, "header"): hostileSecret(t, "value")}),
			}},
		}}}},
	}
}

// No text ends the place that it is written in: the text parses, is formatted,
// says what the document says but for what is reported, and has no secret.
func TestHostileDocumentsAreWrittenWell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := hostileDocument(t)
		secrets := safe{}
		notes := []schema.Note{{Path: d.Bonds[0].Name.Value, Text: hostileText(t, "note")}, {Path: "ppp/ppp0/peer", Text: hostileText(t, "note")}}
		text, unwritten := d.Source(schema.Writing{SecretFile: secrets.file, Heading: []string{hostileText(t, "heading")}, Notes: notes})
		_, diags := hclsyntax.ParseConfig(text, "written.hcl", hcl.InitialPos)
		require.False(t, diags.HasErrors(), "%v\n%s", diags, text)
		assert.Equal(t, string(hclwrite.Format(text)), string(text), "not formatted")
		for _, secret := range d.Secrets() {
			assert.NotContains(t, string(text), secret.Reveal())
		}
		again, _ := secrets.read(text)
		assert.Equal(t, stated(excused(d.Statements(), unwritten)), stated(again.Statements()), "%s", text)
	})
}
