package session

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"path"
	"slices"
	"strconv"
	"strings"
)

// process is one of the chain from a process to its outermost ancestor.
type process struct {
	pid, parent int
	// name is the program's, of 15 bytes at most.
	name string
}

// String names the process as where a session is known from.
func (p process) String() string {
	return fmt.Sprintf("the connection of %s (process %d)", p.name, p.pid)
}

// isServer tells whether a process is an SSH server. From OpenSSH 9.8 on a
// session has a program of its own, sshd-session.
func (p process) isServer() bool {
	return p.name == "sshd" || strings.HasPrefix(p.name, "sshd-") || p.name == "dropbear"
}

// ancestors lists a process and its ancestors, as far as they can be seen.
func ancestors(proc fs.FS, pid int) []process {
	var chain []process
	for pid > 0 && !slices.ContainsFunc(chain, func(p process) bool { return p.pid == pid }) {
		p, ok := readProcess(proc, pid)
		if !ok {
			break
		}
		chain = append(chain, p)
		pid = p.parent
	}
	return chain
}

// readProcess reads the "Name:" and "PPid:" of a status file (proc_pid_status(5)).
func readProcess(proc fs.FS, pid int) (process, bool) {
	status, err := fs.ReadFile(proc, path.Join(strconv.Itoa(pid), "status"))
	if err != nil {
		return process{}, false
	}
	p := process{pid: pid}
	for line := range strings.Lines(string(status)) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		switch value = strings.TrimSpace(value); key {
		case "Name":
			p.name = value
		case "PPid":
			p.parent, _ = strconv.Atoi(value)
		}
	}
	return p, true
}

// environ reads a variable of a process's first environment, which only its
// own user and root may.
func environ(proc fs.FS, pid int) (string, bool) {
	content, err := fs.ReadFile(proc, path.Join(strconv.Itoa(pid), "environ"))
	if err != nil {
		return "", false
	}
	for entry := range bytes.SplitSeq(content, []byte{0}) {
		if value, ok := strings.CutPrefix(string(entry), variable+"="); ok {
			return value, true
		}
	}
	return "", false
}

// holds lists the established connections that a process has open, by the
// numbers of its file descriptors. Only root sees those of others.
func (p process) holds(proc fs.FS, established []connection) []connection {
	folder := path.Join(strconv.Itoa(p.pid), "fd")
	entries, err := fs.ReadDir(proc, folder)
	if err != nil {
		return nil
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int {
		return cmp.Or(cmp.Compare(len(a.Name()), len(b.Name())), cmp.Compare(a.Name(), b.Name()))
	})
	var own []connection
	for _, entry := range entries {
		target, err := fs.ReadLink(proc, path.Join(folder, entry.Name()))
		if err != nil {
			continue
		}
		i := slices.IndexFunc(established, func(c connection) bool { return target == "socket:["+c.inode+"]" })
		if i >= 0 {
			own = append(own, established[i])
		}
	}
	return own
}

// connection is an established TCP connection.
type connection struct {
	local, remote netip.AddrPort
	inode         string
}

// connections lists the established TCP connections of the network namespace,
// and false where the kernel's tables cannot be read. A kernel without IPv6
// has no tcp6.
func connections(proc fs.FS) (list []connection, known bool) {
	for _, table := range []string{"net/tcp", "net/tcp6"} {
		content, err := fs.ReadFile(proc, table)
		if err != nil {
			continue
		}
		known = true
		list = append(list, parseTable(content)...)
	}
	return list, known
}

// parseTable reads the established connections of /proc/net/tcp or tcp6
// (get_tcp4_sock, net/ipv4/tcp_ipv4.c): number, local and remote end, state,
// six fields more, inode.
func parseTable(content []byte) []connection {
	const (
		local, remote, state, inode = 1, 2, 3, 9
		established                 = "01"
	)
	var list []connection
	for lines := bufio.NewScanner(bytes.NewReader(content)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) <= inode || fields[state] != established {
			continue
		}
		near, errNear := parseEnd(fields[local])
		far, errFar := parseEnd(fields[remote])
		if cmp.Or(errNear, errFar) == nil {
			list = append(list, connection{near, far, fields[inode]})
		}
	}
	return list
}

var errNoEnd = errors.New("not an address and a port in hexadecimal digits")

// parseEnd reads "0100007F:0016". The address is in words of 32 bits, which
// are printed as numbers of the machine's own byte order.
func parseEnd(text string) (netip.AddrPort, error) {
	digits, port, _ := strings.Cut(text, ":")
	number, err := strconv.ParseUint(port, 16, 16)
	if err != nil || len(digits) != 8 && len(digits) != 32 {
		return netip.AddrPort{}, errNoEnd
	}
	var addr []byte
	for ; digits != ""; digits = digits[8:] {
		word, err := strconv.ParseUint(digits[:8], 16, 32)
		if err != nil {
			return netip.AddrPort{}, errNoEnd
		}
		addr = binary.NativeEndian.AppendUint32(addr, uint32(word))
	}
	ip, _ := netip.AddrFromSlice(addr)
	return netip.AddrPortFrom(ip.Unmap(), uint16(number)), nil
}
