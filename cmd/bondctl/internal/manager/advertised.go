package manager

import (
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// Kernel is the kernel as a manager wants it while links are changed under it.
func Kernel(m Manager, k kernel.Kernel) kernel.Kernel {
	if _, ok := m.(*linkDaemon); ok {
		return unadvertised{k}
	}
	return k
}

// unadvertised is a kernel whose new links learn nothing from router
// advertisements: systemd-networkd does that itself, and removes what the kernel
// has learnt before. Its own default routes refer to nexthop objects, and of
// those the kernel removes the first of the metric, whichever link is named
// (ip6_route_del in net/ipv6/route.c): that of a link that nobody wanted to touch.
type unadvertised struct{ kernel.Kernel }

// unheeding is a kernel that does not heed routers.
var unheeding = kernel.IPv6{kernel.AcceptRA: 0}

// AddBond implements [kernel.Bonds].
func (k unadvertised) AddBond(name string, settings schema.Settings) error {
	if err := k.Kernel.AddBond(name, settings); err != nil {
		return err
	}
	return k.SetIPv6(name, unheeding)
}

// AddVLAN implements [kernel.Links].
func (k unadvertised) AddVLAN(name, parent string, id int) error {
	if err := k.Kernel.AddVLAN(name, parent, id); err != nil {
		return err
	}
	return k.SetIPv6(name, unheeding)
}
