package session

import (
	"net"
	"os"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A process is found to hold its own connections, both ends of them here.
func TestRealSockets(t *testing.T) {
	listener, err := net.Listen("tcp", "[::1]:0")
	if err != nil { // a kernel without IPv6
		listener, err = net.Listen("tcp", "127.0.0.1:0")
	}
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	far, err := net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	defer func() { _ = far.Close() }()
	near, err := listener.Accept()
	require.NoError(t, err)
	defer func() { _ = near.Close() }()

	proc := os.DirFS("/proc")
	established, known := connections(proc)
	require.True(t, known)
	chain := ancestors(proc, os.Getpid())
	require.NotEmpty(t, chain)
	assert.Equal(t, os.Getppid(), chain[0].parent)
	var ends []string
	for _, c := range chain[0].holds(proc, established) {
		ends = append(ends, c.local.String()+" "+c.remote.String())
	}
	for _, c := range []net.Conn{near, far} {
		assert.Contains(t, ends, c.LocalAddr().String()+" "+c.RemoteAddr().String())
	}
}

func TestProcessesThatCannotBeSeen(t *testing.T) {
	proc := fstest.MapFS{}
	assert.Empty(t, ancestors(proc, 900))
	assert.Empty(t, process{pid: 900}.holds(proc, nil))
	_, ok := environ(proc, 900)
	assert.False(t, ok)
	_, known := connections(proc)
	assert.False(t, known)
}

// No text makes the readers panic.
func FuzzTable(f *testing.F) {
	f.Add([]byte("   0: 0100007F:0016 0100007F:C350 01 0:0 0:0 0 0 0 4711 2\n"), "192.0.2.1 1 192.0.2.2 22")
	f.Add([]byte("   0: 00000000000000000000000001000000:0016 x:1 01 0 0 0 0 0 1\n"), "fe80::1%eth0 1 fe80::2%eth0 22")
	f.Fuzz(func(t *testing.T, table []byte, variable string) {
		for _, c := range parseTable(table) {
			assert.True(t, c.local.IsValid() && c.remote.IsValid())
		}
		if s, ok := parse(variable); ok {
			assert.True(t, s.Client.IsValid() && s.Local.IsValid())
		}
	})
}
