package scenario

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// callPort takes datagrams of calls.
const callPort = 443

// call is a client that talks as those of QUIC do: over a connected UDP socket, with
// another one as soon as the kernel says that this is no more.
type call struct {
	dial func() net.Conn

	mu sync.Mutex
	// ended is why sockets before the last were left.
	ended []error
	// from is the address of the last datagram that came back, and heard how many have.
	from  netip.Addr
	heard int
}

// call has the host under test call the server.
func (w *world) call() *call {
	w.t.Helper()
	to := netip.AddrPortFrom(metered, callPort).String()
	there := w.s.listenPacket("udp", to)
	go func() {
		buffer := make([]byte, 64)
		for {
			n, from, err := there.ReadFrom(buffer)
			if err != nil {
				return
			}
			_, _ = there.WriteTo(buffer[:n], from) // what is lost is said again
		}
	}()
	ended := make(chan struct{})
	c := &call{dial: func() (conn net.Conn) {
		w.h.Do(func() (err error) {
			conn, err = net.Dial("udp", to)
			return err
		})
		return conn
	}}
	stop := make(chan struct{})
	go func() {
		defer close(ended)
		c.talk(stop)
	}()
	w.t.Cleanup(func() {
		close(stop)
		<-ended
	})
	return c
}

// talk says something every 10 ms, and takes another socket when the one it has is ended.
func (c *call) talk(stop <-chan struct{}) {
	conn := c.dial()
	defer func() { _ = conn.Close() }()
	buffer := make([]byte, 64)
	for {
		select {
		case <-stop:
			return
		default:
		}
		_, err := conn.Write([]byte("x"))
		if err == nil {
			_ = conn.SetReadDeadline(time.Now().Add(look))
			_, err = conn.Read(buffer)
		}
		if c.note(conn, err) {
			_ = conn.Close()
			conn = c.dial()
		}
	}
}

// note notes what came of a word; true where the socket is no more.
func (c *call) note(conn net.Conn, err error) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		c.from, c.heard = netip.MustParseAddrPort(conn.LocalAddr().String()).Addr(), c.heard+1
		return false
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return false
	}
	c.ended = append(c.ended, err)
	return true
}

// goesFrom waits until answers come to an address.
func (c *call) goesFrom(tb testing.TB, from netip.Addr) {
	tb.Helper()
	await(tb, "the call goes from "+from.String(), func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.from == from
	})
}

// 33: flows of UDP come over to the new path: those of unconnected sockets by themselves,
// which is what the meter has, and those of connected ones, which keep their source, because
// their sockets are ended.
func TestDatagrams(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document("  min_good = \"1h\"", fibre, radio))
	d.settles(fibre, radio)
	m := w.measure(metered, steady)
	m.flowsOver(eth0)
	c := w.call()
	c.goesFrom(t, addressOf(eth0))

	w.blackhole(eth0)
	c.goesFrom(t, addressOf(wlan0))
	m.flowsOver(wlan0)
	ended := c.endings()
	require.Len(t, ended, 1)
	// The error goes to the first call that asks; one to write after that finds a
	// socket that is not connected any more (udp_abort in net/ipv4/udp.c).
	require.True(t, errors.Is(ended[0], unix.ECONNABORTED) || errors.Is(ended[0], unix.EDESTADDRREQ), ended[0])
	m.neverRefused()
}

// 33, the negative control: a connected socket goes on to send from the address of the
// dead path, and hears nothing.
func TestDatagramsThatNobodyEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document("  min_good = \"1h\"\n  close_sockets = false", fibre, radio))
	d.settles(fibre, radio)
	m := w.measure(metered, steady)
	m.flowsOver(eth0)
	c := w.call()
	c.goesFrom(t, addressOf(eth0))
	w.blackhole(eth0)
	m.flowsOver(wlan0)
	heard := c.times()
	m.flowsOver(wlan0)
	assert.Equal(t, heard, c.times())
	assert.Empty(t, c.endings())
}

// endings are why sockets were left.
func (c *call) endings() []error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.ended)
}

// times is how often something came back.
func (c *call) times() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.heard
}

// 33: connection tracking forgets what left from the address of the dead path, and
// nothing else.
func TestTrackedFlows(t *testing.T) {
	t.Parallel()
	for _, flushes := range []bool{true, false} {
		attributes, kept := "  min_good = \"1h\"", []uint16{2}
		if !flushes { // the negative control
			attributes, kept = attributes+"\n  flush_conntrack = false", []uint16{1, 2}
		}
		t.Run(fmt.Sprintf("flush_conntrack %t", flushes), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if _, err := os.Stat("/proc/sys/net/netfilter/nf_conntrack_max"); err != nil {
				require.Empty(t, os.Getenv("BONDCTL_NO_SKIP"), "this kernel tracks no connections")
				t.Skip("this kernel tracks no connections")
			}
			d := w.watch(document(attributes, fibre, radio))
			d.settles(fibre, radio)
			m := w.measure(metered, steady)
			w.track(1, addressOf(eth0))
			w.track(2, addressOf(wlan0))
			w.blackhole(eth0)
			m.flowsOver(wlan0)
			d.awaitsTold(began, left) // which comes after it
			assert.Equal(t, kept, w.tracked())
		})
	}
}

// track has the host track a flow of UDP from a port of an address.
func (w *world) track(port uint16, from netip.Addr) {
	w.t.Helper()
	tuple := func(source netip.Addr, sourcePort uint16, to netip.Addr, toPort uint16) netlink.IPTuple {
		return netlink.IPTuple{SrcIP: source.AsSlice(), SrcPort: sourcePort, DstIP: to.AsSlice(), DstPort: toPort, Protocol: unix.IPPROTO_UDP}
	}
	w.h.Do(func() error {
		return netlink.ConntrackCreate(netlink.ConntrackTable, netlink.FAMILY_V4, &netlink.ConntrackFlow{
			FamilyType: unix.AF_INET, TimeOut: 600, Forward: tuple(from, port, metered, callPort), Reverse: tuple(metered, callPort, from, port),
		})
	})
}

// tracked lists the ports of the flows that the host tracks.
func (w *world) tracked() (ports []uint16) {
	w.t.Helper()
	w.h.Do(func() error {
		flows, err := netlink.ConntrackTableList(netlink.ConntrackTable, netlink.FAMILY_V4)
		for _, f := range flows {
			ports = append(ports, f.Forward.SrcPort)
		}
		return err
	})
	slices.Sort(ports)
	return ports
}
