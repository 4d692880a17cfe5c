package ifcfg

import (
	"regexp"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// The variables with secrets, which stand in the file keys-NAME.
const (
	keyPSK                = "WPA_PSK"
	keyPassword           = "IEEE_8021X_PASSWORD"             //nolint:gosec // the name of a variable
	keyPrivateKeyPassword = "IEEE_8021X_PRIVATE_KEY_PASSWORD" //nolint:gosec // the name of a variable
)

// keyManagement are NetworkManager's words for a network's protection; an
// open network has none.
var keyManagement = words{
	{schema.SecurityPSK, "WPA-PSK"},
	{schema.SecuritySAE, "SAE"},
	{schema.SecurityEAP, "WPA-EAP"},
}

// bands are NetworkManager's words for the bands that it can be told.
var bands = words{{schema.Band2GHz, "bg"}, {schema.Band5GHz, "a"}}

// words pair a document's words with those of the files.
type words []struct{ ours, theirs string }

func (w words) theirs(ours string) (string, bool) {
	for _, pair := range w {
		if pair.ours == ours {
			return pair.theirs, true
		}
	}
	return "", false
}

func (w words) ours(theirs string) (string, bool) {
	for _, pair := range w {
		if pair.theirs == theirs {
			return pair.ours, true
		}
	}
	return "", false
}

// eapTexts are the variables of IEEE 802.1X in the order of the file, and the
// methods with which NetworkManager reads them.
var eapTexts = []struct {
	name, key string
	methods   []string
	at        func(*schema.EAP) *schema.Attr[string]
}{
	{"identity", "IEEE_8021X_IDENTITY", []string{"peap", "ttls", "tls", "pwd"}, func(e *schema.EAP) *schema.Attr[string] { return &e.Identity }},
	{"anonymous_identity", "IEEE_8021X_ANON_IDENTITY", tunnels, func(e *schema.EAP) *schema.Attr[string] { return &e.AnonymousIdentity }},
	{"phase2", keyInner, tunnels, func(e *schema.EAP) *schema.Attr[string] { return &e.Phase2 }},
	{"ca_cert", "IEEE_8021X_CA_CERT", []string{"peap", "ttls", "tls"}, func(e *schema.EAP) *schema.Attr[string] { return &e.CACert }},
	{"client_cert", "IEEE_8021X_CLIENT_CERT", []string{"tls"}, func(e *schema.EAP) *schema.Attr[string] { return &e.ClientCert }},
	{"private_key", "IEEE_8021X_PRIVATE_KEY", []string{"tls"}, func(e *schema.EAP) *schema.Attr[string] { return &e.PrivateKey }},
}

// eapSecrets are those of the file keys-NAME.
var eapSecrets = []struct {
	name, key string
	methods   []string
	at        func(*schema.EAP) *schema.Attr[schema.Secret]
}{
	{"password", keyPassword, []string{"peap", "ttls", "pwd"}, func(e *schema.EAP) *schema.Attr[schema.Secret] { return &e.Password }},
	{"private_key_password", keyPrivateKeyPassword, []string{"tls"}, func(e *schema.EAP) *schema.Attr[schema.Secret] { return &e.PrivateKeyPassword }},
}

// tunnels are the methods with another inside.
var tunnels = []string{"peap", "ttls"}

const (
	keyMethods = "IEEE_8021X_EAP_METHODS"
	keyInner   = "IEEE_8021X_INNER_AUTH_METHODS" // in capitals, as the methods are
)

// wifi assigns what a station joins; secrets go into a file of their own. The
// carrier's path is that of the network's statements.
func (w *writer) wifi(s *script, c carrier, wifi *schema.Wifi) {
	s.set("MODE", "Managed")
	if wifi.SSID.Known() {
		s.set("ESSID", essid(wifi.SSID.Value))
	}
	if wifi.Hidden.Or(false) {
		s.set("SSID_HIDDEN", "yes")
	}
	if wifi.BSSID.Known() {
		s.set("BSSID", wifi.BSSID.Value.String())
	}
	s.band(c.path, wifi)
	keys := w.script()
	s.security(keys, c.path, wifi)
	w.warnOfWPA(wifi)
	if keys.text.Len() > 0 {
		w.add(keysPrefix+c.name, generators.Private, keys.text.String())
	}
}

// warnOfWPA reports once that one of the consumers cannot join the network.
func (w *writer) warnOfWPA(wifi *schema.Wifi) {
	if _, protected := keyManagement.theirs(wifi.Protection()); !protected || w.warnedOfWPA {
		return
	}
	w.warnedOfWPA = true
	w.report.Warn(wifi.Range, "network-scripts know no WPA", "NetworkManager must run on the host for it to join the network.")
}

// looksHex is how NetworkManager tells an ESSID in hexadecimal digits from text.
var looksHex = regexp.MustCompile(`^0x([0-9A-Fa-f]{2})+$`)

// essid writes a network's name as text where that is printable ASCII, and in
// hexadecimal digits otherwise.
func essid(ssid schema.SSID) string {
	text := string(ssid)
	if looksHex.MatchString(text) || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
		return "0x" + ssid.Hex()
	}
	return text
}

