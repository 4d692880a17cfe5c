package verify

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// controlMessage is one as the kernel lays it out (cmsg(3)).
func controlMessage(t *testing.T, level, kind int32, data any) []byte {
	t.Helper()
	body, err := binary.Append(nil, binary.NativeEndian, data)
	require.NoError(t, err)
	header := unix.Cmsghdr{Level: level, Type: kind}
	header.SetLen(unix.CmsgLen(len(body)))
	text, err := binary.Append(nil, binary.NativeEndian, header)
	require.NoError(t, err)
	text = append(text, make([]byte, unix.CmsgLen(0)-len(text))...)
	text = append(text, body...)
	return append(text, make([]byte, unix.CmsgSpace(len(body))-len(text))...)
}

func TestTheStampIsFoundAmongControlMessages(t *testing.T) {
	stamp := controlMessage(t, unix.SOL_SOCKET, unix.SCM_TIMESTAMPNS, unix.Timespec{Sec: 1700000000, Nsec: 123456789})
	hops := controlMessage(t, unix.SOL_IP, unix.SCM_TIMESTAMPNS, unix.Timespec{Sec: 5, Nsec: 5})
	mark := controlMessage(t, unix.SOL_SOCKET, unix.SO_MARK, uint32(7))
	short := controlMessage(t, unix.SOL_SOCKET, unix.SCM_TIMESTAMPNS, uint32(7))
	want := time.Unix(1700000000, 123456789)
	cases := []struct {
		name    string
		control []byte
		want    time.Time
	}{
		{"alone", stamp, want},
		{"behind others", append(append(hops, mark...), stamp...), want},
		{"none", mark, time.Time{}},
		{"nothing", nil, time.Time{}},
		{"of another level", hops, time.Time{}},
		{"too short", short, time.Time{}},
		{"cut off", stamp[:len(stamp)-1], time.Time{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { assert.True(t, c.want.Equal(stampIn(c.control)), stampIn(c.control)) })
	}
}

// Only the time between the receipt and the reading is taken from the wall clock,
// which may be set in between.
func TestArrival(t *testing.T) {
	sent := time.Now()
	read := sent.Add(time.Second)
	cases := []struct {
		name  string
		stamp time.Time
		took  time.Duration
	}{
		{"read late", read.Add(-900 * time.Millisecond), 100 * time.Millisecond},
		{"read at once", read, time.Second},
		{"set back since", read.Add(time.Hour), time.Second},
		{"set forward since", read.Add(-time.Hour), time.Second},
		{"no stamp", time.Time{}, time.Second},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.took, arrival(c.stamp.Round(0), sent, read).Sub(sent))
		})
	}
}

// awaitPacket waits until a socket has something to read.
func awaitPacket(t require.TestingT, conn *net.IPConn) {
	socket, err := conn.SyscallConn()
	require.NoError(t, err)
	var ready int
	require.NoError(t, socket.Control(func(fd uintptr) {
		ready, err = unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 10_000)
	}))
	require.NoError(t, err)
	require.Equal(t, 1, ready)
}

// A process that the machine leaves without time reads a reply long after it came,
// even when its time is over. It is tried again for as long as the kernel does not
// stamp yet, or neighbours do not know each other.
func TestAReplyCountsFromWhenItCame(t *testing.T) {
	newFar(t, "eth0")
	keepStamps()
	for version, addr := range map[icmpOf]string{icmp4: "10.0.0.1", icmp6: "fd00::1"} {
		t.Run(addr, func(t *testing.T) {
			require.EventuallyWithT(t, func(c *assert.CollectT) {
				ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
				defer cancel()
				took, there := readAfter(ctx, c, ctx.Done(), version, addr)
				assert.Positive(c, took)
				assert.LessOrEqual(c, took, there)
			}, time.Minute, time.Millisecond)
		})
	}
}

// Once it stamps, the kernel goes on, though the socket of each probe is closed.
func TestEachReplyIsStamped(t *testing.T) {
	newFar(t, "eth0")
	keepStamps()
	stamped := func() bool {
		time.Sleep(30 * time.Millisecond) // what is no longer wanted ends a moment later
		took, there := readAfter(t.Context(), t, time.After(10*time.Millisecond), icmp4, "10.0.0.1")
		return took <= there
	}
	require.Eventually(t, stamped, time.Minute, time.Millisecond)
	for range 20 {
		assert.True(t, stamped())
	}
}

// readAfter asks, and reads the reply only after something else. It gives the time
// that the reply took, and that until it was there to be read.
func readAfter[T any](ctx context.Context, t require.TestingT, over <-chan T, version icmpOf, addr string) (took, there time.Duration) {
	conn, err := Options{}.open(ctx, version, netip.MustParseAddr(addr))
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	begun := time.Now()
	asked, err := conn.send()
	require.NoError(t, err)
	awaitPacket(t, conn.IPConn)
	there = time.Since(begun)
	<-over
	require.NoError(t, conn.SetDeadline(time.Unix(1, 0)))
	took, err = asked.await(ctx)
	require.NoError(t, err)
	return took, there
}

// What came too late does not count, though it is read.
func TestAReplyThatCameTooLateIsNone(t *testing.T) {
	newFar(t, "eth0")
	ctx, cancel := context.WithDeadline(t.Context(), time.Now())
	defer cancel()
	conn, err := Options{}.open(t.Context(), icmp4, netip.MustParseAddr("10.0.0.1"))
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	asked, err := conn.send()
	require.NoError(t, err)
	awaitPacket(t, conn.IPConn)
	_, err = asked.await(ctx)
	overdue, ok := errors.AsType[late](err)
	require.True(t, ok, err)
	assert.Positive(t, overdue)
}
