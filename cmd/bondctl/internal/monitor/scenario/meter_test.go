package scenario

import (
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// meter sees for itself how traffic of the host fares: a stream of datagrams to an
// address that no verifier asks, and which comes back from there.
type meter struct {
	t     testing.TB
	every time.Duration
	from  net.PacketConn
	to    netip.AddrPort

	mu sync.Mutex
	// sent are the moments of sending, by number, and came those of return, zero for
	// lost; sources are the addresses that the server saw.
	sent, came []time.Time
	sources    []netip.Addr
	// refused are the sends that the kernel had no route for.
	refused int
}

const (
	meterPort = 9
	// steady is the pace of a meter where only states matter.
	steady = 10 * time.Millisecond
)

// measure begins to send. A meter of a family that the host has no route in counts
// what is refused.
func (w *world) measure(to netip.Addr, every time.Duration) *meter {
	w.t.Helper()
	m := &meter{t: w.t, every: every, to: netip.AddrPortFrom(to, meterPort)}
	receiver := w.s.listenPacket("udp", m.to.String())
	w.h.Do(func() (err error) {
		m.from, err = net.ListenPacket("udp", ":0")
		return err
	})
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		m.send(stop)
	}()
	go m.echo(receiver)
	go m.receive()
	w.t.Cleanup(func() {
		close(stop)
		<-ended
		_ = m.from.Close()
	})
	return m
}

func (m *meter) send(stop <-chan struct{}) {
	beat := time.NewTicker(m.every)
	defer beat.Stop()
	for {
		m.sendOne()
		select {
		case <-beat.C:
		case <-stop:
			return
		}
	}
}

func (m *meter) sendOne() {
	m.mu.Lock()
	number := len(m.sent)
	m.sent, m.came, m.sources = append(m.sent, time.Now()), append(m.came, time.Time{}), append(m.sources, netip.Addr{})
	m.mu.Unlock()
	_, err := m.from.WriteTo(binary.BigEndian.AppendUint64(nil, uint64(number)), net.UDPAddrFromAddrPort(m.to))
	if errors.Is(err, unix.ENETUNREACH) || errors.Is(err, unix.EHOSTUNREACH) {
		m.mu.Lock()
		m.refused++
		m.mu.Unlock()
	}
}

// echo sends back what comes to the server, and notes where it came from.
func (m *meter) echo(conn net.PacketConn) {
	m.read(conn, func(number int, text []byte, from net.Addr) {
		m.sources[number] = netip.MustParseAddrPort(from.String()).Addr().Unmap()
		_, _ = conn.WriteTo(text, from) // what is lost is seen
	})
}

func (m *meter) receive() {
	m.read(m.from, func(number int, _ []byte, _ net.Addr) { m.came[number] = time.Now() })
}

// read notes datagrams until the socket is closed.
func (m *meter) read(conn net.PacketConn, note func(number int, text []byte, from net.Addr)) {
	buffer := make([]byte, 64)
	for {
		n, from, err := conn.ReadFrom(buffer)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil || n != 8 { // an ICMP error for an earlier datagram
			continue
		}
		m.mu.Lock()
		note(int(binary.BigEndian.Uint64(buffer)), buffer[:n], from)
		m.mu.Unlock()
	}
}

// now is the number of the next datagram.
func (m *meter) now() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.sent)
}

// returned tells how many of the datagrams sent since a number came back that had such
// a source.
func (m *meter) returned(since int, isSuch func(netip.Addr) bool) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for number := since; number < len(m.sent); number++ {
		if !m.came[number].IsZero() && isSuch(m.sources[number]) {
			n++
		}
	}
	return n
}

// seen are the sources that the server has seen.
func (m *meter) seen() []netip.Addr {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.sources)
}

// firstFrom is the first of the datagrams since a number that came back from an address.
func (m *meter) firstFrom(since int, from netip.Addr) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	for number := since; number < len(m.sent); number++ {
		if m.sources[number] == from && !m.came[number].IsZero() {
			return number
		}
	}
	require.Fail(m.t, "nothing came back from "+from.String())
	return 0
}

