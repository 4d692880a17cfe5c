package keyfile

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/regdom"
	"github.com/bondctl/bondctl/schema"
)

// reader puts profiles together to a document.
type reader struct {
	doc *schema.Document
	// names finds the name of a link by what the profiles of slaves and VLANs
	// may call it: the interface, or the connection's UUID or id.
	names map[string]string
	// carriers are what slaves and VLANs can be on top of, by their names.
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
	all := inEffect(profilesOf(files, report), files)
	r := reader{doc: &schema.Document{}, names: namesOf(all), carriers: map[string]carrier{}}
	profiles := chosen(understood(all))
	each(profiles, r.bond, "bond")
	each(profiles, r.linkOrSlave, string(schema.Ethernet), string(schema.WifiLink))
	each(profiles, r.vlan, "vlan")
	for _, p := range profiles {
		p.leftovers()
	}
	regdom.Read(files, r.doc, report)
	readConfiguration(files, r.doc, report)
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

// profilesOf opens those files that are profiles.
func profilesOf(files []generators.File, report *generators.Report) []*reading {
	var profiles []*reading
	for _, file := range files {
		if isProfile(file.Path) {
			profiles = append(profiles, open(file, report))
		}
	}
	return profiles
}

// under finds what a slave or VLAN calls its bond or parent.
func (r *reader) under(called string) carrier {
	name, ok := r.names[called]
	if !ok {
		name = r.names[strings.ToLower(called)] // a UUID
	}
	return r.carriers[name]
}

// namesOf finds the names of links by what else stands for them. That of an
// interface and the UUID are unique, an id need not be.
func namesOf(profiles []*reading) map[string]string {
	names := map[string]string{}
	for _, p := range profiles {
		if _, taken := names[p.id]; !taken {
			names[p.id] = p.name
		}
	}
	for _, p := range profiles {
		names[p.uuid] = p.name
	}
	for _, p := range profiles {
		names[p.name] = p.name
	}
	return names
}

// understood keeps the profiles of links that a document can have.
func understood(profiles []*reading) []*reading {
	return slices.DeleteFunc(profiles, func(p *reading) bool {
		p.faults()
		switch {
		case p.kind == "":
			p.notUnderstood(p.place.Start.Line, "The profile has no type, and NetworkManager cannot tell it by the sections")
		case !slices.Contains(kinds, p.kind):
			p.notUnderstood(p.place.Start.Line, "A document has no links of the type "+strconv.Quote(p.kind))
		case p.name == "" && p.kind != "vlan":
			p.nameless()
		default:
			return false
		}
		return true
	})
}

// nameless reports a profile that picks its links by something else than a name.
func (p *reading) nameless() {
	for _, key := range []struct{ section, key, by string }{
		{p.kind, "mac-address", "its Ethernet address"},
		{"match", "interface-name", "patterns"},
		{"match", "driver", "its driver"},
		{"match", "path", "its place in the machine"},
	} {
		if e, ok := p.peek(key.section, key.key); ok {
			p.notUnderstood(e.Line, "A document names every link, and the profile picks one by "+key.by+"; interface-name would name it")
			return
		}
	}
	p.notUnderstood(p.place.Start.Line, "A document names every link, and the profile has no interface-name")
}

func (r *reader) bond(p *reading) {
	b := &schema.Bond{Name: p.named(), Range: p.place}
	b.Settings = p.settings(schema.BondScope, "bond", accepted)
	if !p.ours {
		p.implied(b)
	}
	b.Network = p.network("ethernet")
	r.doc.Bonds = append(r.doc.Bonds, b)
	r.carriers[p.name] = carrier{bond: b}
}

// settings takes the driver's options of a section.
func (p *reading) settings(scope schema.Scope, section string, parse func(*schema.Option, string) (schema.Value, error)) schema.Settings {
	var settings schema.Settings
	if !p.has(section) {
		return nil
	}
	for _, option := range schema.OptionsOf(scope) {
		word := option.Word(schema.NetworkManager).Name
		if word == "" {
			continue
		}
		value := attr(p, section, word, func(text string) (schema.Value, error) { return parse(option, text) })
		if value.Known() {
			settings = append(settings, schema.Setting{Option: option, Value: value.Value, NameRange: value.Range, Range: value.Range})
		}
	}
	return settings
}

// accepted reads an option of a bond as NetworkManager does, which drops what
// is no bare number, and addresses without commas between them
// (_nm_setting_bond_validate_option).
func accepted(o *schema.Option, text string) (schema.Value, error) {
	if (o.Kind == schema.Number || o.Kind == schema.Flag) && strings.Trim(text, "0123456789") != "" {
		return schema.Value{}, errors.New("wants a bare number")
	}
	value, err := o.Parse(text)
	if items := len(value.Items()); err == nil && items > 1 && strings.Count(text, ",") < items-1 {
		return schema.Value{}, errors.New("wants commas between the addresses")
	}
	return value, err
}

// implied adds what NetworkManager sets although the profile does not say it.
func (p *reading) implied(b *schema.Bond) {
	mode, _ := b.Mode()
	primary, _ := schema.Lookup("primary")
	active, ok := p.peek("bond", schema.ActiveSlave)
	if ok && primary.Modes.Has(mode) && b.Settings.Text(primary.Name) == "" {
		p.imply(b, primary, active.Value, p.line(active.Line))
	}
	if monitored(b.Settings, mode) {
		p.imply(b, miimon(), "100", p.place)
		p.report.Warn(p.place, selfMonitored, "The profile has neither miimon nor arp_interval. NetworkManager sets miimon to 100, and the document says so.")
	}
}

func (p *reading) imply(b *schema.Bond, option *schema.Option, text string, place hcl.Range) {
	if value, err := option.Parse(text); err == nil {
		b.Settings = b.Settings.With(schema.Setting{Option: option, Value: value, NameRange: place, Range: place})
	}
}

func (r *reader) linkOrSlave(p *reading) {
	if mode, ok := p.peek("wifi", "mode"); ok && mode.Value != "infrastructure" && mode.Value != "" {
		p.notUnderstood(mode.Line, "A document has words for stations only, not for the mode "+mode.Value)
		p.dropAll()
		return
	}
	master := attr(p, "connection", "master", parseText)
	kind := attr(p, "connection", "slave-type", parseText)
	if master.Value == "" && kind.Value == "" {
		r.link(p)
		return
	}
	bond := r.under(master.Value).bond
	switch {
	case kind.Value != "" && kind.Value != "bond":
		p.notUnderstood(kind.Range.Start.Line, "A document has no ports of the type "+strconv.Quote(kind.Value))
	case bond == nil:
		p.notUnderstood(p.place.Start.Line, "No profile describes the bond "+strconv.Quote(master.Value))
	default:
		if kind.Value == "" && !p.has("bond-port") {
			p.notUnderstood(master.Range.Start.Line, "NetworkManager refuses a master without a slave-type")
		}
		bond.Slaves = append(bond.Slaves, p.slave())
		return
	}
	p.dropAll()
}

// slave reads a port. NetworkManager gives ports no addresses, whatever
// stands in their profiles.
func (p *reading) slave() *schema.Slave {
	p.drop("ipv4")
	p.drop("ipv6")
	options := p.settings(schema.SlaveScope, "bond-port", (*schema.Option).Parse)
	slave := &schema.Slave{Name: p.named(), Settings: options, Range: p.place}
	p.says(p.kind, "cloned-mac-address", ownAddress...)
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
	r.carriers[p.name] = carrier{link: l}
}

func (r *reader) vlan(p *reading) {
	v := &schema.VLAN{ID: attr(p, "vlan", "id", parseNumber), Link: p.named(), Range: p.place}
	parent := attr(p, "vlan", "parent", parseText)
	v.Network = p.network("ethernet")
	switch c := r.under(parent.Value); {
	case c.bond != nil:
		c.bond.VLANs = append(c.bond.VLANs, v)
	case c.link != nil:
		c.link.VLANs = append(c.link.VLANs, v)
	default:
		p.notUnderstood(p.place.Start.Line, "No profile describes the VLAN's parent "+strconv.Quote(parent.Value))
	}
}
