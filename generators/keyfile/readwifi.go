package keyfile

import (
	"errors"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

func (p *reading) wifi() *schema.Wifi {
	w := &schema.Wifi{
		SSID:   attr(p, "wifi", "ssid", parseSSID),
		Hidden: attr(p, "wifi", "hidden", parseBool),
		BSSID:  attr(p, "wifi", "bssid", schema.ParseMAC),
		Band:   attr(p, "wifi", "band", parseBand),
		PSK:    attr(p, "wifi-security", "psk", parseSecret),
		Range:  p.place,
	}
	w.Security = attr(p, "wifi-security", "key-mgmt", parseProtection)
	if !w.Security.Known() && !p.has("wifi-security") {
		w.Security = schema.Attr[string]{Value: schema.SecurityOpen, Set: true, Range: p.place}
	}
	if p.has("802-1x") {
		w.EAP = p.eap()
	}
	return w
}

func parseBand(text string) (string, error) {
	for _, b := range bands {
		if b.word == text {
			return b.band, nil
		}
	}
	return "", errors.New("wants a or bg")
}

// parseProtection reads key-mgmt; none is what older profiles of open
// networks have, and those with WEP, whose keys are reported.
func parseProtection(text string) (string, error) {
	if text == "none" {
		return schema.SecurityOpen, nil
	}
	for _, protection := range protections {
		if protection.word == text {
			return protection.security, nil
		}
	}
	return "", errors.New("is none that a document has a word for")
}

func (p *reading) eap() *schema.EAP {
	e := &schema.EAP{Range: p.place}
	for i, method := range list(p, "802-1x", "eap", parseText) {
		if i > 0 {
			p.notUnderstood(method.Range.Start.Line, "A document has one EAP method, and this is the first")
			break
		}
		e.Method = method
	}
	for _, row := range eapTexts {
		*row.at(e) = attr(p, "802-1x", row.key, parseText)
	}
	for _, row := range eapFiles {
		*row.at(e) = attr(p, "802-1x", row.key, parsePath)
	}
	for _, row := range eapSecrets {
		*row.at(e) = attr(p, "802-1x", row.key, parseSecret)
	}
	return e
}

// parsePath reads the path of a file, as it is or as a URL that is not percent-encoded.
func parsePath(text string) (string, error) {
	path := strings.TrimPrefix(text, "file://")
	if !strings.HasPrefix(path, "/") {
		return "", errors.New("wants a file by its path from / on")
	}
	return path, nil
}
