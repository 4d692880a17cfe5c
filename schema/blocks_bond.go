package schema

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

var (
	bondOptions  = OptionsOf(BondScope)
	slaveOptions = OptionsOf(SlaveScope)
)

var bondFields = within(networkFields, func(b *Bond) *Network { return &b.Network })

var wifiFields = []field[Wifi]{
	one("ssid", "Name of the network.", ssidCodec, func(w *Wifi) *Attr[SSID] { return &w.SSID }).
		writtenWhere(func(w *Wifi) bool { return w.SSID.Value.isText() }),
	one("ssid_hex", "Name of the network in hexadecimal digits, for names that are not text.", ssidHexCodec,
		func(w *Wifi) *Attr[SSID] { return &w.SSID }).
		formOf("ssid", func(w *Wifi) bool { return !w.SSID.Value.isText() }),
	one("security", "Protection of the network; by default what the credentials imply.",
		enumCodec(SecurityOpen, SecurityPSK, SecuritySAE, SecurityEAP),
		func(w *Wifi) *Attr[string] { return &w.Security }).
		effective(func(w *Wifi) (string, bool) { return w.Protection(), w.Protection() != "" }),
	one("psk", "Pass-phrase of 8 to 63 bytes, or key of 64 hexadecimal digits; with wpa3-sae the password.", secretCodec,
		func(w *Wifi) *Attr[Secret] { return &w.PSK }).hidden(),
	one("hidden", "Whether the network does not announce its name.", boolCodec,
		func(w *Wifi) *Attr[bool] { return &w.Hidden }).
		effective(func(w *Wifi) (string, bool) { return "true", w.Hidden.Or(false) }),
	one("bssid", "Ethernet address of the one access point to use.", macCodec, func(w *Wifi) *Attr[MAC] { return &w.BSSID }),
	one("band", "Band to use.", enumCodec(Band2GHz, Band5GHz, Band6GHz), func(w *Wifi) *Attr[string] { return &w.Band }),
	one("country", "Country whose radio rules hold, such as DE (ISO 3166-1).", textCodec,
		func(w *Wifi) *Attr[string] { return &w.Country }),
}

var eapFields = []field[EAP]{
	one("method", "EAP method.", enumCodec("peap", "ttls", "tls", "pwd"), func(e *EAP) *Attr[string] { return &e.Method }).must(),
	one("identity", "Identity given inside the tunnel.", textCodec, func(e *EAP) *Attr[string] { return &e.Identity }).must(),
	one("anonymous_identity", "Identity given in clear, outside the tunnel.", textCodec,
		func(e *EAP) *Attr[string] { return &e.AnonymousIdentity }),
	one("password", "Password of the identity.", secretCodec, func(e *EAP) *Attr[Secret] { return &e.Password }).hidden(),
	one("phase2", "Method inside the tunnel of peap and ttls.", enumCodec("mschapv2", "mschap", "chap", "pap", "md5", "gtc"),
		func(e *EAP) *Attr[string] { return &e.Phase2 }),
	one("ca_cert", "File with the certificate that must have signed the server's.", textCodec,
		func(e *EAP) *Attr[string] { return &e.CACert }),
	one("client_cert", "File with the client's certificate, for tls.", textCodec, func(e *EAP) *Attr[string] { return &e.ClientCert }),
	one("private_key", "File with the client's private key, for tls.", textCodec, func(e *EAP) *Attr[string] { return &e.PrivateKey }),
	one("private_key_password", "Password of the private key.", secretCodec,
		func(e *EAP) *Attr[Secret] { return &e.PrivateKeyPassword }).hidden(),
}

// dialFields are those that only a ppp block has.
var dialFields = []field[Link]{
	one("peer", "Name of the file in /etc/ppp/peers that dials; unset where something else brings the link up.", textCodec,
		func(l *Link) *Attr[string] { return &l.Peer }),
	one("ipv6", "Whether the ends agree on IPv6 too (IPV6CP), and a fallback may use the link for it; unset leaves that to the peer's file, and a fallback uses IPv4 alone.", boolCodec,
		func(l *Link) *Attr[bool] { return &l.NegotiatesIPv6 }),
}

var pppFields = slices.Concat(dialFields, within(networkFields[:1], func(l *Link) *Network { return &l.Network }))

// negotiatedFields are those that a ppp block has not.
var negotiatedFields = networkFields[1:]

