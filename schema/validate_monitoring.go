package schema

import "net/netip"

// failuresAreNoticed: a bond that looks at nothing keeps a dead slave for ever.
func (f *finder) failuresAreNoticed(b *Bond) {
	if b.presence("miimon", "arp_interval") != absent {
		return
	}
	place := b.Name.Range
	if off, set := b.Settings.Get("miimon"); set {
		place = off.Range
	}
	f.warn(place, "No link monitoring", "%s has neither miimon nor arp_interval: a slave that fails is not noticed, and traffic never moves to another. Set miimon = 100.",
		b.Name.Value)
}

// probesHaveSource: ARP probes carry the bond's own address.
func (f *finder) probesHaveSource(b *Bond) {
	interval, set := b.Settings.Get("arp_interval")
	if !set || interval.Bad || interval.Value.IsZero() || b.unread.blocks || !b.Unaddressed() || len(b.VLANs) > 0 {
		return
	}
	f.warn(interval.NameRange, "Probes without a source", "%s has no address to send probes from, and many hosts do not answer such. Give it one in the targets' subnet.",
		b.Name.Value)
}

// probesAreAnswered: the driver asks for the target's Ethernet address on the
// link itself, which a host behind a router does not hear; a slave whose probes
// are not answered counts as down, and in the end all of them do.
func (f *finder) probesAreAnswered(b *Bond) {
	above := b.andVLANs()
	for _, s := range b.Settings {
		if s.Bad || !s.Value.IsList() {
			continue
		}
		for i, item := range s.Value.Items() {
			target := netip.MustParseAddr(item)
			if !target.IsLinkLocalUnicast() && !unusable(target) && isOffLink(above, target) {
				f.warn(s.itemRange(i), "Target is not on the link", "%s has no address in the subnet of %s: a host behind a router does not answer ARP, and all slaves go down. Name the router.",
					b.Name.Value, target)
			}
		}
	}
}

// answersAreSeen: in active-backup the driver judges every slave by the oldest
// answer of a target where all must answer, and notes answers only of slaves
// that are validated (slave_last_rx(), include/net/bonding.h; bond_arp_rcv(),
// drivers/net/bonding/bond_main.c). The others count as down for ever.
func (f *finder) answersAreSeen(b *Bond) {
	targets, ok := b.Settings.Get("arp_all_targets")
	mode, sure := b.sureMode()
	if !ok || targets.Bad || targets.Value.IsZero() || !sure || mode != ActiveBackup || b.presence("arp_interval") != present {
		return
	}
	validate, ok := b.Settings.Get("arp_validate")
	if validate.Bad || validate.Value.String() == "all" {
		return
	}
	seen := "none"
	if ok {
		seen = validate.Value.String()
	}
	f.refuse(targets.NameRange, "Slaves that are never up", "With arp_all_targets = all the driver looks only at answers that it validates, and arp_validate = %s leaves slaves of %s out: they count as down. Set arp_validate = \"all\", or remove arp_all_targets.",
		seen, b.Name.Value)
}

// andVLANs lists the bond and its VLANs, from each of which it can probe.
func (b *Bond) andVLANs() []*carrier {
	bond := &carrier{Network: &b.Network, what: "bond", name: b.Name.Value, vlans: b.VLANs}
	return append([]*carrier{bond}, bond.onTop()...)
}

// isOffLink tells whether no link can have the address on its own wire, as far
// as the document knows their addresses.
func isOffLink(links []*carrier, addr netip.Addr) bool {
	family, addressed := FamilyOf(addr), false
	for _, c := range links {
		prefixes, sure := c.onLink(family)
		if !sure || c.learns(family) || Contains(prefixes, addr) {
			return false
		}
		addressed = addressed || !c.Unaddressed()
	}
	return addressed
}
