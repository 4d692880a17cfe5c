package ifcfg

import (
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// carrier is a link that may carry addresses, and the path of its statements.
type carrier struct {
	name, path string
	*schema.Network
}

func (w *writer) bond(b *schema.Bond) {
	c := carrier{name: b.Name.Value, path: "bond/" + b.Name.Value, Network: &b.Network}
	if !w.usable(c.path, b.Name) {
		return
	}
	w.warnOfScript(b.Name)
	w.warnOfSearch(b.Name)
	s := w.script()
	s.named(c.name, "Bond")
	// Without BONDING_MASTER NetworkManager takes a file of no or another type for Ethernet.
	s.set("BONDING_MASTER", "yes")
	s.options(c.path, b)
	w.network(s, c)
	for _, slave := range b.Slaves {
		w.slave(b, slave)
	}
	w.vlans(c, b.VLANs)
}

// options assigns BONDING_OPTS. network-scripts write mode and miimon first
// and the rest in the order given, which is the driver's.
func (s *script) options(path string, b *schema.Bond) {
	var words []string
	mode, _ := b.Mode()
	for _, said := range s.report.Words(schema.BondingOpts, mode, path, b.Settings) {
		value := said.Value.String()
		if strings.ContainsAny(value, " \t\n\\=*?['\"") {
			s.report.CannotSay(path+"/"+said.Option.Name, said.NameRange,
				"BONDING_OPTS is split at blanks and equals signs, and its words are taken for patterns of file names",
				"Give the link another name")
			continue
		}
		words = append(words, said.Word.Name+"="+value)
	}
	if len(words) == 0 {
		s.report.Warn(b.Name.Range, "network-scripts do not make "+b.Name.Value, "They make a bond only where it has options. Set its mode.")
		return
	}
	s.set("BONDING_OPTS", strings.Join(words, " "))
}

func (w *writer) slave(b *schema.Bond, slave *schema.Slave) {
	path := "bond/" + b.Name.Value + "/slave/" + slave.Name.Value
	if !w.usable(path, slave.Name) {
		return
	}
	mode, _ := b.Mode()
	s := w.script()
	s.named(slave.Name.Value, typeOf(slave.Wifi))
	s.set("ONBOOT", "yes")
	s.set("BOOTPROTO", "none")
	// network-scripts find the slaves by the name of the bond's device, so a UUID would not do.
	s.set("MASTER", b.Name.Value)
	s.set("SLAVE", "yes")
	for _, said := range w.report.Words(schema.BondingOpts, mode, path, slave.Settings) {
		s.set(said.Word.Name, said.Value.String())
	}
	if slave.Wifi != nil {
		// NetworkManager leaves the station the address that the bond gives it.
		s.set("MACADDR", preserve)
		w.wifi(s, carrier{name: slave.Name.Value, path: path + "/wifi"}, slave.Wifi)
	}
	w.add(linkPrefix+slave.Name.Value, generators.Public, s.text.String())
}

// preserve is NetworkManager's word for an Ethernet address that it must not change.
const preserve = "preserve"

func typeOf(wifi *schema.Wifi) string {
	if wifi != nil {
		return "Wireless"
	}
	return "Ethernet"
}

func (w *writer) link(l *schema.Link) {
	c := carrier{name: l.Name.Value, path: string(l.Kind) + "/" + l.Name.Value, Network: &l.Network}
	if l.Kind == schema.PPP {
		w.ppp(c.path, l)
		return
	}
	if !w.usable(c.path, l.Name) {
		return
	}
	s := w.script()
	s.named(c.name, typeOf(l.Wifi))
	if l.Wifi != nil {
		w.wifi(s, c, l.Wifi)
	}
	w.network(s, c)
	w.vlans(c, l.VLANs)
}

// ppp leaves a modem's link to who dials it.
func (w *writer) ppp(path string, l *schema.Link) {
	if l.Peer.Known() {
		w.report.CannotSay(path, l.Range, "NetworkManager reads no ifcfg file of a modem", "Dial by pppd's own means, and leave peer out")
		return
	}
	w.report.DialledRoutes(path, l.Routes)
	w.report.NeedNotSay(path, l.Range, "What brings the link up configures it too")
}

func (w *writer) vlans(parent carrier, vlans []*schema.VLAN) {
	for _, v := range vlans {
		id := strconv.Itoa(v.ID.Value)
		c := carrier{name: v.Name(parent.name), path: parent.path + "/vlan/" + id, Network: &v.Network}
		name := schema.Attr[string]{Value: c.name, Range: v.Range}
		if !w.usable(c.path, name) {
			continue
		}
		w.warnOfScript(name)
		s := w.script()
		s.named(c.name, "Vlan")
		s.set("VLAN", "yes")
		s.set("PHYSDEV", parent.name)
		s.set("VLAN_ID", id)
		if c.name != parent.name+"."+id {
			s.set("VID", id) // the word of network-scripts, which else take the number from the name
		}
		w.network(s, c)
	}
}
