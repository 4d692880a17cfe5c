package session

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Two connections to port 22 of 192.0.2.1: from 192.0.2.7 port 50000, and over
// IPv6 from 2001:db8::7 port 50001; the third line is a listening socket.
const (
	tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 010200C0:0016 070200C0:C350 01 00000000:00000000 00:00000000 00000000     0        0 1 1 0
   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2 1 0
`
	tcp6 = `   0: B80D0120000000000000000001000000:0016 B80D0120000000000000000007000000:C351 01 0
`
	four = "192.0.2.7 50000 192.0.2.1 22"
	six  = "2001:db8::7 50001 2001:db8::1 22"
	gone = "192.0.2.9 40000 192.0.2.1 22"
)

// processes is a /proc in which 30 was started by 20, that by 10, that by 1.
func processes(environs map[int]string) fstest.MapFS {
	proc := fstest.MapFS{"net/tcp": {Data: []byte(tcp)}, "net/tcp6": {Data: []byte(tcp6)}}
	for pid, above := range map[int]int{30: 20, 20: 10, 10: 1} {
		proc[fmt.Sprintf("%d/stat", pid)] = &fstest.MapFile{Data: fmt.Appendf(nil, "%d (a (b) c) S %d 1 1", pid, above)}
	}
	for pid, text := range environs {
		proc[fmt.Sprintf("%d/environ", pid)] = &fstest.MapFile{Data: []byte("HOME=/root\x00" + variable + "=" + text + "\x00")}
	}
	return proc
}

func TestFind(t *testing.T) {
	cases := []struct {
		name     string
		own      string
		environs map[int]string
		want     []string
	}{
		{"a console", "", nil, nil},
		{"a login by SSH", four, nil, []string{"from 192.0.2.7"}},
		{"by IPv6", six, nil, []string{"from 2001:db8::7"}},
		{"mapped into IPv6", "::ffff:192.0.2.7 50000 ::ffff:192.0.2.1 22", nil, []string{"from 192.0.2.7"}},
		{"sudo took the variable", "", map[int]string{10: four}, []string{"from 192.0.2.7"}},
		{"the nearest one", "", map[int]string{10: four, 20: six}, []string{"from 2001:db8::7"}},
		{"tmux kept that of a login long gone", gone, nil, []string{"from 192.0.2.7", "from 2001:db8::7"}},
		{"a process above knows better", gone, map[int]string{20: four}, []string{"from 192.0.2.7"}},
		{"nonsense", "1 2 3", map[int]string{10: "x y z 22"}, nil},
		{"a service without connections", "192.0.2.9 40000 192.0.2.1 2222", nil, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var found []string
			for _, s := range Find(processes(c.environs), 30, c.own) {
				found = append(found, s.String())
			}
			assert.Equal(t, c.want, found)
		})
	}
}

func TestFindAConnectionOfThisHost(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	client, err := net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	defer func() { _ = client.Close() }()
	own, other := netip.MustParseAddrPort(listener.Addr().String()), netip.MustParseAddrPort(client.LocalAddr().String())
	text := fmt.Sprintf("%s %d %s %d", other.Addr(), other.Port(), own.Addr(), own.Port())
	assert.Equal(t, []Session{{Client: other, Local: own}}, Find(os.DirFS("/proc"), os.Getpid(), text))
}

func FuzzFind(f *testing.F) {
	f.Add(four, tcp, "30 (x) S 20")
	f.Fuzz(func(_ *testing.T, own, sockets, stat string) {
		proc := fstest.MapFS{"net/tcp": {Data: []byte(sockets)}, "30/stat": {Data: []byte(stat)}, "30/environ": {Data: []byte(own)}}
		Find(proc, 30, own)
	})
}
