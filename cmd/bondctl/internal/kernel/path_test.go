package kernel

import (
	"net/netip"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func TestQuestionsForAWay(t *testing.T) {
	four, six := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
	msg := encodeQuestion(four, netip.MustParseAddr("192.0.2.9"), 0)
	assert.Equal(t, []byte{unix.AF_INET, 32, 32}, msg[:3])
	attrs, err := parseAttrs(msg[unix.SizeofRtMsg:])
	require.NoError(t, err)
	assert.Equal(t, []Attribute{{unix.RTA_DST, []byte{192, 0, 2, 1}}, {unix.RTA_SRC, []byte{192, 0, 2, 9}}}, attrs)

	msg = encodeQuestion(six, netip.Addr{}, 3)
	assert.Equal(t, []byte{unix.AF_INET6, 128, 0}, msg[:3])
	attrs, err = parseAttrs(msg[unix.SizeofRtMsg:])
	require.NoError(t, err)
	assert.Equal(t, Attribute{unix.RTA_OIF, native.AppendUint32(nil, 3)}, attrs[1])
}

func TestAnswersOfAWay(t *testing.T) {
	route := make([]byte, unix.SizeofRtMsg)
	index, err := outgoing([][]byte{append(route, u32(unix.RTA_OIF, 5)...)})
	require.NoError(t, err)
	assert.EqualValues(t, 5, index)
	_, err = outgoing([][]byte{route})
	require.ErrorIs(t, err, ErrUnreachable)
	for _, answer := range [][][]byte{nil, {{1}}, {append(route, 255, 255, 0, 0)}} {
		_, err = outgoing(answer)
		assert.ErrorIs(t, err, errMalformed)
	}
}

func TestRefusalsOfAWay(t *testing.T) {
	from := netip.MustParseAddr("192.0.2.9")
	for _, errno := range []syscall.Errno{syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.EACCES, syscall.EINVAL} {
		err := unreachable(errno, from)
		require.ErrorIs(t, err, errno)
		require.ErrorIs(t, err, ErrUnreachable)
		require.EqualError(t, err, "no route leads there from 192.0.2.9: "+errno.Error())
	}
	require.EqualError(t, unreachable(syscall.EHOSTUNREACH, netip.Addr{}), "no route leads there: no route to host")
	assert.NotErrorIs(t, unreachable(syscall.ENOBUFS, from), ErrUnreachable)
}

// Every machine reaches itself; no root is needed to ask.
func TestWaysOfThisMachine(t *testing.T) {
	host := open(t)
	loopback := netip.MustParseAddr("127.0.0.1")
	for _, remote := range []string{"127.0.0.1", "::ffff:127.0.0.1", "::1%lo", "::1%1"} {
		link, err := host.PathTo(netip.MustParseAddr(remote), netip.Addr{})
		require.NoError(t, err, remote)
		assert.Equal(t, "lo", link, remote)
	}
	link, err := host.PathTo(loopback, loopback)
	require.NoError(t, err)
	assert.Equal(t, "lo", link)

	for remote, want := range map[string]string{
		"fe80::1": "look up the way to fe80::1: every link may have it: name the link, as in fe80::1%eth0",
		"::1":     "cannot be reached from 127.0.0.1, which is of another IP version",
	} {
		_, err := host.PathTo(netip.MustParseAddr(remote), loopback)
		require.ErrorContains(t, err, want)
	}
	_, err = host.PathTo(netip.MustParseAddr("fe80::1%bondctl-none"), netip.Addr{})
	require.ErrorContains(t, err, "no such link as bondctl-none")
	_, err = host.PathTo(netip.Addr{}, netip.Addr{})
	require.ErrorContains(t, err, "it is no address")
	_, err = host.PathTo(loopback, netip.MustParseAddr("192.0.2.77"))
	require.ErrorContains(t, err, "no route leads there from 192.0.2.77")
	_, err = host.name(1 << 30)
	assert.ErrorIs(t, err, ErrNoLink)
}
