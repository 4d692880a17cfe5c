package kernel

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// PathTo implements [Paths].
func (h *Host) PathTo(remote, from netip.Addr) (string, error) {
	what := "look up the way to " + remote.String()
	remote, from = remote.Unmap(), from.Unmap()
	question, err := h.question(remote, from)
	if err != nil {
		return "", about(what, err)
	}
	answer, err := h.execute(unix.RTM_GETROUTE, 0, question, unix.RTM_NEWROUTE)
	if err != nil {
		return "", about(what, unreachable(err, from))
	}
	index, err := outgoing(answer)
	if err != nil {
		return "", about(what, err)
	}
	name, err := h.name(index)
	return name, about(what, err)
}

// question asks for the route to an address. A link-local address is one of
// its own on every link, and only its zone tells which.
func (h *Host) question(remote, from netip.Addr) ([]byte, error) {
	switch {
	case !remote.IsValid():
		return nil, errors.New("it is no address")
	case remote.IsLinkLocalUnicast() && remote.Is6() && remote.Zone() == "":
		return nil, fmt.Errorf("every link may have it: name the link, as in %s%%eth0", remote)
	case from.IsValid() && from.Is4() != remote.Is4():
		return nil, fmt.Errorf("it cannot be reached from %s, which is of another IP version", from)
	}
	var index uint32
	if zone := remote.Zone(); zone != "" {
		var err error
		if index, err = h.zone(zone); err != nil {
			return nil, err
		}
	}
	return encodeQuestion(remote, from, index), nil
}

// zone gives the index of a link by the name or number behind the % of an address.
func (h *Host) zone(zone string) (uint32, error) {
	if index, err := strconv.ParseUint(zone, 10, 32); err == nil {
		return uint32(index), nil
	}
	return h.index(zone)
}

// encodeQuestion gives a struct rtmsg with its attributes; 0 is no link.
func encodeQuestion(remote, from netip.Addr, index uint32) []byte {
	msg := make([]byte, unix.SizeofRtMsg)
	msg[0], msg[1] = afOf(remote), byte(remote.BitLen()) //nolint:gosec // 32 or 128
	msg = appendAttr(msg, unix.RTA_DST, remote.AsSlice())
	if from.IsValid() {
		msg[2] = byte(from.BitLen()) //nolint:gosec // 32 or 128
		msg = appendAttr(msg, unix.RTA_SRC, from.AsSlice())
	}
	if index != 0 {
		msg = appendAttr(msg, unix.RTA_OIF, native.AppendUint32(nil, index))
	}
	return msg
}

// outgoing gives the index of the link of the route that was answered.
func outgoing(answer [][]byte) (uint32, error) {
	if len(answer) != 1 || len(answer[0]) < unix.SizeofRtMsg {
		return 0, errMalformed
	}
	attrs, err := parseAttrs(answer[0][unix.SizeofRtMsg:])
	if err != nil {
		return 0, err
	}
	i := slices.IndexFunc(attrs, func(a Attribute) bool { return a.Number == unix.RTA_OIF })
	if i < 0 {
		return 0, ErrUnreachable
	}
	return attrs[i].number(), nil
}

// refusals are what the kernel answers where no route leads: none, one that
// says so, one that prohibits, and a blackhole. Of an IPv4 source that is not
// its own it says EINVAL too, and newer kernels ENETUNREACH
// (ip_route_output_key_hash_rcu, net/ipv4/route.c).
var refusals = []error{syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.EACCES, syscall.EINVAL}

// unreachable tells a refusal from what went wrong.
func unreachable(err error, from netip.Addr) error {
	switch {
	case !slices.ContainsFunc(refusals, func(refusal error) bool { return errors.Is(err, refusal) }):
		return err
	case from.IsValid():
		return fmt.Errorf("%w from %s: %w", ErrUnreachable, from, err)
	}
	return fmt.Errorf("%w: %w", ErrUnreachable, err)
}

// name gives the name of a link by its index.
func (h *Host) name(index uint32) (string, error) {
	answer, err := h.execute(unix.RTM_GETLINK, 0, encodeIfinfo(index, 0, 0), unix.RTM_NEWLINK)
	if err != nil || len(answer) != 1 {
		return "", fmt.Errorf("look for the link with index %d: %w", index, errors.Join(ErrNoLink, err))
	}
	m, err := parseLink(answer[0])
	return m.name(), err
}
