package ifupdown

import (
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/wpa"
	"github.com/bondctl/bondctl/schema"
)

// means is what sets an option of a bond.
type means uint8

const (
	// byIfenslave is a bond-* option.
	byIfenslave means = iota
	// atCreation is the command that makes the bond before ifenslave would.
	atCreation
	// whenUp is a command after ifenslave has written the mode and enslaved the slaves.
	whenUp
)

// meansOf chooses what sets an option: ifenslave where it can. It writes the
// mode after most options, with which the driver undoes some of them: those
// that every change of mode resets, and a zero where the mode brings its own value.
func meansOf(mode schema.Mode, s schema.Setting) means {
	ifenslave, _ := s.Option.CanSay(schema.Ifenslave, s.Value)
	switch {
	case s.Value.IsZero() && s.Option.ModeDefault.Modes.Has(mode):
		return whenUp
	case ifenslave:
		return byIfenslave
	case s.Option.ResetByMode || s.Option.Kind == schema.LinkName:
		return whenUp
	}
	return atCreation
}

func (g *generator) bond(b *schema.Bond) {
	path := "bond/" + b.Name.Value
	if !g.accepts(path, b.Name.Value, b.Range) {
		return
	}
	stanzas := g.network(path, &b.Network)
	slaves := g.accepted(path, b.Slaves)
	stanzas[0].say("bond-slaves", namesOf(slaves)...)
	g.settings(path, stanzas[0], b)
	g.add(b.Name.Value, stanzas)
	mode, _ := b.Mode()
	for _, slave := range slaves {
		g.slave(path+"/slave/"+slave.Name.Value, b.Name.Value, mode, slave)
	}
	g.vlans(path, b.Name.Value, b.VLANs)
}

// settings says the options in the bond's first stanza: in a second one
// ifenslave would do everything again.
func (g *generator) settings(path string, s *stanza, b *schema.Bond) {
	mode, _ := b.Mode()
	settings := g.sayable(path, b.Settings)
	with := func(wanted means) schema.Settings {
		return only(settings, func(s schema.Setting) bool { return meansOf(mode, s) == wanted })
	}
	for _, said := range g.report.Words(schema.Ifenslave, mode, path, with(byIfenslave)) {
		s.say(said.Word.Name, ifenslaveText(said.Value))
	}
	made := g.report.Words(schema.IPRoute2, mode, path, with(atCreation))
	if len(made) > 0 || waitsForMode(mode, settings) {
		s.before = append(s.before, creation(along(settings, made)))
	}
	for _, said := range g.report.Words(schema.IPRoute2, mode, path, with(whenUp)) {
		s.run("ip link set dev $IFACE type bond %s", ipWords(said)+orTrue(said))
	}
}

// orTrue lets a command fail where ifup has to go on without it: a slave that
// has no carrier yet cannot be made the active one, and an iproute2 that is too
// old for a word, of which a warning has told, refuses the command.
func orTrue(said generators.Said) string {
	if said.Option.Kind == schema.LinkName || said.Word.Since != "" {
		return " || true"
	}
	return ""
}

// sayable leaves out what lines cannot hold.
func (g *generator) sayable(path string, settings schema.Settings) schema.Settings {
	return only(settings, func(s schema.Setting) bool {
		switch {
		case s.Bad:
			return false
		case s.Option.Kind == schema.LinkName && s.Value.String() != "" && !isWord(s.Value.String()):
			g.report.CannotSay(path+"/"+s.Option.Name, s.NameRange,
				"the hooks of ifupdown hand names to a shell, to which this one is more than a word", "Rename the link")
			return false
		}
		return true
	})
}

// only gives the settings that are wanted; mostly these are all or none.
func only(settings schema.Settings, wanted func(schema.Setting) bool) schema.Settings {
	var kept schema.Settings
	for i, s := range settings {
		if wanted(s) {
			kept = append(slices.Grow(kept, len(settings)-i), s)
		}
	}
	return kept
}

// waitsForMode tells whether ifenslave would write an option too early: the
// driver takes it only beside another, which is not set and which only the
// mode brings along. A bond that has its mode from the start has it in time.
func waitsForMode(mode schema.Mode, settings schema.Settings) bool {
	return slices.ContainsFunc(settings, func(s schema.Setting) bool {
		base, ok := schema.Lookup(s.Option.MultipleOf)
		if _, set := settings.Get(s.Option.MultipleOf); !ok || set {
			return false
		}
		return base.ModeDefault.Modes.Has(mode)
	})
}

// along gives what the creation says: the mode, which decides what the driver
// takes, and beside each option the one whose ticks it is counted in.
func along(settings schema.Settings, made []generators.Said) []generators.Said {
	names := []string{"mode"}
	for _, said := range made {
		names = append(names, said.Option.Name, said.Option.MultipleOf)
	}
	var all []generators.Said
	for _, s := range settings {
		if slices.Contains(names, s.Option.Name) {
			all = append(all, generators.Said{Setting: s, Word: s.Option.Word(schema.IPRoute2)})
		}
	}
	return all
}

// creation is the command that makes the bond unless it is there, as it is
// after an ifup that failed halfway.
func creation(settings []generators.Said) string {
	device, bond := "ip link add dev $IFACE", " type bond"
	for _, said := range settings {
		// What has no attribute of the bond is a parameter of the device.
		if said.Option.Attr == 0 {
			device += " " + ipWords(said)
			continue
		}
		bond += " " + ipWords(said)
	}
	return unlessThere + device + bond
}

// ifenslaveText is the text that ifenslave writes to sysfs; it takes lists apart at blanks.
func ifenslaveText(v schema.Value) string {
	if v.IsList() {
		return strings.Join(v.Items(), " ")
	}
	return v.String()
}

// ipWords is an option as ip-link(8) takes it.
func ipWords(said generators.Said) string {
	text := said.Value.String()
	if said.Word.OnOff {
		text = [...]string{"off", "on"}[said.Value.Number()]
	}
	return said.Word.Name + " " + text
}

// slave gives a slave a stanza where it needs more than to be enslaved. Only
// for a slave that allow-BOND names does ifenslave run ifup once it is enslaved.
func (g *generator) slave(path, bond string, mode schema.Mode, slave *schema.Slave) {
	name := slave.Name.Value
	if slave.Wifi == nil && len(slave.Settings) == 0 {
		return
	}
	s := &stanza{start: "allow-" + bond, name: name, family: inet, method: manual}
	if slave.Wifi != nil {
		g.wifi(s, name, wpa.Station{Path: path + "/wifi", Wifi: slave.Wifi})
	}
	for _, said := range g.report.Words(schema.IPRoute2, mode, path, slave.Settings) {
		s.run("ip link set dev $IFACE type bond_slave %s", ipWords(said)+orTrue(said))
	}
	g.stanzas = append(g.stanzas, s)
}
