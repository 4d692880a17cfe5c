package netplan

import (
	"math"
	"net/netip"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/bondctl/bondctl/schema"
)

// The tables of keys, in the order in which they are written.

var metrics = numbers(0, math.MaxInt32)

// linkKeys are those of every definition.
var linkKeys = []row[definition]{
	one("macaddress", macs, func(d *definition) *schema.Attr[schema.MAC] { return &d.mac }),
	one("mtu", numbers(68, 65535), func(d *definition) *schema.Attr[int] { return &d.mtu }),
	one("dhcp4", bools, func(d *definition) *schema.Attr[bool] { return &d.dhcp4 }),
	inner("dhcp4-overrides",
		dhcpOverrides(func(d *definition) *schema.Attr[int] { return &d.metric4 })...),
	one("dhcp6", bools, func(d *definition) *schema.Attr[bool] { return &d.dhcp6 }),
	inner("dhcp6-overrides",
		dhcpOverrides(func(d *definition) *schema.Attr[int] { return &d.metric6 })...),
	many(keyLinkLocal, yaml.FlowStyle, texts, func(d *definition) *schema.List[string] { return &d.linkLocal }),
	one("accept-ra", bools, func(d *definition) *schema.Attr[bool] { return &d.acceptRA }),
	{key: "addresses", write: addresses.write, read: readAddresses},
	{key: "routes", write: writeRoutes, read: readRoutes},
	foreign(one("gateway4", addrs, func(d *definition) *schema.Attr[netip.Addr] { return &d.gateway4 })),
	foreign(one("gateway6", addrs, func(d *definition) *schema.Attr[netip.Addr] { return &d.gateway6 })),
	inner("nameservers",
		many("addresses", yaml.FlowStyle, addrs, func(d *definition) *schema.List[netip.Addr] { return &d.servers }),
		many("search", yaml.FlowStyle, texts, func(d *definition) *schema.List[string] { return &d.search })),
	{key: keyRenderer, read: func(r *reader, _ *definition, t *tree) { r.checkRenderer(t) }},
	{key: keyNetworkManager, read: func(_ *reader, d *definition, t *tree) { d.profiles = append(d.profiles, t) }},
	{key: "openvswitch", read: readOpenVSwitch},
	usual[definition]("optional", no...),
	usual[definition]("critical", no...),
	usual[definition]("ignore-carrier", no...),
	usual[definition]("ipv6-privacy", no...),
	usual[definition]("dhcp-identifier", "duid"),
}

// addresses are those of both families.
var addresses = many("addresses", 0, prefixes, func(d *definition) *schema.List[netip.Prefix] { return &d.addresses })

// dhcpOverrides are the keys of what a lease may change. A document takes all
// that it brings.
func dhcpOverrides(metric func(*definition) *schema.Attr[int]) []row[definition] {
	rows := []row[definition]{one("route-metric", metrics, metric)}
	for _, key := range []string{"use-dns", "use-ntp", "use-hostname", "use-mtu", "use-routes", "send-hostname"} {
		rows = append(rows, usual[definition](key, yes...))
	}
	return append(rows, usual[definition]("use-domains", no...))
}

// deviceKeys are those of ethernets.
var deviceKeys = withLinkKeys(
	row[definition]{key: keyMatch, read: readMatch},
	foreign(one(keySetName, texts, func(d *definition) *schema.Attr[string] { return &d.setName })),
	usual[definition]("wakeonlan", no...),
	usual[definition]("emit-lldp", no...),
)

var matchKeys = []row[definition]{
	one("name", texts, func(d *definition) *schema.Attr[string] { return &d.matchName }),
	one("macaddress", texts, func(d *definition) *schema.Attr[string] { return &d.matchMAC }),
	{key: "driver", read: readDriver},
}

var wifiKeys = slices.Concat([]row[definition]{
	one(keyCountry, texts, func(d *definition) *schema.Attr[string] { return &d.country }),
	{key: keyAccessPoints, write: writeAccessPoints, read: readAccessPoints},
}, deviceKeys)

var bondKeys = withLinkKeys(
	many(keyInterfaces, yaml.FlowStyle, texts, func(d *definition) *schema.List[string] { return &d.interfaces }),
	row[definition]{key: keyParameters, write: writeParameters, read: readParameters},
)

