package kerneltest

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"syscall"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
)

// PathTo implements [kernel.Paths]: an address of its own over the loopback, a
// zone over its link, and the rest by the main table, where the longest prefix
// wins and then the lowest metric.
func (f *Fake) PathTo(remote, from netip.Addr) (string, error) {
	link, err := f.pathTo(remote.Unmap(), from.Unmap())
	if err != nil {
		return "", fmt.Errorf("look up the way to %s: %w", remote, err)
	}
	return link, nil
}

func (f *Fake) pathTo(remote, from netip.Addr) (string, error) {
	switch {
	case !remote.IsValid():
		return "", errors.New("it is no address")
	case from.IsValid() && from.Is4() && !f.owns(from):
		return "", fmt.Errorf("%w from %s: %w", kernel.ErrUnreachable, from, syscall.EINVAL)
	case remote.Zone() != "":
		l, err := f.find(remote.Zone())
		if err != nil {
			return "", err
		}
		return l.Name, nil
	case f.owns(remote):
		return "lo", nil
	}
	best, ok := f.best(remote)
	if !ok || best.Link == "" {
		return "", fmt.Errorf("%w: %w", kernel.ErrUnreachable, syscall.ENETUNREACH)
	}
	return best.Link, nil
}

// owns tells whether an address is one of this machine's.
func (f *Fake) owns(addr netip.Addr) bool {
	return addr.IsLoopback() ||
		slices.ContainsFunc(f.addresses, func(a kernel.Address) bool { return a.Prefix.Addr() == addr.WithZone("") })
}

// best gives the route of the main table that an address is sent by.
func (f *Fake) best(remote netip.Addr) (kernel.Route, bool) {
	var best kernel.Route
	found := false
	for _, r := range f.routes {
		if r.Table != tableMain || !r.To.Contains(remote) {
			continue
		}
		longer := r.To.Bits() > best.To.Bits()
		if !found || longer || r.To.Bits() == best.To.Bits() && r.Metric < best.Metric {
			best, found = r, true
		}
	}
	return best, found
}

// Stations implements [kernel.Paths].
func (f *Fake) Stations() ([]kernel.Station, error) { return slices.Clone(f.stations), nil }

// Join makes a link a Wi-Fi link in the state given, in place of the one that
// it was in.
func (f *Fake) Join(s kernel.Station) {
	f.stations = slices.DeleteFunc(f.stations, func(old kernel.Station) bool { return old.Link == s.Link })
	f.stations = append(f.stations, s)
}
