package kernel

import (
	"net"
	"net/netip"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/schema"
)

func TestCloseSockets(t *testing.T) {
	for _, family := range []schema.Family{schema.IPv4, schema.IPv6} {
		t.Run(family.String(), func(t *testing.T) {
			e, g, host := endsOf[family], newGateway(t), open(t)
			here, near, aside, far := e.here.Addr(), e.near.Addr(), e.aside.Addr(), e.far.Addr()
			advertised := Route{To: e.aside, Link: "wan", Protocol: unix.RTPROT_RA}
			require.NoError(t, host.AddRoute(advertised))
			serve(t, g.do, near)
			serve(t, g.do, aside)
			serve(t, g.do, far)
			serve(t, inPlace, here)
			awaitNeighbours(t, host, near, aside)
			closed := []net.Conn{talk(t, "tcp", here, far, nil), talk(t, "udp", here, far, nil), talkAs6(t, here, far)}
			toLink := func(fd int) error { return unix.BindToDevice(fd, "wan") }
			open := []net.Conn{
				talk(t, "tcp", here, near, nil), talk(t, "udp", here, near, nil), // the LAN
				talk(t, "tcp", here, aside, nil),                                 // on the LAN too, as a route alone tells
				talk(t, "tcp", here, here, nil), talk(t, "udp", here, here, nil), // this host
				talk(t, "tcp", here, far, toLink), talk(t, "udp", here, far, toLink),
				talk(t, "tcp", e.spare.Addr(), far, nil), talk(t, "udp", e.spare.Addr(), far, nil),
			}
			dialling := dial(t, here, far.Next())

			count, err := host.CloseSockets(family, []netip.Addr{here})
			require.NoError(t, err)
			assert.Equal(t, len(closed)+1, count)
			for _, conn := range closed {
				_, err := conn.Read(make([]byte, 1))
				require.ErrorIs(t, err, unix.ECONNABORTED, "%s to %s", conn.LocalAddr().Network(), conn.RemoteAddr())
			}
			require.Equal(t, unix.ECONNABORTED, errorOf(t, dialling))
			for _, conn := range open {
				require.NoError(t, exchange(conn), "%s from %s to %s", conn.LocalAddr().Network(), conn.LocalAddr(), conn.RemoteAddr())
			}
			g.do(func() { open = []net.Conn{talk(t, "tcp", near, here, nil), talk(t, "udp", near, here, nil)} })
			assert.Len(t, open, 2, "who listens here goes on listening")
		})
	}
}

// Nobody's sockets are closed for want of a reason.
func TestCloseSocketsOfNoAddress(t *testing.T) {
	e, g := endsOf[schema.IPv4], newGateway(t)
	serve(t, g.do, e.far.Addr())
	conn := talk(t, "tcp", e.here.Addr(), e.far.Addr(), nil)
	for _, addresses := range [][]netip.Addr{nil, {e.near.Addr()}, {netip.IPv4Unspecified()}} {
		count, err := open(t).CloseSockets(schema.IPv4, addresses)
		require.NoError(t, err)
		assert.Zero(t, count)
	}
	assert.NoError(t, exchange(conn))
}

// The kernel can close no UNIX socket, which is what it says of every other where it
// was built without the means.
func TestKernelThatCannotCloseSockets(t *testing.T) {
	c, err := converse(unix.NETLINK_SOCK_DIAG)
	require.NoError(t, err)
	defer c.end()
	err = c.close(socket{key: encodeSocket(unix.AF_UNIX, 0, anySocket)})
	require.ErrorIs(t, err, unix.EOPNOTSUPP)
	assert.ErrorContains(t, err, "CONFIG_INET_DIAG_DESTROY")
}

// talkAs6 connects over a socket of IPv6, which in IPv4 too it can.
func talkAs6(t *testing.T, local, remote netip.Addr) net.Conn {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET6, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	require.NoError(t, err)
	require.NoError(t, unix.Bind(fd, &unix.SockaddrInet6{Addr: local.As16()}))
	require.NoError(t, unix.Connect(fd, &unix.SockaddrInet6{Addr: remote.As16(), Port: echoPort}))
	file := os.NewFile(uintptr(fd), "socket")
	conn, err := net.FileConn(file)
	require.NoError(t, err)
	require.NoError(t, file.Close())
	hangUp(t, conn)
	require.NoError(t, exchange(conn))
	return conn
}

// dial begins to connect to somebody who never answers.
func dial(t *testing.T, local, remote netip.Addr) int {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET6, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = unix.Close(fd) })
	require.NoError(t, unix.Bind(fd, &unix.SockaddrInet6{Addr: local.As16()}))
	require.ErrorIs(t, unix.Connect(fd, &unix.SockaddrInet6{Addr: remote.As16(), Port: echoPort}), unix.EINPROGRESS)
	return fd
}

func errorOf(t *testing.T, fd int) unix.Errno {
	t.Helper()
	number, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
	require.NoError(t, err)
	return unix.Errno(number)
}
