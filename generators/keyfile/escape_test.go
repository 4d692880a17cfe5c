package keyfile_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/keyfile"
	"github.com/bondctl/bondctl/schema"
)

func station(w *schema.Wifi) *schema.Document {
	return &schema.Document{Name: "test", Links: []*schema.Link{{Kind: schema.WifiLink, Name: schema.Given("wlan0"), Wifi: w}}}
}

func stationFile(t *testing.T, w *schema.Wifi) string {
	t.Helper()
	files, _ := keyfile.Backend().Render(station(w))
	require.Len(t, files, 1)
	return string(files[0].Content)
}

func keyOf(t *testing.T, file, key string) string {
	t.Helper()
	_, after, found := strings.Cut(file, "\n"+key+"=")
	require.True(t, found, "no %s in\n%s", key, file)
	value, _, _ := strings.Cut(after, "\n")
	return value
}

// Facts 3.2: a list of bytes can be read in one way only.
func TestSSIDs(t *testing.T) {
	for ssid, want := range map[string]string{
		"home":        "home",
		"home 2":      "home 2",
		`#1 "x" =[y]`: `#1 "x" =[y]`,
		"0x4142":      "0x4142",
		"12345678":    "49;50;51;52;53;54;55;56;",
		"1 2":         "49;32;50;",
		"97;98;":      "57;55;59;57;56;59;",
		"a;b":         "97;59;98;",
		`a\b`:         "97;92;98;",
		" a":          "32;97;",
		"a ":          "97;32;",
		"a\nb":        "97;10;98;",
		"é":           "195;169;",
		"\x00\xff":    "0;255;",
	} {
		file := stationFile(t, &schema.Wifi{SSID: schema.Given(schema.SSID(ssid)), Security: schema.Given(schema.SecurityOpen)})
		assert.Equal(t, want, keyOf(t, file, "ssid"), "%q", ssid)
	}
}

// Hand-written and NetworkManager's own spellings.
func TestSSIDsAreReadAsNetworkManagerDoes(t *testing.T) {
	for value, want := range map[string]string{
		"97;98;":          "ab",
		"97; 98 ;":        "ab",
		"0;255;":          "\x00\xff",
		"9798":            "9798",
		"97;98":           "97;98",
		"256;":            "256;",
		`my ssid\\;#1`:    "my ssid;#1",
		`\sa`:             " a",
		`a\\b`:            `a\b`,
		"trailing blank ": "trailing blank ",
		"é":               "é",
	} {
		doc, diags := parse(t, "wlan0", "[connection]\ntype=wifi\ninterface-name=wlan0\n[wifi]\nssid="+value+"\n")
		assert.Empty(t, diags, value)
		assert.Equal(t, want, string(doc.Links[0].Wifi.SSID.Value), value)
	}
	for _, value := range []string{`a\b`, `a\;b`, `a\`, "\xff"} {
		doc, diags := parse(t, "wlan0", "[connection]\ntype=wifi\ninterface-name=wlan0\n[wifi]\nssid="+value+"\n")
		require.Len(t, diags, 1, value)
		assert.Equal(t, 5, diags[0].Subject.Start.Line)
		assert.False(t, doc.Links[0].Wifi.SSID.Set, value)
	}
}

func TestPassPhrases(t *testing.T) {
	for psk, want := range map[string]string{
		`pass;w #rd"\x`:     `pass;w #rd"\\x`,
		" blanks around ":   `\sblanks around\s`,
		"\ttab\tin it":      "\\ttab\tin it",
		"line\nbreak\rhere": `line\nbreak\rhere`,
		"        ":          `\s\s\s\s\s\s\s\s`,
		"passwörter":        "passwörter",
	} {
		file := stationFile(t, &schema.Wifi{SSID: schema.Given(schema.SSID("x")), PSK: schema.Given(schema.NewSecret(psk))})
		assert.Equal(t, want, keyOf(t, file, "psk"), "%q", psk)
	}
}

func TestTextsThatGKeyFileCannotHold(t *testing.T) {
	for _, psk := range []string{"not\x00here", "latin1 \xe9", "\vvertical", "\fform feed"} {
		files, diags := keyfile.Backend().Render(station(&schema.Wifi{SSID: schema.Given(schema.SSID("x")), PSK: schema.Given(schema.NewSecret(psk))}))
		assert.Equal(t, []string{"wifi/wlan0/psk"}, unsaid(diags, hcl.DiagError))
		assert.NotContains(t, string(files[0].Content), "psk=")
		assert.NotContains(t, diags.Error(), psk)
	}
}

// What is written is read back, whatever the bytes.
func TestSSIDsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		alphabet := rapid.SampledFrom([]byte("a1;\\ \t\n\"#=é\x00\xff"))
		ssid := string(rapid.SliceOfN(alphabet, 1, 32).Draw(t, "ssid"))
		files, _ := keyfile.Backend().Render(station(&schema.Wifi{SSID: schema.Given(schema.SSID(ssid)), Security: schema.Given(schema.SecurityOpen)}))
		doc, diags := keyfile.Backend().Parse(files)
		assert.Empty(t, diags)
		assert.Equal(t, ssid, string(doc.Links[0].Wifi.SSID.Value))
	})
}

func parse(t *testing.T, name, content string) (*schema.Document, hcl.Diagnostics) {
	t.Helper()
	return keyfile.Backend().Parse([]generators.File{{Path: dir + name, Mode: generators.Private, Content: []byte(content)}})
}
