package manager

import (
	"errors"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
)

// routes is the part of the kernel that has the routes.
type routes interface {
	Observe() (*kernel.State, error)
	ReplaceRoute(kernel.Route) error
	Close()
}

func hostRoutes() (routes, error) { return kernel.Open() }

// retell has the kernel tell once more of its own routes to the networks of
// links. While an address moves from one link to another both have a route to
// its network, and systemd-networkd takes them for one: it forgets that when
// the first link gives its address up, then waits for good for a way to the
// gateway (gateway_is_ready in src/network/networkd-route-util.c, systemd 257).
//
// The kernel tells of a route that is replaced by another, not by itself: for a
// moment somebody else has made it. Packets do not notice.
func (d *linkDaemon) retell(links []netdev) error {
	k, err := d.kernel()
	if err != nil {
		return err
	}
	defer k.Close()
	state, err := k.Observe()
	if err != nil {
		return err
	}
	for _, r := range state.Routes {
		if !slices.ContainsFunc(links, func(n netdev) bool { return n.link == r.Link }) || !leadsToNetwork(r) || !isAlone(r, state.Routes) {
			continue
		}
		other := r
		other.Protocol = unix.RTPROT_BOOT
		if err := errors.Join(k.ReplaceRoute(other), k.ReplaceRoute(r)); err != nil {
			return err
		}
	}
	return nil
}

// leadsToNetwork tells whether the kernel has made a route because of an IPv4 address.
func leadsToNetwork(r kernel.Route) bool {
	return r.Protocol == unix.RTPROT_KERNEL && r.Type == unix.RTN_UNICAST && r.To.Addr().Is4() && !r.Via.IsValid() && len(r.Unknown) == 0
}

// isAlone tells whether a route is replaced by another of its kind, and not
// one of another link.
func isAlone(r kernel.Route, all []kernel.Route) bool {
	return !slices.ContainsFunc(all, func(other kernel.Route) bool { return other.Link != r.Link && other.Same(r) })
}
