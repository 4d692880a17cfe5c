package ifcfg

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// station is a document with one Wi-Fi link.
func station(wifi *schema.Wifi) *schema.Document {
	return &schema.Document{Name: "host.hcl", Links: []*schema.Link{{Kind: schema.WifiLink, Name: schema.Given("wlan0"), Wifi: wifi}}}
}

// unsaid lists what the diagnostics say is not in the files.
func unsaid(t *testing.T, doc *schema.Document) (files []generators.File, paths []string) {
	t.Helper()
	files, diags := Backend().Render(doc)
	for _, d := range diags {
		if u, ok := d.Extra.(generators.Unsaid); ok {
			paths = append(paths, u.Path)
		}
	}
	return files, paths
}

// NetworkManager reads 0x and pairs of hexadecimal digits as bytes: what is
// not printable ASCII is written so, and what only looks so too.
func TestESSIDIsHexWhereTextWouldMislead(t *testing.T) {
	for ssid, want := range map[schema.SSID]string{
		"BTHub-2211": `ESSID=BTHub-2211`, "old campus": `ESSID="old campus"`, `a"b`: `ESSID="a\"b"`,
		"café": "ESSID=0x636166c3a9", "\xff": "ESSID=0xff", "a\nb": "ESSID=0x610a62", "\x00": "ESSID=0x00",
		"0x4142": "ESSID=0x307834313432", "0x414": "ESSID=0x414", "0xzz": "ESSID=0xzz",
	} {
		files, _ := Backend().Render(station(&schema.Wifi{SSID: schema.Given(ssid), Security: schema.Given(schema.SecurityOpen)}))
		assert.Contains(t, string(files[0].Content), "\n"+want+"\n")
		doc, diags := Backend().Parse(files)
		assert.Empty(t, diags)
		assert.Equal(t, ssid, doc.Links[0].Wifi.SSID.Value)
	}
}

// NetworkManager refuses the whole file for a key of another length, that of
// WPA3 included.
func TestKeysThatNetworkManagerRefuses(t *testing.T) {
	for psk, said := range map[string]bool{
		"1234567": false, "12345678": true, strings.Repeat("x", 63): true, strings.Repeat("x", 64): false,
		strings.Repeat("aB", 32): true, strings.Repeat("a", 65): false, "eight\xff\xff\xff": false, "a line\nbreak": true,
	} {
		files, paths := unsaid(t, station(&schema.Wifi{Security: schema.Given(schema.SecuritySAE), PSK: schema.Given(schema.NewSecret(psk))}))
		assert.Equal(t, said, len(paths) == 0, "%q", psk)
		assert.Equal(t, said, len(files) == 2, "%q", psk)
	}
}

// NetworkManager refuses peap and ttls without a method inside.
func TestTunnelWithoutAMethodInside(t *testing.T) {
	eap := &schema.EAP{Method: schema.Given("peap"), Identity: schema.Given("jane")}
	files, paths := unsaid(t, station(&schema.Wifi{EAP: eap}))
	assert.Equal(t, []string{"wifi/wlan0/eap/method"}, paths)
	assert.NotContains(t, string(files[0].Content), "EAP_METHODS")
	assert.Contains(t, string(files[0].Content), "\nIEEE_8021X_IDENTITY=jane\n")
}

// What NetworkManager does not read with a method is not passed over.
func TestWhatAnEAPMethodDoesNotUse(t *testing.T) {
	eap := &schema.EAP{
		Method: schema.Given("pwd"), Identity: schema.Given("jane"), AnonymousIdentity: schema.Given("x"),
		CACert: schema.Given("/ca.pem"), Password: schema.Given(schema.NewSecret("secret")),
		PrivateKeyPassword: schema.Given(schema.NewSecret("secret")),
	}
	files, paths := unsaid(t, station(&schema.Wifi{EAP: eap}))
	assert.Equal(t, []string{"wifi/wlan0/eap/anonymous_identity", "wifi/wlan0/eap/ca_cert", "wifi/wlan0/eap/private_key_password"}, paths)
	require.Len(t, files, 2)
	assert.Equal(t, dir+"/keys-wlan0", files[1].Path)
	assert.Equal(t, generators.Private, files[1].Mode)
	assert.Contains(t, string(files[1].Content), "\nIEEE_8021X_PASSWORD=secret\n")
}

// A key in the open file, as NetworkManager falls back to, and words in any case.
func TestReadWifiOfOtherHands(t *testing.T) {
	said, diags := parse(t, map[string]string{
		"ifcfg-Home":   "DEVICE=wlan0\nTYPE=Wireless\nMODE=auto\nNAME=\"Home\"\nESSID='home'\nKEY_MGMT=WPA-PSK\nWPA_PSK=12345678\nWPA_ALLOW_WPA2=yes\nBOOTPROTO=dhcp\n",
		"ifcfg-Campus": "DEVICE=wlan1\nTYPE=wireless\nESSID=0x63\nKEY_MGMT=WPA-EAP\nIEEE_8021X_EAP_METHODS=peap\nIEEE_8021X_INNER_AUTH_METHODS=mschapv2\n",
		"keys-Campus":  "IEEE_8021X_PASSWORD=$'a\\nb'\n",
	})
	assert.Equal(t, []string{
		"wifi/wlan0", "wifi/wlan0/ipv4", "wifi/wlan0/ipv4/dhcp = true", "wifi/wlan0/psk = (sensitive)", "wifi/wlan0/security = wpa2-psk", `wifi/wlan0/ssid = "home"`,
		"wifi/wlan1", "wifi/wlan1/eap/method = peap", "wifi/wlan1/eap/password = (sensitive)", "wifi/wlan1/eap/phase2 = mschapv2",
		"wifi/wlan1/security = wpa-eap", `wifi/wlan1/ssid = "c"`,
	}, said)
	assert.Empty(t, diags)
}
