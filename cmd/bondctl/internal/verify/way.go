package verify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/schema"
)

// dialer opens sockets whose packets go over the link, and resolves names over it.
func (o Options) dialer() *net.Dialer {
	return &net.Dialer{Control: o.bind, Resolver: o.resolver()}
}

// dial connects over the link, to an address of the family.
func (o Options) dial(ctx context.Context, network, address string) (net.Conn, error) {
	return o.dialer().DialContext(ctx, o.network(network), address)
}

// network is one of Go's networks for the family: "tcp6" for "tcp".
func (o Options) network(name string) string {
	if o.Family != 0 {
		name += strconv.Itoa(int(o.Family))
	}
	return name
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
		return o.itself(addr.Unmap())
	}
	addresses, err := o.resolver().LookupNetIP(ctx, o.network("ip"), target)
	for i, addr := range addresses {
		addresses[i] = addr.Unmap()
	}
	return addresses, err
}

func (o Options) itself(addr netip.Addr) ([]netip.Addr, error) {
	if o.Family != 0 && schema.FamilyOf(addr) != o.Family {
		return nil, fmt.Errorf("no %s address", o.Family)
	}
	return []netip.Addr{addr}, nil
}
