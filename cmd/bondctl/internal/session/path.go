package session

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
)

// Router tells the way to an address: a [kernel.Kernel].
type Router interface {
	PathTo(remote, from netip.Addr) (link string, err error)
}

// Links names the links that the session goes over: the one that has its
// address here, and the one that the kernel sends through to the far end,
// which may be another. What each of them stands on is told by [Finding.Path].
func (s Session) Links(state *kernel.State, router Router) ([]string, error) {
	if s.Link != "" {
		if _, ok := state.Link(s.Link); !ok {
			return nil, fmt.Errorf("the session's link by %s: %w as %s: ip link lists those that are there", s.Source, kernel.ErrNoLink, s.Link)
		}
		return []string{s.Link}, nil
	}
	links := append(owners(state, s.Local.Addr()), owners(state, s.Client.Addr())...)
	if !s.Local.IsValid() && len(links) > 0 {
		return unique(links), nil // somebody has named this end
	}
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

// Path is what carries the traffic of a session.
type Path struct {
	// Links are the session's own first, then those below them.
	Links []string
	// Notes say of tunnels among them what counts as carrying them.
	Notes []string
	// Lost is set where nothing is known to carry one of them.
	Lost bool
}

// Path tells what carries the session, or any of those that it may be.
func (f Finding) Path(state *kernel.State, router Router) (Path, error) {
	var own []string
	for _, s := range f.Sessions {
		links, err := s.Links(state, router)
		switch {
		case s.Stale: // an address of yesterday may lead nowhere today
		case err != nil:
			return Path{}, err
		}
		own = append(own, links...)
	}
	p := pathOf(state, router, unique(own))
	p.Lost = p.Lost || f.isLost()
	return p, nil
}

// pathOf follows links down: to what a VLAN stands on, the slaves of a bond or
// bridge, and for a slave its master with the other slaves, for the master chooses
// which of them it sends through. A link that is not there has only itself.
func pathOf(state *kernel.State, router Router, links []string) Path {
	p := Path{Links: links}
	for at := 0; at < len(p.Links); at++ {
		p.Links = unique(append(p.Links, carriers(state, p.Links[at])...))
		if l, ok := state.Link(p.Links[at]); ok && isTunnel(l) {
			p.under(l, state, router)
		}
	}
	return p
}

// carriers lists the next links below one, and its master.
func carriers(state *kernel.State, name string) []string {
	var next []string
	for _, l := range state.Links {
		if l.Name == name {
			next = append(next, l.Parent, l.Lower, l.Master)
		}
		if l.Master == name {
			next = append(next, l.Name)
		}
	}
	return slices.DeleteFunc(next, func(name string) bool { return name == "" })
}

// plain are the kinds of links whose frames leave by the links that they stand on,
// or by their own; the empty kind is hardware.
var plain = []string{"", "bond", "bridge", "dsa", "dummy", "hsr", "ipvlan", "ipvtap", "macsec", "macvlan", "macvtap", "team", "veth", "vlan", "vrf"}

// isTunnel tells whether the packets of a link leave in other packets, by whatever
// route those have. The loopback is one, too: what comes over it was brought to
// this machine by a program, as by ssh -R.
func isTunnel(l *kernel.Link) bool {
	return !slices.Contains(plain, l.Kind) || l.Hardware == unix.ARPHRD_LOOPBACK || l.Hardware == unix.ARPHRD_PPP
}

// under adds what carries a tunnel: the link of the route to its far end, or where
// the kernel tells none those of all default routes.
func (p *Path) under(tunnel *kernel.Link, state *kernel.State, router Router) {
	if tunnel.Remote.IsValid() {
		if out, err := router.PathTo(tunnel.Remote, netip.Addr{}); err == nil {
			p.Links = unique(append(p.Links, out))
			p.Notes = append(p.Notes, fmt.Sprintf("%s is a tunnel to %s by way of %s", tunnel.Name, tunnel.Remote, out))
			return
		}
	}
	outside := slices.DeleteFunc(defaults(state), func(link string) bool { return link == tunnel.Name })
	if len(outside) == 0 {
		p.Lost = true
		p.Notes = append(p.Notes, fmt.Sprintf("What carries %s the kernel does not tell, and there is no default route beside it", tunnel.Name))
		return
	}
	p.Links = unique(append(p.Links, outside...))
	p.Notes = append(p.Notes, fmt.Sprintf("What carries %s the kernel does not tell: the links of all default routes count as its path", tunnel.Name))
}

// defaults lists the links of all default routes, of whatever table.
func defaults(state *kernel.State) []string {
	var links []string
	for _, r := range state.Routes {
		if r.To.Bits() == 0 && r.Link != "" {
			links = append(links, r.Link)
		}
	}
	return unique(links)
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
