package scenario

import (
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// talk is a connection that a client of the host keeps busy.
type talk struct {
	conn net.Conn
	// heard counts what came back, and broken is closed when the connection is.
	heard  atomic.Int64
	broken chan struct{}
}

// dial has the host under test connect to a server, and talk.
func (w *world) dial(to netip.Addr) *talk {
	w.t.Helper()
	return w.dialFrom(netip.Addr{}, to)
}

// dialFrom is [world.dial] from an address of the host.
func (w *world) dialFrom(from, to netip.Addr) *talk {
	w.t.Helper()
	dialer := net.Dialer{Timeout: patience, LocalAddr: &net.TCPAddr{IP: from.AsSlice()}}
	c := &talk{broken: make(chan struct{})}
	w.h.Do(func() (err error) {
		c.conn, err = dialer.Dial("tcp", netip.AddrPortFrom(to, 7).String())
		return err
	})
	w.t.Cleanup(func() { _ = c.conn.Close() })
	go c.say()
	go c.hear()
	await(w.t, "the connection carries", func() bool { return c.heard.Load() > 0 })
	return c
}

func (c *talk) say() {
	for {
		if _, err := c.conn.Write([]byte("x")); err != nil {
			return
		}
		time.Sleep(look)
	}
}

func (c *talk) hear() {
	defer close(c.broken)
	buffer := make([]byte, 1500)
	for {
		n, err := c.conn.Read(buffer)
		if err != nil {
			return
		}
		c.heard.Add(int64(n))
	}
}

// breaks waits until the connection is broken.
func (c *talk) breaks(tb testing.TB) {
	tb.Helper()
	select {
	case <-c.broken:
	case <-time.After(patience):
		require.Fail(tb, "the connection hangs")
	}
}

func (c *talk) isBroken() bool {
	select {
	case <-c.broken:
		return true
	default:
		return false
	}
}

// carriesOn makes sure that the connection still carries.
func (c *talk) carriesOn(t *testing.T) {
	t.Helper()
	before := c.heard.Load()
	await(t, "the connection carries on", func() bool { return c.heard.Load() > before+1 })
	assert.False(t, c.isBroken())
}

// listens has a host take connections to port 7 and send back what comes.
func (w *world) listens(h *host) {
	w.t.Helper()
	(&server{host: h}).takeConnections()
}

// 33: connections over the dead path are ended, and no others.
func TestConnections(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.listens(w.router(eth0))
	d := w.watch(document("  min_good = \"1h\"", fibre, radio))
	d.settles(fibre, radio)
	m := w.measure(metered, steady)
	m.flowsOver(eth0)
	far, near := w.dial(metered), w.dial(netip.MustParseAddr(gatewayOf(eth0)))
	other := w.dialFrom(addressOf(wlan0), metered)

	w.blackhole(eth0)
	far.breaks(t)
	w.dial(metered).carriesOn(t)
	near.carriesOn(t)
	other.carriesOn(t)
	m.neverRefused()
}

// 33, the negative control: without that they hang.
func TestConnectionsThatNobodyEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.watch(document("  min_good = \"1h\"\n  close_sockets = false", fibre, radio))
	d.settles(fibre, radio)
	m := w.measure(metered, steady)
	m.flowsOver(eth0)
	far := w.dial(metered)
	w.blackhole(eth0)
	m.flowsOver(wlan0)
	heard := far.heard.Load()
	m.flowsOver(wlan0)
	assert.Equal(t, heard, far.heard.Load())
	assert.False(t, far.isBroken())
}
