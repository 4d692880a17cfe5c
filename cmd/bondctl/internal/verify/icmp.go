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
	keepStamps()
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

// ping sends one echo request and waits for its own reply.
func (o Options) ping(ctx context.Context, addr netip.Addr) (time.Duration, error) {
	version := icmp4
	if addr.Is6() {
		version = icmp6
	}
	conn, err := o.open(ctx, version, addr)
	if err != nil {
		return 0, cannotOpen(err)
	}
	defer func() { _ = conn.Close() }() // nothing is lost with it
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	asked, err := version.send(conn)
	if err != nil {
		return 0, bare(err)
	}
	took, err := asked.await(ctx)
	return took, bare(err)
}

// cannotOpen says why there is no socket to ping with.
func cannotOpen(err error) error {
	switch {
	case !isUnclear(err):
		return bare(err)
	case errors.Is(err, os.ErrPermission):
		return unclear{errors.New("sending echo requests needs root")}
	default:
		return unclear{bare(err)}
	}
}

// open gives a socket that is connected, so that the kernel passes on only what
// the target itself sends (raw(7)), and what routers report of the way to it
// (IP_RECVERR, ip(7)).
func (o Options) open(ctx context.Context, version icmpOf, addr netip.Addr) (*net.IPConn, error) {
	ready := func(network, address string, socket syscall.RawConn) error {
		return errors.Join(o.bind(network, address, socket),
			turnOn(socket, version.level, version.errorText),
			turnOn(socket, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS))
	}
	conn, err := o.connect(ctx, version.network, addr.String(), ready)
	if err != nil {
		return nil, err
	}
	return conn.(*net.IPConn), nil
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

// turnOn sets an option of a socket that is off where nobody does.
func turnOn(socket syscall.RawConn, level, option int) error {
	var refused error
	err := socket.Control(func(fd uintptr) { refused = unix.SetsockoptInt(int(fd), level, option, 1) })
	return errors.Join(err, refused)
}

// echo is a request on its way.
type echo struct {
	icmpOf
	body     *icmp.Echo
	sent     time.Time
	incoming *incoming
}

// send sends a request that no other process makes.
func (v icmpOf) send(conn *net.IPConn) (*echo, error) {
	body := &icmp.Echo{ID: number(), Seq: 1, Data: []byte(rand.Text())}
	request, err := (&icmp.Message{Type: v.request, Body: body}).Marshal(nil) // the kernel sums ICMPv6 up itself (RFC 3542, 3.1)
	if err != nil {
		return nil, fmt.Errorf("composing an echo request: %w", err)
	}
	socket, err := conn.SyscallConn()
	if err != nil {
		return nil, err
	}
	sent, err := sendNow(socket, request)
	return &echo{icmpOf: v, body: body, sent: sent, incoming: newIncoming(socket)}, err
}

// sendNow gives the time just before the kernel has the packet: nothing but the
// call itself comes between.
func sendNow(socket syscall.RawConn, packet []byte) (sent time.Time, err error) {
	var refused error
	err = socket.Write(func(fd uintptr) bool {
		sent = time.Now()
		refused = unix.Send(int(fd), packet, 0)
		return !errors.Is(refused, unix.EAGAIN)
	})
	return sent, errors.Join(err, refused)
}

// await passes over all but the reply. One that the kernel had before the context
// ended counts, however late this process comes to read it.
func (e *echo) await(ctx context.Context) (time.Duration, error) {
	for {
		packet, stamp, err := e.incoming.next()
		read := time.Now()
		if err != nil {
			return 0, err
		}
		if !e.isReply(packet) {
			continue
		}
		came := arrival(stamp, e.sent, read)
		if deadline, ok := ctx.Deadline(); ok && came.After(deadline) {
			return 0, late(came.Sub(deadline))
		}
		return came.Sub(e.sent), nil
	}
}

func (e *echo) isReply(packet []byte) bool {
	m, err := icmp.ParseMessage(e.number, e.message(packet))
	if err != nil || m.Type != e.reply {
		return false
	}
	body, ok := m.Body.(*icmp.Echo)
	return ok && body.ID == e.body.ID && body.Seq == e.body.Seq && bytes.Equal(body.Data, e.body.Data)
}

// message takes away the header of IP, which raw sockets of IPv4 give with it
// (raw(7)), and those of IPv6 do not (RFC 3542, 3).
func (v icmpOf) message(packet []byte) []byte {
	if v.number != unix.IPPROTO_ICMP {
		return packet
	}
	header, err := ipv4.ParseHeader(packet)
	if err != nil {
		return nil
	}
	return packet[header.Len:]
}

// number gives a number of 16 bits at random.
func number() int {
	var two [2]byte
	_, _ = rand.Read(two[:]) // it never fails
	return int(binary.BigEndian.Uint16(two[:]))
}
