package schema

import "fmt"

// modeIsChosen: without a mode the driver takes its first, which few want.
func (f *finder) modeIsChosen(b *Bond) {
	if _, set := b.Settings.Get("mode"); set || b.unread.attrs {
		return
	}
	f.warn(b.Name.Range, "Mode not chosen", "Without a mode the driver takes %s, which needs a switch that treats the ports as one group. "+
		"Choose one: active-backup works with any switch.", BalanceRR)
}

// switchIsConfigured: what no file on this host can do.
func (f *finder) switchIsConfigured(b *Bond) {
	mode, set := b.Settings.Get("mode")
	if !set || mode.Bad || !Mode(mode.Value.Number()).NeedsSwitch() { //nolint:gosec // an enumeration of seven
		return
	}
	what := "as one static group"
	if mode.Value.Number() == int64(Mode8023AD) {
		what = "as one group that speaks LACP"
	}
	f.warn(mode.Range, "Switch must be configured", "%s works only when the switch has the ports of %s %s.", mode.Value, b.Name.Value, what)
}

func (f *finder) slavesAreEnough(b *Bond) {
	switch {
	case b.unread.blocks:
	case len(b.Slaves) == 0:
		f.warn(b.Name.Range, "Bond without slaves", `%s carries no traffic without slaves. Add blocks such as slave "eth0" {}.`, b.Name.Value)
	case len(b.Slaves) == 1:
		f.warn(b.Name.Range, "Bond with one slave", "%s has nothing to fail over to. Add a second slave.", b.Name.Value)
	}
}

// linksAreEnough: with fewer slaves than min_links the bond never has carrier.
func (f *finder) linksAreEnough(b *Bond) {
	least, ok := b.Settings.Get("min_links")
	mode, sure := b.sureMode()
	if !ok || least.Bad || b.unread.blocks || !sure || !least.Option.Effective.Has(mode) || least.Value.Number() <= int64(len(b.Slaves)) {
		return
	}
	f.warn(least.Range, "More links than slaves", "%s has %d slaves and never gets carrier while min_links wants %s of them up. Lower it, or add slaves.",
		b.Name.Value, len(b.Slaves), least.Value)
}

// carrierIsAsked: the old way of asking is gone. In it the driver asks under
// rcu_read_lock, where ethtool_op_get_link() may sleep: a kernel 6.12 was seen
// to hang when slaves lost their carrier.
func (f *finder) carrierIsAsked(b *Bond) {
	if s, ok := b.Settings.Get("use_carrier"); ok && !s.Bad && s.Value.IsZero() {
		f.warn(s.Range, "Withdrawn value", "Kernels from 7.2 on refuse use_carrier = 0, older ones can hang with it when a slave loses its carrier, and every driver in use reports that by itself. Remove it.")
	}
}

// hashIsUsed: balance-tlb looks at the hash only while it does not balance by load.
func (f *finder) hashIsUsed(b *Bond) {
	hash, ok := b.Settings.Get("xmit_hash_policy")
	mode, sure := b.sureMode()
	if !ok || hash.Bad || !sure || mode != BalanceTLB || b.presence("tlb_dynamic_lb") != present {
		return
	}
	f.warn(hash.NameRange, "Option without effect", "balance-tlb spreads by load and ignores xmit_hash_policy while tlb_dynamic_lb is 1. Set tlb_dynamic_lb = false, or remove it.")
}

// prioIsUsed: a primary decides alone.
func (f *finder) prioIsUsed(b *Bond) {
	primary, ok := b.Settings.Get("primary")
	if !ok {
		return
	}
	for _, slave := range b.Slaves {
		if prio, set := slave.Settings.Get("prio"); set && !prio.Bad {
			f.warn(prio.NameRange, "Option without effect", "The driver ignores prio while the bond has a primary, and %s has %s. Remove one of the two.",
				b.Name.Value, primary.Value)
		}
	}
}

