package netplan

import (
	"net/netip"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/schema"
)

// Keys of definitions that are looked up by more than their rows.
const (
	keyMatch      = "match"
	keySetName    = "set-name"
	keyInterfaces = "interfaces"
	keyParameters = "parameters"
	keyCountry    = "regulatory-domain"
)

// definition is one entry below ethernets, wifis, bonds or vlans.
type definition struct {
	// id is what other definitions call it. bondctl writes the link's name.
	id    string
	place hcl.Range

	// Of ethernets and wifis.
	hasMatch                         bool
	matchName, matchMAC, matchDriver schema.Attr[string]
	setName                          schema.Attr[string]
	country                          schema.Attr[string]
	accessPoints                     []*accessPoint
	// Of a profile that NetworkManager wrote. The controller is the bond's name,
	// or the uuid of its profile.
	profiles                   []*tree
	uuid, controller, portType schema.Attr[string]
	slaveSettings              schema.Settings

	// Of bonds.
	interfaces schema.List[string]
	settings   schema.Settings

	// Of vlans.
	vlanID schema.Attr[int]
	parent schema.Attr[string]

	// Of all. The renderer is that of the definition, its section or the host.
	renderer           string
	openVSwitch        bool
	mac                schema.Attr[schema.MAC]
	mtu                schema.Attr[int]
	linkLocal          schema.List[string]
	acceptRA           schema.Attr[bool]
	dhcp4, dhcp6       schema.Attr[bool]
	metric4, metric6   schema.Attr[int]
	addresses          schema.List[netip.Prefix]
	gateway4, gateway6 schema.Attr[netip.Addr]
	routes             []*route
	servers            schema.List[netip.Addr]
	search             schema.List[string]
}

// address adds one that is not there yet.
func (d *definition) address(added schema.Attr[netip.Prefix]) {
	if !slices.Contains(d.addresses.Values(), added.Value) {
		d.addresses.Items, d.addresses.Set = append(d.addresses.Items, added), true
	}
}

// route is an entry of routes.
type route struct {
	place  hcl.Range
	to     schema.Attr[string]
	via    schema.Attr[netip.Addr]
	metric schema.Attr[int]
	scope  schema.Attr[string]
	kind   schema.Attr[string]
	table  schema.Attr[int]
	onLink schema.Attr[bool]
}

// everywhere is the destination of the route that a document's gateway is. A
// document's own default routes are spelt as prefixes, so that reading the
// file tells the two apart; to netplan they are the same.
const everywhere = "default"

// linkScope is the scope of a route without a gateway.
const linkScope = "link"

// accessPoint is a network below access-points.
type accessPoint struct {
	ssid  schema.Attr[schema.SSID]
	place hcl.Range
	// password is that of the shorthand, which allows WPA3 too from netplan 1.0 on.
	password schema.Attr[schema.Secret]
	hidden   schema.Attr[bool]
	bssid    schema.Attr[schema.MAC]
	band     schema.Attr[string]
	mode     schema.Attr[string]
	// keyManagement and secret are of the auth mapping; for keys of kind psk
	// and sae the secret is the key, for eap the password.
	keyManagement schema.Attr[string]
	secret        schema.Attr[schema.Secret]
	eap           schema.EAP
	profile       *tree
}
