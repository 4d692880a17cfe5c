package verify

import (
	"bytes"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"
	"golang.org/x/sys/unix"
)

// A process that is stopped while it waits reads the reply only when its time is
// over. What counts is when the kernel had it.
func TestStoppedWhileItWaits(t *testing.T) {
	cases := []struct {
		name  string
		after time.Duration // of the request
		want  string
	}{
		{"in time", 0, `^10\.0\.0\.1: answered within .*\nunclear: false\n$`},
		{"late", aloneWithin + 200*time.Millisecond, `^10\.0\.0\.1: late: [0-9.]+s\nunclear: false\n$`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := newFar(t, "eth0")
			awaitStamps(t)
			f.set("net/ipv4/icmp_echo_ignore_all")
			assert.Regexp(t, c.want, f.answerStopped(c.after))
		})
	}
}

// awaitStamps waits until the kernel stamps what arrives.
func awaitStamps(t *testing.T) {
	t.Helper()
	keepStamps()
	require.Eventually(t, func() bool {
		took, there := readAfter(t.Context(), t, time.After(10*time.Millisecond), icmp4, "10.0.0.1")
		return took <= there
	}, time.Minute, time.Millisecond)
}

// answerStopped has a process ask the host, answers some time after its request while
// the process is stopped until its time is over, and gives what it then says.
func (f *far) answerStopped(after time.Duration) string {
	f.t.Helper()
	var conn net.PacketConn
	f.do(func() (err error) {
		conn, err = net.ListenPacket("ip4:icmp", "10.0.0.1")
		return err
	})
	defer func() { require.NoError(f.t, conn.Close()) }()
	asking := alone("10.0.0.1")
	var said bytes.Buffer
	asking.Stdout, asking.Stderr = &said, &said
	require.NoError(f.t, asking.Start())
	reply, to := replyTo(f.t, conn)
	asked := time.Now()
	require.NoError(f.t, asking.Process.Signal(unix.SIGSTOP))
	var status unix.WaitStatus
	_, err := unix.Wait4(asking.Process.Pid, &status, unix.WUNTRACED, nil)
	require.NoError(f.t, err)
	require.True(f.t, status.Stopped())
	time.Sleep(after)
	_, err = conn.WriteTo(reply, to)
	require.NoError(f.t, err)
	time.Sleep(time.Until(asked.Add(aloneWithin + 500*time.Millisecond)))
	require.NoError(f.t, asking.Process.Signal(unix.SIGCONT))
	require.NoError(f.t, asking.Wait())
	return said.String()
}

// replyTo awaits a request, and gives the reply to it.
func replyTo(t *testing.T, conn net.PacketConn) (reply []byte, to net.Addr) {
	t.Helper()
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(time.Minute)))
	buffer := make([]byte, 1500)
	for {
		n, from, err := conn.ReadFrom(buffer)
		require.NoError(t, err)
		m, err := icmp.ParseMessage(unix.IPPROTO_ICMP, buffer[:n])
		require.NoError(t, err)
		if m.Type != ipv4.ICMPTypeEcho {
			continue
		}
		reply, err := (&icmp.Message{Type: ipv4.ICMPTypeEchoReply, Body: m.Body}).Marshal(nil)
		require.NoError(t, err)
		return reply, from
	}
}
