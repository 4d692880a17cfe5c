package kerneltest

import (
	"cmp"
	"fmt"
	"slices"
	"syscall"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// slave is what the driver keeps of a slave.
type slave struct {
	// values are by the options' names.
	values map[string]schema.Value
	// mac and mtu are what the link gets back on release.
	mac schema.MAC
	mtu int
	// unknown are attributes that the table does not have; a new slave has none.
	unknown []kernel.Attribute
}

// slaves lists a bond's slaves in the order of their enslaving, which is that
// of their indexes unless links were enslaved in another order; nil for no bond.
func (f *Fake) slaves(l *link) []*link {
	if l.bond == nil {
		return nil
	}
	var slaves []*link
	for _, s := range f.links {
		if s.slave != nil && s.Master == l.Name {
			slaves = append(slaves, s)
		}
	}
	return slaves
}

// Enslave implements [kernel.Bonds].
func (f *Fake) Enslave(name, bond string) error {
	return f.toLink(fmt.Sprintf("enslave %s to %s", name, bond), name, func(s *link) error {
		l, err := f.find(bond)
		switch {
		case err != nil:
			return err
		case s.Master == bond:
			return nil
		}
		f.release(s)
		if err := mayEnslave(s, l); err != nil {
			return err
		}
		f.enslave(s, l)
		return nil
	})
}

// mayEnslave is what bond_enslave() checks of Ethernet links.
func mayEnslave(s, l *link) error {
	switch {
	case l.bond == nil:
		return syscall.EOPNOTSUPP
	case s == l:
		return fmt.Errorf("%w: Cannot enslave bond to itself", syscall.EPERM)
	case s.Up:
		return fmt.Errorf("%w: Device can not be enslaved while up", syscall.EPERM)
	case s.Hardware != l.Hardware:
		return syscall.EINVAL
	}
	return nil
}

// enslave opens the link after it has given and taken addresses and MTU.
func (f *Fake) enslave(s, l *link) {
	first := len(f.slaves(l)) == 0
	s.slave = &slave{values: map[string]schema.Value{}, mac: s.MAC, mtu: s.MTU}
	for _, o := range schema.OptionsOf(schema.SlaveScope) {
		s.slave.values[o.Name] = parse(o, o.Default)
	}
	s.Master, s.MTU = l.Name, l.MTU
	if first && l.randomMAC {
		l.MAC, l.randomMAC = s.MAC, false
	}
	if l.bond.shareMAC() {
		s.MAC = l.MAC
	}
	l.bond.force = l.bond.force || s.Name == l.bond.primary
	f.up(s)
}

// shareMAC tells whether all slaves have the bond's address: not in the modes
// that balance by addresses, and in active-backup as fail_over_mac says.
func (b *bond) shareMAC() bool {
	if b.mode() == schema.ActiveBackup {
		return b.number("fail_over_mac") == 0
	}
	return !lookup("tlb_dynamic_lb").Modes.Has(b.mode())
}

// Release implements [kernel.Bonds].
func (f *Fake) Release(name string) error {
	return f.toLink("release "+name, name, func(s *link) error {
		f.release(s)
		return nil
	})
}

// release gives a slave its own address and MTU back and closes it. Without
// its last slave the bond draws an address again.
func (f *Fake) release(s *link) {
	if s.slave == nil {
		return
	}
	l, err := f.find(s.Master)
	s.MAC, s.MTU = s.slave.mac, s.slave.mtu
	s.Master, s.slave = "", nil
	f.down(s)
	if err == nil && len(f.slaves(l)) == 0 {
		l.MAC, l.randomMAC = f.draw(), true
	}
}

// setBondMAC hands an address to the slaves that share it. With fail_over_mac the
// driver says yes and does nothing (bond_set_mac_address).
func (f *Fake) setBondMAC(l *link, mac schema.MAC) {
	if l.bond.mode() == schema.ActiveBackup && !l.bond.shareMAC() {
		return
	}
	l.MAC, l.randomMAC = mac, false
	for _, s := range f.slaves(l) {
		if l.bond.shareMAC() {
			s.MAC = mac
		}
	}
}

// choose is bond_select_active_slave(): the primary if it is usable, else the
// first slave with the highest prio, becomes active, unless the one that is
// active may stay by primary_reselect. A primary just named does not wait.
func (f *Fake) choose(l *link) {
	b := l.bond
	usable := slices.DeleteFunc(f.slaves(l), func(s *link) bool { return !s.Carrier })
	if !lookup("primary").Modes.Has(b.mode()) || len(usable) == 0 {
		b.active = nil
		return
	}
	best := slices.MaxFunc(usable, func(x, y *link) int { return cmp.Compare(priority(x), priority(y)) })
	if i := slices.IndexFunc(usable, func(s *link) bool { return s.Name == b.primary }); i >= 0 {
		best = usable[i]
		if b.force {
			b.active, b.force = best, false
		}
	}
	always := b.values["primary_reselect"].IsZero()
	if always || !slices.Contains(usable, b.active) {
		b.active = best
	}
	b.follow(l)
}

// follow gives the bond its active slave's address where fail_over_mac says so: active.
func (b *bond) follow(l *link) {
	if b.mode() == schema.ActiveBackup && b.number("fail_over_mac") == 1 && b.active != nil {
		l.MAC, l.randomMAC = b.active.MAC, false
	}
}

func priority(s *link) int64 { return s.slave.values["prio"].Number() }

// activate is a write to active_slave: the slave must be usable, and another
// one be active before it. No name chooses anew.
func (f *Fake) activate(l *link, name string) error {
	if name == "" {
		l.bond.active = nil
		f.choose(l)
		return nil
	}
	usable := slices.IndexFunc(f.slaves(l), func(s *link) bool { return s.Name == name && s.Carrier })
	if usable < 0 || l.bond.active == nil {
		return syscall.EINVAL
	}
	l.bond.active = f.slaves(l)[usable]
	l.bond.follow(l)
	return nil
}

// SetSlave implements [kernel.Bonds].
func (f *Fake) SetSlave(name string, settings schema.Settings) error {
	return f.toLink("set options of slave "+name, name, func(s *link) error {
		if s.slave == nil {
			return kernel.ErrNotSlave
		}
		l, err := f.find(s.Master)
		if err != nil {
			return err
		}
		for _, setting := range settings {
			if slices.Contains(f.lacks, setting.Option.Name) {
				continue
			}
			if err := f.checkSlave(l, s, setting); err != nil {
				return err
			}
			s.slave.values[setting.Option.Name] = setting.Value
			if slices.Contains(reselects, setting.Option.Name) {
				f.choose(l)
			}
		}
		return nil
	})
}

// checkSlave refuses options of other modes, a queue beyond the bond's, and a
// queue that another slave has (bond_option_queue_id_set).
func (f *Fake) checkSlave(l, s *link, setting schema.Setting) error {
	o, v := setting.Option, setting.Value
	if err := f.check(l, o); err != nil {
		return err
	}
	if o != lookup("queue_id") || v.IsZero() {
		return nil
	}
	taken := slices.ContainsFunc(f.slaves(l), func(other *link) bool {
		return other != s && other.slave.values[o.Name].Equal(v)
	})
	if taken || v.Number() > l.bond.number("tx_queues") {
		return fmt.Errorf("%w: queue %s", syscall.EPERM, v)
	}
	return nil
}