// sentAt is when a datagram was sent.
func (m *meter) sentAt(number int) time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.sent[number]
}

// took tells how many of the datagrams sent since a number came back after such a time.
func (m *meter) took(since int, isSuch func(time.Duration) bool) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for number := since; number < len(m.sent); number++ {
		if came := m.came[number]; !came.IsZero() && isSuch(came.Sub(m.sent[number])) {
			n++
		}
	}
	return n
}

// flowsWithin waits until the stream flows from addresses of a network.
func (m *meter) flowsWithin(network netip.Prefix) {
	m.t.Helper()
	since := m.now()
	await(m.t, "traffic flows from "+network.String(), func() bool { return m.returned(since, network.Contains) >= enough })
}

// enough is how many datagrams show a state.
const enough = 30

// flowsFrom waits until the stream flows from an address.
func (m *meter) flowsFrom(from netip.Addr) {
	m.t.Helper()
	m.flowsWithin(netip.PrefixFrom(from, from.BitLen()))
}

// flowsOver is [meter.flowsFrom] for the address of a link.
func (m *meter) flowsOver(link string) {
	m.t.Helper()
	m.flowsFrom(addressOf(link))
}

// outlasts is how many datagrams of a steady meter take longer than a monitor that asks
// once a second takes to leave a path, or to return to one.
const outlasts = 600

// flowsNowhere makes sure that nothing comes back of what is sent from now on, for longer
// than a monitor would leave it so.
func (m *meter) flowsNowhere() {
	m.t.Helper()
	since := m.now()
	await(m.t, "the meter has sent enough", func() bool { return m.now() >= since+outlasts })
	m.mu.Lock()
	defer m.mu.Unlock()
	for number := since; number < since+outlasts; number++ {
		assert.True(m.t, m.came[number].IsZero(), "datagram %d has come back, from %s", number, m.sources[number])
	}
}

// lost tells how many datagrams never came of those between two numbers.
func (m *meter) lost(since, until int) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, at := range m.came[since:until] {
		if at.IsZero() {
			n++
		}
	}
	return n
}

// gap is the longest time in which nothing was sent that came back, among the datagrams
// since a number.
func (m *meter) gap(since int) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	var longest time.Duration
	last := m.sent[since]
	for number := since; number < len(m.sent); number++ {
		if !m.came[number].IsZero() {
			longest = max(longest, m.sent[number].Sub(last))
			last = m.sent[number]
		}
	}
	return longest
}

// neverRefused makes sure that the kernel had a route for each datagram.
func (m *meter) neverRefused() {
	m.t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	assert.Zero(m.t, m.refused, "sends that the kernel had no route for")
}

// sampler looks every 10 ms whether there is a default route that the kernel can use.
type sampler struct {
	t     testing.TB
	h     *host
	mu    sync.Mutex
	looks int
	bare  []time.Time
	err   error
}

// sample begins to look.
func (w *world) sample() *sampler {
	w.t.Helper()
	s := &sampler{t: w.t, h: w.h}
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		s.run(stop)
	}()
	w.t.Cleanup(func() {
		close(stop)
		<-ended
	})
	return s
}

func (s *sampler) run(stop <-chan struct{}) {
	beat := time.NewTicker(look)
	defer beat.Stop()
	for {
		bare, err := s.isBare()
		s.mu.Lock()
		s.looks++
		if bare {
			s.bare = append(s.bare, time.Now())
		}
		s.err = errors.Join(s.err, err)
		s.mu.Unlock()
		select {
		case <-beat.C:
		case <-stop:
			return
		}
	}
}

// isBare looks twice: a dump is no moment, and may miss both of two routes that
// follow each other.
func (s *sampler) isBare() (bool, error) {
	for range 2 {
		found, err := s.h.defaults(netlink.FAMILY_V4)
		if err != nil || len(found) > 0 {
			return false, err
		}
	}
	return true, nil
}

// neverBare makes sure that there was a default route at each look.
func (s *sampler) neverBare() {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	require.NoError(s.t, s.err)
	assert.NotZero(s.t, s.looks)
	assert.Empty(s.t, s.bare, "moments without a default route")
}
