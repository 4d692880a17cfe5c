package kernel

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/schema"
)

// signalled waits for a signal.
func signalled(t *testing.T, changes <-chan struct{}) {
	t.Helper()
	select {
	case _, open := <-changes:
		require.True(t, open, "the watch ended")
	case <-time.After(time.Minute):
		require.Fail(t, "no signal came")
	}
}

// blackhole is a route that no link has to do with.
func blackhole(to string, n int) Route {
	return Route{To: netip.MustParsePrefix(to), Table: 7, Type: unix.RTN_BLACKHOLE, Metric: uint32(n + 1)}
}

// Each change is one that only one group of rtnetlink tells of: an address that
// is new has routes, one with another lifetime or on a link that is down has none.
func TestWatchTellsOfEveryKindOfChange(t *testing.T) {
	host := open(t)
	require.NoError(t, host.AddLink("down", "veth"))
	t.Cleanup(func() { require.NoError(t, host.Delete("down")) })
	leased := Address{Link: "down", Prefix: netip.MustParsePrefix("192.0.2.1/24"), Valid: 3600, Preferred: 3600}
	require.NoError(t, host.AddAddress(leased))
	leased.Valid = 7200
	added := Address{Link: "down", Prefix: netip.MustParsePrefix("2001:db8::1/64")}
	rule4 := Rule{Family: schema.IPv4, Priority: 7, Table: 7, Action: unix.FR_ACT_TO_TBL}
	rule6 := Rule{Family: schema.IPv6, Priority: 7, Table: 7, Action: unix.FR_ACT_TO_TBL}
	for _, c := range []struct {
		what         string
		change, undo func() error
	}{
		{"link", func() error { return host.SetMTU("down", 1400) }, nil},
		{"IPv4 address", func() error { return host.ReplaceAddress(leased) }, nil},
		{"IPv6 address", func() error { return host.AddAddress(added) }, nil},
		{"IPv4 route", func() error { return host.AddRoute(blackhole(net4, 1)) }, func() error { return host.RemoveRoute(blackhole(net4, 1)) }},
		{"IPv6 route", func() error { return host.AddRoute(blackhole(net6, 1)) }, func() error { return host.RemoveRoute(blackhole(net6, 1)) }},
		{"IPv4 rule", func() error { return host.AddRule(rule4) }, func() error { return host.RemoveRule(rule4) }},
		{"IPv6 rule", func() error { return host.AddRule(rule6) }, func() error { return host.RemoveRule(rule6) }},
		{
			"next hop",
			func() error { return addNextHop(host, schema.IPv4, 1, appendAttr(nil, unix.NHA_BLACKHOLE, nil)) },
			func() error { return removeNextHop(host, 1) },
		},
	} {
		t.Run(c.what, func(t *testing.T) {
			changes, err := Watch(t.Context())
			require.NoError(t, err)
			require.NoError(t, c.change())
			if c.undo != nil {
				defer func() { require.NoError(t, c.undo()) }()
			}
			signalled(t, changes)
		})
	}
}

const net4, net6 = "192.0.2.0/24", "2001:db8::/64"

// After messages were dropped there is a signal, and the watch goes on.
func TestWatchSurvivesAnOverrun(t *testing.T) {
	host := open(t)
	socket, err := subscribe()
	require.NoError(t, err)
	connection, err := socket.SyscallConn()
	require.NoError(t, err)
	require.NoError(t, connection.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, 1)
	}))
	require.NoError(t, err)
	require.NoError(t, flood(host, 3000))
	require.True(t, overrun(t, socket), "nothing was dropped: the test proves nothing")

	changes, err := watch(t.Context(), socket)
	require.NoError(t, err)
	signalled(t, changes)
	require.NoError(t, host.AddRoute(blackhole("203.0.113.0/24", 1)))
	seen(t, host, changes, netip.MustParsePrefix("203.0.113.0/24"))
}

// overrun tells whether an error waits to be read from a socket.
func overrun(t *testing.T, socket *os.File) bool {
	t.Helper()
	connection, err := socket.SyscallConn()
	require.NoError(t, err)
	var polled []unix.PollFd
	require.NoError(t, connection.Control(func(fd uintptr) {
		polled = []unix.PollFd{{Fd: int32(fd)}}
		_, err = unix.Poll(polled, 0)
	}))
	require.NoError(t, err)
	return polled[0].Revents&unix.POLLERR != 0
}

// Who observes at each signal has seen the last change in the end, however much
// came while it was observing.
func TestWatchMissesNothing(t *testing.T) {
	host, busy := open(t), open(t)
	changes, err := Watch(t.Context())
	require.NoError(t, err)
	flooded := make(chan error, 1)
	go func() {
		flooded <- errors.Join(flood(busy, 3000), busy.AddRoute(blackhole("203.0.113.0/24", 2)))
	}()
	seen(t, host, changes, netip.MustParsePrefix("203.0.113.0/24"))
	require.NoError(t, <-flooded)
}

// flood adds routes and removes them.
func flood(host *Host, count int) error {
	for i := range count {
		if err := host.AddRoute(blackhole("198.51.100.0/24", i)); err != nil {
			return err
		}
	}
	for i := range count {
		if err := host.RemoveRoute(blackhole("198.51.100.0/24", i)); err != nil {
			return err
		}
	}
	return nil
}

// seen observes at each signal until there is a route to a destination, and
// takes it away.
func seen(t *testing.T, host *Host, changes <-chan struct{}, to netip.Prefix) {
	t.Helper()
	for {
		signalled(t, changes)
		state, err := host.Observe()
		require.NoError(t, err)
		i := slices.IndexFunc(state.Routes, func(r Route) bool { return r.To == to })
		if i >= 0 {
			require.NoError(t, host.RemoveRoute(state.Routes[i]))
			return
		}
	}
}

// Nothing of a watch outlives its context.
func TestWatchEndsWithItsContext(t *testing.T) {
	watchOnce(t) // the runtime's poller stays open from its first use
	descriptors, goroutines := openFiles(t), runtime.NumGoroutine()
	for range 20 {
		watchOnce(t)
	}
	assert.LessOrEqual(t, openFiles(t), descriptors, "what an earlier test has left may end meanwhile")
	const asking = 1 // the goroutine that this function runs in
	assert.Eventually(t, func() bool { return runtime.NumGoroutine() <= goroutines+asking }, time.Minute, time.Millisecond)
}

// watchOnce begins a watch, ends it and waits for its channel to be closed.
func watchOnce(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	changes, err := Watch(ctx)
	require.NoError(t, err)
	cancel()
	for range changes { // what came before the end
	}
}

func openFiles(t *testing.T) int {
	t.Helper()
	files, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", os.Getpid()))
	require.NoError(t, err)
	return len(files)
}
