package kernel

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/schema"
)

const (
	// answerTime bounds the wait for the kernel, which answers within
	// milliseconds unless somebody sits on its lock.
	answerTime = 30 * time.Second
	// dumpTries bounds how often a dump is asked for again that a change in
	// the meantime has made inconsistent (NLM_F_DUMP_INTR).
	dumpTries = 10
)

// Host is the real kernel, seen from one network namespace.
type Host struct {
	conversation
	announcements sync.WaitGroup
}

var _ Kernel = (*Host)(nil)

// Open opens a socket in the network namespace of the calling thread, where it
// then stays. Reading needs no privilege, changing needs CAP_NET_ADMIN.
func Open() (*Host, error) {
	c, err := converse(unix.NETLINK_ROUTE)
	if err != nil {
		return nil, err
	}
	return &Host{conversation: c}, nil
}

// Close waits for the last announcement of an address, and closes the socket.
func (h *Host) Close() {
	h.announcements.Wait()
	h.end()
}

// conversation is a socket of one of netlink's protocols.
type conversation struct {
	protocol int
	socket   *nl.SocketHandle
}

// converse opens a socket in the network namespace of the calling thread.
func converse(protocol int) (conversation, error) {
	s, err := nl.Subscribe(protocol)
	if err != nil {
		return conversation{}, fmt.Errorf("open a netlink socket: %w", err)
	}
	wait := unix.NsecToTimeval(answerTime.Nanoseconds())
	err = errors.Join(s.SetSendTimeout(&wait), s.SetReceiveTimeout(&wait), s.SetExtAck(true))
	if err != nil {
		s.Close()
		return conversation{}, fmt.Errorf("set up a netlink socket: %w", err)
	}
	return conversation{protocol, &nl.SocketHandle{Socket: s}}, nil
}

func (c conversation) end() { c.socket.Close() }

// Observe reads links, addresses, routes and rules, in that order. Each list
// is consistent in itself; a change between two of them is seen in the later.
func (h *Host) Observe() (*State, error) {
	dump, err := h.dump("links", unix.RTM_GETLINK, dumpLinks())
	if err != nil {
		return nil, err
	}
	links, name, err := decodeLinks(dump)
	if err != nil {
		return nil, fmt.Errorf("read the links: %w", err)
	}
	for _, l := range links {
		l.Wireless = isWireless(l.Name)
	}
	s := &State{Links: links}
	return s, errors.Join(h.addresses(s, name), h.routes(s, name), h.rules(s))
}

// isWireless looks for the radio of a link, of which rtnetlink tells nothing.
func isWireless(link string) bool {
	_, err := os.Stat("/sys/class/net/" + link + "/phy80211")
	return err == nil
}

func dumpLinks() []byte {
	return appendAttr(encodeIfinfo(0, 0, 0), unix.IFLA_EXT_MASK, native.AppendUint32(nil, extSkipStats))
}

func (h *Host) addresses(s *State, name namer) error {
	dump, err := h.dump("addresses", unix.RTM_GETADDR, make([]byte, unix.SizeofIfAddrmsg))
	for _, msg := range dump {
		a, bad := decodeAddress(msg, name)
		s.Addresses = append(s.Addresses, a)
		err = errors.Join(err, bad)
	}
	return err
}

func (h *Host) routes(s *State, name namer) error {
	dump, err := h.dump("routes", unix.RTM_GETROUTE, make([]byte, unix.SizeofRtMsg))
	for _, msg := range dump {
		routes, bad := decodeRoutes(msg, name)
		s.Routes = append(s.Routes, routes...)
		err = errors.Join(err, bad)
	}
	return err
}

func (h *Host) rules(s *State) error {
	dump, err := h.dump("rules", unix.RTM_GETRULE, make([]byte, unix.SizeofRtMsg))
	for _, msg := range dump {
		r, bad := decodeRule(msg)
		s.Rules = append(s.Rules, r)
		err = errors.Join(err, bad)
	}
	return err
}

// dump asks for a whole list, and again while it changes under the reading.
func (c conversation) dump(what string, kind uint16, body []byte) ([][]byte, error) {
	var err error
	for range dumpTries {
		var list [][]byte
		list, err = c.execute(kind, unix.NLM_F_DUMP, body, 0)
		if !errors.Is(err, nl.ErrDumpInterrupted) {
			return list, about("read the "+what, err)
		}
	}
	return nil, fmt.Errorf("read the %s: %w, %d times", what, err, dumpTries)
}

// change sends a message and waits for the kernel's word on it.
func (c conversation) change(what string, kind, flags uint16, body []byte) error {
	_, err := c.execute(kind, flags|unix.NLM_F_ACK, body, 0)
	return about(what, err)
}

// execute gives the answers to a request that are of a type; 0 is any.
func (c conversation) execute(kind, flags uint16, body []byte, answer uint16) ([][]byte, error) {
	request := nl.NewNetlinkRequest(int(kind), int(flags))
	request.Sockets = map[int]*nl.SocketHandle{c.protocol: c.socket}
	request.AddRawData(body)
	return request.Execute(c.protocol, answer)
}

// about says what was being done when the kernel refused.
func about(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// find reads one link by its name. The kernel finds links by their alternative
// names too, but its drivers and everything here compare the name proper.
func (h *Host) find(name string) (linkMessage, error) {
	body := append(encodeIfinfo(0, 0, 0), encodeName(name)...)
	answer, err := h.execute(unix.RTM_GETLINK, 0, body, unix.RTM_NEWLINK)
	switch {
	case errors.Is(err, syscall.ENODEV):
		return linkMessage{}, fmt.Errorf("%w as %s", ErrNoLink, name)
	case err != nil:
		return linkMessage{}, fmt.Errorf("look for link %s: %w", name, err)
	case len(answer) != 1:
		return linkMessage{}, fmt.Errorf("look for link %s: %d answers", name, len(answer))
	}
	m, err := parseLink(answer[0])
	if err == nil && m.name() != name {
		return linkMessage{}, fmt.Errorf("%w as %s: that is another name of %s", ErrNoLink, name, m.name())
	}
	return m, err
}

// index is the indexer of this kernel.
func (h *Host) index(name string) (uint32, error) {
	m, err := h.find(name)
	return m.index, err
}

// isSlave tells whether a link is the slave of a bond.
func (h *Host) isSlave(m linkMessage) bool {
	l, err := m.link(func(uint32) (string, bool) { return "", false })
	return err == nil && l.Slave != nil
}

// attributes gives the attributes of settings.
func (h *Host) attributes(settings schema.Settings) ([]byte, error) {
	return encodeSettings(settings, h.index)
}
