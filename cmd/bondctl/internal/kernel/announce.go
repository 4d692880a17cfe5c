package kernel

import (
	"net"
	"net/netip"
	"slices"
	"time"
)

// pauses are the times between the announcements of an address. The first is
// lost where the link, or the port at the other end of its cable, has only just
// come up, and of an IPv6 address while the kernel still looks for a duplicate.
// RFC 5227 has two, 2 s apart; RFC 4861 (section 7.2.6) up to three.
var pauses = []time.Duration{250 * time.Millisecond, 750 * time.Millisecond, time.Second}

// announce tells the neighbours of a new address at once, and goes on beside
// what comes next: [Host.Close] waits for the last time. The kernel does so
// only when a link comes up or changes its own address (arp_notify and
// ndisc_notify in Documentation/networking/ip-sysctl.rst): neighbours of an
// address that moves to another link would go on sending to the old one until
// they hear from it. Nobody answers, and what cannot be sent is no loss: they
// learn it later.
func (h *Host) announce(a Address) { h.again(func() { announce(a) }) }

// again sends something now and, beside what comes next, after each of the pauses.
func (h *Host) again(send func()) {
	send()
	h.announcements.Go(func() {
		for _, pause := range pauses {
			time.Sleep(pause) //nolint:forbidigo // what it waits for is the far end of a cable
			send()
		}
	})
}

// announce tells everybody on a link where an address is now, if it is there.
func announce(a Address) {
	link, err := net.InterfaceByName(a.Link)
	if err != nil || link.Flags&net.FlagUp == 0 || len(link.HardwareAddr) != ethernetLength || !has(link, a.Prefix) {
		return
	}
	if a.Prefix.Addr().Is4() {
		announceARP(a.Prefix.Addr(), link)
		return
	}
	advertise(a.Prefix.Addr(), link)
}

// ethernetLength is that of an Ethernet address, in bytes.
const ethernetLength = 6

// has tells whether a link has an address.
func has(link *net.Interface, prefix netip.Prefix) bool {
	addresses, err := link.Addrs()
	return err == nil && slices.ContainsFunc(addresses, func(a net.Addr) bool { return a.String() == prefix.String() })
}