var ethernetFields = within(networkFields, func(l *Link) *Network { return &l.Network })

// linkBlocks are the inner blocks of everything that carries addresses and VLANs.
var linkBlocks = append(slices.Clip(networkBlocks), block("vlan", "id"))

var (
	bondSchema     = bodySchema(bondFields, bondOptions, append([]hcl.BlockHeaderSchema{block("slave", "name")}, linkBlocks...)...)
	slaveSchema    = bodySchema([]field[Slave]{}, slaveOptions, block("wifi"))
	wifiSchema     = bodySchema(wifiFields, nil, block("eap"))
	eapSchema      = bodySchema(eapFields, nil)
	ethernetSchema = bodySchema(ethernetFields, nil, linkBlocks...)
	wifiLinkSchema = bodySchema(append(within(wifiFields, func(l *Link) *Wifi { return l.Wifi }), ethernetFields...), nil,
		append(slices.Clip(linkBlocks), block("eap"))...)
	pppSchema = bodySchema(pppFields, nil, block("dns"), block("route", "destination"))
)

func labelValue(b *hcl.Block) cty.Value { return cty.StringVal(b.Labels[0]) }

func (d *decoder) bond(b *hcl.Block) *Bond {
	bond := &Bond{Name: label(b), Range: b.DefRange}
	content := d.bodyOf(b, bondSchema, &bond.unread)
	bond.Settings = d.settings(bondOptions, content)
	decodeFields(d, bondFields, content, bond)
	eachOfType(content, "slave", func(b *hcl.Block) { bond.Slaves = append(bond.Slaves, d.slave(b)) })
	d.network(content, &bond.Network)
	bond.VLANs = d.vlans(content)
	return bond
}

func (d *decoder) slave(b *hcl.Block) *Slave {
	slave := &Slave{Name: label(b), Range: b.DefRange}
	content := d.bodyOf(b, slaveSchema, &slave.unread)
	slave.Settings = d.settings(slaveOptions, content)
	if w, ok := d.single(content, "wifi"); ok {
		var unread gaps
		slave.Wifi = d.wifi(w.DefRange, d.bodyOf(w, wifiSchema, &unread))
		slave.Wifi.unread = unread
	}
	return slave
}

func (d *decoder) wifi(place hcl.Range, content *hcl.BodyContent) *Wifi {
	wifi := &Wifi{Range: place}
	decodeFields(d, wifiFields, content, wifi)
	d.oneSSID(content)
	if b, ok := d.single(content, "eap"); ok {
		wifi.EAP = &EAP{Range: b.DefRange}
		decodeFields(d, eapFields, d.bodyOf(b, eapSchema, &wifi.EAP.unread), wifi.EAP)
	}
	return wifi
}

// oneSSID reports a network that is named twice.
func (d *decoder) oneSSID(content *hcl.BodyContent) {
	hex, both := content.Attributes["ssid_hex"]
	if _, text := content.Attributes["ssid"]; !both || !text {
		return
	}
	d.diags = append(d.diags, &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "Network named twice",
		Detail:   "ssid and ssid_hex both name the network. Remove one of them.",
		Subject:  hex.NameRange.Ptr(),
	})
}

func (d *decoder) ethernet(b *hcl.Block) *Link {
	link := &Link{Kind: Ethernet, Name: label(b), Range: b.DefRange}
	d.linkBody(d.bodyOf(b, ethernetSchema, &link.unread), link)
	return link
}

func (d *decoder) wifiLink(b *hcl.Block) *Link {
	link := &Link{Kind: WifiLink, Name: label(b), Range: b.DefRange}
	content := d.bodyOf(b, wifiLinkSchema, &link.unread)
	link.Wifi = d.wifi(b.DefRange, content)
	link.Wifi.unread = link.unread
	d.linkBody(content, link)
	return link
}

func (d *decoder) linkBody(content *hcl.BodyContent, link *Link) {
	decodeFields(d, ethernetFields, content, link)
	d.network(content, &link.Network)
	link.VLANs = d.vlans(content)
}

func (d *decoder) ppp(b *hcl.Block) *Link {
	link := &Link{Kind: PPP, Name: label(b), Range: b.DefRange}
	content := d.bodyOf(b, pppSchema, &link.unread)
	decodeFields(d, pppFields, content, link)
	d.network(content, &link.Network)
	return link
}
