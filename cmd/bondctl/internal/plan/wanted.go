package plan

import (
	"bytes"
	"cmp"
	"net/netip"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// Wanted is what the links of a host shall be, whether a document says so or
// an earlier state of the host. Links that it does not name are not touched.
type Wanted struct {
	// Links are sorted by name.
	Links []*Link
	// exact is set where an earlier state is wanted: then also what a manager
	// or the kernel would give a link by itself is compared.
	exact bool
}

// Link is what one link shall be.
type Link struct {
	Name string
	// Kind is that of the kernel's link operations: "bond", "vlan", or empty
	// for a link that must be there already.
	Kind string
	// Absent is set for a link that shall not be.
	Absent bool
	Up     bool
	// MTU is in bytes, 0 to leave it.
	MTU int
	// MAC is zero to leave it; a bond without slaves then takes its first slave's.
	MAC schema.MAC
	// Master is the bond that the link shall be a slave of, empty for none.
	Master string
	// Options are those of a bond, or of a slave: one for each option that
	// this mode has, so that what a document no longer says goes away.
	Options schema.Settings
	// Slaves are the names of a bond's slaves in the order of enslaving.
	Slaves []string
	// Parent is the link that a VLAN stands on, and VLAN its id.
	Parent    string
	VLAN      int
	Addresses []kernel.Address
	Routes    []Route
	// IPv6 is how the kernel is to configure it, nil to leave that.
	IPv6 kernel.IPv6
	// learns has the families whose addresses and routes somebody else brings:
	// a DHCP client, or the kernel by router advertisements.
	learns map[schema.Family]bool
	// Range is the place in the document, zero for an earlier state.
	Range hcl.Range
}

// The kinds of links that plans make and delete.
const (
	kindBond = "bond"
	kindVLAN = "vlan"
)

// Route is a route that shall be.
type Route struct {
	kernel.Route
	// AnyMetric lets pass whichever metric the route has: the document does
	// not say, and each network system has its own.
	AnyMetric bool
	// Owned is set where it matters who has made the route (rtm_protocol).
	Owned bool
	// Whole is set where all its attributes matter, as in an earlier state.
	Whole bool
}

// clone is for a planner, which adds to it.
func (w *Wanted) clone() *Wanted {
	return &Wanted{Links: slices.Clone(w.Links), exact: w.exact}
}

// leaveOut wants nothing of links that have problems, nor of what stands on them.
func (w *Wanted) leaveOut(problems []Problem) {
	for _, problem := range problems {
		w.Links = slices.DeleteFunc(w.Links, func(l *Link) bool { return l.Name == problem.Link || l.Parent == problem.Link })
		for i, l := range w.Links {
			if slices.Contains(l.Slaves, problem.Link) {
				fewer := *l
				fewer.Slaves = without(slices.Clone(l.Slaves), problem.Link)
				w.Links[i] = &fewer
			}
		}
	}
}

// find gives the wanted link of a name, nil for one that is not described.
func (w *Wanted) find(name string) *Link {
	i, ok := slices.BinarySearchFunc(w.Links, name, func(l *Link, name string) int { return compareText(l.Name, name) })
	if !ok {
		return nil
	}
	return w.Links[i]
}

// Describes tells whether a link shall be something.
func (w *Wanted) Describes(name string) bool { return w.find(name) != nil }

// ofKind lists the links of a kind that shall be.
func (w *Wanted) ofKind(kind string) []*Link {
	var found []*Link
	for _, l := range w.Links {
		if l.Kind == kind && !l.Absent {
			found = append(found, l)
		}
	}
	return found
}

func (w *Wanted) sort() {
	slices.SortFunc(w.Links, func(a, b *Link) int { return compareText(a.Name, b.Name) })
}

// hasAddress tells whether an address of the link is wanted.
func (l *Link) hasAddress(a kernel.Address) bool {
	return slices.ContainsFunc(l.Addresses, a.Same)
}

// wantsRoute tells whether a route of the kernel is one that the link shall have.
func (l *Link) wantsRoute(found kernel.Route) bool {
	return slices.ContainsFunc(l.Routes, func(r Route) bool { return r.is(found) })
}

// is tells whether a route of the kernel is the one wanted. One that has other next
// hops too is not, nor one that is there for a time.
func (r Route) is(found kernel.Route) bool {
	return r.To == found.To && r.Via == found.Via && r.Link == found.Link && r.InTable() == found.InTable() && !found.IsShared() && found.Expires == r.Expires &&
		(r.AnyMetric || r.Priority() == found.Priority()) && (!r.Source.IsValid() || r.Source == found.Source) &&
		(!r.Owned || cmp.Or(r.Protocol, protoStatic) == cmp.Or(found.Protocol, protoStatic)) &&
		(!r.Whole || sameAttributes(r.Unknown, found.Unknown))
}

func sameAttributes(a, b []kernel.Attribute) bool {
	return slices.EqualFunc(a, b, func(a, b kernel.Attribute) bool { return a.Number == b.Number && bytes.Equal(a.Data, b.Data) })
}

// broadcastOf gives the last address of an IPv4 network, which every network
// system sets; none in a network of one or two addresses.
func broadcastOf(prefix netip.Prefix) netip.Addr {
	if !prefix.Addr().Is4() || prefix.Bits() > 30 {
		return netip.Addr{}
	}
	last := prefix.Masked().Addr().As4()
	for bit := prefix.Bits(); bit < 32; bit++ {
		last[bit/8] |= 1 << (7 - bit%8)
	}
	return netip.AddrFrom4(last)
}
