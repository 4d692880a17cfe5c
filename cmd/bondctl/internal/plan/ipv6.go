package plan

import (
	"maps"
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
)

// IPv6By has the kernel configure IPv6 on links as those will who bring them up at
// the next boot. Of links that are not named nothing is wanted.
func (w *Wanted) IPv6By(links map[string]kernel.IPv6) {
	for _, l := range w.Links {
		l.IPv6 = links[l.Name]
	}
}

// configure has the kernel configure IPv6 on a link as wanted: where routers are not to
// be heeded, before the link is up.
func (p *planner) configure(l *Link) {
	now := p.now.links[l.Name]
	if now == nil || l.Absent || now.Slave != nil || l.Master != "" || now.IPv6.Is(l.IPv6) {
		return
	}
	effect := None
	if now.Up {
		effect = InPlace
	}
	p.do(Change{Verb: SetIPv6, Link: l.Name, IPv6: l.IPv6, Effect: effect})
}

// ignores tells whether a link is not to heed routers.
func (l *Link) ignores() bool {
	accepts, ok := l.IPv6[kernel.AcceptRA]
	return ok && accepts == 0
}

// isUnheeded tells whether a route is one of those that routers have advertised to a
// link which is not to heed them: by a router, or to a prefix without an address that
// stays.
func (p *planner) isUnheeded(l *Link, r kernel.Route) bool {
	if !l.ignores() || !r.To.Addr().Is6() {
		return false
	}
	stays := func(a kernel.Address) bool { return a.Prefix.Masked() == r.To && !p.isExtraAddress(l, a) }
	return r.Protocol == protoRA || r.Protocol == protoKernel && r.Expires && !slices.ContainsFunc(p.now.addresses[l.Name], stays)
}

// reconfigure does to the ground what the kernel does when IPv6 is configured anew.
func (g *ground) reconfigure(l *kernel.Link, want kernel.IPv6) {
	l.IPv6 = maps.Clone(l.IPv6)
	maps.Copy(l.IPv6, want)
	if want[kernel.DisableIPv6] != 0 {
		g.forget6(l.Name)
	}
}

// forget6 takes away the IPv6 addresses and routes of a link.
func (g *ground) forget6(name string) {
	g.addresses[name] = slices.DeleteFunc(g.addresses[name], func(a kernel.Address) bool { return a.Prefix.Addr().Is6() })
	g.routes[name] = slices.DeleteFunc(g.routes[name], func(r kernel.Route) bool { return r.To.Addr().Is6() })
}
