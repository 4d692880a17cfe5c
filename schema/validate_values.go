package schema

import (
	"net/netip"

	"github.com/hashicorp/hcl/v2"
)

// valueRules look at what an option is set to, by the kind of its value.
var valueRules = []func(*finder, *Bond, Setting){
	(*finder).listLength,
	(*finder).targets,
	(*finder).slaveNamed,
	(*finder).systemAddress,
}

// listLength: the driver has room for a fixed number of targets.
func (f *finder) listLength(_ *Bond, s Setting) {
	items := s.Value.Items()
	if limit := s.Option.MaxItems; len(items) > limit && s.Value.IsList() {
		f.refuse(s.itemRange(limit), "Too many targets", "%s takes at most %d addresses, and this is one of %d. Keep those that matter.",
			s.Option.Name, limit, len(items))
	}
}

// itemRange gives the place of an item, that of the list where it is computed.
func (s Setting) itemRange(i int) hcl.Range {
	if i < len(s.ItemRanges) {
		return s.ItemRanges[i]
	}
	return s.Range
}

// targets: the driver refuses some addresses and every repetition, and the
// ones before them stay in place.
func (f *finder) targets(_ *Bond, s Setting) {
	seen := make(map[string]bool, len(s.Value.Items()))
	for i, item := range s.Value.Items() {
		addr := netip.MustParseAddr(item)
		switch {
		case seen[item]:
			f.refuse(s.itemRange(i), "Duplicate target", "%s already has %s, and the driver refuses it a second time. Remove it.", s.Option.Name, item)
		case refusedTarget(addr):
			f.refuse(s.itemRange(i), "Unsuitable target", "The driver refuses %s in %s. Name a host on the bond's own subnet, such as its router.",
				item, s.Option.Name)
		case nobodys(addr):
			f.warn(s.itemRange(i), "Unsuitable target", "Nobody on the wire answers for %s. Name a host on the bond's own subnet, such as its router.", item)
		}
		seen[item] = true
	}
}

// nobodys tells whether the driver takes an address that no host answers for.
func nobodys(addr netip.Addr) bool {
	return addr.IsMulticast() || addr.IsLoopback() || (addr.Is4() && addr.As4()[0] == 0)
}

// refusedTarget is the driver's check: bond_is_ip_target_ok for IPv4, and
// bond_is_ip6_target_ok for IPv6.
func refusedTarget(addr netip.Addr) bool {
	if addr.Is4() {
		return addr.IsUnspecified() || addr == broadcastAddr()
	}
	return addr.IsUnspecified() || addr.IsLoopback() || addr.IsMulticast()
}

func broadcastAddr() netip.Addr { return netip.AddrFrom4([4]byte{255, 255, 255, 255}) }

// slaveNamed: the driver remembers the name of a link that is no slave, and
// it never has an effect.
func (f *finder) slaveNamed(b *Bond, s Setting) {
	if s.Option.Kind != LinkName || b.unread.blocks {
		return
	}
	names := make([]string, len(b.Slaves))
	for i, slave := range b.Slaves {
		names[i] = slave.Name.Value
		if slave.Name.Value == s.Value.String() {
			return
		}
	}
	remedy := "Give it a slave block."
	if len(names) > 0 {
		remedy = "Name one of its slaves, " + orList(names) + "."
	}
	f.refuse(s.Range, "Not a slave of this bond", "%s is %q, which %s does not enslave. %s",
		s.Option.Name, s.Value, b.Name.Value, remedy)
}

// systemAddress: the driver refuses group addresses.
func (f *finder) systemAddress(_ *Bond, s Setting) {
	if s.Option.Kind != MACKind {
		return
	}
	if mac, err := ParseMAC(s.Value.String()); err == nil && mac.Multicast() {
		f.refuse(s.Range, "Multicast Ethernet address", "%s must be the address of one station; %s has the group bit, the lowest of its first byte, set. Clear it.",
			s.Option.Name, s.Value)
	}
}
