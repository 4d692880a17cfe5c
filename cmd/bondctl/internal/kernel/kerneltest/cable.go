package kerneltest

import (
	"net/netip"
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// Numbers of rtnetlink that routes of the kernel's own carry.
const (
	tableMain  = 254
	protKernel = 2
	scopeLink  = 253
	unicast    = 1
	// noPrefixRoute is IFA_F_NOPREFIXROUTE.
	noPrefixRoute = 0x200
)

func (f *Fake) cable(name string, cut bool) error {
	l, err := f.find(name)
	if err != nil {
		return err
	}
	l.cut = cut
	f.settle()
	return nil
}

// up sets a link up: the kernel then routes its addresses' networks over it. The
// VLANs on it come up with it (NETDEV_UP in vlan_device_event, net/8021q/vlan.c).
func (f *Fake) up(l *link) {
	if l.Up {
		return
	}
	l.Up = true
	for _, a := range f.addresses {
		if a.Link == l.Name {
			f.connect(a)
		}
	}
	for _, vlan := range f.above(l) {
		f.up(vlan)
	}
	f.settle()
}

// above lists the VLANs on a link.
func (f *Fake) above(l *link) []*link {
	return slices.DeleteFunc(slices.Clone(f.links), func(other *link) bool { return other.Parent != l.Name })
}

// down sets a link down, and the VLANs on it: their routes go, and their IPv6 addresses.
func (f *Fake) down(l *link) {
	for _, vlan := range f.above(l) {
		f.down(vlan)
	}
	l.Up = false
	f.routes = slices.DeleteFunc(f.routes, func(r kernel.Route) bool { return r.Link == l.Name })
	f.addresses = slices.DeleteFunc(f.addresses, func(a kernel.Address) bool {
		return a.Link == l.Name && schema.FamilyOf(a.Prefix.Addr()) == schema.IPv6
	})
	f.settle()
}

// connect adds the route to an address's network, unless the address says not to.
func (f *Fake) connect(a kernel.Address) {
	to := a.Prefix.Masked()
	if a.Flags&noPrefixRoute != 0 || to.IsSingleIP() && !a.Peer.IsValid() {
		return
	}
	r := kernel.Route{To: to, Link: a.Link, Table: tableMain, Protocol: protKernel, Type: unicast, Metric: networkMetric(a)}
	if a.Prefix.Addr().Is4() {
		r.Scope, r.Source = scopeLink, a.Prefix.Addr()
	}
	if a.Peer.IsValid() {
		r.To = a.Peer.Masked()
	}
	if !slices.ContainsFunc(f.routes, r.Same) {
		f.routes = append(f.routes, r)
	}
}

// networkMetric is that of the route to an address's network.
func networkMetric(a kernel.Address) uint32 {
	if a.Prefix.Addr().Is4() {
		return 0
	}
	return 256
}

// settle works out carriers, and has every bond choose its active slave.
func (f *Fake) settle() {
	for _, l := range f.links {
		l.Carrier = l.Up && !l.cut
	}
	for _, l := range f.links {
		if l.bond != nil {
			f.choose(l)
			l.Carrier = l.Up && slices.ContainsFunc(f.slaves(l), func(s *link) bool { return s.Carrier })
		}
	}
}

// inherit gives VLANs that are up the address of their parent, where nobody gave
// them one (vlan_dev_inherit_address in net/8021q).
func (f *Fake) inherit() {
	for _, l := range f.links {
		if parent, err := f.find(l.Parent); err == nil && l.Kind == "vlan" && l.Up && l.randomMAC {
			l.MAC = parent.MAC
		}
	}
}

// onLink tells whether a next hop is in the network of an address of the link.
func (f *Fake) onLink(via netip.Addr, name string) bool {
	return slices.ContainsFunc(f.addresses, func(a kernel.Address) bool {
		return a.Link == name && (a.Prefix.Contains(via) || a.Peer.IsValid() && a.Peer.Contains(via))
	})
}
