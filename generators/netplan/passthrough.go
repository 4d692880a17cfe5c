package netplan

import (
	"net/netip"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bondctl/bondctl/schema"
)

// NetworkManager keeps its profiles as definitions where it is built for that.
// What netplan has no key for stands below passthrough, as GROUP.KEY of a
// keyfile (src/parse-nm.c of netplan, nm-settings-keyfile(5)).

const (
	keyNetworkManager = "networkmanager"
	keyPassthrough    = "passthrough"
	keyInterfaceName  = "connection.interface-name"
	keyController     = "connection.controller"
	keyMaster         = "connection.master"
)

// profileKeys are those of a profile. Its name is nothing to a document.
var profileKeys = []row[definition]{
	quiet[definition]("name"),
	one("uuid", texts, func(d *definition) *schema.Attr[string] { return &d.uuid }),
	{key: keyPassthrough, read: readPassthrough},
}

// passthroughKeys are those of the groups whose keys are known one by one.
var passthroughKeys = []row[definition]{
	one(keyController, texts, func(d *definition) *schema.Attr[string] { return &d.controller }),
	one(keyMaster, texts, func(d *definition) *schema.Attr[string] { return &d.controller }),
	one("connection.port-type", texts, func(d *definition) *schema.Attr[string] { return &d.portType }),
	one("connection.slave-type", texts, func(d *definition) *schema.Attr[string] { return &d.portType }),
	one(keyInterfaceName, texts, func(d *definition) *schema.Attr[string] { return &d.matchName }),
	quiet[definition]("connection.timestamp"),
	usual[definition]("connection.autoconnect", "true"),
	usual[definition]("connection.autoconnect-priority", "0"),
	usual[definition]("connection.autoconnect-ports", "1"),
	usual[definition]("connection.autoconnect-slaves", "1"),
	usual[definition]("ethernet.wake-on-lan", "1"),
	one("ethernet.cloned-mac-address", macs, func(d *definition) *schema.Attr[schema.MAC] { return &d.mac }),
	one("wifi.cloned-mac-address", macs, func(d *definition) *schema.Attr[schema.MAC] { return &d.mac }),
	usual[definition]("wifi-security.auth-alg", "open"),
	usual[definition]("wifi-security.psk-flags", "0"),
	{key: "ipv4.method", read: readMethod4},
	{key: "ipv6.method", read: readMethod6},
	usual[definition]("ipv4.may-fail", "true"),
	usual[definition]("ipv6.may-fail", "true"),
	usual[definition]("ipv6.addr-gen-mode", "default"),
	usual[definition]("ipv6.ip6-privacy", "-1"),
	{key: "ipv4.dns-search", read: readSearch},
	{key: "ipv6.dns-search", read: readSearch},
}

var numberedAddress = regexp.MustCompile(`^ipv[46]\.address\d+$`)

// readPassthrough reads what netplan hands on to NetworkManager. A key without
// a value says nothing, nor does that which keeps an empty group.
func readPassthrough(r *reader, d *definition, t *tree) {
	for _, e := range r.entries(t) {
		group, key, _ := strings.Cut(e.key, ".")
		switch {
		case key == "_", e.value.kind == yaml.ScalarNode && e.value.text == "":
		case group == "bond":
			r.option(schema.BondScope, key, e, &d.settings)
		case group == "bond-port":
			r.option(schema.SlaveScope, key, e, &d.slaveSettings)
		case numberedAddress.MatchString(e.key):
			r.numberedAddress(d, e)
		default:
			readRow(r, passthroughKeys, d, e)
		}
	}
}

// option reads one of the driver's, as NetworkManager spells it.
func (r *reader) option(scope schema.Scope, word string, e entry, settings *schema.Settings) {
	option, ok := schema.OptionByWord(schema.NetworkManager, scope, word)
	if !ok {
		r.refuseKey(e)
		return
	}
	text, ok := r.scalar(e.value)
	if !ok {
		return
	}
	value, err := option.Parse(text)
	if err != nil {
		r.refuse(e.value, err.Error()+" for "+e.key)
		return
	}
	*settings = settings.With(schema.Setting{Option: option, Value: value, NameRange: e.place, Range: e.value.place})
}

// numberedAddress reads an address with the gateway behind it, the only place
// where NetworkManager 1.42 writes one. The address may be said already.
func (r *reader) numberedAddress(d *definition, e entry) {
	text, _ := r.scalar(e.value)
	address, gateway, behind := strings.Cut(text, ",")
	prefix, err := prefixes.read(address)
	if err != nil {
		r.refuse(e.value, err.Error())
		return
	}
	d.address(schema.Attr[netip.Prefix]{Value: prefix, Set: true, Range: e.value.place})
	at := &d.gateway4
	if prefix.Addr().Is6() {
		at = &d.gateway6
	}
	if via, err := addrs.read(gateway); err == nil && !at.Set {
		*at = schema.Attr[netip.Addr]{Value: via, Set: true, Range: e.value.place}
	} else if behind && err != nil {
		r.refuse(e.value, err.Error())
	}
}

func readMethod4(r *reader, _ *definition, t *tree) {
	if method := t.text; method != "manual" && method != "disabled" {
		r.refuse(t, "has no words for IPv4 by the method "+method)
	}
}

func readMethod6(r *reader, d *definition, t *tree) {
	listens := schema.Attr[bool]{Set: true, Range: t.place}
	switch t.text {
	case "ignore": // NetworkManager leaves IPv6 to the kernel
	case "disabled":
		d.linkLocal, d.acceptRA = schema.List[string]{Set: true, Range: t.place}, listens
	case "manual", "link-local":
		d.acceptRA = listens
	case "dhcp":
		d.dhcp6, d.acceptRA = schema.Attr[bool]{Value: true, Set: true, Range: t.place}, listens
	default:
		r.refuse(t, "has no words for IPv6 by the method "+t.text)
	}
}

// readSearch reads the domains of one family, each behind a semicolon.
func readSearch(_ *reader, d *definition, t *tree) {
	for _, domain := range strings.FieldsFunc(t.text, func(r rune) bool { return r == ';' || r == ',' }) {
		d.search.Items = append(d.search.Items, schema.Attr[string]{Value: domain, Set: true, Range: t.place})
		d.search.Set, d.search.Range = true, t.place
	}
}
