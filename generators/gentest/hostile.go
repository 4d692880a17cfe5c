package gentest

import (
	"net/netip"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// nasty are pieces of text that mean something to one format or another.
var nasty = []string{
	`"`, `'`, "`", `\`, "#", ";", " ", "  ", "\t", "\n", "\r", "\x00", "=", ":", ": ", "- ", "[Match]", "[ipv4]", "{", "}", ",", "|", ">", "&", "*", "!",
	"$", "$(id)", "${x}", "%", "%s", "~", "yes", "null", "1e3", "0x41", "97;98;", "é", "日", "\u2028", "\u0085", "\ufeff", "\xff", "\xc3",
	"iface x inet manual", "psk=", "a", "b", "1", "0",
}

// text draws a text made of nasty pieces, of a length within bounds in bytes.
func text(t *rapid.T, label string, low, high int) string {
	pieces := rapid.SliceOfN(rapid.SampledFrom(nasty), 1, 12).Draw(t, label)
	joined := strings.Join(pieces, "")
	for len(joined) < low {
		joined += "x"
	}
	return joined[:min(len(joined), high)]
}

// secret draws a text that occurs nowhere else in the document, so that
// finding it means that it leaked.
func secret(t *rapid.T, label string) schema.Attr[schema.Secret] {
	return schema.Given(schema.NewSecret(text(t, label, 1, 25) + "zqzqzq" + text(t, label+" tail", 2, 25)))
}

// hostile checks that values made to break a format do not: the files of a
// document that holds them still state it, or a diagnostic says what they do not.
func hostile(t *testing.T, b *generators.Backend) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		r := render(b, hostileDocument(t))
		for _, f := range r.files {
			wellFormed(t, b, f)
		}
		keepsSecrets(t, b, r)
		readsBack(t, b, r)
	})
}

func hostileDocument(t *rapid.T) *schema.Document {
	mode, _ := schema.Lookup("mode")
	activeBackup, err := mode.Parse("active-backup")
	if err != nil {
		t.Fatal(err)
	}
	return &schema.Document{
		Name: text(t, "document", 1, 40),
		Bonds: []*schema.Bond{{
			Name:     schema.Given("bond0"),
			Settings: schema.Settings{{Option: mode, Value: activeBackup}},
			Slaves: []*schema.Slave{
				{Name: schema.Given(rapid.SampledFrom([]string{"eth0", "en;p1", "e#0", `e"0`, `e\0`, "e$0", "e'0", "eé0", "-e0", "e=0", "e%0", "e,0"}).Draw(t, "slave"))},
				{Name: schema.Given("wlan0"), Wifi: hostileWifi(t)},
			},
			Network: schema.Network{IPv4: &schema.IP{
				Family:    schema.IPv4,
				Addresses: schema.GivenList(netip.MustParsePrefix("192.0.2.2/24")),
			}},
		}},
		Links: []*schema.Link{{
			Kind: schema.Ethernet, Name: schema.Given("eth9"),
			Network: schema.Network{
				IPv4: &schema.IP{Family: schema.IPv4, DHCP: schema.Given(true)},
				DNS:  &schema.DNS{Search: schema.GivenList(text(t, "search", 1, 20))},
			},
		}},
	}
}

func hostileWifi(t *rapid.T) *schema.Wifi {
	wifi := &schema.Wifi{SSID: schema.Given(schema.SSID(text(t, "ssid", 1, 32)))}
	switch rapid.SampledFrom([]string{schema.SecurityPSK, schema.SecuritySAE, schema.SecurityEAP}).Draw(t, "security") {
	case schema.SecurityPSK:
		wifi.PSK = secret(t, "psk")
	case schema.SecuritySAE:
		wifi.Security = schema.Given(schema.SecuritySAE)
		wifi.PSK = secret(t, "sae")
	case schema.SecurityEAP:
		wifi.EAP = &schema.EAP{
			Method:            schema.Given("peap"),
			Identity:          schema.Given(text(t, "identity", 1, 30)),
			AnonymousIdentity: schema.Given(text(t, "anonymous", 1, 30)),
			Password:          secret(t, "password"),
			CACert:            schema.Given("/etc/ssl/" + text(t, "ca", 1, 20)),
		}
	}
	return wifi
}
