package plan

import (
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

const (
	// flagPermanent is IFA_F_PERMANENT: no lease and no advertisement brought the address.
	flagPermanent = 0x80
	scopeLink     = 253
	mainTable     = 254
	// What makes routes by itself (RTPROT_*): the kernel, ICMP redirects,
	// router advertisements.
	protoRedirect, protoKernel, protoBoot, protoStatic, protoRA = 1, 2, 3, 4, 9
)

// isGlobal tells whether an address is one that somebody gave the link, unlike
// those that IPv6 gives itself.
func isGlobal(a kernel.Address) bool {
	return a.Scope < scopeLink && !a.Prefix.Addr().IsLinkLocalUnicast()
}

// populate adds the addresses that are missing, then the routes, for these
// need a source and a next hop within reach.
func (p *planner) populate() {
	p.each(p.addAddresses)
	p.each(p.addRoutes)
}

func (p *planner) addAddresses(l *Link) {
	if !p.isOpen(l) {
		return
	}
	for _, a := range l.Addresses {
		if !slices.ContainsFunc(p.now.addresses[l.Name], a.Same) {
			p.do(Change{Verb: AddAddress, Link: l.Name, Address: a, Effect: InPlace})
		}
	}
}

// isOpen tells whether a link can carry addresses now.
func (p *planner) isOpen(l *Link) bool {
	now := p.now.links[l.Name]
	return now != nil && !l.Absent && now.Up && now.Slave == nil
}

func (p *planner) addRoutes(l *Link) {
	if !p.isOpen(l) {
		return
	}
	for _, r := range l.Routes {
		if !slices.ContainsFunc(p.now.routes[l.Name], r.is) {
			p.do(Change{Verb: AddRoute, Link: l.Name, Route: p.besideOthers(r), Effect: InPlace})
		}
	}
}

// besideOthers raises the metric of a route, where the document does not say
// one, until it does not take the place of another link's that is wanted too.
func (p *planner) besideOthers(r Route) kernel.Route {
	for r.AnyMetric && p.isTaken(r.Route) {
		r.Metric++
	}
	return r.Route
}

func (p *planner) isTaken(r kernel.Route) bool {
	for _, l := range p.want.Links {
		if l.Name == r.Link {
			continue
		}
		for _, there := range p.now.routes[l.Name] {
			if there.Same(r) && slices.ContainsFunc(l.Routes, func(w Route) bool { return w.is(there) }) {
				return true
			}
		}
	}
	return false
}

// clear removes the routes and addresses of a link that are not wanted; of
// addresses the last first, for with the first of an IPv4 network the kernel
// may take the others away.
func (p *planner) clear(l *Link) {
	now := p.now.links[l.Name]
	if now == nil || l.Absent || now.Slave != nil || l.Master != "" {
		return
	}
	for _, r := range slices.Clone(p.now.routes[l.Name]) {
		if p.isExtraRoute(l, r) {
			p.do(Change{Verb: RemoveRoute, Link: l.Name, Route: r, Effect: InPlace})
		}
	}
	for _, a := range slices.Backward(slices.Clone(p.now.addresses[l.Name])) {
		if p.isExtraAddress(l, a) {
			p.do(Change{Verb: RemoveAddress, Link: l.Name, Address: a, Effect: InPlace})
		}
	}
}

// isExtraAddress tells whether an address is to go. What a lease or an
// advertisement brought stays as long as the link may learn.
func (p *planner) isExtraAddress(l *Link, a kernel.Address) bool {
	learnt := l.learns[schema.FamilyOf(a.Prefix.Addr())] && a.Flags&flagPermanent == 0
	return isGlobal(a) && !l.hasAddress(a) && !learnt
}

// isExtraRoute tells whether a route is to go: one of the main table that an
// administrator or a script made. Those of daemons are theirs, and so are those
// of multicast, which NetworkManager makes in passing; in an earlier state all
// are known.
func (p *planner) isExtraRoute(l *Link, r kernel.Route) bool {
	if slices.ContainsFunc(l.Routes, func(w Route) bool { return w.is(r) }) || r.InTable() != mainTable || len(r.Unknown) > 0 {
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
