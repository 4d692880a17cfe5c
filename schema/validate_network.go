package schema

import (
	"net/netip"
	"strings"
)

const (
	// bondMTU is what a fresh bond has.
	bondMTU = 1500
	// leastIPv6 is the smallest MTU with which the kernel runs IPv6 (RFC 8200, 5).
	leastIPv6 = 1280
)

// hardwareAddress: the kernel refuses what is not the address of one station.
func (f *finder) hardwareAddress(c *carrier) {
	if mac := c.MACAddress; mac.Known() && (mac.Value.Multicast() || mac.Value.IsZero()) {
		f.refuse(mac.Range, "Unsuitable Ethernet address", "The kernel refuses %s: a link's address is not zero, and the lowest bit of its first byte is 0. "+
			"An address of one's own choice starts with 02.", mac.Value)
	}
}

// frameSize: a VLAN's frames travel in its parent's, and IPv6 needs room.
func (f *finder) frameSize(c *carrier) {
	if !c.MTU.Known() {
		return
	}
	if c.IPv6 != nil && c.MTU.Value < leastIPv6 {
		f.refuse(c.MTU.Range, "MTU too small for IPv6", "The kernel takes IPv6 off a link below %d bytes, and %s has an ipv6 block. Raise the MTU, or remove the block.",
			leastIPv6, c.name)
	}
	if c.link != nil && c.link.Wifi != nil && c.MTU.Value > wifiMTU {
		f.refuse(c.MTU.Range, "MTU too large for Wi-Fi", "%s takes at most %d bytes. Lower it.", c.name, wifiMTU)
	}
	if c.parent == nil || c.parent.MTU.Bad || (!c.parent.MTU.Set && !c.parent.isBond()) {
		return
	}
	if below := c.parent.MTU.Or(bondMTU); c.MTU.Value > below {
		f.refuse(c.MTU.Range, "MTU larger than the parent's", "The kernel refuses a VLAN whose frames do not fit into those of %s, which has %d bytes. Lower this, or raise that.",
			c.parent.name, below)
	}
}

// vlanIDs: a link carries each VLAN once.
func (f *finder) vlanIDs(c *carrier) {
	first := make(map[int]*VLAN, len(c.vlans))
	for _, v := range c.vlans {
		if !v.ID.Known() {
			continue
		}
		if other, taken := first[v.ID.Value]; taken {
			f.refuse(v.ID.Range, "Duplicate VLAN", "%s already carries VLAN %d, at %s. Merge the two blocks.", c.name, v.ID.Value, where(other.ID.Range))
			continue
		}
		first[v.ID.Value] = v
	}
}

func (f *finder) resolvers(c *carrier) {
	if c.DNS == nil {
		return
	}
	seen := make(map[netip.Addr]bool, len(c.DNS.Servers.Items))
	for _, server := range c.DNS.Servers.Items {
		switch addr := server.Value; {
		case server.Bad:
		case addr.IsUnspecified() || addr.IsMulticast() || addr == broadcastAddr():
			f.refuse(server.Range, "Unsuitable resolver", "%s is not the address of one host. Name the resolver's own.", addr)
		case seen[addr]:
			f.warn(server.Range, "Duplicate resolver", "%s is already in the list. Remove it.", addr)
		}
		seen[server.Value] = true
	}
	for _, domain := range c.DNS.Search.Items {
		if domain.Known() && !isHostName(strings.TrimSuffix(domain.Value, ".")) {
			f.refuse(domain.Range, "Unsuitable search domain", "%q is not a domain: labels of at most 63 letters, digits and hyphens, joined by dots. Correct it.", domain.Value)
		}
	}
}

// isHostName tells whether the text has the form of a domain's name. Letters
// outside ASCII are left to the resolver.
func isHostName(text string) bool {
	if text == "" || len(text) > 253 {
		return false
	}
	for label := range strings.SplitSeq(text, ".") {
		if label == "" || len(label) > 63 || strings.ContainsFunc(label, isOutsideHostName) ||
			strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
			return false
		}
	}
	return true
}

func isOutsideHostName(r rune) bool {
	return r < 0x80 && !isASCIILetterOrDigit(r) && r != '-' && r != '_'
}
