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
// advertisement brought stays as long as the link may learn: DHCPv6 leases single
// addresses, advertisements make those of a subnet.
func (p *planner) isExtraAddress(l *Link, a kernel.Address) bool {
	unheeded := l.ignores() && a.Prefix.Addr().Is6() && !a.Prefix.IsSingleIP()
	learnt := l.learns[schema.FamilyOf(a.Prefix.Addr())] && a.Flags&flagPermanent == 0 && !unheeded
	return isGlobal(a) && !l.hasAddress(a) && !learnt
}
