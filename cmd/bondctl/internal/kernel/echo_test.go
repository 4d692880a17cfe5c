package kernel

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const echoPort = 7

// inPlace runs a function in the namespace of the tests.
func inPlace(work func()) { work() }

// serve echoes what comes to an address over TCP and UDP, in the namespace where do
// runs what it is given.
func serve(t *testing.T, do func(func()), address netip.Addr) {
	t.Helper()
	at := netip.AddrPortFrom(address, echoPort)
	var listener *net.TCPListener
	var socket *net.UDPConn
	var err error
	do(func() { listener, err = net.ListenTCP("tcp", net.TCPAddrFromAddrPort(at)) })
	require.NoError(t, err)
	do(func() { socket, err = net.ListenUDP("udp", net.UDPAddrFromAddrPort(at)) })
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, errors.Join(listener.Close(), socket.Close())) })
	go echoStreams(listener)
	go echoPackets(socket)
}

func echoStreams(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer func() { _ = conn.Close() }()
			_, _ = io.Copy(conn, conn)
		}()
	}
}

func echoPackets(socket net.PacketConn) {
	packet := make([]byte, 100)
	for {
		n, from, err := socket.ReadFrom(packet)
		if err != nil {
			return
		}
		_, _ = socket.WriteTo(packet[:n], from)
	}
}

// talk connects from one address to the echo of another, with an option of the socket.
func talk(t *testing.T, network string, local, remote netip.Addr, option func(fd int) error) net.Conn {
	t.Helper()
	at := netip.AddrPortFrom(local, 0)
	dialer := net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(at), Timeout: time.Minute}
	if network == "udp" {
		dialer.LocalAddr = net.UDPAddrFromAddrPort(at)
	}
	if option != nil {
		dialer.Control = func(_, _ string, c syscall.RawConn) error {
			var err error
			return errors.Join(c.Control(func(fd uintptr) { err = option(int(fd)) }), err)
		}
	}
	conn, err := dialer.DialContext(t.Context(), network, netip.AddrPortFrom(remote, echoPort).String())
	require.NoError(t, err)
	hangUp(t, conn)
	require.NoError(t, exchange(conn))
	return conn
}

// hangUp closes a connection with the test. No farewell is left, which would be sought
// to be sent for minutes over a link that is gone, from the address of the next test.
func hangUp(t *testing.T, conn net.Conn) {
	t.Helper()
	if stream, ok := conn.(*net.TCPConn); ok {
		require.NoError(t, stream.SetLinger(0))
	}
	t.Cleanup(func() { _ = conn.Close() })
}

// exchange has something echoed.
func exchange(conn net.Conn) error {
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return err
	}
	if _, err := conn.Write([]byte("x")); err != nil {
		return err
	}
	_, err := conn.Read(make([]byte, 1))
	return err
}
