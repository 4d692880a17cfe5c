package netplan

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// station is a document of one Wi-Fi link.
func station(w schema.Wifi) *schema.Document {
	return &schema.Document{Name: "test.hcl", Links: []*schema.Link{{
		Kind: schema.WifiLink, Name: schema.Given("wlan0"), Wifi: &w,
		Network: schema.Network{IPv4: &schema.IP{Family: schema.IPv4, DHCP: schema.Given(true)}},
	}}}
}

func home(ssid, psk string) schema.Wifi {
	return schema.Wifi{SSID: schema.Given(schema.SSID(ssid)), PSK: schema.Given(schema.NewSecret(psk))}
}

// TestPasswordNeverAllowsWPA3: beside the SSID, "password" lets netplan 1.x
// join by SAE too.
func TestPasswordNeverAllowsWPA3(t *testing.T) {
	text, said := renderDocument(t, station(home("home", "pass-phrase")))
	assert.Empty(t, said)
	assert.Contains(t, text, `
      access-points:
        "home":
          auth:
            key-management: psk
            password: "pass-phrase"
`)
}

// TestHostileSSIDsAreKeys: every SSID is a mapping key that reads back as it was.
func TestHostileSSIDsAreKeys(t *testing.T) {
	for _, ssid := range []string{
		": ", "#", "yes", "1e3", "~", `"`, `'`, `""`, " leading", "trailing ", "- a", "? b", "{}", "[x]", "&a", "*a", "!!int 1",
		"|", ">", "%s", "a: b # c", "é", "日本", "\U0001f600", "\u0085", "\u2028", "\ufeffx", "password", "null", "---", "...",
	} {
		t.Run(ssid, func(t *testing.T) {
			files, diags := Backend().Render(station(home(ssid, "pass-phrase")))
			require.Empty(t, diags)
			doc, diags := Backend().Parse(files)
			require.Empty(t, diags)
			require.Len(t, doc.Links, 1)
			assert.Equal(t, ssid, string(doc.Links[0].Wifi.SSID.Value))
			assert.Equal(t, "pass-phrase", doc.Links[0].Wifi.PSK.Value.Reveal())
		})
	}
}

// TestNetworksThatCannotBeSaid: leaving out the part that cannot be said would
// make it another network, so all of it is.
func TestNetworksThatCannotBeSaid(t *testing.T) {
	sae := home("home", "short")
	sae.Security = schema.Given(schema.SecuritySAE)
	for _, c := range []struct {
		name, why string
		wifi      schema.Wifi
	}{
		{"backslash in the SSID", "no spelling is right for both", home(`a\b`, "pass-phrase")},
		{"quote and # in the SSID", "for a comment", home(`a"b#c`, "pass-phrase")},
		{"quote and # in the key", "in a key for a comment", home("home", `pass"phrase#1`)},
		{"quote and # in a password", "cannot hand it", campus(func(e *schema.EAP) { e.Password = schema.Given(schema.NewSecret(`a"b#c`)) })},
		{"SSID of bytes", "not UTF-8", home("\xff\xfe", "pass-phrase")},
		{"line break in the SSID", "control characters", home("a\nb", "pass-phrase")},
		{"key of bytes", "the key is not UTF-8", home("home", "pass-phrase\xff")},
		{"line break in the key", "control characters in a key", home("home", "pass\n\tpsk=none")},
		{"key too short", "netplan refuses a key", home("home", "seven77")},
		{"64 characters that are no digits", "netplan refuses a key", home("home", strings.Repeat("g", 64))},
		{"short SAE password", "pass-phrase of 8 to 63 bytes", sae},
		{"quote in an identity", "double quote", campus(func(e *schema.EAP) { e.Identity = schema.Given(`ja"ne`) })},
		{"line break in an identity", "cannot hand it", campus(func(e *schema.EAP) { e.Identity = schema.Given("jane\npsk=x") })},
		{"password of bytes", "cannot hand it", campus(func(e *schema.EAP) { e.Password = schema.Given(schema.NewSecret("\xff")) })},
		{"password like a hash", `begins with "hash:"`, campus(func(e *schema.EAP) { e.Password = schema.Given(schema.NewSecret("hash:0011")) })},
		{"EAP method within ttls", "autheap=", campus(func(e *schema.EAP) {
			e.Method, e.Phase2 = schema.Given("ttls"), schema.Given("gtc")
		})},
	} {
		t.Run(c.name, func(t *testing.T) {
			text, said := renderDocument(t, station(c.wifi))
			require.Len(t, said, 1)
			assert.Contains(t, said[0], "error: netplan cannot say wlan0: ")
			assert.Contains(t, said[0], c.why)
			assert.NotContains(t, text, "wlan0")
		})
	}
}

