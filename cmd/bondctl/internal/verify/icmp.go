package verify

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"

	"golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/schema"
)

// newPing makes the probe that sends an echo request. A name with several
// addresses answers where one of them does.
func newPing(_ *schema.Verifier, o Options) probe {
	return func(ctx context.Context, target string) (time.Duration, error) {
		addresses, err := o.addresses(ctx, target)
		if err != nil {
			return 0, err
		}
		return firstOf(ctx, addresses, o.ping)
	}
}

// firstOf asks all addresses at the same time until one answers.
func firstOf(ctx context.Context, addresses []netip.Addr, ask func(context.Context, netip.Addr) (time.Duration, error)) (time.Duration, error) {
	type answer struct {
		took time.Duration
		err  error
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answers := make(chan answer, len(addresses))
	for _, addr := range addresses {
		go func() {
			took, err := ask(ctx, addr)
			answers <- answer{took, err}
		}()
	}
	var refusals []error
	for range addresses {
		a := <-answers
		if a.err == nil {
			return a.took, nil
		}
		refusals = append(refusals, a.err)
	}
	return 0, errors.Join(refusals...)
}

// icmpOf is ICMP for one version of IP.
type icmpOf struct {
	network          string
	number           int
	request, reply   icmp.Type
	level, errorText int
}

var (
	icmp4 = icmpOf{"ip4:icmp", unix.IPPROTO_ICMP, ipv4.ICMPTypeEcho, ipv4.ICMPTypeEchoReply, unix.SOL_IP, unix.IP_RECVERR}
	icmp6 = icmpOf{"ip6:ipv6-icmp", unix.IPPROTO_ICMPV6, ipv6.ICMPTypeEchoRequest, ipv6.ICMPTypeEchoReply, unix.SOL_IPV6, unix.IPV6_RECVERR}
)

// ping sends one echo request and waits for its own reply. The socket is
// connected, so that the kernel passes on only what the target itself sends
// (raw(7)), and what routers report of the way to it.
func (o Options) ping(ctx context.Context, addr netip.Addr) (time.Duration, error) {
	version := icmp4
	if addr.Is6() {
		version = icmp6
	}
	dialer := o.dialer()
	dialer.Control = func(network, address string, socket syscall.RawConn) error {
		return errors.Join(o.bind(network, address, socket), version.tellErrors(socket))
	}
	conn, err := dialer.DialContext(ctx, version.network, addr.String())
	if errors.Is(err, os.ErrPermission) {
		return 0, errors.New("sending echo requests needs root")
	}
	if err != nil {
		return 0, bare(err)
	}
	defer func() { _ = conn.Close() }() // nothing is lost with it
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	took, err := version.exchange(conn.(*net.IPConn))
	return took, bare(err)
}

// bare leaves out with which call, of which socket, the kernel's word came.
func bare(err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		err = op.Err
	}
	if call, ok := errors.AsType[*os.SyscallError](err); ok {
		err = call.Err
	}
	return err
}

// tellErrors has the kernel fail the socket where a router says that the target
// cannot be reached (IP_RECVERR, ip(7)).
func (v icmpOf) tellErrors(socket syscall.RawConn) error {
	var refused error
	err := socket.Control(func(fd uintptr) { refused = unix.SetsockoptInt(int(fd), v.level, v.errorText, 1) })
	return errors.Join(err, refused)
}

// exchange sends a request that no other process makes, and passes over all but its reply.
func (v icmpOf) exchange(conn *net.IPConn) (time.Duration, error) {
	body := &icmp.Echo{ID: number(), Seq: 1, Data: []byte(rand.Text())}
	request, err := (&icmp.Message{Type: v.request, Body: body}).Marshal(nil) // the kernel sums ICMPv6 up itself (RFC 3542, 3.1)
	if err != nil {
		return 0, fmt.Errorf("composing an echo request: %w", err)
	}
	sent := time.Now()
	if _, err := conn.Write(request); err != nil {
		return 0, err
	}
	buffer := make([]byte, 1500)
	for {
		n, _, err := conn.ReadFrom(buffer) // unlike Read, it takes the IPv4 header away
		took := time.Since(sent)
		if err != nil {
			return 0, err
		}
		if v.isReply(buffer[:n], body) {
			return took, nil
		}
	}
}

func (v icmpOf) isReply(packet []byte, to *icmp.Echo) bool {
	m, err := icmp.ParseMessage(v.number, packet)
	if err != nil || m.Type != v.reply {
		return false
	}
	echo, ok := m.Body.(*icmp.Echo)
	return ok && echo.ID == to.ID && echo.Seq == to.Seq && bytes.Equal(echo.Data, to.Data)
}

// number gives a number of 16 bits at random.
func number() int {
	var two [2]byte
	_, _ = rand.Read(two[:]) // it never fails
	return int(binary.BigEndian.Uint16(two[:]))
}
