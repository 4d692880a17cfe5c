package plan

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// Problem is something on the host that a plan cannot change. Its words name
// the remedy.
type Problem struct {
	Link, Summary, Detail string
	// Range is the place in the document, zero for an earlier state.
	Range hcl.Range
}

// check finds what stands in the way before anything is planned.
func (p *planner) check() []Problem {
	var problems []Problem
	for _, l := range p.want.Links {
		if l.Absent {
			continue
		}
		if summary, detail := p.obstacle(l); summary != "" {
			problems = append(problems, Problem{Link: l.Name, Summary: summary, Detail: detail, Range: l.Range})
		}
	}
	return problems
}

func (p *planner) obstacle(l *Link) (summary, detail string) {
	now := p.now.links[l.Name]
	switch {
	case now == nil && l.Kind == "":
		return "No such link", fmt.Sprintf("This host has no link %s. Is the card plugged in, is its driver loaded, has it another name? `ip link` lists what there is.", l.Name)
	case now == nil && l.Kind == kindBond:
		return p.unknownOption(l)
	case now == nil:
		return "", ""
	case l.Kind != "" && now.Kind != l.Kind:
		return "Name in use", fmt.Sprintf("%s is a %s on this host, not a %s. Choose another name, or delete that link first.", l.Name, kindText(now), l.Kind)
	case l.Kind == kindBond:
		return p.unknownOption(l)
	case l.Master != "":
		return p.foreignSlave(l, now)
	}
	return "", ""
}

func kindText(l *kernel.Link) string {
	if l.Kind == "" {
		return "network card"
	}
	return l.Kind + " link"
}

// foreignSlave refuses to take a link away from whoever has it.
func (p *planner) foreignSlave(l *Link, now *kernel.Link) (summary, detail string) {
	switch {
	case now.Master == "" || p.want.find(now.Master) != nil:
		return "", ""
	case now.Slave != nil:
		return "Slave of another bond", fmt.Sprintf("%s is a slave of %s, which is not described. Describe %s too, or release the slave first: ip link set %s nomaster", l.Name, now.Master, now.Master, l.Name)
	}
	return "Port of another link", fmt.Sprintf("%s belongs to %s, which is no bond. Take it out first: ip link set %s nomaster", l.Name, now.Master, l.Name)
}

// unknownOption refuses a setting that the running driver does not have: it
// would take it in silence and do nothing.
func (p *planner) unknownOption(l *Link) (summary, detail string) {
	mode := modeOf(l.Options)
	driver := p.driver(l.Name, mode)
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

// isNews tells whether an old driver may lack a setting that it would have to be told.
func isNews(s schema.Setting, mode schema.Mode) bool {
	return s.Option.Kernel != "" && !isFresh(s, mode)
}

// driver is what the driver tells of a bond in a mode: of this one if it is in
// that mode, else of a new one if it was asked, nil if it was not.
func (p *planner) driver(bond string, mode schema.Mode) *kernel.Bond {
	if now := p.now.links[bond]; now != nil && now.Bond.Mode() == mode {
		return now.Bond
	}
	return p.fresh[mode]
}

// Unsure lists the modes in which bonds are wanted with options that an old
// driver may lack and that no bond that is there tells of: the driver can be
// asked about them ([kernel.State.Fresh]).
func Unsure(want *Wanted, have *kernel.State) []schema.Mode {
	var modes []schema.Mode
	for _, l := range want.ofKind(kindBond) {
		mode := modeOf(l.Options)
		now, there := have.Link(l.Name)
		tells := there && now.Bond != nil && now.Bond.Mode() == mode
		news := slices.ContainsFunc(l.Options, func(s schema.Setting) bool { return isNews(s, mode) })
		if news && !tells && !slices.Contains(modes, mode) {
			modes = append(modes, mode)
		}
	}
	return modes
}
