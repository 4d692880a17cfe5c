package schema

import "github.com/hashicorp/hcl/v2"

// Wifi is the network that a station joins.
type Wifi struct {
	SSID     Attr[SSID]
	Security Attr[string]
	// PSK is the pass-phrase of 8 to 63 bytes, or 64 hexadecimal digits; with
	// WPA3 the SAE password.
	PSK    Attr[Secret]
	EAP    *EAP
	Hidden Attr[bool]
	BSSID  Attr[MAC]
	Band   Attr[string]
	// Country is the ISO 3166-1 alpha-2 code of the regulatory domain.
	Country Attr[string]
	Range   hcl.Range
	unread  gaps
}

// The protections of a wireless network.
const (
	SecurityOpen = "open"
	SecurityPSK  = "wpa2-psk"
	SecuritySAE  = "wpa3-sae"
	SecurityEAP  = "wpa-eap"
)

// The bands of a wireless network.
const (
	Band2GHz = "2.4GHz"
	Band5GHz = "5GHz"
	Band6GHz = "6GHz"
)

// Protection gives the network's security: what the document says, or what
// follows from the credentials that it has; empty where neither tells.
func (w *Wifi) Protection() string {
	switch {
	case w.Security.Known():
		return w.Security.Value
	case w.EAP != nil:
		return SecurityEAP
	case w.PSK.Set:
		return SecurityPSK
	}
	return ""
}

// EAP is how a station proves itself to an enterprise network (IEEE 802.1X).
type EAP struct {
	Method            Attr[string]
	Identity          Attr[string]
	AnonymousIdentity Attr[string]
	Password          Attr[Secret]
	// Phase2 is the method inside the tunnel of peap and ttls.
	Phase2             Attr[string]
	CACert             Attr[string]
	ClientCert         Attr[string]
	PrivateKey         Attr[string]
	PrivateKeyPassword Attr[Secret]
	Range              hcl.Range
	unread             gaps
}
