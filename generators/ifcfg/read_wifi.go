package ifcfg

import (
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// wifi reads the network that a station joins. One without KEY_MGMT is open,
// or protected by WEP, whose variables are then left over.
func (c *config) wifi() *schema.Wifi {
	w := &schema.Wifi{Range: generators.Line(c.path, c.device.line)}
	if v, ok := c.get("ESSID"); ok {
		w.SSID = given(v, ssidOf(v.value))
	}
	if v, ok := c.get("MODE"); ok && !strings.EqualFold(v.value, "managed") && !strings.EqualFold(v.value, "auto") {
		c.refuse(v, "wants Managed: a document describes stations")
	}
	if c.yes("SSID_HIDDEN", false) {
		w.Hidden = c.flag(true, "SSID_HIDDEN")
	}
	if v, ok := c.get("BSSID"); ok {
		w.BSSID = c.mac(v)
	}
	if v, ok := c.get("BAND"); ok {
		w.Band = c.oneOf(v, bands, "wants a or bg")
	}
	c.security(w)
	return w
}

// ssidOf reads an ESSID as NetworkManager does.
func ssidOf(text string) schema.SSID {
	if looksHex.MatchString(text) {
		if ssid, err := schema.ParseSSIDHex(text[2:]); err == nil {
			return ssid
		}
	}
	return schema.SSID(text)
}

func (c *config) oneOf(v variable, known words, wants string) schema.Attr[string] {
	word, ok := known.ours(v.value)
	if !ok {
		c.refuse(v, wants)
		return schema.Attr[string]{}
	}
	return given(v, word)
}

func (c *config) security(w *schema.Wifi) {
	w.Security = given(variable{path: c.path, line: c.device.line}, schema.SecurityOpen)
	if v, ok := c.get("KEY_MGMT"); ok && v.value != "NONE" {
		w.Security = c.oneOf(v, keyManagement, "wants WPA-PSK, SAE or WPA-EAP")
	}
	if v, ok := c.get(keyPSK); ok {
		w.PSK = given(v, schema.NewSecret(v.value))
	}
	if w.Protection() == schema.SecurityEAP {
		w.EAP = c.eap()
	}
}

func (c *config) eap() *schema.EAP {
	eap := &schema.EAP{Range: generators.Line(c.path, c.device.line)}
	eap.Method = c.lowered(keyMethods)
	for _, row := range eapTexts {
		if row.key == keyInner {
			*row.at(eap) = c.lowered(row.key)
			continue
		}
		*row.at(eap) = c.text(row.key)
	}
	for _, row := range eapSecrets {
		if attr := c.text(row.key); attr.Set {
			*row.at(eap) = schema.Attr[schema.Secret]{Value: schema.NewSecret(attr.Value), Set: true, Range: attr.Range}
		}
	}
	return eap
}

// lowered reads a method, which NetworkManager takes in any case.
func (c *config) lowered(key string) schema.Attr[string] {
	v, ok := c.get(key)
	switch {
	case !ok:
		return schema.Attr[string]{}
	case len(fields(v.value)) > 1:
		c.refuse(v, "names several methods; a document names one")
		return schema.Attr[string]{}
	}
	return given(v, strings.ToLower(v.value))
}
