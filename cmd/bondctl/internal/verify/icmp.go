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
	return func(ctx context.Context, t target) (time.Duration, error) {
		addresses, err := o.addresses(ctx, t.asked)
		if err != nil {
			return 0, err
		}
		return firstOf(ctx, addresses, func(ctx context.Context, addr netip.Addr) (time.Duration, error) {
			return o.ping(ctx, addr, func(took time.Duration) { o.Late(t.name, took) })
		})
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

// ping sends one echo request and waits for its own reply. One that comes when the
// time for it is over is told when the address is asked again.
func (o Options) ping(ctx context.Context, addr netip.Addr, tell func(late time.Duration)) (time.Duration, error) {
	c := course{o.Link, o.Mark, addr}
	o.Pings.listen(c)
	asked, err := o.request(ctx, c)
	if err != nil {
		return 0, err
	}
	stop := context.AfterFunc(ctx, func() { _ = asked.SetDeadline(longPast) })
	took, err := asked.await(ctx)
	switch quiet := stop(); {
	case err == nil && quiet:
		o.Pings.leave(c, asked.line)
	case errors.Is(err, os.ErrDeadlineExceeded) && errors.Is(ctx.Err(), context.DeadlineExceeded):
		o.Pings.overdue(c, asked, tell)
	default:
		_ = asked.Close() // nothing is lost with it
	}
	return took, bare(err)
}

// longPast is a deadline with which a socket gives what is there, and waits for nothing.
var longPast = time.Unix(1, 0)

// request sends a request from a socket that has been used before, or from a fresh one
// where the kernel has something against that: an address or a link is gone.
func (o Options) request(ctx context.Context, c course) (*echo, error) {
	if used := o.Pings.take(c); used != nil {
		asked, err := used.send()
		if err == nil {
			return asked, nil
		}
		_ = used.Close() // nothing is lost with it
	}
	fresh, err := o.open(ctx, versionOf(c.addr), c.addr)
	if err != nil {
		return nil, cannotOpen(err)
	}
	asked, err := fresh.send()
	if err != nil {
		_ = fresh.Close() // nothing is lost with it
		return nil, bare(err)
	}
	return asked, nil
}

func versionOf(addr netip.Addr) icmpOf {
	if addr.Is6() {
		return icmp6
	}
	return icmp4
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
func (o Options) open(ctx context.Context, version icmpOf, addr netip.Addr) (*line, error) {
	opened := o.Pings.now(o.Link)
	ready := func(network, address string, socket syscall.RawConn) error {
		return errors.Join(o.bind(network, address, socket),
			turnOn(socket, version.level, version.errorText),
			turnOn(socket, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS))
	}
	conn, err := o.connect(ctx, version.network, addr.String(), ready)
	if err != nil {
		return nil, err
	}
	l := &line{IPConn: conn.(*net.IPConn), icmpOf: version, opened: opened}
	socket, err := l.SyscallConn()
	l.incoming = newIncoming(socket)
	return l, err
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

// line is a socket that is connected to a target.
type line struct {
	*net.IPConn
	icmpOf
	incoming *incoming
	// opened is which of the link's [Pings.Renew] it was opened after.
	opened int
}

// echo is a request on its way.
type echo struct {
	*line
	body *icmp.Echo
	sent time.Time
}

// send sends a request that no other process makes.
func (l *line) send() (*echo, error) {
	body := &icmp.Echo{ID: number(), Seq: 1, Data: []byte(rand.Text())}
	request, err := (&icmp.Message{Type: l.request, Body: body}).Marshal(nil) // the kernel sums ICMPv6 up itself (RFC 3542, 3.1)
	if err != nil {
		return nil, fmt.Errorf("composing an echo request: %w", err)
	}
	sent, err := sendNow(l.incoming.socket, request)
	return &echo{line: l, body: body, sent: sent}, err
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
