package session

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
)

// Router tells the way to an address: a [kernel.Kernel].
type Router interface {
	PathTo(remote, from netip.Addr) (link string, err error)
}

// Links names the links that the session goes over: the one that has its
// address here, and the one that the kernel sends through to the far end,
// which may be another. What each of them stands on is told by [Path].
func (s Session) Links(state *kernel.State, router Router) ([]string, error) {
	if s.Link != "" {
		if _, ok := state.Link(s.Link); !ok {
			return nil, fmt.Errorf("the session's link by %s: %w as %s: ip link lists those that are there", s.Source, kernel.ErrNoLink, s.Link)
		}
		return []string{s.Link}, nil
	}
	links := append(owners(state, s.Local.Addr()), owners(state, s.Client.Addr())...)
	out, err := router.PathTo(s.Client.Addr(), s.Local.Addr())
	switch {
	case err == nil:
		links = append(links, out)
	case len(links) == 0:
		return nil, fmt.Errorf("the session's link, %s: %w", s, err)
	case !errors.Is(err, kernel.ErrUnreachable) && !s.Client.Addr().IsLinkLocalUnicast():
		return nil, fmt.Errorf("the session's link, %s: %w", s, err)
	}
	return unique(links), nil
}

// owners lists the links that have an address; a zone leaves only its own.
func owners(state *kernel.State, addr netip.Addr) []string {
	var links []string
	for _, a := range state.Addresses {
		if a.Prefix.Addr() == addr.WithZone("") && (addr.Zone() == "" || addr.Zone() == a.Link) {
			links = append(links, a.Link)
		}
	}
	return links
}

// Path lists what carries the traffic of a link, itself first: what a VLAN
// stands on, the slaves of a bond or bridge, and for a slave its master with
// the other slaves, for the master chooses which of them it sends through. It
// is pure; a link that is not there has only itself.
func Path(state *kernel.State, link string) []string {
	path := []string{link}
	for at := 0; at < len(path); at++ {
		for _, below := range carriers(state, path[at]) {
			if !slices.Contains(path, below) {
				path = append(path, below)
			}
		}
	}
	return path
}

// carriers lists the next links below one, and its master.
func carriers(state *kernel.State, name string) []string {
	var next []string
	for _, l := range state.Links {
		if l.Name == name {
			next = append(next, l.Parent, l.Master)
		}
		if l.Master == name {
			next = append(next, l.Name)
		}
	}
	return slices.DeleteFunc(next, func(name string) bool { return name == "" })
}

// unique drops what was there before.
func unique(links []string) []string {
	var once []string
	for _, l := range links {
		if !slices.Contains(once, l) {
			once = append(once, l)
		}
	}
	return once
}
