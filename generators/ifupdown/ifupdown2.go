package ifupdown

import (
	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// warnOfIfupdown2 reports once what a host with ifupdown2 would lose. It reads
// the same file, drops bond-* lines that it has no word for in silence, makes
// the bond before the command of ours that would make it with more options,
// and does not run what stands in the stanzas of slaves.
func (g *generator) warnOfIfupdown2(bonds []*schema.Bond) {
	var first schema.Setting
	var paths []string
	for _, b := range bonds {
		mode, _ := b.Mode()
		note := func(path string, settings schema.Settings) {
			for _, s := range settings {
				if !lostToIfupdown2(mode, s) {
					continue
				}
				if len(paths) == 0 {
					first = s
				}
				paths = append(paths, path+"/"+s.Option.Name)
			}
		}
		path := "bond/" + b.Name.Value
		note(path, b.Settings)
		for _, slave := range b.Slaves {
			note(path+"/slave/"+slave.Name.Value, slave.Settings)
		}
	}
	if len(paths) > 0 {
		g.report.LostTo(generators.Ifupdown2, first.NameRange, paths, "Debian's own ifupdown with ifenslave has what it drops. Do not use ifupdown2 with this description.")
	}
}

// lostToIfupdown2 tells of what our file says, and the kernel would not hear.
func lostToIfupdown2(mode schema.Mode, s schema.Setting) bool {
	if s.Option.IsDefault(mode, s.Value) {
		return false
	}
	known, _ := s.Option.CanSay(schema.Ifupdown2, s.Value)
	byCommand, _ := s.Option.CanSay(schema.IPRoute2, s.Value)
	switch {
	case s.Option.Scope == schema.SlaveScope:
		return byCommand
	case meansOf(mode, s) == byIfenslave:
		return !known
	}
	return meansOf(mode, s) == atCreation && byCommand
}
