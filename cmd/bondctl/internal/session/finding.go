package session

import (
	"fmt"
	"io/fs"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Finding is what is known of a person's session.
type Finding struct {
	// Sessions are those that it may be, none for the console.
	Sessions []Session
	// Sure is set where there is no doubt which it is.
	Sure bool
	// Unseen is set where the kernel's tables of connections cannot be read.
	Unseen bool
}

// console is what a person says by --via who sits at the machine.
const console = "console"

// listed is the length of a list of sessions that a person is told.
const listed = 3

// isLost tells that the session goes over none of the connections that are known,
// and that there is more than the console that it may go over.
func (f Finding) isLost() bool {
	known := slices.ContainsFunc(f.Sessions, func(s Session) bool { return !s.Stale })
	return !f.Sure && !known && (len(f.Sessions) > 0 || f.Unseen)
}

// Ends lists the addresses that the session may come from, those that are known.
func (f Finding) Ends() []netip.Addr {
	var ends []netip.Addr
	for _, s := range f.Sessions {
		if addr := s.Client.Addr().Unmap(); addr.IsValid() && !slices.Contains(ends, addr) {
			ends = append(ends, addr)
		}
	}
	return ends
}

// String says where the session comes from, and where that is not known how to
// name it.
func (f Finding) String() string {
	switch {
	case len(f.Sessions) == 0 && f.Sure:
		return "the console, by " + explicit
	case len(f.Sessions) == 0 && f.Unseen:
		return "nobody knows where, for /proc/net/tcp cannot be read: name the way by --via"
	case len(f.Sessions) == 0:
		return "the console, as no SSH connection is to be seen: if it comes another way, name that by --via"
	case f.Sure:
		return f.Sessions[0].String()
	}
	var list []string
	for _, s := range f.Sessions[:min(listed, len(f.Sessions))] {
		list = append(list, s.String())
	}
	if more := len(f.Sessions) - listed; more > 0 {
		list = append(list, fmt.Sprintf("one of %d others", more))
	}
	return strings.Join(list, ", or ") + ": name the right one by --via, or say --via " + console
}

// sure is a session without doubt.
func sure(s Session) Finding { return Finding{Sessions: []Session{s}, Sure: true} }

// said reads a --via.
func said(via string) Finding {
	if via == console {
		return Finding{Sure: true}
	}
	if both, err := netip.ParseAddrPort(via); err == nil {
		return sure(Session{Client: unmap(both), Source: explicit})
	}
	if addr, err := netip.ParseAddr(strings.Trim(via, "[]")); err == nil {
		return sure(Session{Client: netip.AddrPortFrom(addr.Unmap(), 0), Source: explicit})
	}
	return sure(Session{Link: via, Source: explicit})
}

// sshPort is where an SSH server listens unless it is told otherwise (sshd_config(5), Port).
const sshPort = 22

// logins lists the connections of SSH servers: those that their processes hold, which
// only root sees, and those of the usual port. What comes over the loopback to another
// port is what they forward.
func logins(proc fs.FS, established []connection) []Session {
	held := servers(proc, established)
	var list []Session
	for _, c := range established {
		s := Session{Client: c.remote, Local: c.local}
		switch owner, found := held[c.inode]; {
		case c.local.Port() == sshPort && !found:
			s.Source = fmt.Sprintf("its port, %d", sshPort)
		case found && (c.local.Port() == sshPort || !c.remote.Addr().IsLoopback()):
			s.Source = owner.String()
		default:
			continue
		}
		list = append(list, s)
	}
	return list
}

// servers gives the processes of SSH servers by the inodes of the connections that
// they hold.
func servers(proc fs.FS, established []connection) map[string]process {
	held := map[string]process{}
	entries, err := fs.ReadDir(proc, ".")
	if err != nil {
		return held
	}
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		p, ok := readProcess(proc, pid)
		if !ok || !p.isServer() {
			continue
		}
		for _, c := range p.holds(proc, established) {
			if _, known := held[c.inode]; !known {
				held[c.inode] = p
			}
		}
	}
	return held
}
