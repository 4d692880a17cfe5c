package ifupdown

import (
	"slices"

	"github.com/bondctl/bondctl/schema"
)

// enslave finds the bonds and their slaves: a bond names its slaves, or they
// name it, or both.
func (a *assembly) enslave() {
	for _, l := range a.links {
		l.bond = l.bond || (len(l.settings) > 0 && !l.master.Known())
		for _, slave := range l.slaves {
			a.join(l, slave)
		}
	}
	for _, l := range slices.Clone(a.links) {
		if l.master.Known() {
			a.join(a.masterOf(l), placed(l.name, l.place))
		}
	}
	for _, l := range a.links {
		a.byModule(l)
		a.raise(l)
	}
}

// byModule gives a bond the options of the driver's module that its own do not
// override.
func (a *assembly) byModule(l *link) {
	for _, s := range l.module {
		_, set := l.settings.Get(s.Option.Name)
		switch {
		case !l.bond:
			a.report.NotUnderstood(s.NameRange.Filename, s.NameRange.Start.Line,
				"It loads the driver with "+s.Option.Name+" for bonds that say nothing else, and "+l.name+" is none.")
		case !set:
			l.settings = l.settings.With(s)
		}
	}
}

// raise reports what commands set up or down beyond the links of the document,
// which are up by themselves.
func (a *assembly) raise(l *link) {
	for _, name := range l.raised {
		below := l.isVLAN() && l.parent == name.Value
		if a.enslaved[name.Value] == "" && a.byName[name.Value] == nil && !below {
			a.report.NotUnderstood(name.Range.Filename, name.Range.Start.Line,
				"It sets "+name.Value+" up or down, which is no link of a stanza and no slave.")
		}
	}
}

// masterOf finds the bond that a slave names.
func (a *assembly) masterOf(l *link) *link {
	name := withoutAlias(l.master.Value)
	if _, ok := a.byName[name]; !ok {
		a.report.NotUnderstood(l.place.Filename, l.master.Range.Start.Line,
			"bond-master names "+name+", which has no iface stanza; ifenslave refuses that.")
		a.starting(name, l.master.Range)
	}
	return a.link(name, l.master.Range)
}

func (a *assembly) join(bond *link, slave schema.Attr[string]) {
	bond.bond = true
	switch a.enslaved[slave.Value] {
	case bond.name:
	case "":
		a.enslaved[slave.Value] = bond.name
		a.slaves[bond.name] = append(a.slaves[bond.name], slave)
	default:
		a.report.NotUnderstood(slave.Range.Filename, slave.Range.Start.Line,
			slave.Value+" is a slave of "+a.enslaved[slave.Value]+" already.")
	}
}

func (a *assembly) bond(l *link) {
	b := &schema.Bond{Name: placed(l.name, l.place), Settings: l.settings, Network: l.network, Range: l.place}
	if a.wifi(l) != nil {
		a.notUnderstood(l, "A bond joins no Wi-Fi network; its slaves do.")
	}
	for _, name := range a.slaves[l.name] {
		b.Slaves = append(b.Slaves, a.slave(b, name))
	}
	a.doc.Bonds = append(a.doc.Bonds, b)
	a.carriers[l.name] = &b.VLANs
}

func (a *assembly) slave(b *schema.Bond, name schema.Attr[string]) *schema.Slave {
	slave := &schema.Slave{Name: name, Range: name.Range}
	l, ok := a.byName[name.Value]
	if !ok {
		return slave
	}
	slave.Settings, slave.Wifi = l.slaveSettings, a.wifi(l)
	for _, s := range l.settings {
		a.lift(b, s)
	}
	if n := &l.network; n.DNS != nil || n.Routes != nil || n.MTU.Set || n.MACAddress.Set || n.IPv6 != nil ||
		(n.IPv4 != nil && (len(n.IPv4.Addresses.Items) > 0 || n.IPv4.DHCP.Set)) {
		a.notUnderstood(l, "A slave has no addresses and nothing else of its own; the bond has.")
	}
	return slave
}

// lift takes an option of the bond that stands on a slave. Those repeated
// there say nothing new: ifenslave reads them on a slave only where they choose
// the primary, since the version of Debian 11.
func (a *assembly) lift(b *schema.Bond, s schema.Setting) {
	own, set := b.Settings.Get(s.Option.Name)
	switch {
	case set && own.Value.Equal(s.Value):
	case !set && choosesPrimary(s.Option):
		b.Settings = b.Settings.With(s)
	case set:
		a.report.NotUnderstood(s.NameRange.Filename, s.NameRange.Start.Line,
			s.Option.Name+" is not what "+b.Name.Value+" has; what the bond has is taken.")
	default:
		b.Settings = b.Settings.With(s)
		a.report.NotUnderstood(s.NameRange.Filename, s.NameRange.Start.Line,
			s.Option.Name+" has no effect on a slave since Debian 11; it is taken for what "+b.Name.Value+" should have.")
	}
}

// choosesPrimary tells whether an option names a slave, or does nothing
// without one that does.
func choosesPrimary(o *schema.Option) bool {
	return o.Kind == schema.LinkName || slices.ContainsFunc(o.UselessWithout, func(name string) bool {
		other, ok := schema.Lookup(name)
		return ok && other.Kind == schema.LinkName
	})
}
