package ifupdown

import (
	"slices"
	"strconv"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// assembly makes a document of what the stanzas say.
type assembly struct {
	*interfaces
	// links are in the order in which the files first name them.
	links  []*link
	byName map[string]*link
	// slaves are those of each bond, enslaved the bond of each slave.
	slaves   map[string][]schema.Attr[string]
	enslaved map[string]string
	// carriers are the lists for the VLANs on each link that may have some.
	carriers map[string]*[]*schema.VLAN
	doc      *schema.Document
}

func read(files []generators.File, report *generators.Report) *schema.Document {
	a := gather(files, report)
	for _, l := range a.links {
		for _, name := range l.starts {
			a.starting(name.Value, name.Range)
		}
	}
	a.enslave()
	a.startsNothing()
	for _, l := range a.links {
		a.take(l)
	}
	for _, l := range a.links {
		a.putVLAN(l)
	}
	return a.doc
}

// gather adds up what the stanzas say of each link.
func gather(files []generators.File, report *generators.Report) *assembly {
	a := &assembly{
		interfaces: readInterfaces(files, report),
		byName:     map[string]*link{},
		slaves:     map[string][]schema.Attr[string]{},
		enslaved:   map[string]string{},
		carriers:   map[string]*[]*schema.VLAN{},
		doc:        &schema.Document{Name: "ifupdown"},
	}
	for _, b := range a.blocks {
		if !a.templates[b.name] || a.starts(b.name) {
			readBlock(a.link(b.name, b.place), b, report)
		}
	}
	return a
}

// link finds the link of a name, and makes it where it is new.
func (a *assembly) link(name string, place hcl.Range) *link {
	l, ok := a.byName[name]
	if !ok {
		l = &link{name: name, place: place}
		a.byName[name] = l
		a.links = append(a.links, l)
	}
	return l
}

// take puts a link into the document, but for VLANs and slaves, which go with
// what carries them.
func (a *assembly) take(l *link) {
	if l.loopback || a.enslaved[l.name] != "" || l.isLeftOut() {
		return
	}
	a.settle(l)
	if !a.starts(l.name) {
		a.notUnderstood(l, "Nothing brings "+l.name+" up at boot; the links of a document always are.")
	}
	a.strayed(l, l.slaveSettings)
	if l.bridge.Known() {
		a.report.NotUnderstood(l.bridge.Range.Filename, l.bridge.Range.Start.Line, "A document has nothing like wpa-bridge for what is no slave of a bond.")
	}
	switch {
	case l.bond:
		a.bond(l)
	case !l.isVLAN():
		a.outside(l)
	}
}

// startsNothing reports names of auto and the like that have no stanza. That of
// a slave is no use, and no harm.
func (a *assembly) startsNothing() {
	var names []string
	for name := range a.started {
		if a.byName[name] == nil && a.enslaved[name] == "" && name != loopback && name != "all" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		place := a.started[name]
		a.report.NotUnderstood(place.Filename, place.Start.Line, name+" has no iface stanza, so nothing brings it up.")
	}
}

// notUnderstood reports something about a link as a whole.
func (a *assembly) notUnderstood(l *link, why string) {
	a.report.NotUnderstood(l.place.Filename, l.place.Start.Line, why)
}

// isLeftOut tells whether reports have said that the link is nothing that a
// document can have.
func (l *link) isLeftOut() bool { return l.foreign || !l.plain && !l.bond }

// settle decides what depends on all stanzas of a link: one that only the
// method manual brings up, without IPv6, has no IP of its own.
func (a *assembly) settle(l *link) {
	n := &l.network
	if !l.noIPv6 {
		return
	}
	if n.IPv6 != nil || n.IPv4 == nil || len(n.IPv4.Addresses.Items) > 0 || n.IPv4.DHCP.Set {
		a.notUnderstood(l, "A document turns IPv6 off only where a link has no IP at all.")
		return
	}
	n.IPv4 = nil
}

// strayed reports options of slaves on what is none.
func (a *assembly) strayed(l *link, settings schema.Settings) {
	for _, s := range settings {
		a.report.NotUnderstood(s.NameRange.Filename, s.NameRange.Start.Line,
			s.Option.Name+" belongs to a slave, and "+l.name+" is none.")
	}
}

// outside makes a link that is no bond.
func (a *assembly) outside(l *link) {
	made := &schema.Link{
		Kind: schema.Ethernet, Name: placed(l.name, l.place), Network: l.network, Peer: l.peer, NegotiatesIPv6: l.negotiatesIPv6, Range: l.place,
		Wifi: a.wifi(l),
	}
	switch {
	case l.ppp:
		made.Kind = schema.PPP
	case made.Wifi != nil:
		made.Kind = schema.WifiLink
	}
	a.addLink(made)
}

func (a *assembly) addLink(made *schema.Link) {
	a.doc.Links = append(a.doc.Links, made)
	if made.Kind != schema.PPP {
		a.carriers[made.Name.Value] = &made.VLANs
	}
}

// isVLAN tells whether the link is a VLAN: by what a line has said, or by what
// ifupdown makes of the name.
func (l *link) isVLAN() bool {
	if l.parent == "" {
		l.parent, l.id, _ = dotted(l.name)
	}
	return l.parent != ""
}

// putVLAN puts a VLAN on the link below it.
func (a *assembly) putVLAN(l *link) {
	if l.loopback || l.bond || a.enslaved[l.name] != "" || l.isLeftOut() || !l.isVLAN() {
		return
	}
	vlan := &schema.VLAN{ID: placed(l.id, l.place), Network: l.network, Range: l.place}
	if l.name != l.parent+"."+strconv.Itoa(l.id) {
		vlan.Link = placed(l.name, l.place)
	}
	switch carrier := a.carrier(l); {
	case l.id < 1 || l.id > 4094:
		a.notUnderstood(l, "A VLAN has a number from 1 to 4094.")
	case carrier == nil:
		a.notUnderstood(l, "A document has VLANs on bonds, Ethernet and Wi-Fi links only, and "+l.parent+" is something else.")
	case slices.ContainsFunc(*carrier, func(v *schema.VLAN) bool { return v.ID.Value == l.id }):
		a.notUnderstood(l, l.parent+" has that VLAN already.")
	default:
		*carrier = append(*carrier, vlan)
	}
}

// carrier finds the list that a VLAN belongs in, nil where it cannot have one.
// A parent without a stanza is brought up by ifupdown all the same.
func (a *assembly) carrier(l *link) *[]*schema.VLAN {
	_, known := a.byName[l.parent]
	if !known && a.carriers[l.parent] == nil && a.enslaved[l.parent] == "" {
		a.addLink(&schema.Link{
			Kind: schema.Ethernet, Name: placed(l.parent, l.place), Range: l.place,
			Network: schema.Network{IPv4: &schema.IP{Family: schema.IPv4, Range: l.place}},
		})
	}
	return a.carriers[l.parent]
}
