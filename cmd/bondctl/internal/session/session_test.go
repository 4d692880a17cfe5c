package session_test

import (
	"encoding/binary"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/session"
)

// tree is a /proc in the making.
type tree struct {
	fstest.MapFS
	tables map[string]string
	inode  int
}

func newTree() *tree {
	const title = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
	return &tree{MapFS: fstest.MapFS{}, tables: map[string]string{"net/tcp": title, "net/tcp6": title}, inode: 1000}
}

// process adds a process with its environment and the connections that it holds.
func (tr *tree) process(pid, parent int, name, environ string, sockets ...int) {
	dir := fmt.Sprint(pid)
	tr.MapFS[dir+"/status"] = &fstest.MapFile{Data: fmt.Appendf(nil, "Name:\t%s\nUmask:\t0022\nPPid:\t%d\n", name, parent)}
	tr.MapFS[dir+"/environ"] = &fstest.MapFile{Data: []byte("LANG=C\x00" + environ + "\x00")}
	for i, inode := range sockets {
		tr.MapFS[fmt.Sprintf("%s/fd/%d", dir, i+9)] = &fstest.MapFile{Mode: fs.ModeSymlink, Data: fmt.Appendf(nil, "socket:[%d]", inode)}
	}
	tr.MapFS[dir+"/fd/0"] = &fstest.MapFile{Mode: fs.ModeSymlink, Data: []byte("/dev/pts/0")}
}

// connection adds a line to the kernel's table; state 01 is an established one.
func (tr *tree) connection(local, remote, state string) (inode int) {
	tr.inode++
	here, there := netip.MustParseAddrPort(local), netip.MustParseAddrPort(remote)
	table := "net/tcp"
	if here.Addr().Is6() {
		table = "net/tcp6"
	}
	tr.tables[table] += fmt.Sprintf("   0: %s %s %s 00000000:00000000 02:000A 00000000     0        0 %d 2 0\n", end(here), end(there), state, tr.inode)
	return tr.inode
}

func end(e netip.AddrPort) string {
	text := ""
	for words := e.Addr().AsSlice(); len(words) > 0; words = words[4:] {
		text += fmt.Sprintf("%08X", binary.NativeEndian.Uint32(words))
	}
	return fmt.Sprintf("%s:%04X", text, e.Port())
}

