package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
)

// Losses finds what the way to what is wanted takes away for good, for an earlier
// state too: whoever goes back to it can still think better of it, unlike a rollback.
func Losses(want *Wanted, have *kernel.State) []Problem {
	p := newPlanner(want, have)
	p.want.leaveOut(p.check())
	p.plan()
	return p.losses(have)
}

func (p *planner) losses(have *kernel.State) []Problem {
	return append(p.lostLinks(have), p.lostRoutes(have)...)
}

// lostLinks finds what a link has that is deleted, for good or to be made anew, and
// that nothing here can make again: neither the plan nor the way back from it.
func (p *planner) lostLinks(have *kernel.State) []Problem {
	var problems []Problem
	for _, l := range have.Links {
		if !p.deletes(l, have) {
			continue
		}
		if loss := p.loss(l, have); loss != "" {
			problems = append(problems, p.lossOf(l, loss))
		}
	}
	return problems
}

func (p *planner) lossOf(l *kernel.Link, loss string) Problem {
	problem := Problem{Link: l.Name, Summary: "Link that could not be restored"}
	if wanted := p.want.find(l.Name); wanted != nil {
		problem.Range = wanted.Range
	}
	problem.Detail = fmt.Sprintf("The plan deletes %s, and it could not be restored as it is: %s", l.Name, loss)
	return problem
}

// deletes tells whether the plan deletes a link, or the one that it is a VLAN of.
func (p *planner) deletes(l *kernel.Link, have *kernel.State) bool {
	if slices.ContainsFunc(p.changes, func(c Change) bool { return c.Verb == Delete && c.Link == l.Name }) {
		return true
	}
	parent, ok := have.Link(l.Parent)
	return ok && p.deletes(parent, have)
}

// loss says what would be lost of a link and how to go on, empty for nothing.
func (p *planner) loss(l *kernel.Link, have *kernel.State) string {
	uppers := uppersOf(l.Name, have)
	switch {
	case l.Master != "" && l.Slave == nil:
		return fmt.Sprintf("it belongs to %s, which is no bond. Take it out first, and give it back afterwards: ip link set %s nomaster", l.Master, l.Name)
	case len(uppers) > 0:
		return fmt.Sprintf("%s, which is no VLAN, stands on it. Delete that first: ip link del %s", strings.Join(uppers, ", "), uppers[0])
	case l.Special:
		return "it has another protocol than 802.1Q, special flags or a QoS map. Delete it first: ip link del " + l.Name
	case l.Bond != nil && p.hasUnknown(l.Bond):
		return "its driver has options that are newer than this bondctl, and they are not as in a new bond. Delete it first: ip link del " + l.Name
	}
	return ""
}

// uppersOf lists the links other than VLANs that stand on a link.
func uppersOf(name string, have *kernel.State) []string {
	var uppers []string
	for _, l := range have.Links {
		if l.Lower == name {
			uppers = append(uppers, l.Name)
		}
	}
	return uppers
}

// hasUnknown tells whether a bond has options that nothing here knows with other
// values than a new bond's. Where the driver was not asked about new ones, nobody knows.
func (p *planner) hasUnknown(bond *kernel.Bond) bool {
	fresh := p.fresh[bond.Mode()].Bond
	return fresh != nil && !sameAttributes(bond.Unknown, fresh.Unknown)
}
