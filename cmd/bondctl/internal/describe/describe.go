// Package describe says as a document what a kernel runs: the way back from
// what package plan plans for. A plan for that document finds nothing to do, but
// for what a document cannot say and for links that are down. It is pure.
package describe

import (
	"fmt"
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// Description is what a kernel runs.
type Description struct {
	Document *schema.Document
	// Notes say what had to be chosen.
	Notes []schema.Note
	// Unsaid are sentences on what a document cannot say.
	Unsaid []string
}

// What the kernel calls links, and the numbers of hardware (ARPHRD_*).
const (
	kindVLAN = "vlan"
	kindVeth = "veth"
	ethernet = 1
	loopback = "lo"
)

// ethernetMTU is what a link has that nobody told otherwise, in bytes.
const ethernetMTU = 1500

// Kernel describes the bonds, their slaves and VLANs, and the links beside them
// that carry addresses or VLANs. The stations are those of the same kernel; what
// they need to join their networks no kernel tells. Options that the driver has
// by itself are left out.
func Kernel(state *kernel.State, stations []kernel.Station) Description {
	d := &describer{state: state, stations: stations, doc: &schema.Document{}}
	for _, l := range state.Links {
		d.link(l)
	}
	d.otherRouting()
	return Description{d.doc, d.notes, d.unsaid}
}

// describer collects a document and the notes about it.
type describer struct {
	state    *kernel.State
	stations []kernel.Station
	doc      *schema.Document
	notes    []schema.Note
	unsaid   []string
}

func (d *describer) note(path, format string, values ...any) {
	d.notes = append(d.notes, schema.Note{Path: path, Text: fmt.Sprintf(format, values...)})
}

func (d *describer) cannotSay(format string, values ...any) {
	d.unsaid = append(d.unsaid, fmt.Sprintf(format, values...))
}

func (d *describer) link(l *kernel.Link) {
	switch {
	case l.Name == loopback:
	case l.Bond != nil:
		d.bond(l)
	case l.Slave != nil: // its bond has it
	case l.Kind == kindVLAN:
		d.strayVLAN(l)
	case !d.isBusy(l.Name):
	case isCard(l):
		d.card(l)
	default:
		d.cannotSay("%s is not described: bondctl has no word for a link of the kind %s. It stays as it is.", l.Name, kindOf(l))
	}
}

// isCard tells whether a link is one that is there without being made: hardware, or
// the near end of a container's virtual cable.
func isCard(l *kernel.Link) bool {
	return l.Hardware == ethernet && (l.Kind == "" || l.Kind == kindVeth)
}

func kindOf(l *kernel.Link) string {
	if l.Kind == "" {
		return fmt.Sprintf("of hardware %d (ARPHRD_*)", l.Hardware)
	}
	return l.Kind
}

// isBusy tells whether somebody has given a link addresses, routes or VLANs.
func (d *describer) isBusy(name string) bool {
	return slices.ContainsFunc(d.state.Addresses, func(a kernel.Address) bool { return a.Link == name && isGlobal(a) }) ||
		slices.ContainsFunc(d.state.Routes, func(r kernel.Route) bool { return r.Link == name && isStatic(r) }) ||
		len(d.vlansOn(name)) > 0
}

// card describes a link outside bonds.
func (d *describer) card(l *kernel.Link) {
	link := &schema.Link{Kind: schema.Ethernet, Name: schema.Given(l.Name)}
	if l.Wireless {
		link.Kind, link.Wifi = schema.WifiLink, &schema.Wifi{}
	}
	path := string(link.Kind) + "/" + l.Name
	d.standing(l, path)
	if link.Wifi != nil {
		d.station(l.Name, path, link.Wifi)
	}
	link.Network = d.network(l, path, ethernetMTU)
	if !l.PermanentMAC.IsZero() && l.MAC != l.PermanentMAC {
		link.MACAddress = schema.Given(l.MAC)
	}
	link.VLANs = d.vlans(l, path)
	d.doc.Links = append(d.doc.Links, link)
}