func campus(change func(*schema.EAP)) schema.Wifi {
	eap := &schema.EAP{
		Method: schema.Given("peap"), Identity: schema.Given("jane"), Password: schema.Given(schema.NewSecret("secret of jane")),
	}
	change(eap)
	return schema.Wifi{SSID: schema.Given(schema.SSID("campus")), EAP: eap}
}

func TestKeyOf64DigitsIsAKey(t *testing.T) {
	key := strings.Repeat("0123456789abcdeF", 4)
	text, said := renderDocument(t, station(home("home", key)))
	assert.Empty(t, said)
	assert.Contains(t, text, `password: "`+key+`"`)
}

func TestSlaveKeepsItsPlaceWhenItsNetworkCannotBeSaid(t *testing.T) {
	network := home(`a\b`, "pass-phrase")
	doc := &schema.Document{Bonds: []*schema.Bond{{
		Name:    schema.Given("bond0"),
		Slaves:  []*schema.Slave{{Name: schema.Given("wlan0"), Wifi: &network}},
		Network: schema.Network{IPv4: &schema.IP{Family: schema.IPv4, DHCP: schema.Given(true)}},
	}}}
	files, diags := Backend().Render(doc)
	require.Len(t, diags, 1)
	assert.Equal(t, generators.Unsaid{Path: "bond/bond0/slave/wlan0/wifi"}, diags[0].Extra)
	assert.Contains(t, string(files[0].Content), "    wlan0: {}\n")
	assert.Contains(t, string(files[0].Content), "interfaces: [wlan0]\n")
}

func TestBandAndCountryThatNetplanDoesNotKnow(t *testing.T) {
	network := home("home", "pass-phrase")
	network.Band, network.Country = schema.Given(schema.Band6GHz), schema.Given("D; reboot")
	text, said := renderDocument(t, station(network))
	require.Len(t, said, 2)
	assert.Contains(t, said[0], "error: netplan cannot say band: ")
	assert.Contains(t, said[1], "error: netplan cannot say country: ")
	assert.NotContains(t, text, "band:")
	assert.NotContains(t, text, "regulatory-domain:")
	assert.Contains(t, text, `"home":`)
}

// TestWordsThatOldVersionsRefuse: Debian 12's netplan refuses the whole file
// for a word that it does not know.
func TestWordsThatOldVersionsRefuse(t *testing.T) {
	modern := home("home", "pass-phrase")
	modern.Security = schema.Given(schema.SecuritySAE)
	text, said := renderDocument(t, station(modern))
	require.Len(t, said, 1)
	assert.Contains(t, said[0], "warning: wpa3-sae needs netplan 0.107 or later")
	assert.Contains(t, text, "key-management: sae\n")
	_, said = renderDocument(t, station(campus(func(e *schema.EAP) { e.Method = schema.Given("pwd") })))
	require.Len(t, said, 1)
	assert.Contains(t, said[0], "warning: EAP method pwd needs netplan 1.0 or later")
}

func TestPhase2IsInWpaSupplicantsCase(t *testing.T) {
	text, said := renderDocument(t, station(campus(func(e *schema.EAP) { e.Phase2 = schema.Given("mschapv2") })))
	require.Len(t, said, 1)
	assert.Contains(t, said[0], "warning: phase2 needs the renderer networkd")
	assert.Contains(t, text, "phase2-auth: MSCHAPV2\n")
}

func TestSecretsAreFoundForMasking(t *testing.T) {
	files, _ := Backend().Render(station(campus(func(e *schema.EAP) {
		e.PrivateKeyPassword = schema.Given(schema.NewSecret("of the key"))
	})))
	var masker generators.Masker
	masked := string(masker.Mask(Backend().Secret, files[0].Content))
	assert.NotContains(t, masked, "secret of jane")
	assert.NotContains(t, masked, "of the key")
	assert.Contains(t, masked, "            password: \"(sensitive")
	assert.Contains(t, masked, "            client-key-password: \"(sensitive")
}

func TestNameThatNetworkManagerTakesForBytes(t *testing.T) {
	for ssid, lost := range map[string]bool{"97;98;": true, "97;98": false, "home; sweet": false, "2211": false} {
		_, diags := Backend().Render(station(home(ssid, "pass-phrase")))
		assert.Equal(t, lost, slices.ContainsFunc(diags, func(d *hcl.Diagnostic) bool {
			return d.Summary == "netplan with NetworkManager would lose ssid" && d.Severity == hcl.DiagWarning
		}), ssid)
	}
}
