package networkd

import (
	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// readNetworks reads the .network files: the first that matches a link holds.
// VLANs come last, for which of their links has them is then known.
func (r *reader) readNetworks(units []*unit) {
	files := r.matched(units)
	for _, f := range files {
		r.readNetwork(f)
		for _, name := range f.names {
			r.configure(f, name)
		}
	}
	for _, f := range files {
		r.carry(f)
	}
}

// readNetwork reads what a file says of its links.
func (r *reader) readNetwork(f *linkFile) {
	_, rest := parted(f.unit.sections, "Match")
	routes, rest := parted(rest, "Route")
	addresses, rest := parted(rest, "Address")
	take(r, rest, networkKeys, f)
	for _, p := range addresses {
		r.readAddress(f, p)
	}
	for _, p := range routes {
		s := &routeSection{Route: schema.Route{Range: generators.Line(p.path, p.Line)}}
		if !take(r, []part{p}, routeKeys, s) {
			r.report.NotUnderstood(p.path, p.Line, "The route is left out.")
			continue
		}
		f.routes = append(f.routes, s)
	}
}

// readAddress takes an [Address] section, which is for one address.
func (r *reader) readAddress(f *linkFile, p part) {
	var s addressSection
	switch ok := take(r, []part{p}, addressKeys, &s); {
	case !ok:
	case s.address.Known():
		f.addresses = append(f.addresses, s.address)
	default:
		r.report.NotUnderstood(p.path, p.Line, "systemd-networkd ignores an [Address] section without Address=.")
	}
}

// configure gives what a file says to one of its links.
func (r *reader) configure(f *linkFile, name schema.Attr[string]) {
	d := r.byName[name.Value]
	switch {
	case f.unmanaged.Value:
		r.report.NotUnderstood(f.unmanaged.Range.Filename, f.unmanaged.Range.Start.Line, "systemd-networkd is to leave "+name.Value+" alone, and so does the document.")
		return
	case d != nil && d.bond == nil && d.vlan == nil:
		r.report.NotUnderstood(name.Range.Filename, name.Range.Start.Line, name.Value+" is a link of kind "+d.kind.Value+", which a document does not have.")
		return
	case f.bond.Known():
		r.enslave(f, name)
		return
	}
	for _, flag := range f.flags {
		r.report.NotUnderstood(flag.set.Range.Filename, flag.set.Range.Start.Line, "The link is no slave of a bond.")
	}
	switch {
	case d == nil:
		link := r.newLink(name)
		r.assemble(f, &link.Network)
		r.doc.Links = append(r.doc.Links, link)
		r.links[name.Value] = link
	case d.bond != nil:
		d.matched = true
		r.assemble(f, &d.bond.Network)
	default:
		d.matched = true
		r.assemble(f, &d.vlan.Network)
	}
}

func (r *reader) newLink(name schema.Attr[string]) *schema.Link {
	link := &schema.Link{Kind: schema.Ethernet, Name: name, Range: name.Range}
	if link.Wifi = r.wifi(name.Value); link.Wifi != nil {
		link.Kind = schema.WifiLink
	}
	return link
}

// enslave adds a slave to its bond. Without a file that makes the bond,
// systemd-networkd ignores Bond=.
func (r *reader) enslave(f *linkFile, name schema.Attr[string]) {
	d := r.byName[f.bond.Value]
	if d == nil || d.bond == nil {
		r.report.NotUnderstood(f.bond.Range.Filename, f.bond.Range.Start.Line,
			"No .netdev file makes a bond "+f.bond.Value+", and systemd-networkd ignores this.")
		return
	}
	if made := r.byName[name.Value]; made != nil {
		made.matched = true
		r.report.NotUnderstood(f.bond.Range.Filename, f.bond.Range.Start.Line,
			"Slaves of a document are links of the hardware; "+name.Value+" is none.")
		return
	}
	d.bond.Slaves = append(d.bond.Slaves, &schema.Slave{Name: name, Wifi: r.wifi(name.Value), Range: name.Range})
	for _, flag := range f.flags {
		r.takeFlag(d, name, flag)
	}
	r.checkSlave(f)
}

// takeFlag takes an option of the bond from a slave's file.
func (r *reader) takeFlag(d *netdev, slave schema.Attr[string], flag flag) {
	if !flag.set.Value {
		return
	}
	value, err := flag.option.Parse(slave.Value)
	if err != nil {
		r.report.NotUnderstood(flag.set.Range.Filename, flag.set.Range.Start.Line, err.Error())
		return
	}
	if old, ok := d.bond.Settings.Get(flag.option.Name); ok && !old.Value.Equal(value) {
		r.report.NotUnderstood(flag.set.Range.Filename, flag.set.Range.Start.Line, "An earlier file says it of "+old.Value.String()+".")
		return
	}
	d.bond.Settings = d.bond.Settings.With(schema.Setting{
		Option: flag.option, Value: value, NameRange: flag.set.Range, Range: flag.set.Range,
	})
}

// checkSlave reports what a slave cannot have in a document.
func (r *reader) checkSlave(f *linkFile) {
	lists := len(f.addresses) + len(f.routes) + len(f.gateways) + len(f.vlans) + len(f.servers) + len(f.search)
	if lists > 0 || f.mtu.Known() || f.mac.Known() || (f.dhcp.Known() && f.dhcp.Value != "no") {
		r.report.NotUnderstood(f.bond.Range.Filename, f.bond.Range.Start.Line, "A slave has neither addresses nor routes, VLANs, MTU or DNS of its own in a document.")
	}
}

// carry gives the VLANs of a file to its links.
func (r *reader) carry(f *linkFile) {
	for _, name := range f.vlans {
		d := r.byName[name.Value]
		vlans := r.vlansOf(f)
		if d == nil || d.vlan == nil || vlans == nil || d.carried {
			r.report.NotUnderstood(name.Range.Filename, name.Range.Start.Line, "No .netdev file makes a VLAN "+name.Value+" for this link.")
			continue
		}
		d.carried = true
		*vlans = append(*vlans, d.vlan)
	}
}

// vlansOf gives the VLANs of the one link that a file is for, nil where a
// document has none on such a link.
func (r *reader) vlansOf(f *linkFile) *[]*schema.VLAN {
	if len(f.names) != 1 || f.bond.Known() {
		return nil
	}
	name := f.names[0].Value
	if link := r.links[name]; link != nil {
		return &link.VLANs
	}
	if d := r.byName[name]; d != nil && d.bond != nil {
		return &d.bond.VLANs
	}
	return nil
}
