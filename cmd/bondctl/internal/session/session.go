// Package session finds out over which connection somebody has logged in who
// now asks for a change of the network: it may be the branch that he sits on.
package session

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Session is a login over the network: the addresses of its TCP connection.
type Session struct{ Client, Local netip.AddrPort }

// String names the session in messages: "from 192.0.2.7".
func (s Session) String() string { return "from " + s.Client.Addr().String() }

// variable is what sshd(8) leaves in the environment: client's address and
// port, own address and port.
const variable = "SSH_CONNECTION"

// Find gives the sessions that a process may have been started from; several
// where that cannot be told apart, none for a console. It believes the
// variable SSH_CONNECTION only as long as there is such a connection: sudo
// takes the variable away, so those of the processes above are asked too; and
// under tmux or screen it is that of a login long gone, so that every
// connection to the same service may be the one.
//
// The tree is that of /proc; own is the variable of the process itself.
func Find(proc fs.FS, pid int, own string) []Session {
	open := connections(proc)
	var stale []Session
	for _, text := range append([]string{own}, inherited(proc, pid)...) {
		s, err := parse(text)
		switch {
		case err != nil:
		case slices.Contains(open, s):
			return []Session{s}
		default:
			stale = append(stale, s)
		}
	}
	return likely(open, stale)
}

// likely gives the connections to the services that stale sessions went to.
func likely(open, stale []Session) []Session {
	return slices.DeleteFunc(slices.Clone(open), func(s Session) bool {
		return !slices.ContainsFunc(stale, func(old Session) bool { return old.Local.Port() == s.Local.Port() })
	})
}

// parse reads the variable: "192.0.2.7 50000 192.0.2.1 22".
func parse(text string) (Session, error) {
	words := strings.Fields(text)
	if len(words) != 4 {
		return Session{}, fmt.Errorf("%s has %d words, not 4", variable, len(words))
	}
	client, err := endpoint(words[0], words[1])
	if err != nil {
		return Session{}, err
	}
	local, err := endpoint(words[2], words[3])
	return Session{client, local}, err
}

func endpoint(address, port string) (netip.AddrPort, error) {
	addr, err := netip.ParseAddr(address)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("reading %s: %w", variable, err)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("reading %s: %w", variable, err)
	}
	return netip.AddrPortFrom(addr.Unmap().WithZone(""), uint16(n)), nil
}

// deepest bounds the way up: a process tree that changes while it is read
// could lead in circles.
const deepest = 64

// inherited gives the variable of each process above one, the nearest first.
func inherited(proc fs.FS, pid int) []string {
	var found []string
	for range deepest {
		if pid = parent(proc, pid); pid <= 1 {
			break
		}
		if text, ok := environ(proc, pid); ok {
			found = append(found, text)
		}
	}
	return found
}

// parent reads field 4 of /proc/PID/stat, 0 where that cannot be read. The
// name before it, in parentheses, may have blanks and parentheses too.
func parent(proc fs.FS, pid int) int {
	text, err := fs.ReadFile(proc, strconv.Itoa(pid)+"/stat")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 2 {
		return 0
	}
	above, _ := strconv.Atoi(fields[1])
	return above
}

// environ reads the variable of another process, which root can.
func environ(proc fs.FS, pid int) (string, bool) {
	text, err := fs.ReadFile(proc, strconv.Itoa(pid)+"/environ")
	if err != nil {
		return "", false
	}
	for entry := range bytes.SplitSeq(text, []byte{0}) {
		if value, ok := strings.CutPrefix(string(entry), variable+"="); ok {
			return value, true
		}
	}
	return "", false
}

// connections lists the established TCP connections of this host.
func connections(proc fs.FS) []Session {
	var open []Session
	for _, name := range []string{"net/tcp", "net/tcp6"} {
		text, err := fs.ReadFile(proc, name)
		if err != nil {
			continue // a kernel without IPv6
		}
		lines := bufio.NewScanner(bytes.NewReader(text))
		for lines.Scan() {
			if s, ok := connection(lines.Text()); ok {
				open = append(open, s)
			}
		}
	}
	return open
}

// established is TCP_ESTABLISHED in a line of /proc/net/tcp.
const established = "01"

// connection reads a line: number, own end, other end, state.
func connection(line string) (Session, bool) {
	words := strings.Fields(line)
	if len(words) < 4 || words[3] != established {
		return Session{}, false
	}
	local, ok := socketEnd(words[1])
	client, also := socketEnd(words[2])
	return Session{client, local}, ok && also
}

// socketEnd reads ADDRESS:PORT in hexadecimal; the address is in words of 32
// bits in the byte order of the machine.
func socketEnd(text string) (netip.AddrPort, bool) {
	address, port, ok := strings.Cut(text, ":")
	raw, err := hex.DecodeString(address)
	n, portErr := strconv.ParseUint(port, 16, 16)
	if !ok || err != nil || portErr != nil || len(raw)%4 != 0 {
		return netip.AddrPort{}, false
	}
	for word := range slices.Chunk(raw, 4) {
		binary.BigEndian.PutUint32(word, binary.NativeEndian.Uint32(word))
	}
	addr, ok := netip.AddrFromSlice(raw)
	return netip.AddrPortFrom(addr.Unmap(), uint16(n)), ok
}
