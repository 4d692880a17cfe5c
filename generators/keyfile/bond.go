package keyfile

import (
	"strconv"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

func (g *generator) bond(b *schema.Bond) {
	path := "bond/" + b.Name.Value
	mode, _ := b.Mode()
	p, ok := g.begin(connection{kind: "bond", name: b.Name.Value, path: path, place: b.Range})
	if !ok {
		return
	}
	p.ethernet(&b.Network)
	p.Section("bond")
	p.settings(path, g.report.Words(schema.NetworkManager, mode, path, b.Settings))
	g.monitors(b, mode)
	p.network(path, &b.Network)
	g.end(p)
	for _, slave := range b.Slaves {
		g.slave(b, mode, slave)
	}
	g.vlans(path, b.Name.Value, b.VLANs)
}

// settings writes driver options in the kernel's text.
func (p *profile) settings(path string, said []generators.Said) {
	for _, s := range said {
		if text := s.Value.String(); holds(text) {
			p.Set(s.Word.Name, escape(text))
		} else {
			p.unspellable(path+"/"+s.Option.Name, s.Range)
		}
	}
}

const selfMonitored = "NetworkManager monitors by itself"

func miimon() *schema.Option {
	option, _ := schema.Lookup("miimon")
	return option
}

// monitored tells whether NetworkManager adds link monitoring: it always sends
// miimon, and 100 where neither monitor is configured.
func monitored(settings schema.Settings, mode schema.Mode) bool {
	_, set := settings.Get(miimon().Name)
	arp, _ := settings.Get("arp_interval")
	return !set && arp.Value.IsZero() && miimon().DefaultIn(mode) == miimon().Default
}

// monitors warns of the link monitoring that NetworkManager adds.
func (g *generator) monitors(b *schema.Bond, mode schema.Mode) {
	if monitored(b.Settings, mode) {
		g.report.Warn(b.Range, selfMonitored,
			"Without miimon and arp_interval the driver does not monitor the slaves of "+b.Name.Value+
				", but NetworkManager sets miimon to 100. Set miimon, to 0 if that is what you want.")
	}
}

// slave renders a port. NetworkManager gives ports no addresses.
func (g *generator) slave(b *schema.Bond, mode schema.Mode, slave *schema.Slave) {
	path := "bond/" + b.Name.Value + "/slave/" + slave.Name.Value
	kind := string(schema.Ethernet)
	if slave.Wifi != nil {
		kind = string(schema.WifiLink)
	}
	p, ok := g.begin(connection{kind: kind, name: slave.Name.Value, master: b.Name.Value, path: path, place: slave.Range})
	if !ok {
		return
	}
	if slave.Wifi != nil {
		p.wifi(station{wifi: slave.Wifi, path: path + "/wifi"})
	}
	if said := g.report.Words(schema.NetworkManager, mode, path, slave.Settings); len(said) > 0 {
		p.Section("bond-port")
		p.settings(path, said)
	}
	g.end(p)
}

func (g *generator) vlan(path, parent string, v *schema.VLAN) {
	path += "/vlan/" + strconv.Itoa(v.ID.Value)
	p, ok := g.begin(connection{kind: "vlan", name: v.Name(parent), path: path, place: v.Range})
	if !ok {
		return
	}
	p.ethernet(&v.Network)
	p.Section("vlan")
	p.number("id", v.ID)
	p.Set("parent", escape(parent))
	p.network(path, &v.Network)
	g.end(p)
}