func (s *script) band(path string, wifi *schema.Wifi) {
	if !wifi.Band.Known() {
		return
	}
	word, ok := bands.theirs(wifi.Band.Value)
	if !ok {
		s.report.CannotSay(path+"/band", wifi.Band.Range, "NetworkManager's ifcfg files know only 2.4GHz and 5GHz",
			"Remove it, or name the access point by its bssid")
		return
	}
	s.set("BAND", word)
}

func (s *script) security(keys *script, path string, wifi *schema.Wifi) {
	word, protected := keyManagement.theirs(wifi.Protection())
	if !protected {
		return
	}
	s.set("KEY_MGMT", word)
	if wifi.PSK.Known() {
		keys.psk(path+"/psk", wifi.PSK)
	}
	if wifi.EAP != nil {
		s.eap(keys, path+"/eap", wifi.EAP)
	}
}

// psk assigns the pass-phrase or key. NetworkManager refuses a file with one
// of another length than WPA2 allows, with WPA3 too.
func (s *script) psk(path string, psk schema.Attr[schema.Secret]) {
	text := psk.Value.Reveal()
	if len(text) < 8 || len(text) > 64 || (len(text) == 64 && strings.Trim(text, "0123456789abcdefABCDEF") != "") {
		s.report.CannotSay(path, psk.Range, "NetworkManager takes 8 to 63 bytes, or 64 hexadecimal digits", "Change the pass-phrase")
		return
	}
	say(s, keyPSK, path, psk, text)
}

func (s *script) eap(keys *script, path string, eap *schema.EAP) {
	s.eapMethod(path, eap)
	for _, row := range eapTexts {
		attr := *row.at(eap)
		switch {
		case !attr.Known() || unread(s, path+"/"+row.name, attr, eap, row.methods):
		case row.key == keyInner:
			s.set(row.key, strings.ToUpper(attr.Value))
		default:
			say(s, row.key, path+"/"+row.name, attr, attr.Value)
		}
	}
	for _, row := range eapSecrets {
		attr := *row.at(eap)
		if attr.Known() && !unread(s, path+"/"+row.name, attr, eap, row.methods) {
			say(keys, row.key, path+"/"+row.name, attr, attr.Value.Reveal())
		}
	}
}

func (s *script) eapMethod(path string, eap *schema.EAP) {
	method := eap.Method
	switch {
	case !method.Known():
	case slices.Contains(tunnels, method.Value) && !eap.Phase2.Known():
		s.report.CannotSay(path+"/method", method.Range, "NetworkManager refuses a file with "+method.Value+" that names no method inside the tunnel",
			"Set phase2, most often to mschapv2")
	default:
		s.set(keyMethods, strings.ToUpper(method.Value))
	}
}

// unread reports what NetworkManager does not read with the network's method.
func unread[T any](s *script, path string, attr schema.Attr[T], eap *schema.EAP, methods []string) bool {
	if !eap.Method.Known() || slices.Contains(methods, eap.Method.Value) {
		return false
	}
	s.report.CannotSay(path, attr.Range, "NetworkManager reads it only with "+strings.Join(methods, " and "), "Remove it, or change the method")
	return true
}
