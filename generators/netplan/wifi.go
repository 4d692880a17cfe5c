package netplan

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"go.yaml.in/yaml/v3"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// byteList is a text that NetworkManager takes for the bytes of an SSID.
var byteList = regexp.MustCompile(`^\s*(\d{1,3}\s*;\s*)+$`)

// The words of netplan for the protections of a network.
const (
	keyNone = "none"
	keyPSK  = "psk"
	keySAE  = "sae"
	keyEAP  = "eap"
)

// protection pairs netplan's word with the document's.
type protection struct{ word, security string }

var protections = []protection{
	{keyNone, schema.SecurityOpen},
	{keyPSK, schema.SecurityPSK},
	{keySAE, schema.SecuritySAE},
	{keyEAP, schema.SecurityEAP},
}

// infrastructure is the mode of a network with an access point, netplan's default.
const infrastructure = "infrastructure"

// phases are methods inside a tunnel. netplan hands on what it is given:
// wpa_supplicant knows them in upper case only, NetworkManager in lower case.
var phases = codec[string]{
	write: func(s string) *yaml.Node { return text(strings.ToUpper(s)) },
	read:  func(s string) (string, error) { return strings.ToLower(s), nil },
}

// wifi fills in the network that a station joins. Where netplan would get it
// wrong the whole network is left out, for with a part of its protection
// missing it would be another one; the result is false then.
func (w *writer) wifi(path string, wifi *schema.Wifi, d *definition) bool {
	if doubt := wifiDoubt(wifi); doubt != nil {
		w.report.CannotSay(path, doubt.place, doubt.why, doubt.remedy)
		return false
	}
	a := &accessPoint{ssid: wifi.SSID, bssid: wifi.BSSID}
	if wifi.Hidden.Or(false) {
		a.hidden = wifi.Hidden
	}
	w.radio(path, wifi, a, d)
	w.protect(wifi, a)
	if byteList.MatchString(string(wifi.SSID.Value)) {
		w.report.LostTo(generators.NetplanNetworkManager, wifi.SSID.Range, []string{path + "/ssid"},
			"netplan hands the name on as it is, and NetworkManager takes numbers that end in semicolons for the bytes of a name. The renderer networkd takes it as it is meant.")
	}
	d.accessPoints = append(d.accessPoints, a)
	return true
}

// radio fills in band and country as far as netplan has words for them.
func (w *writer) radio(path string, wifi *schema.Wifi, a *accessPoint, d *definition) {
	switch wifi.Band.Value {
	case "", schema.Band2GHz, schema.Band5GHz:
		a.band = wifi.Band
	default:
		w.report.CannotSay(path+"/band", wifi.Band.Range, "netplan knows only 2.4GHz and 5GHz", "Remove it; any band is used then")
	}
	if wifi.Country.Known() && !isCountry(wifi.Country.Value) {
		w.report.CannotSay(path+"/country", wifi.Country.Range,
			"netplan writes it into a command line of a unit", "Give the two letters of ISO 3166-1, such as DE")
		return
	}
	d.country = wifi.Country
}

func isCountry(code string) bool {
	return len(code) == 2 && isAlphanumeric(code[0]) && isAlphanumeric(code[1])
}

// protect fills in the auth mapping.
func (w *writer) protect(wifi *schema.Wifi, a *accessPoint) {
	security := wifi.Protection()
	for _, p := range protections {
		if p.security == security && p.word != keyNone {
			a.keyManagement = schema.Given(p.word)
		}
	}
	a.secret = wifi.PSK
	if wifi.EAP != nil {
		a.eap, a.secret = *wifi.EAP, wifi.EAP.Password
	}
	w.warn(wifi, a)
}

// warn tells of words that make older versions refuse the whole file, or that
// only one of the two renderers takes.
func (w *writer) warn(wifi *schema.Wifi, a *accessPoint) {
	const detail = "Older versions, Debian 12's 0.106 among them, refuse the whole file."
	if a.keyManagement.Value == keySAE {
		w.report.Warn(wifi.Security.Range, "wpa3-sae needs netplan 0.107 or later", detail)
	}
	if a.eap.Method.Value == "pwd" {
		w.report.Warn(a.eap.Method.Range, "EAP method pwd needs netplan 1.0 or later", detail)
	}
	if a.eap.Phase2.Known() {
		w.report.Warn(a.eap.Phase2.Range, "phase2 needs the renderer networkd",
			"Its wpa_supplicant knows the method in upper case only and NetworkManager in lower case only; netplan hands on what it is given.")
	}
}

