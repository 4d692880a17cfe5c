// Package session tells over which connection a person works on this machine,
// and which links carry it: what must not go away unguarded.
//
// proc.go reads what the kernel tells of processes and their connections under
// a /proc that is handed in; session.go, finding.go and path.go decide.
package session

import (
	"cmp"
	"fmt"
	"io/fs"
	"net/netip"
	"slices"
	"strings"
)

// Session is the connection that carries a person's session.
type Session struct {
	// Client is the far end, Local this one. A port is 0, and Local invalid,
	// where they are not known: --via has an address alone.
	Client, Local netip.AddrPort
	// Link is that of a --via that names a link; Client and Local are then invalid.
	Link string
	// Source says where this is known from, as "SSH_CONNECTION" or "the
	// connection of sshd (process 790)".
	Source string
	// Stale tells that this machine has no such connection: whatever said so
	// is older than the session, as the environment of tmux and screen is after
	// coming back to them.
	Stale bool
}

// String gives both ends with their source.
func (s Session) String() string {
	text := s.Link
	switch {
	case s.Local.IsValid():
		text = fmt.Sprintf("%s to %s", s.Client, s.Local)
	case s.Client.IsValid():
		text = s.Client.Addr().String()
	}
	text += ", by " + s.Source
	if s.Stale {
		text += ", which is out of date, for there is no such connection"
	}
	return text
}

// Process is the process whose session is looked for.
type Process struct {
	// Proc is the proc file system: os.DirFS("/proc").
	Proc fs.FS
	PID  int
	// LookupEnv reads the process's environment.
	LookupEnv func(name string) (string, bool)
}

const (
	variable = "SSH_CONNECTION"
	explicit = "--via"
)

// Find tells the session of a process. Via is an address of the far end or of this
// one, the name of a link, or "console"; what it says is believed, and it is empty
// where nobody says so.
//
// Of all else the connection that an ancestor sshd holds open now is the
// strongest evidence. An SSH_CONNECTION of the process or of an ancestor, for
// sudo drops the variable, counts where there is such a connection. Where nothing
// tells, as in a tmux of another login, it may be any of the SSH connections that
// there are.
func Find(p Process, via string) Finding {
	if via != "" {
		return said(via)
	}
	established, known := connections(p.Proc)
	chain := ancestors(p.Proc, p.PID)
	claims := p.claims(chain)
	if s, ok := held(p.Proc, chain, established, claims); ok {
		return sure(s)
	}
	for _, claim := range claims {
		if !known {
			claim.Source += ", unchecked, for /proc/net/tcp cannot be read"
			return sure(claim)
		}
		if slices.ContainsFunc(established, claim.is) {
			return sure(claim)
		}
	}
	f := Finding{Unseen: !known}
	if len(claims) > 0 {
		claims[0].Stale = true
		f.Sessions = claims[:1]
	}
	f.Sessions = append(f.Sessions, logins(p.Proc, established)...)
	return f
}

// claims lists what the environments of the process and its ancestors say,
// nearest first.
func (p Process) claims(chain []process) []Session {
	var claims []Session
	add := func(text, source string) {
		if s, ok := parse(text); ok {
			s.Source = source
			claims = append(claims, s)
		}
	}
	if text, ok := p.LookupEnv(variable); ok {
		add(text, variable)
	}
	for _, ancestor := range chain {
		if text, ok := environ(p.Proc, ancestor.pid); ok {
			add(text, fmt.Sprintf("%s of process %d (%s)", variable, ancestor.pid, ancestor.name))
		}
	}
	return claims
}

// parse reads an SSH_CONNECTION: the client's address and port, then the
// server's (ssh(1), ENVIRONMENT).
func parse(text string) (Session, bool) {
	words := strings.Fields(text)
	if len(words) != 4 {
		return Session{}, false
	}
	client, errClient := endpoint(words[0], words[1])
	local, errLocal := endpoint(words[2], words[3])
	return Session{Client: client, Local: local}, cmp.Or(errClient, errLocal) == nil
}

func endpoint(addr, port string) (netip.AddrPort, error) {
	both, err := netip.ParseAddrPort("[" + addr + "]:" + port)
	if err != nil {
		both, err = netip.ParseAddrPort(addr + ":" + port)
	}
	return unmap(both), err
}

// held finds the connection that an ancestor sshd has open. The outermost sshd
// with one is the session's monitor: those below it also hold what they forward.
func held(proc fs.FS, chain []process, established []connection, claims []Session) (Session, bool) {
	for _, p := range slices.Backward(chain) {
		own := p.holds(proc, established)
		if !p.isServer() || len(own) == 0 {
			continue
		}
		s := Session{Client: own[0].remote, Local: own[0].local}
		for _, claim := range claims {
			if slices.ContainsFunc(own, claim.is) {
				s = claim // the same with the zones of its addresses, which the kernel's table lacks
				break
			}
		}
		s.Source = p.String()
		return s, true
	}
	return Session{}, false
}

// is tells whether the session goes over a connection; zones apart, which the
// kernel's table lacks.
func (s Session) is(c connection) bool {
	return sameEnd(s.Client, c.remote) && sameEnd(s.Local, c.local)
}

func sameEnd(a, b netip.AddrPort) bool {
	return a.Port() == b.Port() && a.Addr().WithZone("") == b.Addr().WithZone("")
}

// unmap takes IPv4 out of IPv6's clothes, in which a socket for both has it.
func unmap(end netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(end.Addr().Unmap(), end.Port())
}
