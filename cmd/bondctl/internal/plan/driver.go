package plan

import (
	"fmt"
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// teller is a bond or a slave: the driver tells the values of those options
// that it has.
type teller interface {
	Value(o *schema.Option) (schema.Value, bool)
}

// unknownOption refuses a setting of a bond or a slave that the running driver
// does not have: it would take it in silence and do nothing.
func (p *planner) unknownOption(l *Link) (summary, detail string) {
	mode := p.want.modeAround(l)
	driver := p.driver(l, mode)
	if driver == nil {
		return "", ""
	}
	for _, s := range l.Options {
		if _, told := driver.Value(s.Option); !told && isNews(s, mode) {
			return "Kernel too old", fmt.Sprintf("The bonding driver of this kernel does not have %s, which came with Linux %s. Leave it out, or boot a newer kernel.", s.Option.Name, s.Option.Kernel)
		}
	}
	return "", ""
}

// modeAround is the mode of a bond, or of the bond of a slave.
func (w *Wanted) modeAround(l *Link) schema.Mode {
	if l.Kind == kindBond {
		return modeOf(l.Options)
	}
	return modeOf(w.find(l.Master).Options)
}

// isNews tells whether an old driver may lack a setting that it would have to be told.
func isNews(s schema.Setting, mode schema.Mode) bool {
	return s.Option.Kernel != "" && !isFresh(s, mode)
}

// driver is what the driver tells of such a link in a mode: of this one if its
// bond is in that mode, else of a new one if it was asked, nil if it was not.
func (p *planner) driver(l *Link, mode schema.Mode) teller {
	if told := tells(l, mode, p.now.link); told != nil {
		return told
	}
	fresh := p.fresh[mode]
	switch {
	case l.Kind == kindBond && fresh.Bond != nil:
		return fresh.Bond
	case l.Kind != kindBond && fresh.Slave != nil:
		return fresh.Slave
	}
	return nil
}

// tells gives what the driver tells of a link that is there already, as a bond
// or a slave in that mode; nil where it is not.
func tells(l *Link, mode schema.Mode, find func(string) (*kernel.Link, bool)) teller {
	now, _ := find(l.Name)
	switch {
	case now == nil:
	case l.Kind == kindBond && now.Bond != nil && now.Bond.Mode() == mode:
		return now.Bond
	case now.Slave != nil:
		if bond, ok := find(now.Master); ok && bond.Bond != nil && bond.Bond.Mode() == mode {
			return now.Slave
		}
	}
	return nil
}

// Unsure lists the modes in which bonds or slaves are wanted with options that
// an old driver may lack and that none that is there tells of, and those of bonds
// that have options newer than the table: the driver can be asked about new ones
// ([kernel.State.Fresh]).
func Unsure(want *Wanted, have *kernel.State) []schema.Mode {
	var modes []schema.Mode
	for _, l := range want.Links {
		if now, ok := have.Link(l.Name); ok && now.Bond != nil && len(now.Bond.Unknown) > 0 && !slices.Contains(modes, now.Bond.Mode()) {
			modes = append(modes, now.Bond.Mode())
		}
		if l.Absent || len(l.Options) == 0 {
			continue
		}
		mode := want.modeAround(l)
		news := slices.ContainsFunc(l.Options, func(s schema.Setting) bool { return isNews(s, mode) })
		if news && tells(l, mode, have.Link) == nil && !slices.Contains(modes, mode) {
			modes = append(modes, mode)
		}
	}
	return modes
}