var vlanKeys = withLinkKeys(
	one("id", numbers(1, 4094), func(d *definition) *schema.Attr[int] { return &d.vlanID }),
	one("link", texts, func(d *definition) *schema.Attr[string] { return &d.parent }),
)

func withLinkKeys(rows ...row[definition]) []row[definition] { return slices.Concat(rows, linkKeys) }

var routeKeys = []row[route]{
	one("to", texts, func(r *route) *schema.Attr[string] { return &r.to }),
	one("via", addrs, func(r *route) *schema.Attr[netip.Addr] { return &r.via }),
	one("scope", texts, func(r *route) *schema.Attr[string] { return &r.scope }),
	one("metric", metrics, func(r *route) *schema.Attr[int] { return &r.metric }),
	foreign(one("type", texts, func(r *route) *schema.Attr[string] { return &r.kind })),
	foreign(one("table", numbers(0, math.MaxInt32), func(r *route) *schema.Attr[int] { return &r.table })),
	foreign(one("on-link", bools, func(r *route) *schema.Attr[bool] { return &r.onLink })),
}

// accessPointKeys are those of a network. Its password is below auth always:
// beside the SSID it means WPA2 to netplan 0.106, and WPA2 or WPA3 from 1.0 on.
var accessPointKeys = []row[accessPoint]{
	one("hidden", bools, func(a *accessPoint) *schema.Attr[bool] { return &a.hidden }),
	one("bssid", macs, func(a *accessPoint) *schema.Attr[schema.MAC] { return &a.bssid }),
	one("band", bands, func(a *accessPoint) *schema.Attr[string] { return &a.band }),
	foreign(one("mode", texts, func(a *accessPoint) *schema.Attr[string] { return &a.mode })),
	foreign(one("password", secrets, func(a *accessPoint) *schema.Attr[schema.Secret] { return &a.password })),
	inner("auth", authKeys...),
	{key: keyNetworkManager, read: func(_ *reader, a *accessPoint, t *tree) { a.profile = t }},
}

var authKeys = []row[accessPoint]{
	one("key-management", texts, func(a *accessPoint) *schema.Attr[string] { return &a.keyManagement }),
	one("method", texts, func(a *accessPoint) *schema.Attr[string] { return &a.eap.Method }),
	one("identity", quotedTexts, func(a *accessPoint) *schema.Attr[string] { return &a.eap.Identity }),
	one("anonymous-identity", quotedTexts, func(a *accessPoint) *schema.Attr[string] { return &a.eap.AnonymousIdentity }),
	one("password", secrets, func(a *accessPoint) *schema.Attr[schema.Secret] { return &a.secret }),
	one("phase2-auth", phases, func(a *accessPoint) *schema.Attr[string] { return &a.eap.Phase2 }),
	one("ca-certificate", quotedTexts, func(a *accessPoint) *schema.Attr[string] { return &a.eap.CACert }),
	one("client-certificate", quotedTexts, func(a *accessPoint) *schema.Attr[string] { return &a.eap.ClientCert }),
	one("client-key", quotedTexts, func(a *accessPoint) *schema.Attr[string] { return &a.eap.PrivateKey }),
	one("client-key-password", secrets, func(a *accessPoint) *schema.Attr[schema.Secret] { return &a.eap.PrivateKeyPassword }),
}

// section is a key below network with definitions.
type section struct {
	key  string
	rows []row[definition]
}

// The sections in the order in which they are written.
const (
	ethernets = iota
	wifis
	bonds
	vlans
)

var sections = [...]section{
	ethernets: {"ethernets", deviceKeys},
	wifis:     {"wifis", wifiKeys},
	bonds:     {"bonds", bondKeys},
	vlans:     {"vlans", vlanKeys},
}

func writeRoutes(d *definition) *yaml.Node {
	if len(d.routes) == 0 {
		return nil
	}
	items := make([]*yaml.Node, len(d.routes))
	for i, r := range d.routes {
		items[i] = compose(routeKeys, r)
	}
	return sequence(0, items)
}

func writeAccessPoints(d *definition) *yaml.Node {
	m := mapping()
	for _, a := range d.accessPoints {
		put(m, quoted(string(a.ssid.Value)), orNothing(compose(accessPointKeys, a)))
	}
	return filled(m)
}
