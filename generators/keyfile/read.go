package keyfile

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/regdom"
	"github.com/bondctl/bondctl/schema"
)

// notProfiles are the endings of what editors and others leave among the
// profiles; NetworkManager passes over them.
var notProfiles = []string{"~", ".swp", ".swpx", ".bak", ".pem", ".der"}

// isProfile tells whether NetworkManager reads the file. In this directory a
// profile need not end in .nmconnection.
func isProfile(name string) bool {
	base := path.Base(name)
	return path.Dir(name) == dir && !strings.HasPrefix(base, ".") &&
		!slices.ContainsFunc(notProfiles, func(ending string) bool { return strings.HasSuffix(base, ending) })
}

// reader puts profiles together to a document.
type reader struct {
	doc *schema.Document
	// carriers finds what slaves and VLANs are on top of, by what their
	// profiles may call it: the interface, or the connection's UUID or id.
	carriers map[string]carrier
}

// carrier is a bond or a link outside bonds; the other is nil.
type carrier struct {
	bond *schema.Bond
	link *schema.Link
}

// read puts the profiles together in an order of its own, for that of the
// files tells nothing.
func read(files []generators.File, report *generators.Report) *schema.Document {
	r := reader{doc: &schema.Document{}, carriers: map[string]carrier{}}
	profiles := profilesOf(files, report)
	each(profiles, r.bond, "bond")
	each(profiles, r.linkOrSlave, string(schema.Ethernet), string(schema.WifiLink))
	each(profiles, r.vlan, "vlan")
	for _, p := range profiles {
		p.leftovers()
	}
	regdom.Read(files, r.doc, report)
	return r.doc.Static()
}

func each(profiles []*reading, add func(*reading), kinds ...string) {
	for _, p := range profiles {
		if slices.Contains(kinds, p.kind) {
			add(p)
		}
	}
}

// kinds are the types of connections that a document has words for.
var kinds = []string{"bond", string(schema.Ethernet), string(schema.WifiLink), "vlan"}

// profilesOf opens those files that are profiles of links that a document can have.
func profilesOf(files []generators.File, report *generators.Report) []*reading {
	var profiles []*reading
	for _, file := range files {
		if !isProfile(file.Path) {
			continue
		}
		p := open(file, report)
		switch {
		case !slices.Contains(kinds, p.kind):
			p.notUnderstood(p.place.Start.Line, "A document has no links of the type "+strconv.Quote(p.kind))
		case p.name == "":
			p.notUnderstood(p.place.Start.Line, "A document names every link, and the profile has no interface-name")
		default:
			profiles = append(profiles, p)
		}
	}
	return profiles
}

// carries makes what the profile describes known to those on top of it. The
// name of an interface and the UUID are unique, an id need not be.
func (r *reader) carries(p *reading, c carrier) {
	r.carriers[p.name], r.carriers[p.uuid] = c, c
	if _, taken := r.carriers[p.id]; !taken {
		r.carriers[p.id] = c
	}
	delete(r.carriers, "")
}

func (r *reader) bond(p *reading) {
	b := &schema.Bond{Name: p.named(), Range: p.place}
	b.Settings = p.settings(schema.BondScope, "bond")
	b.Network = p.network("ethernet")
	r.doc.Bonds = append(r.doc.Bonds, b)
	r.carries(p, carrier{bond: b})
}

// settings takes the driver's options of a section.
func (p *reading) settings(scope schema.Scope, section string) schema.Settings {
	var settings schema.Settings
	if !p.has(section) {
		return nil
	}
	for _, option := range schema.OptionsOf(scope) {
		word := option.Word(schema.NetworkManager).Name
		if word == "" {
			continue
		}
		if value := attr(p, section, word, option.Parse); value.Known() {
			settings = append(settings, schema.Setting{Option: option, Value: value.Value, NameRange: value.Range, Range: value.Range})
		}
	}
	return settings
}

func (r *reader) linkOrSlave(p *reading) {
	master := attr(p, "connection", "master", parseText)
	kind := attr(p, "connection", "slave-type", parseText)
	if master.Value == "" && kind.Value == "" {
		r.link(p)
		return
	}
	bond := r.carriers[master.Value].bond
	if (kind.Value != "" && kind.Value != "bond") || bond == nil {
		p.notUnderstood(p.place.Start.Line, "No profile describes the bond "+strconv.Quote(master.Value))
		p.dropAll()
		return
	}
	bond.Slaves = append(bond.Slaves, p.slave())
}

// slave reads a port. NetworkManager gives ports no addresses, whatever
// stands in their profiles.
func (p *reading) slave() *schema.Slave {
	p.drop("ipv4")
	p.drop("ipv6")
	slave := &schema.Slave{Name: p.named(), Settings: p.settings(schema.SlaveScope, "bond-port"), Range: p.place}
	p.says(p.kind, "cloned-mac-address", preserve)
	if p.kind == string(schema.WifiLink) {
		slave.Wifi = p.wifi()
	}
	return slave
}

func (r *reader) link(p *reading) {
	l := &schema.Link{Kind: schema.LinkKind(p.kind), Name: p.named(), Range: p.place}
	if l.Kind == schema.WifiLink {
		l.Wifi = p.wifi()
	}
	l.Network = p.network(p.kind)
	r.doc.Links = append(r.doc.Links, l)
	r.carries(p, carrier{link: l})
}

func (r *reader) vlan(p *reading) {
	v := &schema.VLAN{ID: attr(p, "vlan", "id", parseNumber), Link: p.named(), Range: p.place}
	parent := attr(p, "vlan", "parent", parseText)
	v.Network = p.network("ethernet")
	switch c := r.carriers[parent.Value]; {
	case c.bond != nil:
		c.bond.VLANs = append(c.bond.VLANs, v)
	case c.link != nil:
		c.link.VLANs = append(c.link.VLANs, v)
	default:
		p.notUnderstood(p.place.Start.Line, "No profile describes the VLAN's parent "+strconv.Quote(parent.Value))
	}
}
