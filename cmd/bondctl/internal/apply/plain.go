package apply

import (
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
)

// Plain has the kernel itself keep the routes to the networks of links' lasting IPv4
// addresses, where who set them told it not to (IFA_F_NOPREFIXROUTE) and made those
// routes instead, as NetworkManager does. The kernel cannot change that of an address
// (inet_rtm_newaddr in net/ipv4/devinet.c): whoever takes such links over takes the
// addresses away and sets them again. Here a second one with the same number stands
// in meanwhile, so that no packet is lost.
func Plain(k kernel.Kernel, links []string) error {
	state, err := k.Observe()
	if err != nil {
		return err
	}
	for _, a := range state.Addresses {
		if slices.Contains(links, a.Link) && isBare(a) {
			if err := plain(k, a); err != nil {
				return err
			}
		}
	}
	return forgetNetworks(k, links, state)
}

// isBare tells whether an address is one of those.
func isBare(a kernel.Address) bool {
	const bare = unix.IFA_F_PERMANENT | unix.IFA_F_NOPREFIXROUTE
	return a.Prefix.Addr().Is4() && a.Flags&bare == bare && !a.Peer.IsValid() && !a.Prefix.IsSingleIP()
}

// plain sets one of them anew.
func plain(k kernel.Kernel, a kernel.Address) error {
	number := a.Prefix.Addr()
	standIn := kernel.Address{Link: a.Link, Prefix: netip.PrefixFrom(number, number.BitLen()), Scope: a.Scope, Flags: unix.IFA_F_NOPREFIXROUTE}
	anew := a
	anew.Flags &^= unix.IFA_F_NOPREFIXROUTE
	for _, step := range []func() error{
		func() error { return k.AddAddress(standIn) },
		func() error { return k.RemoveAddress(a) },
		func() error { return k.AddAddress(anew) },
		func() error { return k.RemoveAddress(standIn) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// forgetNetworks removes the routes to the networks that stood for those of the kernel.
func forgetNetworks(k kernel.Kernel, links []string, before *kernel.State) error {
	for _, r := range before.Routes {
		isFor := func(a kernel.Address) bool {
			return isBare(a) && a.Link == r.Link && a.Prefix.Masked() == r.To && a.Prefix.Addr() == r.Source
		}
		if !slices.Contains(links, r.Link) || r.Protocol != unix.RTPROT_KERNEL || r.Metric == 0 || !slices.ContainsFunc(before.Addresses, isFor) {
			continue
		}
		if err := k.RemoveRoute(r); err != nil {
			return err
		}
	}
	return nil
}
