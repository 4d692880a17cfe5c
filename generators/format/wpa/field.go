package wpa

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// field is a key of a network block: a row of the table that the writer and
// the reader loop over.
type field struct {
	key string
	// name is the statement that the key says, below that of the Wi-Fi.
	name string
	// write gives the key's text, empty where the network has no such thing.
	write func(*schema.Wifi) (string, error)
	// read takes the key's text with its place.
	read func(*schema.Wifi, schema.Attr[string]) error
}

// fields lists the keys in the order in which they are written.
var fields = []field{
	{"ssid", "ssid", func(w *schema.Wifi) (string, error) {
		if !w.SSID.Known() {
			return "", nil
		}
		return ssidText(w.SSID.Value), nil
	}, readSSID},
	{"scan_ssid", "hidden", func(w *schema.Wifi) (string, error) { return oneIf(w.Hidden.Or(false)), nil }, readHidden},
	{"bssid", "bssid", func(w *schema.Wifi) (string, error) {
		if !w.BSSID.Known() {
			return "", nil
		}
		return w.BSSID.Value.String(), nil
	}, readBSSID},
	{"freq_list", "band", func(w *schema.Wifi) (string, error) { return frequencies(w.Band.Or("")), nil }, readBand},
	{"key_mgmt", "security", func(w *schema.Wifi) (string, error) { return keyManagement(w.Protection()), nil }, readKeyManagement},
	{"ieee80211w", "security", writeManagementFrames, readManagementFrames},
	{"psk", "psk", writePSK, readPSK},
	{"sae_password", "psk", writeSAEPassword, readSAEPassword},
	{"eap", "eap/method", writeMethod, readMethod},
	eapText("identity", "identity", func(e *schema.EAP) *schema.Attr[string] { return &e.Identity }),
	eapText("anonymous_identity", "anonymous_identity", func(e *schema.EAP) *schema.Attr[string] { return &e.AnonymousIdentity }),
	eapSecret("password", "password", func(e *schema.EAP) *schema.Attr[schema.Secret] { return &e.Password }),
	eapText("ca_cert", "ca_cert", func(e *schema.EAP) *schema.Attr[string] { return &e.CACert }),
	eapText("client_cert", "client_cert", func(e *schema.EAP) *schema.Attr[string] { return &e.ClientCert }),
	eapText("private_key", "private_key", func(e *schema.EAP) *schema.Attr[string] { return &e.PrivateKey }),
	eapSecret("private_key_passwd", "private_key_password", func(e *schema.EAP) *schema.Attr[schema.Secret] { return &e.PrivateKeyPassword }),
	{"phase2", "eap/phase2", writePhase2, readPhase2},
}

func fieldOf(key string) (field, bool) {
	i := slices.IndexFunc(fields, func(f field) bool { return f.key == key })
	if i < 0 {
		return field{}, false
	}
	return fields[i], true
}

// placed is a value with the place of the text that it was read from.
func placed[T any](value T, text schema.Attr[string]) schema.Attr[T] {
	return schema.Attr[T]{Value: value, Set: true, Range: text.Range}
}

func oneIf(yes bool) string { //nolint:revive // the flag is the value that is written
	if yes {
		return "1"
	}
	return ""
}

func readSSID(w *schema.Wifi, text schema.Attr[string]) error {
	name, err := unquoted(text.Value)
	if err != nil {
		return err
	}
	if len(name) > 32 {
		return errors.New("wants a name of at most 32 bytes")
	}
	w.SSID = placed(schema.SSID(name), text)
	return nil
}

func readHidden(w *schema.Wifi, text schema.Attr[string]) error {
	if text.Value != "0" && text.Value != "1" {
		return errors.New("wants 0 or 1")
	}
	w.Hidden = placed(text.Value == "1", text)
	return nil
}

func readBSSID(w *schema.Wifi, text schema.Attr[string]) error {
	if text.Value == "any" {
		return nil
	}
	mac, err := schema.ParseMAC(strings.Trim(text.Value, `"`))
	w.BSSID = placed(mac, text)
	w.BSSID.Bad = err != nil
	return err
}

func readBand(w *schema.Wifi, text schema.Attr[string]) error {
	name, err := bandOf(text.Value)
	if err == nil {
		w.Band = placed(name, text)
	}
	return err
}

// protections are the words of key_mgmt for those of a document.
var protections = []struct{ security, word string }{
	{schema.SecurityOpen, "NONE"},
	{schema.SecurityPSK, "WPA-PSK"},
	{schema.SecuritySAE, "SAE"},
	{schema.SecurityEAP, "WPA-EAP"},
}

func keyManagement(security string) string {
	for _, p := range protections {
		if p.security == security {
			return p.word
		}
	}
	return ""
}

func readKeyManagement(w *schema.Wifi, text schema.Attr[string]) error {
	for _, p := range protections {
		if p.word == text.Value {
			w.Security = placed(p.security, text)
			return nil
		}
	}
	return fmt.Errorf("of %s is not one of NONE, WPA-PSK, SAE and WPA-EAP; a document has one protection", text.Value)
}

// writeManagementFrames requires their protection where WPA3 does; without it
// an access point that allows nothing but WPA3 turns the station away.
func writeManagementFrames(w *schema.Wifi) (string, error) {
	if w.Protection() == schema.SecuritySAE {
		return "2", nil
	}
	return "", nil
}

func readManagementFrames(w *schema.Wifi, text schema.Attr[string]) error {
	if text.Value == "2" && w.Protection() == schema.SecuritySAE {
		return nil
	}
	if text.Value == "0" && w.Protection() != schema.SecuritySAE {
		return nil
	}
	return errors.New("is fixed by the protection in a document: 2 with SAE, 0 with any other")
}

func writePSK(w *schema.Wifi) (string, error) {
	if !w.PSK.Known() || inSAEPassword(w) {
		return "", nil
	}
	return pskText(w.PSK.Value.Reveal())
}

func readPSK(w *schema.Wifi, text schema.Attr[string]) error {
	psk, err := pskOf(text.Value)
	if err == nil && !w.PSK.Set {
		w.PSK = placed(schema.NewSecret(psk), text)
	}
	return err
}

// inSAEPassword tells whether the password is one of WPA3 that cannot be a
// pass-phrase of WPA2 too.
func inSAEPassword(w *schema.Wifi) bool {
	psk := w.PSK.Value.Reveal()
	return w.Protection() == schema.SecuritySAE && (!isPassphrase(psk) || !fitsQuotes(psk))
}

func writeSAEPassword(w *schema.Wifi) (string, error) {
	if !w.PSK.Known() || !inSAEPassword(w) {
		return "", nil
	}
	return quoted(w.PSK.Value.Reveal())
}

// readSAEPassword lets the password win over psk, as wpa_supplicant does.
func readSAEPassword(w *schema.Wifi, text schema.Attr[string]) error {
	password, err := unquoted(text.Value)
	if err == nil {
		w.PSK = placed(schema.NewSecret(password), text)
	}
	return err
}
