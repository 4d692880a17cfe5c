package keyfile

import (
	"errors"
	"path"
	"regexp"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

func (p *reading) wifi() *schema.Wifi {
	w := &schema.Wifi{
		SSID:   attr(p, "wifi", "ssid", parseSSID),
		Hidden: attr(p, "wifi", "hidden", parseBool),
		BSSID:  attr(p, "wifi", "bssid", parseMAC),
		Band:   attr(p, "wifi", "band", parseBand),
		PSK:    p.secret("wifi-security", "psk"),
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
		*row.at(e) = attr(p, "802-1x", row.key, p.certificate)
	}
	for _, row := range eapSecrets {
		*row.at(e) = p.secret("802-1x", row.key)
	}
	return e
}

// certificates are the names that NetworkManager takes for files without a
// slash in them (has_cert_ext).
var certificates = regexp.MustCompile(`/|\.(pem|cert|crt|cer|p12|der|key)$`)

// certificate reads the path of a file, as it is or as a URL that is not
// percent-encoded. One that is relative is in the profile's own directory.
func (p *reading) certificate(text string) (string, error) {
	name := strings.TrimPrefix(text, "file://")
	switch {
	case strings.HasPrefix(name, "/"):
		return name, nil
	case strings.HasPrefix(name, "data:"), strings.HasPrefix(name, "pkcs11:"), !certificates.MatchString(name):
		return "", errors.New("wants a file by its path")
	}
	return path.Join(path.Dir(p.path), path.Base(name)), nil
}

// The flags of a secret that is not in the file (NMSettingSecretFlags).
const (
	agentOwned = 1
	notSaved   = 2
)

// secret reads a secret, and reports one that is kept elsewhere.
func (p *reading) secret(section, key string) schema.Attr[schema.Secret] {
	secret := attr(p, section, key, parseSecret)
	flags := attr(p, section, key+"-flags", parseNumber)
	if flags.Value&(agentOwned|notSaved) != 0 && !secret.Known() {
		p.notUnderstood(flags.Range.Start.Line, "The profile has no "+key+
			": NetworkManager asks an agent in the user's session for it, or the user")
	}
	return secret
}
