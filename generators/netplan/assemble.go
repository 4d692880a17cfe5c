package netplan

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/schema"
)

// host is what definitions come to, by their IDs.
type host struct {
	byID map[string]*definition
	// enslaved are the IDs that a bond lists, or whose profiles name a bond.
	enslaved map[string]bool
	// vlans are found by the ID of their parent, and carry those of none.
	vlans map[string][]*definition
	// profiles are found by the ID of the bond that they name.
	profiles map[string][]*definition
	// known are the definitions that are taken, by the names of their links.
	known map[string]*definition
}

// document makes bonds and links of definitions.
func (r *reader) document(found [len(sections)][]*definition, doc *schema.Document) {
	h := r.host(found)
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

func (r *reader) host(found [len(sections)][]*definition) *host {
	h := &host{
		byID: map[string]*definition{}, enslaved: map[string]bool{}, vlans: map[string][]*definition{},
		profiles: map[string][]*definition{}, known: map[string]*definition{},
	}
	for _, section := range found {
		for _, d := range section {
			if h.byID[d.id] != nil {
				r.refuseDefinition(d, "another section defines it too, so netplan refuses the file")
			}
			h.byID[d.id] = d
		}
	}
	for _, b := range found[bonds] {
		for _, id := range b.interfaces.Values() {
			h.enslaved[id] = true
		}
	}
	for _, d := range slices.Concat(found[ethernets], found[wifis]) {
		r.enslave(h, d, found[bonds])
	}
	for _, v := range found[vlans] {
		h.vlans[v.parent.Value] = append(h.vlans[v.parent.Value], v)
	}
	return h
}

// enslave finds the bond that a profile of NetworkManager's names.
func (r *reader) enslave(h *host, d *definition, all []*definition) {
	if !d.controller.Known() {
		return
	}
	i := slices.IndexFunc(all, func(b *definition) bool {
		return b.id == d.controller.Value || b.uuid.Known() && b.uuid.Value == d.controller.Value
	})
	switch {
	case d.portType.Or("bond") != "bond":
		r.refuseAt(d.portType.Range, "A document has links in bonds only, not in a "+d.portType.Value+".")
	case i < 0:
		r.refuseAt(d.controller.Range, "No file of netplan's defines the bond "+d.controller.Value+".")
	default:
		h.enslaved[d.id] = true
		h.profiles[all[i].id] = append(h.profiles[all[i].id], d)
	}
}

// strays reports VLANs that a document has no place for.
func (r *reader) strays(h *host, found [len(sections)][]*definition) {
	for _, v := range found[vlans] {
		parent, known := h.byID[v.parent.Value]
		section, elsewhere := r.elsewhere[v.parent.Value]
		switch {
		case v.renderer == rendererHardware:
			r.refuseDefinition(v, "its device filters it, and a document has VLANs of the kernel's only; it is left out")
		case elsewhere:
			r.refuseDefinition(v, "a document has no word for its link "+v.parent.Value+", one of "+section)
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
	h.known[d.id] = d
	for _, setting := range d.settings {
		b.Settings = append(b.Settings, r.resolved(h, setting))
	}
	for _, id := range d.interfaces.Items {
		if s := r.listed(h, id); s != nil {
			b.Slaves = append(b.Slaves, s)
		}
	}
	for _, profile := range h.profiles[d.id] {
		if r.claim(h, profile) {
			b.Slaves = append(b.Slaves, r.slave(profile, profile.controller.Range))
		}
	}
	b.Network = r.network(d)
	b.VLANs = r.vlans(h, d)
	return b
}

// claim notes the link of a definition as taken by it. There may be another
// one for the same link, or no name to call the link by; both are reported.
func (r *reader) claim(h *host, d *definition) bool {
	name := r.name(d).Value
	other, taken := h.known[name]
	switch {
	case !isNamed(d):
		return false // checkMatch reports it
	case taken && other != d:
		r.refuseDefinition(d, "a document has one description of each link, and "+other.id+" is that of "+name)
		return false
	}
	h.known[name] = d
	return true
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

// listed makes a slave of an ID that a bond lists.
func (r *reader) listed(h *host, id schema.Attr[string]) *schema.Slave {
	d, ok := h.byID[id.Value]
	switch _, elsewhere := r.elsewhere[id.Value]; {
	case ok && !r.claim(h, d):
		return nil
	case ok:
		return r.slave(d, id.Range)
	case !elsewhere:
		r.refuseAt(id.Range, id.Value+" is not defined, so netplan refuses the file.")
	}
	return &schema.Slave{Name: id, Range: id.Range}
}

func (r *reader) slave(d *definition, place hcl.Range) *schema.Slave {
	return &schema.Slave{
		Name:     schema.Attr[string]{Value: r.name(d).Value, Set: true, Range: place},
		Settings: d.slaveSettings, Wifi: r.wifi(d), Range: place,
	}
}

// link makes a link of an ethernet or wifi definition. One of a slave is a
// link too only if it says something about the link beside Wi-Fi.
func (r *reader) link(h *host, kind schema.LinkKind, d *definition, doc *schema.Document) {
	r.checkMatch(d)
	if r.name(d).Value == loopback {
		r.refuseDefinition(d, "a document has no loopback link")
		return
	}
	if !r.claim(h, d) {
		return
	}
	vlans := r.vlans(h, d)
	if h.enslaved[d.id] && !saysMore(d) && len(vlans) == 0 {
		return
	}
	l := &schema.Link{Kind: kind, Name: r.name(d), Range: d.place, VLANs: vlans}
	if kind == schema.WifiLink {
		l.Wifi = r.wifi(d)
	}
	switch {
	case kind == schema.WifiLink && len(d.accessPoints) == 0:
		r.refuseDefinition(d, "it has no access point, so netplan refuses the file")
		return
	case kind == schema.WifiLink && l.Wifi == nil:
		r.refuseDefinition(d, "without its network a document has no use for it; it is left out")
		return
	}
	if h.enslaved[d.id] && !d.linkLocal.Set {
		// netplan turns link-local addresses off for what is enslaved.
		d.linkLocal = schema.List[string]{Set: true, Range: d.place}
	}
	l.Network = r.network(d)
	doc.Links = append(doc.Links, l)
}

const loopback = "lo"

// saysMore tells whether a slave's definition says what a slave does not have
// anyway: no addresses is what every slave has.
func saysMore(d *definition) bool {
	return d.mac.Set || d.mtu.Set || d.linkLocal.Set || d.acceptRA.Value || d.dhcp4.Value || d.dhcp6.Value ||
		len(d.addresses.Items) > 0 || len(d.routes) > 0 || len(d.servers.Items) > 0 || d.gateway4.Set || d.gateway6.Set
}

func (r *reader) vlans(h *host, parent *definition) []*schema.VLAN {
	var found []*schema.VLAN
	for _, d := range h.vlans[parent.id] {
		if !d.vlanID.Known() || d.renderer == rendererHardware {
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
	case d.matchName.Known() && !isPattern(d.matchName.Value):
		name.Value = d.matchName.Value
	}
	return name
}

func isPattern(name string) bool { return strings.ContainsAny(name, "*?[]!") }

// longestName is that of the kernel's names in bytes (IFNAMSIZ without its end).
const longestName = 15

// isNamed tells whether there is a name for a definition's link. The ID may be
// one where its hardware finds the device; those of NetworkManager are not.
func isNamed(d *definition) bool {
	switch {
	case !d.hasMatch, d.setName.Known():
		return true
	case d.matchName.Known():
		return !isPattern(d.matchName.Value)
	}
	return (d.matchMAC.Set || d.matchDriver.Set) && len(d.id) <= longestName
}

// checkMatch reports a device that is found by something other than its name.
func (r *reader) checkMatch(d *definition) {
	switch {
	case d.setName.Known():
		r.refuseDefinition(d, "a document does not rename devices; keep what gives it the name "+d.setName.Value)
	case d.matchName.Known() && !isNamed(d):
		r.refuseDefinition(d, "a document has one name for each link, not a pattern; it is left out")
	case !isNamed(d):
		r.refuseDefinition(d, "a document has a name for each link, and this matches devices without one; it is left out")
	case d.matchMAC.Set || d.matchDriver.Set:
		r.refuseDefinition(d, "a document knows devices by their names only; the ID is taken for it")
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
