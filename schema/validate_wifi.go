package schema

import (
	"encoding/hex"
	"strings"
)

// wifiRules look at one network that a station joins.
var wifiRules = []func(*finder, *Wifi){
	(*finder).networkName,
	(*finder).protection,
	(*finder).passPhrase,
	(*finder).enterprise,
	(*finder).accessPoint,
	(*finder).bandProtection,
	(*finder).country,
}

// networkName: an SSID has 1 to 32 bytes (IEEE 802.11-2020, 9.4.2.2).
func (f *finder) networkName(w *Wifi) {
	switch size := len(w.SSID.Value); {
	case w.SSID.Bad || (!w.SSID.Set && w.unread.attrs):
	case !w.SSID.Set:
		f.refuse(w.Range, "Network without a name", `A station must know which network to join. Set ssid, or ssid_hex for a name that is not text.`)
	case size == 0:
		f.refuse(w.SSID.Range, "Empty network name", "An SSID has 1 to 32 bytes. For a network that hides its name give the name and hidden = true.")
	case size > 32:
		f.refuse(w.SSID.Range, "Network name too long", "An SSID has at most 32 bytes, and this one has %d; letters outside ASCII take two or more. Shorten it.", size)
	}
}

// protection compares what the network is said to be with the credentials.
func (f *finder) protection(w *Wifi) {
	if w.unread.any() || w.Security.Bad {
		return
	}
	switch protection := w.Protection(); protection {
	case "":
		f.refuse(w.Range, "Network without protection", `Neither security, psk nor eap is given. Give the credentials, or say security = "open" if everyone may read along.`)
	case SecurityOpen:
		f.openNetwork(w)
	case SecurityPSK, SecuritySAE:
		if !w.PSK.Set {
			f.refuse(w.Security.Range, "Missing pass-phrase", "A %s network is joined with a pass-phrase. Set psk.", protection)
		}
		if w.EAP != nil {
			f.refuse(w.EAP.Range, "Contradicting credentials", "The eap block is for wpa-eap, and the network is %s. Remove one of the two.", protection)
		}
	case SecurityEAP:
		if w.EAP == nil {
			f.refuse(w.Security.Range, "Missing eap block", "A wpa-eap network is joined with an identity. Add an eap block.")
		}
		if w.PSK.Set {
			f.refuse(w.PSK.Range, "Contradicting credentials", "psk is for wpa2-psk and wpa3-sae, and the network is wpa-eap. Remove it, or the eap block.")
		}
	}
}

func (f *finder) openNetwork(w *Wifi) {
	if w.PSK.Set {
		f.refuse(w.PSK.Range, "Contradicting credentials", "An open network has no pass-phrase. Remove psk, or say which security protects it.")
	}
	if w.EAP != nil {
		f.refuse(w.EAP.Range, "Contradicting credentials", "An open network asks for no identity. Remove the eap block, or the security.")
	}
}

// passPhrase: WPA2 makes a key of 8 to 63 bytes, or takes one of 64
// hexadecimal digits; a password for SAE has any length. Nothing about the
// secret itself may be said.
func (f *finder) passPhrase(w *Wifi) {
	if !w.PSK.Known() || w.Security.Bad {
		return
	}
	text, protection := w.PSK.Value.Reveal(), w.Protection()
	switch {
	case strings.ContainsFunc(text, isControl):
		f.refuse(w.PSK.Range, "Unsuitable pass-phrase", "A pass-phrase has no control characters such as line breaks. file() takes off one at the end only.")
	case protection == SecuritySAE && text == "":
		f.refuse(w.PSK.Range, "Empty pass-phrase", "A wpa3-sae network needs a password.")
	case protection == SecurityPSK && !isKey(text) && (len(text) < 8 || len(text) > 63):
		f.refuse(w.PSK.Range, "Unsuitable pass-phrase", "A pass-phrase has 8 to 63 bytes; a key has 64 hexadecimal digits. This is neither.")
	case strings.ContainsFunc(text, func(r rune) bool { return r > '~' }):
		f.warn(w.PSK.Range, "Unwise pass-phrase", "Letters outside ASCII are written differently by different systems, and the standard has none in pass-phrases. Choose another if the network does not accept it.")
	}
}

// isKey tells whether the text is a key rather than a pass-phrase.
func isKey(text string) bool {
	_, err := hex.DecodeString(text)
	return err == nil && len(text) == 64
}

func (f *finder) accessPoint(w *Wifi) {
	if w.BSSID.Known() && (w.BSSID.Value.IsZero() || w.BSSID.Value.Multicast()) {
		f.refuse(w.BSSID.Range, "Unsuitable bssid", "%s is not the address of an access point. Take it from a scan, or remove bssid.", w.BSSID.Value)
	}
}

// bandProtection: at 6 GHz access points offer WPA3 only.
func (f *finder) bandProtection(w *Wifi) {
	if protection := w.Protection(); w.Band.Or("") == Band6GHz && (protection == SecurityPSK || protection == SecurityOpen) {
		f.warn(w.Band.Range, "No such network on this band", "The standard leaves only WPA3 and its relatives at 6 GHz, and no access point offers %s there. Use wpa3-sae or wpa-eap, or another band.", protection)
	}
}

func (f *finder) country(w *Wifi) {
	code := w.Country
	if !code.Known() || isCountry(code.Value) {
		return
	}
	f.refuse(code.Range, "Unsuitable country", "%q is not a country's code. Use the two capital letters of ISO 3166-1, such as DE, or 00 for the whole world.", code.Value)
}

// isCountry tells whether the kernel takes the code; 00 stands for what is
// allowed in the whole world.
func isCountry(code string) bool {
	return code == "00" || len(code) == 2 && code[0] >= 'A' && code[0] <= 'Z' && code[1] >= 'A' && code[1] <= 'Z'
}

// countriesAgree: a host has one regulatory domain, and the last to set it wins.
func (f *finder) countriesAgree() {
	var first Attr[string]
	for _, w := range f.stations {
		switch {
		case !w.Country.Known() || !isCountry(w.Country.Value):
		case !first.Set:
			first = w.Country
		case first.Value != w.Country.Value:
			f.warn(w.Country.Range, "Two countries", "A host has one set of radio rules, and %s says %s. Say the same everywhere.", where(first.Range), first.Value)
		}
	}
}
