package netplan

import (
	"net/netip"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// host is what definitions come to, by their IDs.
type host struct {
	byID map[string]*definition
	// enslaved are the IDs that a bond lists.
	enslaved map[string]bool
	// vlans are found by the ID of their parent, and carry those of none.
	vlans map[string][]*definition
}

// document makes bonds and links of definitions.
func (r *reader) document(found [len(sections)][]*definition, doc *schema.Document) {
	h := &host{byID: map[string]*definition{}, enslaved: map[string]bool{}, vlans: map[string][]*definition{}}
	for _, section := range found {
		for _, d := range section {
			h.byID[d.id] = d
		}
	}
	for _, b := range found[bonds] {
		for _, id := range b.interfaces.Values() {
			h.enslaved[id] = true
		}
	}
	for _, v := range found[vlans] {
		h.vlans[v.parent.Value] = append(h.vlans[v.parent.Value], v)
	}
	for _, d := range found[bonds] {
		doc.Bonds = append(doc.Bonds, r.bond(h, d))
	}
	for _, d := range found[ethernets] {
		r.link(h, schema.Ethernet, d, doc)
	}
	for _, d := range found[wifis] {
		r.link(h, schema.WifiLink, d, doc)
	}
	r.strays(h, found)
}

// strays reports VLANs that a document has no place for.
func (r *reader) strays(h *host, found [len(sections)][]*definition) {
	for _, v := range found[vlans] {
		parent, known := h.byID[v.parent.Value]
		switch {
		case !known:
			r.refuseDefinition(v, "its link "+v.parent.Value+" is not defined, so netplan refuses the file")
		case !v.vlanID.Known():
			r.refuseDefinition(v, "it has no id, so netplan refuses the file")
		case parent.vlanID.Set:
			r.refuseDefinition(v, "a document cannot put a VLAN on a VLAN")
		}
	}
}

func (r *reader) bond(h *host, d *definition) *schema.Bond {
	b := &schema.Bond{Name: r.name(d), Range: d.place}
	for _, setting := range d.settings {
		b.Settings = append(b.Settings, r.resolved(h, setting))
	}
	for _, id := range d.interfaces.Items {
		b.Slaves = append(b.Slaves, r.slave(h, id))
	}
	b.Network = r.network(d)
	b.VLANs = r.vlans(h, d)
	return b
}

// resolved puts the link's name where netplan has an ID.
func (r *reader) resolved(h *host, s schema.Setting) schema.Setting {
	if s.Option.Kind != schema.LinkName {
		return s
	}
	if d, ok := h.byID[s.Value.String()]; ok {
		s.Value, _ = s.Option.Parse(r.name(d).Value)
	}
	return s
}

func (r *reader) slave(h *host, id schema.Attr[string]) *schema.Slave {
	s := &schema.Slave{Name: id, Range: id.Range}
	d, ok := h.byID[id.Value]
	if !ok {
		r.refuseAt(id.Range, id.Value+" is not defined, so netplan refuses the file.")
		return s
	}
	s.Name.Value = r.name(d).Value
	s.Wifi = r.wifi(d)
	return s
}

// link makes a link of an ethernet or wifi definition. One of a slave is a
// link too only if it says something about the link beside Wi-Fi.
func (r *reader) link(h *host, kind schema.LinkKind, d *definition, doc *schema.Document) {
	r.checkMatch(d)
	vlans := r.vlans(h, d)
	if h.enslaved[d.id] && !saysMore(d) && len(vlans) == 0 {
		return
	}
	l := &schema.Link{Kind: kind, Name: r.name(d), Range: d.place, VLANs: vlans}
	if kind == schema.WifiLink {
		l.Wifi = r.wifi(d)
		if l.Wifi == nil {
			r.refuseDefinition(d, "it has no access point, so netplan refuses the file")
			l.Wifi = &schema.Wifi{Range: d.place}
		}
	}
	if h.enslaved[d.id] && !d.linkLocal.Set {
		// netplan turns link-local addresses off for what is enslaved.
		d.linkLocal = schema.List[string]{Set: true, Range: d.place}
	}
	l.Network = r.network(d)
	doc.Links = append(doc.Links, l)
}

// saysMore tells whether a slave's definition says what a slave does not have
// anyway: no addresses is what every slave has.
func saysMore(d *definition) bool {
	return d.mac.Set || d.mtu.Set || d.linkLocal.Set || d.acceptRA.Value || d.dhcp4.Value || d.dhcp6.Value ||
		len(d.addresses.Items) > 0 || len(d.routes) > 0 || len(d.servers.Items) > 0 || d.gateway4.Set || d.gateway6.Set
}

func (r *reader) vlans(h *host, parent *definition) []*schema.VLAN {
	var found []*schema.VLAN
	for _, d := range h.vlans[parent.id] {
		if !d.vlanID.Known() {
			continue
		}
		v := &schema.VLAN{ID: d.vlanID, Range: d.place, Network: r.network(d)}
		if name := (&schema.VLAN{ID: d.vlanID}).Name(r.name(parent).Value); name != d.id {
			v.Link = schema.Attr[string]{Value: d.id, Set: true, Range: d.place}
		}
		found = append(found, v)
	}
	return found
}

// name gives the link's name for an ID: what it is renamed to, or the name
// that it is matched by.
func (r *reader) name(d *definition) schema.Attr[string] {
	name := schema.Attr[string]{Value: d.id, Set: true, Range: d.place}
	switch {
	case d.setName.Known():
		name.Value = d.setName.Value
	case d.matchName.Known() && !strings.ContainsAny(d.matchName.Value, "*?[]!"):
		name.Value = d.matchName.Value
	}
	return name
}

// checkMatch reports a device that is found by something other than its name.
func (r *reader) checkMatch(d *definition) {
	switch {
	case d.setName.Known():
		r.refuseDefinition(d, "a document does not rename devices; keep what gives it the name "+d.setName.Value)
	case d.matchMAC.Set || d.matchDriver.Set:
		r.refuseDefinition(d, "a document knows devices by their names only; the ID is taken for it")
	case d.matchName.Known() && r.name(d).Value != d.matchName.Value:
		r.refuseDefinition(d, "a document has one name for each link, not a pattern")
	}
}

// addressesOf gives those of one family.
func addressesOf(family schema.Family, list schema.List[netip.Prefix]) schema.List[netip.Prefix] {
	of := schema.List[netip.Prefix]{Range: list.Range}
	for _, item := range list.Items {
		if schema.FamilyOf(item.Value.Addr()) == family {
			of.Items, of.Set = append(of.Items, item), true
		}
	}
	return of
}
