package plan

import (
	"fmt"
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

func (p *planner) addRoutes(l *Link) {
	if !p.isOpen(l) {
		return
	}
	for _, r := range l.Routes {
		if !slices.ContainsFunc(p.now.routes[l.Name], r.is) {
			p.setRoute(p.besideOthers(r))
		}
	}
}

// setRoute sets a route, and names those of other links whose place it takes.
func (p *planner) setRoute(r kernel.Route) {
	c := Change{Verb: AddRoute, Link: r.Link, Route: r, Effect: InPlace}
	for _, other := range p.now.sameRoutes(r) {
		if other.Protocol == protoKernel {
			p.networks = append(p.networks, other)
		}
		if other.Link == r.Link {
			continue
		}
		c.Instead = append(c.Instead, other)
		if !p.want.Describes(other.Link) {
			c.Effect = Reroutes(other.Link)
			c.Why = fmt.Sprintf("the kernel has one such route of a metric; %s, which is not described, loses its own", other.Link)
		}
	}
	p.do(c)
}

// besideOthers raises the metric of a route, where the document does not say
// one, until it does not take the place of another that is wanted too.
func (p *planner) besideOthers(r Route) kernel.Route {
	for r.AnyMetric && p.isTaken(r.Route) {
		r.Metric++
	}
	return r.Route
}

func (p *planner) isTaken(r kernel.Route) bool {
	for _, l := range p.want.Links {
		for _, there := range p.now.routes[l.Name] {
			if there.Same(r) && l.wantsRoute(there) {
				return true
			}
		}
	}
	return false
}

// dropRoutes removes the routes that go with a link that is about to be down, and
// with the VLANs on it. Those that are wanted are set again, and those that somebody
// brings he brings again.
func (p *planner) dropRoutes(name string, effect Effect, why string) {
	l := p.want.find(name)
	for _, r := range slices.Clone(p.now.routes[name]) {
		comesBack := l != nil && (l.wantsRoute(r) || l.learns[schema.FamilyOf(r.To.Addr())])
		if !isKept(r) && !r.IsShared() && !comesBack {
			p.do(Change{Verb: RemoveRoute, Link: name, Route: r, Effect: effect, Why: why})
		}
	}
	for _, vlan := range p.now.above[name] {
		p.dropRoutes(vlan, effect, why)
	}
}

// isExtraRoute tells whether a route is to go: one of the main table that an
// administrator or a script made. Those of daemons are theirs, and so are those
// of multicast, which NetworkManager makes in passing; in an earlier state all
// are known. One that could not be restored is left alone.
func (p *planner) isExtraRoute(l *Link, r kernel.Route) bool {
	if p.isUnheeded(l, r) {
		return r.InTable() == mainTable
	}
	if l.wantsRoute(r) || r.InTable() != mainTable || !r.IsRestorable() {
		return false
	}
	if p.want.exact {
		return !isKept(r)
	}
	made := (r.Protocol == protoBoot || r.Protocol == protoStatic) && !r.To.Addr().IsMulticast()
	return made && (r.To.Bits() != 0 || !l.learns[schema.FamilyOf(r.To.Addr())])
}

// isKept tells whether somebody makes and takes a route by himself, the kernel or
// bondctl monitor: it is no part of a state to go back to.
func isKept(r kernel.Route) bool {
	return r.Protocol == protoKernel || r.Protocol == protoRedirect || r.Protocol == protoRA || r.Protocol == kernel.MonitorProtocol
}

// losers lists the links whose routes others take the place of.
func losers(changes []Change) []string {
	var links []string
	for _, c := range changes {
		for _, r := range c.Instead {
			if r.Link != "" {
				links = append(links, r.Link)
			}
		}
	}
	return links
}

// lostRoutes finds the routes that changes take away and no rollback could bring back.
func (p *planner) lostRoutes(have *kernel.State) []Problem {
	var problems []Problem
	for _, r := range p.networks {
		problems = append(problems, p.unrestorable(r))
	}
	for _, r := range have.Routes {
		if isKept(r) || r.IsRestorable() && r.Link != "" {
			continue
		}
		isThere := func(hop kernel.Route) bool {
			return slices.ContainsFunc(p.now.routes[hop.Link], func(now kernel.Route) bool {
				return now.Same(hop) && now.Via == hop.Via && sameAttributes(now.Unknown, hop.Unknown)
			})
		}
		if i := slices.IndexFunc(have.Hops(r), func(hop kernel.Route) bool { return !isThere(hop) }); i >= 0 {
			problems = append(problems, p.unrestorable(have.Hops(r)[i]))
		}
	}
	return problems
}
