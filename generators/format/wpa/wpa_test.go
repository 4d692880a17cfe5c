package wpa

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

const path = "/etc/wpa_supplicant/wpa_supplicant-wlan0.conf"

// render writes a network by way of a backend, for only that makes a report.
func render(t *testing.T, w *schema.Wifi) (string, []string) {
	t.Helper()
	backend := generators.Backend{Name: "wpa", Generate: func(_ *schema.Document, report *generators.Report) []generators.File {
		return []generators.File{File(path, "Made by a test", Station{"wifi/wlan0", w}, report)}
	}}
	files, diags := backend.Render(&schema.Document{})
	require.Len(t, files, 1)
	assert.Equal(t, generators.Private, files[0].Mode)
	var said []string
	for _, d := range diags {
		said = append(said, d.Summary+": "+d.Detail)
	}
	return string(files[0].Content), said
}

// parse reads a file by way of a backend.
func parse(t *testing.T, content string) (*schema.Wifi, []string) {
	t.Helper()
	var wifi *schema.Wifi
	backend := generators.Backend{Name: "wpa", Read: func(files []generators.File, report *generators.Report) *schema.Document {
		wifi = Read(files[0], report)
		return nil
	}}
	_, diags := backend.Parse([]generators.File{{Path: path, Content: []byte(content)}})
	var said []string
	for _, d := range diags {
		said = append(said, d.Subject.String()+" "+d.Detail)
	}
	return wifi, said
}

// said gives what a network says, in the normal form.
func said(w *schema.Wifi) []string {
	doc := &schema.Document{Links: []*schema.Link{{Kind: schema.WifiLink, Name: schema.Given("wlan0"), Wifi: w}}}
	var said []string
	for _, s := range doc.Statements() {
		said = append(said, s.Path+" = "+s.Value)
	}
	return said
}

func psk(ssid, passphrase string) *schema.Wifi {
	return &schema.Wifi{SSID: schema.Given(schema.SSID(ssid)), PSK: schema.Given(schema.NewSecret(passphrase))}
}

func TestHomeNetwork(t *testing.T) {
	w := psk("BTHub-2211", "goats and sheep")
	w.Country, w.Hidden = schema.Given("DE"), schema.Given(true)
	w.BSSID, w.Band = schema.Given(schema.MAC{2, 0, 0, 0, 0, 1}), schema.Given(schema.Band2GHz)
	content, complaints := render(t, w)
	assert.Empty(t, complaints)
	assert.Equal(t, `# Made by a test
ctrl_interface=DIR=/run/wpa_supplicant GROUP=netdev
country=DE

network={
	ssid="BTHub-2211"
	scan_ssid=1
	bssid=02:00:00:00:00:01
	freq_list=2412 2417 2422 2427 2432 2437 2442 2447 2452 2457 2462 2467 2472 2484
	key_mgmt=WPA-PSK
	psk="goats and sheep"
}
`, content)
}

func TestEveryProtectionComesBack(t *testing.T) {
	enterprise := func(method, phase2 string) *schema.Wifi {
		return &schema.Wifi{SSID: schema.Given(schema.SSID("eduroam")), EAP: &schema.EAP{
			Method: schema.Given(method), Phase2: schema.Given(phase2),
			Identity: schema.Given(`me@#"\example`), AnonymousIdentity: schema.Given(`me"@#\example`),
			Password: schema.Given(schema.NewSecret(" p\"w #\nx ")),
			CACert:   schema.Given("/etc/ssl/ca.pem"), ClientCert: schema.Given("/c"), PrivateKey: schema.Given("/k"),
			PrivateKeyPassword: schema.Given(schema.NewSecret("k\r")),
		}}
	}
	sae := func(password string) *schema.Wifi {
		w := psk("wpa3", password)
		w.Security = schema.Given(schema.SecuritySAE)
		return w
	}
	wide := psk("far", "12345678")
	wide.Band = schema.Given(schema.Band6GHz)
	for _, w := range []*schema.Wifi{
		{SSID: schema.Given(schema.SSID("café")), Security: schema.Given(schema.SecurityOpen), Band: schema.Given(schema.Band5GHz)},
		psk("a", strings.Repeat("0a", 32)), psk(" # ", ` #;\ "'`+"\u00e9"), wide,
		sae("long enough"), sae("short"), sae(strings.Repeat("é", 60)), sae(strings.Repeat("0a", 32)), sae("with\nbreak"), sae(`quote "#1`),
		enterprise("peap", "mschapv2"), enterprise("ttls", "pap"), enterprise("ttls", "gtc"), enterprise("peap", "gtc"),
	} {
		content, complaints := render(t, w)
		assert.Empty(t, complaints)
		read, misread := parse(t, content)
		assert.Empty(t, misread)
		assert.Equal(t, said(w), said(read), content)
	}
}

// An SSID is any bytes; only plain text stands in quotes (facts 3.2).
func TestAwkwardNamesAreInHexadecimal(t *testing.T) {
	for name, want := range map[string]string{
		"home net":     `"home net"`,
		" #;' ":        `" #;' "`,
		`say "hi"`:     "7361792022686922",
		`a\b`:          "615c62",
		"caf\u00e9":    "636166c3a9",
		"\xff\x00\n":   "ff000a",
		"deadbeef":     `"deadbeef"`,
		"line\nbreak":  "6c696e650a627265616b",
		"del\x7f":      "64656c7f",
		`P"looks odd"`: "5022" + "6c6f6f6b73206f646422",
	} {
		content, _ := render(t, psk(name, "12345678"))
		assert.Contains(t, content, "\n\tssid="+want+"\n")
		read, misread := parse(t, content)
		assert.Empty(t, misread)
		assert.Equal(t, name, string(read.SSID.Value))
	}
}

func TestWhatWpaSupplicantRefusesIsReported(t *testing.T) {
	nul := &schema.Wifi{SSID: schema.Given(schema.SSID("x")), EAP: &schema.EAP{Method: schema.Given("peap"), Identity: schema.Given("a\x00b")}}
	long := &schema.Wifi{SSID: schema.Given(schema.SSID("x")), EAP: &schema.EAP{Method: schema.Given("peap"), CACert: schema.Given(strings.Repeat("/a", 1000))}}
	inside := &schema.Wifi{SSID: schema.Given(schema.SSID("x")), EAP: &schema.EAP{Method: schema.Given("peap"), Phase2: schema.Given("pap")}}
	abroad := psk("x", "12345678")
	abroad.Country = schema.Given("D\n")
	for want, w := range map[string]*schema.Wifi{
		"psk: wpa_supplicant wants a pass-phrase":                  psk("x", "short"),
		"psk: wpa_supplicant wants a pass-phrase of 8 to 63 bytes": psk("x", "line\nbreak"),
		"psk: wpa_supplicant takes a # behind a quote":             psk("x", `quote "#1`),
		"identity: wpa_supplicant ends a text at a NUL byte":       nul,
		"ca_cert: wpa_supplicant reads lines of at most 1999":      long,
		"phase2: wpa_supplicant has no pap inside peap":            inside,
		"country: wpa_supplicant reads two letters":                abroad,
	} {
		content, complaints := render(t, w)
		require.Len(t, complaints, 1, want)
		assert.Contains(t, complaints[0], "wpa cannot say "+want)
		_, misread := parse(t, content)
		assert.Empty(t, misread)
	}
}
