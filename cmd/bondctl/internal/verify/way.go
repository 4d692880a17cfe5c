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

// Dialer connects over a link as verifiers do, for whoever has found it well.
// What is on this host itself (127.0.0.0/8, ::1) is connected to as ever: it is
// behind no link.
type Dialer struct {
	// Link is what connections go over; empty for the way that the routes lead.
	Link string
	// Resolvers are asked for names, as in [Options].
	Resolvers []netip.Addr
	// Family is the only one whose addresses are connected to; 0 for both.
	Family schema.Family
}

// DialContext is [net.Dialer.DialContext] over the link.
func (d Dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	o := Options{Link: d.Link, Resolvers: d.Resolvers, Family: d.Family}
	if !isHere(address) {
		network = o.network(network)
	}
	return o.connect(ctx, network, address, o.bindBeyond)
}

// isHere tells whether an address with a port is one of this host itself.
func isHere(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || (err == nil && addr.Unmap().IsLoopback())
}

// control readies a socket before it connects (Control of [net.Dialer]).
type control func(network, address string, socket syscall.RawConn) error

// dial connects over the link, to an address of the family.
func (o Options) dial(ctx context.Context, network, address string) (net.Conn, error) {
	return o.connect(ctx, o.network(network), address, o.bind)
}

// connect resolves names over the link, and connects.
func (o Options) connect(ctx context.Context, network, address string, ready control) (net.Conn, error) {
	var servers servers
	dialer := net.Dialer{Control: ready, Resolver: o.resolver(ctx, &servers)}
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, servers.explain(err)
	}
	return conn, nil
}

// network is one of Go's networks for the family: "tcp6" for "tcp".
func (o Options) network(name string) string {
	if o.Family != 0 {
		name += strconv.Itoa(int(o.Family))
	}
	return name
}

// bind keeps a socket to the link (SO_BINDTODEVICE, socket(7)), and marks it.
func (o Options) bind(_, _ string, socket syscall.RawConn) error {
	if o.Link == "" {
		return nil
	}
	var refused error
	err := socket.Control(func(fd uintptr) {
		refused = unix.BindToDevice(int(fd), o.Link)
		if o.Mark != 0 {
			refused = errors.Join(refused, unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_MARK, int(o.Mark)))
		}
	})
	if err = errors.Join(err, refused); err != nil {
		err = unclear{fmt.Errorf("binding to %s: %w", o.Link, err)}
	}
	return err
}

// bindBeyond keeps a socket to the link that leads to another host.
func (o Options) bindBeyond(network, address string, socket syscall.RawConn) error {
	if isHere(address) {
		return nil
	}
	return o.bind(network, address, socket)
}

// resolver asks over the link: a name that is found over another path would make
// a dead link look well, and a dead path elsewhere a good link dead. Only a
// resolver on this host itself asks over links of its own choice.
//
// The context is that of whoever needs the name: package net hides its deadline from
// Dial.
func (o Options) resolver(ctx context.Context, s *servers) *net.Resolver {
	if o.Link == "" {
		return net.DefaultResolver
	}
	dialer := net.Dialer{Control: o.bindBeyond}
	until, _ := ctx.Deadline()
	return &net.Resolver{
		PreferGo: true,
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			switch len(o.Resolvers) {
			case 0:
			case 1:
				address = dnsPort(o.Resolvers[0])
			default:
				return (&relay{o, dialer, until, s}).dial(ctx)
			}
			conn, err := dialer.DialContext(ctx, network, address)
			return conn, s.note(address, err)
		},
	}
}

// addresses gives those of a target that is one itself, or a name.
func (o Options) addresses(ctx context.Context, target string) ([]netip.Addr, error) {
	if addr, err := netip.ParseAddr(target); err == nil {
		return o.itself(addr.Unmap())
	}
	var servers servers
	addresses, err := o.resolver(ctx, &servers).LookupNetIP(ctx, o.network("ip"), target)
	for i, addr := range addresses {
		addresses[i] = addr.Unmap()
	}
	return addresses, servers.explain(err)
}

func (o Options) itself(addr netip.Addr) ([]netip.Addr, error) {
	if o.Family != 0 && schema.FamilyOf(addr) != o.Family {
		return nil, fmt.Errorf("no %s address", o.Family)
	}
	return []netip.Addr{addr}, nil
}