// queuesFit: the driver refuses a queue that the bond does not have, and one
// that another slave has.
func (f *finder) queuesFit(b *Bond) {
	last, sure := b.number("tx_queues")
	owner := map[int64]string{}
	for _, slave := range b.Slaves {
		queue, set := slave.Settings.Get("queue_id")
		if !set || queue.Bad || queue.Value.IsZero() {
			continue
		}
		n := queue.Value.Number()
		if first, taken := owner[n]; taken {
			f.refuse(queue.Range, "Duplicate queue", "Queue %d already belongs to %s, and the driver refuses to share it. Choose another, or 0 for none.", n, first)
			continue
		}
		owner[n] = slave.Name.Value
		if sure && n > last {
			f.refuse(queue.Range, "No such queue", "%s is made with %d transmit queues. Choose 0 to %d, or raise tx_queues.", b.Name.Value, last, last)
		}
	}
}

// ownAddressStays: with fail_over_mac the driver accepts an address for the bond in
// silence and goes on using a slave's (bond_set_mac_address in the kernel's
// drivers/net/bonding/bond_main.c).
func (f *finder) ownAddressStays(b *Bond) {
	policy, mode, sure := b.failOverMAC()
	whose := map[string]string{"active": "active", "follow": "first"}[policy]
	if sure && mode == ActiveBackup && whose != "" && b.MACAddress.Known() {
		f.refuse(b.MACAddress.Range, "Two sources of the bond's address",
			"With fail_over_mac = %s %s always has the Ethernet address of its %s slave, and mac_address is ignored. Remove one of the two.", policy, b.Name.Value, whose)
	}
}

// slavesHaveOneMaster: a link has one master, and a slave has no addresses.
func (f *finder) slavesHaveOneMaster() {
	places := make(map[string]*Slave, len(f.masterOf))
	for _, b := range f.doc.Bonds {
		for _, slave := range b.Slaves {
			name := slave.Name.Value
			if first, taken := places[name]; taken {
				f.refuse(slave.Name.Range, "Enslaved twice", "%s is already a slave of %s, at %s, and a link has one master. Remove one of the two blocks.",
					name, f.masterOf[name].Name.Value, where(first.Name.Range))
				continue
			}
			places[name] = slave
			f.slaveStandsAlone(b, slave)
		}
	}
}

// slaveStandsAlone: the block of a link outside bonds contradicts its
// enslavement.
func (f *finder) slaveStandsAlone(b *Bond, slave *Slave) {
	c, described := f.byName[slave.Name.Value]
	if !described || c.isBond() || (c.parent != nil && (c.parent.isBond() || c.Unaddressed())) {
		return
	}
	remedy := "Remove the block, or the slave."
	if c.link != nil && c.link.Wifi != nil {
		remedy = "Move the network into a wifi block of the slave."
	}
	f.refuse(slave.Name.Range, "Slave with a block of its own",
		"%s is a slave of %s, which takes its traffic, and cannot be configured by the %s block at %s too. %s",
		slave.Name.Value, b.Name.Value, c.what, where(c.place), remedy)
}

// noBondsOfBonds: a bond cannot enslave what it carries itself, and no network
// manager brings up bonds inside bonds in order.
func (f *finder) noBondsOfBonds(b *Bond) {
	for _, slave := range b.Slaves {
		c, described := f.byName[slave.Name.Value]
		switch {
		case !described:
		case slave.Name.Value == b.Name.Value:
			f.refuse(slave.Name.Range, "Bond enslaves itself", "The driver refuses %s as its own slave. Name the link that was meant.", b.Name.Value)
		case c.isBond():
			f.refuse(slave.Name.Range, "Bond of bonds", "%s is a bond itself, and nothing brings up bonds inside bonds in order. Enslave its slaves.", c.name)
		case c.parent != nil && c.parent.isBond():
			f.refuse(slave.Name.Range, "Bond enslaves a VLAN of a bond", "%s is %s and %s. Enslave the links below.",
				c.name, fmt.Sprintf("VLAN %d on %s", c.vlan.ID.Value, c.parent.name), "cannot come up before what carries it")
		}
	}
}