// doubt is why a network cannot be said.
type doubt struct {
	place       hcl.Range
	why, remedy string
}

// wifiDoubt finds the first thing that netplan gets wrong: it copies texts
// into a line of wpa_supplicant's configuration, mostly as they are.
func wifiDoubt(wifi *schema.Wifi) *doubt {
	if why := ssidDoubt(string(wifi.SSID.Value)); why != "" {
		return &doubt{wifi.SSID.Range, why, "Use another backend for this network"}
	}
	if why := keyDoubt(wifi); why != "" {
		return &doubt{wifi.PSK.Range, why, "Change the key, or use another backend for this network"}
	}
	if wifi.EAP == nil {
		return nil
	}
	return eapDoubt(wifi.EAP)
}

func ssidDoubt(ssid string) string {
	switch {
	case !utf8.ValidString(ssid):
		return "YAML holds text only, and the SSID is not UTF-8"
	case hasControl(ssid):
		return "netplan copies control characters in an SSID into wpa_supplicant's configuration as they are"
	case losesComment(ssid):
		return "wpa_supplicant takes a # behind a double quote for a comment, and netplan writes it so"
	case strings.Contains(ssid, `\`):
		return "netplan 0.106 takes a backslash in an SSID as it is and 1.x takes it as the start of an escape; no spelling is right for both"
	}
	return ""
}

// keyDoubt judges the key of a personal network. Its text must be one that
// wpa_supplicant takes, for netplan refuses the whole file otherwise.
func keyDoubt(wifi *schema.Wifi) string {
	if !wifi.PSK.Known() {
		return ""
	}
	key := wifi.PSK.Value.Reveal()
	raw := len(key) == 64 && strings.Trim(key, "0123456789abcdefABCDEF") == ""
	switch {
	case !utf8.ValidString(key):
		return "YAML holds text only, and the key is not UTF-8"
	case hasControl(key):
		return "netplan copies control characters in a key into wpa_supplicant's configuration as they are"
	case losesComment(key):
		return "wpa_supplicant takes a # behind a double quote in a key for a comment"
	case wifi.Protection() == schema.SecuritySAE && (len(key) < 8 || len(key) > 63):
		return "netplan takes an SAE password for a pass-phrase of 8 to 63 bytes"
	case !raw && (len(key) < 8 || len(key) > 63):
		return "netplan refuses a key that is neither 8 to 63 bytes nor 64 hexadecimal digits"
	}
	return ""
}

func eapDoubt(e *schema.EAP) *doubt {
	const remedy = "Use another backend for this network"
	for _, a := range []schema.Attr[string]{e.Method, e.Phase2, e.Identity, e.AnonymousIdentity, e.CACert, e.ClientCert, e.PrivateKey} {
		switch {
		case unwritable(a.Value):
			return &doubt{a.Range, "netplan cannot hand it to wpa_supplicant as it is", remedy}
		case strings.Contains(a.Value, `"`):
			return &doubt{a.Range, "netplan 1.x puts a backslash before a double quote, which wpa_supplicant takes as it is; 0.106 does not", remedy}
		}
	}
	for _, a := range []schema.Attr[schema.Secret]{e.Password, e.PrivateKeyPassword} {
		if text := a.Value.Reveal(); unwritable(text) || losesComment(text) {
			return &doubt{a.Range, "netplan cannot hand it to wpa_supplicant as it is", remedy}
		}
	}
	if strings.HasPrefix(e.Password.Value.Reveal(), "hash:") {
		return &doubt{e.Password.Range, `netplan takes a password that begins with "hash:" for the hash of one`, remedy}
	}
	if e.Method.Value == "ttls" && (e.Phase2.Value == "md5" || e.Phase2.Value == "gtc") {
		return &doubt{e.Phase2.Range, "netplan writes auth= for it, and inside ttls wpa_supplicant wants autheap= for an EAP method", remedy}
	}
	return nil
}

func unwritable(s string) bool { return !utf8.ValidString(s) || hasControl(s) }

// losesComment tells whether a text in quotes is cut short: wpa_supplicant
// removes what follows a # after the second quote of a line, even where a
// later quote ends the text.
func losesComment(s string) bool {
	_, behind, _ := strings.Cut(s, `"`)
	return strings.Contains(behind, "#")
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}
