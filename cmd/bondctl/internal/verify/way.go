package verify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"

	"golang.org/x/sys/unix"
)

// dialer opens sockets whose packets go over the link, and resolves names over it.
func (o Options) dialer() *net.Dialer {
	return &net.Dialer{Control: o.bind, Resolver: o.resolver()}
}

// bind keeps a socket to the link (SO_BINDTODEVICE, socket(7)).
func (o Options) bind(_, _ string, socket syscall.RawConn) error {
	if o.Link == "" {
		return nil
	}
	var refused error
	err := socket.Control(func(fd uintptr) { refused = unix.BindToDevice(int(fd), o.Link) })
	if err = errors.Join(err, refused); err != nil {
		err = fmt.Errorf("binding to %s: %w", o.Link, err)
	}
	return err
}

// resolver asks over the link: a name that is found over another path would make
// a dead link look well, and a dead path elsewhere a good link dead.
func (o Options) resolver() *net.Resolver {
	if o.Link == "" {
		return net.DefaultResolver
	}
	dialer := net.Dialer{Control: o.bind}
	return &net.Resolver{
		PreferGo: true,
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			if o.Resolver.IsValid() {
				address = net.JoinHostPort(o.Resolver.String(), "53")
			}
			return dialer.DialContext(ctx, network, address)
		},
	}
}

// addresses gives those of a target that is one itself, or a name.
func (o Options) addresses(ctx context.Context, target string) ([]netip.Addr, error) {
	if addr, err := netip.ParseAddr(target); err == nil {
		return []netip.Addr{addr.Unmap()}, nil
	}
	addresses, err := o.resolver().LookupNetIP(ctx, "ip", target)
	for i, addr := range addresses {
		addresses[i] = addr.Unmap()
	}
	return addresses, err
}
