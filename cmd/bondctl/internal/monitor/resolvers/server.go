package resolvers

import (
	"fmt"
	"net/netip"
	"strings"

	"golang.org/x/sys/unix"
)

// server is a resolver that a link may have: others than ours may have a port of their
// own, and a name by which its certificate is checked.
type server struct {
	Addr netip.Addr
	// Port is 0 for the usual one.
	Port uint16
	// Name is empty for none.
	Name string
}

// MarshalText writes it as resolved.conf(5) has it, DNS=: 192.0.2.1:853#dns.example.
func (s server) MarshalText() ([]byte, error) {
	text := s.Addr.String()
	if s.Port != 0 {
		text = netip.AddrPortFrom(s.Addr, s.Port).String()
	}
	if s.Name != "" {
		text += "#" + s.Name
	}
	return []byte(text), nil
}

// UnmarshalText reads what MarshalText writes.
func (s *server) UnmarshalText(text []byte) error {
	where, name, _ := strings.Cut(string(text), "#")
	addr, err := netip.ParseAddr(where)
	full := netip.AddrPortFrom(addr, 0)
	if err != nil {
		full, err = netip.ParseAddrPort(where)
	}
	if err != nil {
		return fmt.Errorf("%q is no address of a resolver: %w", text, err)
	}
	*s = server{full.Addr(), full.Port(), name}
	return nil
}

// spokenServer is how a server is said on the bus: AF_INET or AF_INET6, the bytes of
// the address, and the rest.
type spokenServer struct {
	Family  int32
	Address []byte
	Port    uint16
	Name    string
}

func spoken(servers []server) []spokenServer {
	list := make([]spokenServer, len(servers))
	for i, s := range servers {
		list[i] = spokenServer{unix.AF_INET, s.Addr.AsSlice(), s.Port, s.Name}
		if s.Addr.Is6() {
			list[i].Family = unix.AF_INET6
		}
	}
	return list
}
