// Package networkd writes and reads the files of systemd-networkd, and those
// of wpa_supplicant that join its links to Wi-Fi. It is pure.
//
// A link has a .network file, a bond or VLAN a .netdev file too; one .link file
// is for all bonds whose addresses nobody chose. The first .network file by
// name that matches a link holds for it, so the names begin with a number.
package networkd

import (
	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/wpa"
	"github.com/bondctl/bondctl/schema"
)

const (
	dir    = "/etc/systemd/network"
	wpaDir = "/etc/wpa_supplicant"
	prefix = "10-bondctl-"
)

// Backend gives the generator and the reader of systemd-networkd's files.
func Backend() *generators.Backend {
	return &generators.Backend{
		Name:     "networkd",
		Summary:  "systemd-networkd: " + dir + ", and wpa_supplicant for Wi-Fi",
		Dirs:     []string{dir, wpaDir},
		Generate: generate,
		Read:     read,
		Sources:  sources(),
		Mentions: mentions,
		LetGo:    letGo,
		Secret:   wpa.Secret,
	}
}

// generator collects the files of one document.
type generator struct {
	header string
	report *generators.Report
	files  []generators.File
	// unaddressed are the bonds whose Ethernet addresses nobody chose.
	unaddressed []string
}

func generate(doc *schema.Document, report *generators.Report) []generators.File {
	g := &generator{header: generators.Header(doc), report: report}
	for _, b := range doc.Bonds {
		g.bond(b)
	}
	for _, l := range doc.Links {
		g.link(l)
	}
	g.leaveAddresses()
	return g.files
}

// carrier is a link that carries addresses, with the path of its statements.
type carrier struct {
	path, name string
	network    *schema.Network
	// virtual is set for a link that systemd-networkd makes.
	virtual bool
	wifi    *schema.Wifi
	vlans   []*schema.VLAN
}

func (g *generator) link(l *schema.Link) {
	path := string(l.Kind) + "/" + l.Name.Value
	switch {
	case l.Kind == schema.PPP:
		g.ppp(path, l)
	case g.canName(path, l.Name):
		g.carrier(carrier{path: path, name: l.Name.Value, network: g.withinIPv6(path, l.Network), wifi: l.Wifi, vlans: l.VLANs})
	}
}

// carrier writes a link's .network file, and below it those of its VLANs.
func (g *generator) carrier(c carrier) {
	var names []string
	for _, v := range c.vlans {
		if g.vlan(c, v) {
			names = append(names, v.Name(c.name))
		}
	}
	g.wifi(c.path, c.name, c.wifi)
	g.network(c, names)
}

// vlan writes the files of a VLAN, and tells whether it can be said.
func (g *generator) vlan(parent carrier, v *schema.VLAN) bool {
	name := schema.Attr[string]{Value: v.Name(parent.name), Set: true, Range: v.Range}
	path := parent.path + "/vlan/" + decimal(v.ID.Value)
	if !g.canName(path, name) {
		return false
	}
	network := g.withinIPv6(path, v.Network)
	g.file(path, prefix+name.Value+".netdev",
		netDev(name.Value, "vlan", network),
		section{name: "VLAN", entries: entries("Id", decimal(v.ID.Value))})
	g.carrier(carrier{path: path, name: name.Value, network: network, virtual: true})
	return true
}
