package plan

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
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
		return p.unfitSlave(l, now)
	}
	return "", ""
}

func kindText(l *kernel.Link) string {
	if l.Kind == "" {
		return "network card"
	}
	return l.Kind + " link"
}

func (p *planner) unfitSlave(l *Link, now *kernel.Link) (summary, detail string) {
	if summary, detail = p.foreignSlave(l, now); summary != "" {
		return summary, detail
	}
	return p.unknownOption(l)
}

// foreignSlave refuses to take a link away from whoever has it.
func (p *planner) foreignSlave(l *Link, now *kernel.Link) (summary, detail string) {
	switch {
	case now.Master == "" || now.Slave != nil && p.want.find(now.Master) != nil:
		return "", ""
	case now.Slave != nil:
		return "Slave of another bond", fmt.Sprintf("%s is a slave of %s, which is not described. Describe %s too, or release the slave first: ip link set %s nomaster", l.Name, now.Master, now.Master, l.Name)
	}
	return "Port of another link", fmt.Sprintf("%s belongs to %s, which is no bond. Take it out first: ip link set %s nomaster", l.Name, now.Master, l.Name)
}

// unrestorable refuses to take away a route that cannot be made again as it was.
func (p *planner) unrestorable(r kernel.Route) Problem {
	problem := Problem{Link: r.Link, Summary: "Route that could not be restored"}
	if l := p.want.find(r.Link); l != nil {
		problem.Range = l.Range
	}
	problem.Detail = fmt.Sprintf("The change takes away the route %s, and this route could not be restored: it has several next hops, is the kernel's own way to the network of an address, or refers to something that bondctl cannot make again. "+
		"Give one of the two routes another metric, or take this one out first: ip route del %s", routeText(r), r.To)
	return problem
}
