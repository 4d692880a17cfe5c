package netplan

import (
	"strconv"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// writer makes the sections of one file.
type writer struct {
	report   *generators.Report
	sections [len(sections)]pile
	// declared are the names that have a definition, or will get one.
	declared map[string]bool
	// enslaved are the names of slaves.
	enslaved map[string]bool
}

func newWriter(doc *schema.Document, report *generators.Report) *writer {
	w := &writer{report: report, declared: map[string]bool{}, enslaved: map[string]bool{}}
	for i := range w.sections {
		w.sections[i].key = sections[i].key
	}
	for _, b := range doc.Bonds {
		w.declare(b.Name.Value, b.VLANs)
		for _, slave := range b.Slaves {
			w.enslaved[slave.Name.Value] = true
		}
	}
	for _, l := range doc.Links {
		w.declare(l.Name.Value, l.VLANs)
	}
	return w
}

// declare notes what has a definition of its own, so that none is made for it
// as a slave.
func (w *writer) declare(name string, vlans []*schema.VLAN) {
	w.declared[name] = true
	for _, v := range vlans {
		w.declared[v.Name(name)] = true
	}
}

func (w *writer) document(doc *schema.Document) {
	for _, b := range doc.Bonds {
		w.bond(b)
	}
	for _, l := range doc.Links {
		w.link(l)
	}
}

// yaml gives the file; a section without definitions is left out.
func (w *writer) yaml(header string) []byte {
	key := plain("network")
	key.HeadComment = "# " + header
	network, root := mapping(), mapping()
	put(network, plain("version"), plain("2"))
	put(root, key, network)
	text := encode(root)
	for i := range w.sections {
		text = append(text, w.sections[i].yaml()...)
	}
	return text
}

// define adds a definition to a section.
func (w *writer) define(in int, d *definition) {
	w.sections[in].add(text(d.id), orNothing(compose(sections[in].rows, d)))
}

func (w *writer) bond(b *schema.Bond) {
	path := "bond/" + b.Name.Value
	if !w.canName(path, b.Name.Value, b.Range) {
		return
	}
	d := &definition{id: b.Name.Value}
	d.interfaces = w.slaves(path, b)
	d.settings = w.parameters(path, b, d.interfaces.Values())
	w.network(path, &b.Network, d)
	w.warnOfRenderer(b.Name, &b.Network)
	w.define(bonds, d)
	w.vlans(path, b.Name.Value, b.VLANs)
}

// slaves declares the slaves of a bond and gives their names.
func (w *writer) slaves(path string, b *schema.Bond) schema.List[string] {
	mode, _ := b.Mode()
	names := schema.List[string]{Set: true}
	for _, s := range b.Slaves {
		below := path + "/slave/" + s.Name.Value
		if !w.canName(below, s.Name.Value, s.Range) {
			continue
		}
		// Nothing of a slave's own options has a word.
		w.report.Words(schema.Netplan, mode, below, s.Settings)
		names.Items = append(names.Items, s.Name)
		w.slave(below, s)
	}
	return names
}

// slave gives a slave its definition. An empty one is enough: netplan turns
// off link-local addresses of what is listed in interfaces.
func (w *writer) slave(path string, s *schema.Slave) {
	if w.declared[s.Name.Value] {
		return
	}
	w.declared[s.Name.Value] = true
	if s.Wifi != nil {
		if d := (&definition{id: s.Name.Value}); w.wifi(path+"/wifi", s.Wifi, d) {
			w.define(wifis, d)
			return
		}
	}
	w.sections[ethernets].add(text(s.Name.Value), nothing())
}

func (w *writer) link(l *schema.Link) {
	path := string(l.Kind) + "/" + l.Name.Value
	if l.Kind == schema.PPP {
		w.ppp(path, l)
		return
	}
	if !w.canName(path, l.Name.Value, l.Range) {
		return
	}
	d := &definition{id: l.Name.Value}
	in := ethernets
	if l.Wifi != nil {
		in = wifis
		if !w.wifi(path, l.Wifi, d) {
			return
		}
	}
	w.network(path, &l.Network, d)
	w.warnOfRenderer(l.Name, &l.Network)
	w.define(in, d)
	w.vlans(path, l.Name.Value, l.VLANs)
}

// ppp reports what netplan leaves to others: it has no word for dialled links.
func (w *writer) ppp(path string, l *schema.Link) {
	const remedy = "Use the backend ifupdown, or let pppd do it by its own files"
	if l.Peer.Known() {
		w.report.CannotSay(path+"/peer", l.Peer.Range, "netplan does not dial", remedy)
	}
	if l.MTU.Known() {
		w.report.CannotSay(path+"/mtu", l.MTU.Range, "netplan does not configure ppp links", remedy)
	}
	if l.DNS != nil {
		w.report.CannotSay(path+"/dns", l.DNS.Range, "netplan does not configure ppp links", remedy)
	}
	w.report.DialledRoutes(path, l.Routes)
	w.report.NeedNotSay(path, l.Range, "pppd or something else brings it up, and bondctl monitor adds its routes")
}

func (w *writer) vlans(path, parent string, list []*schema.VLAN) {
	for _, v := range list {
		d := &definition{id: v.Name(parent), vlanID: v.ID, parent: schema.Given(parent)}
		below := path + "/vlan/" + strconv.Itoa(v.ID.Value)
		if w.canName(below, d.id, v.Range) {
			w.network(below, &v.Network, d)
			w.warnOfRenderer(schema.Attr[string]{Value: d.id, Set: true, Range: v.Range}, &v.Network)
			w.define(vlans, d)
		}
	}
}

// canName tells whether a link's name can be an ID, which netplan makes the
// pattern of a [Match] and the name of files and units.
func (w *writer) canName(path, name string, place hcl.Range) bool {
	why := unfitID(name)
	if why != "" {
		w.report.CannotSay(path, place, why, "Rename the link with letters, digits, hyphen, underscore and dot only")
	}
	return why == ""
}

// unfitID says what is wrong with a link's name as an ID, empty if nothing is.
func unfitID(name string) string {
	digits := 0
	for i := range len(name) {
		switch b := name[i]; {
		case '0' <= b && b <= '9':
			digits++
		case isAlphanumeric(b), b == '-', b == '_', b == '.', b == '@', b == '+':
		default:
			return "netplan refuses blanks and letters beyond ASCII in names, and systemd-networkd reads others as patterns"
		}
	}
	switch {
	case digits == len(name):
		return "systemd-networkd refuses names of digits only"
	case name == "renderer":
		return "netplan reads renderer as a key of its own wherever a name can stand"
	}
	return ""
}
