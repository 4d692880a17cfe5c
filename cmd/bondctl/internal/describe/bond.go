package describe

import (
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// bond describes a bond, unless it is one that the driver made when it was
// loaded and that nobody has used (max_bonds, Documentation/networking/bonding.rst).
func (d *describer) bond(l *kernel.Link) {
	slaves := d.state.Slaves(l.Name)
	if !l.Up && len(slaves) == 0 && !d.isBusy(l.Name) {
		d.cannotSay("%s is not described: it is down and has neither slaves nor addresses, as a bond that the driver made by itself.", l.Name)
		return
	}
	path := "bond/" + l.Name
	d.standing(l, path)
	mode := l.Bond.Mode()
	bond := &schema.Bond{Name: schema.Given(l.Name), Settings: d.settings(path, schema.BondScope, mode, l.Bond.Value)}
	for i, s := range ownerFirst(slaves, l.MAC) {
		bond.Slaves = append(bond.Slaves, d.slave(s, path, mode))
		if i == 0 && s != slaves[0] {
			d.note(path+"/slave/"+s.Name, "First, for %s has its address: a bond takes that of its first slave.", l.Name)
		}
	}
	bond.Network = d.network(l, path, ethernetMTU)
	bond.MACAddress = d.bondAddress(l, path, slaves)
	bond.VLANs = d.vlans(l, path)
	d.doc.Bonds = append(d.doc.Bonds, bond)
}

// ownerFirst puts the slave first whose own address the bond has: a bond takes
// that of its first.
func ownerFirst(slaves []*kernel.Link, mac schema.MAC) []*kernel.Link {
	i := slices.IndexFunc(slaves, func(s *kernel.Link) bool { return s.Slave.PermanentMAC == mac })
	if i <= 0 {
		return slaves
	}
	return slices.Insert(slices.Delete(slices.Clone(slaves), i, i+1), 0, slaves[i])
}

// bondAddress gives the Ethernet address of a bond that has it neither from a
// slave nor by the driver's choice.
func (d *describer) bondAddress(l *kernel.Link, path string, slaves []*kernel.Link) schema.Attr[schema.MAC] {
	own := func(s *kernel.Link) bool { return s.Slave.PermanentMAC == l.MAC }
	if len(slaves) == 0 || slices.ContainsFunc(slaves, own) || wanders(l.Bond) {
		return schema.Attr[schema.MAC]{}
	}
	d.note(path+"/mac_address", "No slave of %s has this address. Where nobody has chosen it, remove the line: the bond then takes that of its first slave.", l.Name)
	return schema.Given(l.MAC)
}

// wanders tells whether a bond takes the address of whichever slave is active.
func wanders(b *kernel.Bond) bool {
	return b.Mode() == schema.ActiveBackup && b.Settings.Text("fail_over_mac") != "none"
}

func (d *describer) slave(l *kernel.Link, path string, mode schema.Mode) *schema.Slave {
	path += "/slave/" + l.Name
	slave := &schema.Slave{Name: schema.Given(l.Name), Settings: d.settings(path, schema.SlaveScope, mode, l.Slave.Value)}
	if l.Wireless {
		slave.Wifi = &schema.Wifi{}
		d.station(l.Name, path+"/wifi", slave.Wifi)
	}
	for _, a := range d.state.Addresses {
		if a.Link == l.Name && isGlobal(a) {
			d.cannotSay("%s has the address %s, which has no effect while the link is a slave: it is not described.", l.Name, a.Prefix)
		}
	}
	return slave
}

// station says what is known of the network that a station has joined.
func (d *describer) station(link, path string, w *schema.Wifi) {
	i := slices.IndexFunc(d.stations, func(s kernel.Station) bool { return s.Link == link && s.Connected })
	if i < 0 {
		d.note(path, "%s is a Wi-Fi link that has joined no network now: give ssid, and psk or eap.", link)
		return
	}
	w.SSID = schema.Given(schema.SSID(d.stations[i].SSID))
	d.note(path, "The kernel tells which network %s has joined, not what it needs to join it: give psk or eap, or import the files that have them.", link)
}

// settings gives the options that differ from what the driver has by itself in
// the mode, and the mode. The momentary choice of an active slave is the
// driver's, and an option's second name says nothing more.
func (d *describer) settings(path string, scope schema.Scope, mode schema.Mode, told func(*schema.Option) (schema.Value, bool)) schema.Settings {
	var settings schema.Settings
	for _, o := range schema.OptionsOf(scope) {
		if !o.Modes.Has(mode) || o.Name == schema.ActiveSlave || o.Alias != "" {
			continue
		}
		value, ok := told(o)
		switch {
		case !ok && o.Kernel == "" && o.Attr != 0:
			d.note(path, "%s is not known: the kernel tells it only to root.", o.Name)
		case ok && (o.Change == schema.EmptyDown || !o.IsDefault(mode, value)):
			settings = settings.With(schema.Setting{Option: o, Value: value})
		}
	}
	return settings
}
