package netplan

import (
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// wifi makes the network of a wifi definition, nil for one of another section
// and for what would be another network with a part of it missing.
func (r *reader) wifi(d *definition) *schema.Wifi {
	if len(d.accessPoints) == 0 {
		return nil
	}
	for _, further := range d.accessPoints[1:] {
		r.refuseAt(further.place,
			"A document has one network for each station; this is a further one.")
	}
	a := d.accessPoints[0]
	if mode := a.mode.Or(infrastructure); mode != infrastructure {
		r.refuseAt(a.mode.Range, "A document has stations only, not mode "+mode+"; the network is left out.")
		return nil
	}
	w := &schema.Wifi{
		SSID: a.ssid, Hidden: a.hidden, BSSID: a.bssid, Band: a.band, Country: d.country, Range: a.place,
	}
	if r.protection(w, a); w.Security.Value == "" {
		return nil
	}
	return w
}

// protection makes what guards the network. A document always says it, for it
// cannot mean two things.
func (r *reader) protection(w *schema.Wifi, a *accessPoint) {
	w.Security = schema.Attr[string]{Value: schema.SecurityOpen, Set: true, Range: a.place}
	switch {
	case a.keyManagement.Known():
		w.Security.Range = a.keyManagement.Range
		w.Security.Value = r.security(a)
	case a.password.Known():
		r.refuseAt(a.password.Range,
			"A password beside the SSID allows WPA3 too from netplan 1.0 on; it is taken for wpa2-psk, which every version does.")
		w.Security.Value = schema.SecurityPSK
		w.PSK = a.password
		return
	case a.secret.Known():
		r.refuseAt(a.secret.Range,
			"Without key-management netplan leaves the network open.")
	}
	switch w.Security.Value {
	case schema.SecurityPSK, schema.SecuritySAE:
		w.PSK = a.secret
		if !a.secret.Known() {
			w.PSK = a.password
		}
	case schema.SecurityEAP:
		eap := a.eap
		eap.Password, eap.Range = a.secret, a.keyManagement.Range
		if strings.HasPrefix(a.secret.Value.Reveal(), "hash:") {
			r.refuseAt(a.secret.Range, "A document has passwords, not what their hashes are.")
			eap.Password = schema.Attr[schema.Secret]{}
		}
		w.EAP = &eap
	}
}

func (r *reader) security(a *accessPoint) string {
	for _, p := range protections {
		if p.word == a.keyManagement.Value {
			return p.security
		}
	}
	r.refuseAt(a.keyManagement.Range,
		"A document has no protection "+a.keyManagement.Value+"; the network is left out.")
	return ""
}
