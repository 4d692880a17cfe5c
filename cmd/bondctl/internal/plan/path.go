package plan

import (
	"net/netip"
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
)

// Path gives the links that carry the traffic of an address of this host: the
// one that has the address, what it stands on, its bond, and the bond's
// slaves. For an address that no link has it is empty.
func Path(state *kernel.State, local netip.Addr) []string {
	g := newGround(state)
	var path []string
	for _, a := range state.Addresses {
		if a.Prefix.Addr() == local {
			path = g.below(path, a.Link)
		}
	}
	return path
}

// PathOf gives the links that carry the traffic of a link.
func PathOf(state *kernel.State, link string) []string { return newGround(state).below(nil, link) }

// below adds a link and what is under it, each once.
func (g *ground) below(path []string, name string) []string {
	l := g.links[name]
	if l == nil || slices.Contains(path, name) {
		return path
	}
	path = append(path, name)
	for _, other := range append([]string{l.Parent, l.Master}, g.slaves[name]...) {
		path = g.below(path, other)
	}
	return path
}
