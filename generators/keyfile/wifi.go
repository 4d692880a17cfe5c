package keyfile

import (
	"slices"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// station is a Wi-Fi link with the path of its statements.
type station struct {
	wifi *schema.Wifi
	path string
	// network is nil for a slave.
	network *schema.Network
}

// preserve is the word for an address that NetworkManager leaves alone.
const preserve = "preserve"

// bands are NetworkManager's letters of IEEE 802.11 for bands.
var bands = []struct{ word, band string }{
	{"bg", schema.Band2GHz},
	{"a", schema.Band5GHz},
}

// protections are the values of key-mgmt. An open network has no
// wifi-security section.
var protections = []struct{ word, security string }{
	{"wpa-psk", schema.SecurityPSK},
	{"sae", schema.SecuritySAE},
	{"wpa-eap", schema.SecurityEAP},
}

// eapTexts are the texts of 802-1x beside the method, as the keys and the
// statements call them.
var eapTexts = []struct {
	key, statement string
	at             func(*schema.EAP) *schema.Attr[string]
}{
	{"identity", "identity", func(e *schema.EAP) *schema.Attr[string] { return &e.Identity }},
	{"anonymous-identity", "anonymous_identity", func(e *schema.EAP) *schema.Attr[string] { return &e.AnonymousIdentity }},
	{"phase2-auth", "phase2", func(e *schema.EAP) *schema.Attr[string] { return &e.Phase2 }},
}

// eapFiles are the certificates and keys of 802-1x, by their paths.
var eapFiles = []struct {
	key, statement string
	at             func(*schema.EAP) *schema.Attr[string]
}{
	{"ca-cert", "ca_cert", func(e *schema.EAP) *schema.Attr[string] { return &e.CACert }},
	{"client-cert", "client_cert", func(e *schema.EAP) *schema.Attr[string] { return &e.ClientCert }},
	{"private-key", "private_key", func(e *schema.EAP) *schema.Attr[string] { return &e.PrivateKey }},
}

// eapSecrets are the secrets of 802-1x.
var eapSecrets = []struct {
	key, statement string
	at             func(*schema.EAP) *schema.Attr[schema.Secret]
}{
	{"password", "password", func(e *schema.EAP) *schema.Attr[schema.Secret] { return &e.Password }},
	{"private-key-password", "private_key_password", func(e *schema.EAP) *schema.Attr[schema.Secret] { return &e.PrivateKeyPassword }},
}

// tunnels are the EAP methods with another inside: NetworkManager refuses a
// profile that does not name it.
var tunnels = []string{"peap", "ttls"}

func (p *profile) wifi(s station) {
	p.Section("wifi")
	p.Set("mode", "infrastructure")
	p.Set("ssid", escapeSSID(s.wifi.SSID.Value))
	if s.wifi.Hidden.Or(false) {
		p.Set("hidden", "true")
	}
	if s.wifi.BSSID.Known() {
		p.Set("bssid", s.wifi.BSSID.Value.String())
	}
	p.band(s)
	if s.network != nil {
		p.hardware(s.network)
	} else {
		// The address is the bond's to give.
		p.Set("cloned-mac-address", preserve)
	}
	p.security(s)
}

func (p *profile) band(s station) {
	if !s.wifi.Band.Known() {
		return
	}
	for _, b := range bands {
		if b.band == s.wifi.Band.Value {
			p.Set("band", b.word)
			return
		}
	}
	p.report.CannotSay(s.path+"/band", s.wifi.Band.Range, "NetworkManager refuses a profile with any band but those of 2.4 and 5 GHz",
		"Remove it, and let NetworkManager choose among all bands")
}

func (p *profile) security(s station) {
	for _, protection := range protections {
		if protection.security == s.wifi.Protection() {
			p.Section("wifi-security")
			p.Set("key-mgmt", protection.word)
			p.secret("psk", s.wifi.PSK, s.path+"/psk")
		}
	}
	if s.wifi.EAP != nil {
		p.Section("802-1x")
		p.eap(s.wifi.EAP, s.path+"/eap")
	}
}

func (p *profile) eap(e *schema.EAP, path string) {
	p.method(e, path+"/method")
	for _, row := range eapTexts {
		p.text(row.key, *row.at(e), path+"/"+row.statement)
	}
	for _, row := range eapFiles {
		attr, statement := *row.at(e), path+"/"+row.statement
		if attr.Known() && !strings.HasPrefix(attr.Value, "/") {
			p.report.CannotSay(statement, attr.Range, "NetworkManager looks for it beside its profiles", "Give the path from / on")
			continue
		}
		p.text(row.key, attr, statement)
	}
	for _, row := range eapSecrets {
		p.secret(row.key, *row.at(e), path+"/"+row.statement)
	}
}

func (p *profile) method(e *schema.EAP, statement string) {
	if slices.Contains(tunnels, e.Method.Value) && !e.Phase2.Known() {
		p.report.CannotSay(statement, e.Method.Range, "NetworkManager refuses "+e.Method.Value+" without the method inside the tunnel",
			`Add phase2, mostly "mschapv2"`)
		return
	}
	p.text("eap", e.Method, statement)
}