func (tr *tree) find(environ, via string) session.Finding {
	for name, text := range tr.tables {
		tr.MapFS[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return session.Find(session.Process{Proc: tr.MapFS, PID: 900, LookupEnv: lookup(environ)}, via)
}

func lookup(value string) func(string) (string, bool) {
	return func(name string) (string, bool) { return value, value != "" && name == "SSH_CONNECTION" }
}

const (
	client, local = "192.168.1.7:50022", "192.168.1.105:22"
	env           = "192.168.1.7 50022 192.168.1.105 22"
	older         = "192.168.1.7 40000 192.168.1.105 22"
)

const (
	atConsole = "the console, as no SSH connection is to be seen: if it comes another way, name that by --via"
	doubt     = ": name the right one by --via, or say --via console"
	outdated  = "192.168.1.7:40000 to 192.168.1.105:22, by SSH_CONNECTION, which is out of date, for there is no such connection"
)

func TestFind(t *testing.T) {
	for _, c := range []struct {
		name string
		// tell fills the tree and gives the environment of the process.
		tell func(*tree) string
		// want is the session as text, and sure whether there is no doubt.
		want string
	}{
		{"at the console", func(tr *tree) string {
			tr.process(900, 1, "bash", "")
			tr.process(1, 0, "systemd", "")
			return ""
		}, atConsole},
		{"a person without root, who cannot see into sshd", func(tr *tree) string {
			tr.connection(local, client, "01")
			return env
		}, "192.168.1.7:50022 to 192.168.1.105:22, by SSH_CONNECTION"},
		{"sudo has dropped the variable", func(tr *tree) string {
			tr.connection(local, client, "01")
			tr.process(900, 850, "bondctl", "")
			tr.process(850, 820, "sudo", "")
			tr.process(820, 1, "bash", "SSH_CONNECTION="+env)
			return ""
		}, "192.168.1.7:50022 to 192.168.1.105:22, by SSH_CONNECTION of process 820 (bash)"},
		{"nothing but the connection that sshd holds", func(tr *tree) string {
			tr.process(900, 820, "bondctl", "")
			tr.process(820, 800, "bash", "")
			tr.process(800, 790, "sshd", "", tr.connection("127.0.0.1:60000", "127.0.0.1:80", "01"))
			tr.process(790, 600, "sshd-session", "", tr.connection(local, client, "01"))
			tr.process(600, 1, "sshd", "", tr.connection("0.0.0.0:22", "0.0.0.0:0", "0A"))
			tr.process(1, 0, "systemd", "")
			return ""
		}, "192.168.1.7:50022 to 192.168.1.105:22, by the connection of sshd-session (process 790)"},
		{"what sshd holds is believed rather than the environment", func(tr *tree) string {
			tr.process(900, 790, "bash", "")
			tr.process(790, 1, "sshd", "", tr.connection(local, client, "01"))
			tr.connection("192.168.1.105:22", "192.168.1.7:40000", "01")
			return older
		}, "192.168.1.7:50022 to 192.168.1.105:22, by the connection of sshd (process 790)"},
		{"of the connections of one sshd the one that the environment names", func(tr *tree) string {
			tr.process(900, 790, "bash", "")
			tr.process(790, 1, "dropbear", "", tr.connection("127.0.0.1:60000", "127.0.0.1:80", "01"), tr.connection(local, client, "01"))
			return env
		}, "192.168.1.7:50022 to 192.168.1.105:22, by the connection of dropbear (process 790)"},
		{"back in tmux over another connection", func(tr *tree) string {
			tr.connection(local, client, "01")
			tr.process(900, 700, "bash", "SSH_CONNECTION="+older)
			tr.process(700, 1, "tmux: server", "SSH_CONNECTION="+older)
			return older
		}, outdated + ", or 192.168.1.7:50022 to 192.168.1.105:22, by its port, 22" + doubt},
		{"mosh, whose login is over", func(tr *tree) string {
			tr.process(900, 1, "mosh-server", "SSH_CONNECTION="+older)
			return older
		}, outdated + doubt},
		{"a tmux of the boot, and a login on another port", func(tr *tree) string {
			tr.process(900, 700, "bash", "")
			tr.process(700, 1, "tmux: server", "")
			tr.process(790, 600, "sshd-session", "",
				tr.connection("192.168.1.105:2222", client, "01"), tr.connection("127.0.0.1:60000", "127.0.0.1:80", "01"))
			tr.process(800, 790, "sshd-session", "", 1001)
			tr.process(801, 1, "nginx", "", tr.connection("192.168.1.105:443", client, "01"))
			return ""
		}, "192.168.1.7:50022 to 192.168.1.105:2222, by the connection of sshd-session (process 790)" + doubt},
		{"somebody goes out by SSH", func(tr *tree) string {
			tr.process(700, 1, "ssh", "", tr.connection("192.168.1.105:40000", "192.168.1.7:22", "01"))
			return ""
		}, atConsole},
		{"more logins than anybody reads", func(tr *tree) string {
			for port := range 5 {
				tr.connection(local, fmt.Sprintf("192.168.1.7:%d", 50000+port), "01")
			}
			return ""
		}, "192.168.1.7:50000 to 192.168.1.105:22, by its port, 22, or 192.168.1.7:50001 to 192.168.1.105:22, by its port, 22, " +
			"or 192.168.1.7:50002 to 192.168.1.105:22, by its port, 22, or one of 2 others" + doubt},
		{"an outdated variable, and a good one in an ancestor", func(tr *tree) string {
			tr.connection(local, client, "01")
			tr.process(900, 700, "bash", "SSH_CONNECTION="+older)
			tr.process(700, 1, "script", "SSH_CONNECTION="+env)
			return older
		}, "192.168.1.7:50022 to 192.168.1.105:22, by SSH_CONNECTION of process 700 (script)"},
		{"the connection is being closed", func(tr *tree) string {
			tr.connection(local, client, "06")
			return older
		}, outdated + doubt},
		{"a socket for both IP versions", func(tr *tree) string {
			tr.connection("[::ffff:192.168.1.105]:22", "[::ffff:192.168.1.7]:50022", "01")
			return "::ffff:192.168.1.7 50022 ::ffff:192.168.1.105 22"
		}, "192.168.1.7:50022 to 192.168.1.105:22, by SSH_CONNECTION"},
		{"IPv6", func(tr *tree) string {
			tr.connection("[2001:db8::105]:22", "[2001:db8::7]:50022", "01")
			return "2001:db8::7 50022 2001:db8::105 22"
		}, "[2001:db8::7]:50022 to [2001:db8::105]:22, by SSH_CONNECTION"},
		{"link-local, of which the kernel's table has no zone", func(tr *tree) string {
			tr.process(900, 790, "bash", "")
			tr.process(790, 1, "sshd", "", tr.connection("[fe80::105]:22", "[fe80::7]:50022", "01"))
			return "fe80::7%eth0 50022 fe80::105%eth0 22"
		}, "[fe80::7%eth0]:50022 to [fe80::105%eth0]:22, by the connection of sshd (process 790)"},
		{"a variable that says nothing", func(*tree) string { return "yes" }, atConsole},
		{"a variable without addresses", func(*tree) string { return "a 1 b 2" }, atConsole},
		{"processes in a circle", func(tr *tree) string {
			tr.process(900, 901, "bash", "")
			tr.process(901, 900, "bash", "")
			return ""
		}, atConsole},
		{"no table of connections", func(tr *tree) string {
			tr.tables = nil
			return env
		}, "192.168.1.7:50022 to 192.168.1.105:22, by SSH_CONNECTION, unchecked, for /proc/net/tcp cannot be read"},
		{"neither a table nor a variable", func(tr *tree) string {
			tr.tables = nil
			return ""
		}, "nobody knows where, for /proc/net/tcp cannot be read: name the way by --via"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr := newTree()
			found := tr.find(c.tell(tr), "")
			assert.Equal(t, c.want, found.String())
			assert.Equal(t, !strings.Contains(c.want, "name the ") && c.want != atConsole, found.Sure)
		})
	}
}

// What a person says is believed, whatever else there is.
func TestVia(t *testing.T) {
	for via, want := range map[string]string{
		"192.168.1.9":        "192.168.1.9, by --via",
		"::ffff:192.168.1.9": "192.168.1.9, by --via",
		"192.168.1.9:5022":   "192.168.1.9, by --via",
		"fe80::7%eth0":       "fe80::7%eth0, by --via",
		"[2001:db8::7]":      "2001:db8::7, by --via",
		"bond0.20":           "bond0.20, by --via",
		"console":            "the console, by --via",
	} {
		tr := newTree()
		tr.connection(local, client, "01")
		found := tr.find(env, via)
		assert.True(t, found.Sure)
		assert.Equal(t, want, found.String())
	}
}

// The kernel that runs tells of a real connection, and no longer once it is
// closed. Ancestors are left out, for one of them may be a real sshd.
func TestRealProc(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	far, err := net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	near, err := listener.Accept()
	require.NoError(t, err)

	words := strings.NewReplacer(":", " ")
	text := words.Replace(far.LocalAddr().String() + " " + near.LocalAddr().String())
	p := session.Process{Proc: os.DirFS("/proc"), LookupEnv: lookup(text)}
	found := session.Find(p, "")
	require.True(t, found.Sure, found)
	assert.Equal(t, far.LocalAddr().String(), found.Sessions[0].Client.String())
	assert.Equal(t, near.LocalAddr().String(), found.Sessions[0].Local.String())

	require.NoError(t, far.Close())
	require.NoError(t, near.Close())
	found = session.Find(p, "")
	require.NotEmpty(t, found.Sessions)
	assert.True(t, found.Sessions[0].Stale, found)
	assert.False(t, found.Sure)
}
