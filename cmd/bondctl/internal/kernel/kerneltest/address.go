package kerneltest

import (
	"fmt"
	"slices"
	"syscall"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

func (f *Fake) address(verb string, a kernel.Address, do func(at int) error) error {
	return f.toLink(fmt.Sprintf("%s address %s of %s", verb, a.Prefix, a.Link), a.Link, func(*link) error {
		return do(slices.IndexFunc(f.addresses, a.Same))
	})
}

// AddAddress implements [kernel.Addresses].
func (f *Fake) AddAddress(a kernel.Address) error {
	return f.address("add", a, func(at int) error {
		if at >= 0 {
			return syscall.EEXIST
		}
		f.place(a)
		return nil
	})
}

// ReplaceAddress implements [kernel.Addresses].
func (f *Fake) ReplaceAddress(a kernel.Address) error {
	return f.address("set", a, func(at int) error {
		if at < 0 {
			f.place(a)
			return nil
		}
		f.addresses[at] = a
		return nil
	})
}

// place adds an address, and the route to its network where the link is up.
func (f *Fake) place(a kernel.Address) {
	if a.Label == "" && a.Prefix.Addr().Is4() {
		a.Label = a.Link
	}
	f.addresses = append(f.addresses, a)
	if l, err := f.find(a.Link); err == nil && l.Up {
		f.connect(a)
	}
}

// RemoveAddress implements [kernel.Addresses]. The route to the address's
// network goes with it unless another address is in it; so do IPv4 routes that
// have the address as their source, unless the host has it once more.
func (f *Fake) RemoveAddress(a kernel.Address) error {
	return f.address("remove", a, func(at int) error {
		if at < 0 {
			return syscall.EADDRNOTAVAIL
		}
		f.addresses = slices.Delete(f.addresses, at, at+1)
		to := a.Prefix.Masked()
		needed := slices.ContainsFunc(f.addresses, func(b kernel.Address) bool { return b.Link == a.Link && b.Prefix.Masked() == to })
		still := slices.ContainsFunc(f.addresses, func(b kernel.Address) bool { return b.Prefix.Addr() == a.Prefix.Addr() })
		f.routes = slices.DeleteFunc(f.routes, func(r kernel.Route) bool {
			connected := r.Protocol == protKernel && r.Link == a.Link && r.To == to && r.Metric == networkMetric(a)
			own := connected && a.Flags&noPrefixRoute == 0
			return own && !needed || !still && r.Source == a.Prefix.Addr() && !connected
		})
		return nil
	})
}

func (f *Fake) route(verb string, r kernel.Route, do func(r kernel.Route, at int) error) error {
	return f.change(fmt.Sprintf("%s route to %s", verb, r.To), func() error {
		r = complete(r)
		if _, err := f.find(r.Link); r.Link != "" && err != nil {
			return err
		}
		return do(r, slices.IndexFunc(f.routes, r.Same))
	})
}

// complete fills in what 0 stands for in a change.
func complete(r kernel.Route) kernel.Route {
	const static, metric6 = 4, 1024
	r.To = r.To.Masked()
	if r.Table == 0 {
		r.Table = tableMain
	}
	if r.Protocol == 0 {
		r.Protocol = static
	}
	if r.Type == 0 {
		r.Type = unicast
	}
	four := schema.FamilyOf(r.To.Addr()) == schema.IPv4
	if four && !r.Via.IsValid() && r.Scope == 0 && r.Link != "" {
		r.Scope = scopeLink
	}
	if !four && r.Metric == 0 {
		r.Metric = metric6
	}
	return r
}

// reachable is what the kernel wants of a route's link and next hop.
func (f *Fake) reachable(r kernel.Route) error {
	const onlink = 4
	l, err := f.find(r.Link)
	switch {
	case r.Link == "":
		return nil
	case err != nil:
		return err
	case !r.Via.IsValid() && !l.Up:
		return syscall.ENETDOWN
	case !r.Via.IsValid() || r.Flags&onlink != 0 || r.Via.IsLinkLocalUnicast() || l.Up && f.onLink(r.Via, r.Link):
		return nil
	case r.Via.Is4():
		return fmt.Errorf("%w: Nexthop has invalid gateway", syscall.ENETUNREACH)
	}
	return syscall.EHOSTUNREACH
}

// AddRoute implements [kernel.Addresses].
func (f *Fake) AddRoute(r kernel.Route) error {
	return f.route("add", r, func(r kernel.Route, at int) error {
		if err := f.reachable(r); err != nil {
			return err
		}
		if at >= 0 {
			return syscall.EEXIST
		}
		f.routes = append(f.routes, r)
		return nil
	})
}

// ReplaceRoute implements [kernel.Addresses].
func (f *Fake) ReplaceRoute(r kernel.Route) error {
	if err := f.SetRoute(r); err != nil || r.To.Addr().Is4() {
		return err
	}
	r = complete(r)
	f.routes = slices.DeleteFunc(f.routes, func(other kernel.Route) bool {
		return !other.Same(r) && other.To == r.To && other.Priority() == r.Priority() && other.InTable() == r.InTable()
	})
	return nil
}

// SetRoute implements [kernel.Addresses].
func (f *Fake) SetRoute(r kernel.Route) error {
	return f.route("set", r, func(r kernel.Route, at int) error {
		if err := f.reachable(r); err != nil {
			return err
		}
		if at < 0 {
			at = len(f.routes)
			f.routes = append(f.routes, r)
		}
		f.routes[at] = r
		return nil
	})
}

// RemoveRoute implements [kernel.Addresses].
func (f *Fake) RemoveRoute(r kernel.Route) error {
	return f.route("remove", r, func(_ kernel.Route, at int) error {
		if at < 0 || r.Via.IsValid() && r.Via != f.routes[at].Via || r.Link != f.routes[at].Link {
			return syscall.ESRCH
		}
		f.routes = slices.Delete(f.routes, at, at+1)
		return nil
	})
}
