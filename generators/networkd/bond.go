package networkd

import (
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// bond writes the files of a bond, its slaves and what it carries.
func (g *generator) bond(b *schema.Bond) {
	path := "bond/" + b.Name.Value
	if !g.canName(path, b.Name) {
		return
	}
	mode, _ := b.Mode()
	slaves := g.slaves(path, b)
	options := section{name: "Bond"}
	for _, said := range g.report.Words(schema.Networkd, mode, path, b.Settings) {
		if said.Word.OnSlave {
			g.flag(path, slaves, said)
			continue
		}
		options.set(said.Word.Name, optionText(said.Setting))
	}
	network := g.withinIPv6(path, b.Network)
	g.file(path, prefix+b.Name.Value+".netdev", netDev(b.Name.Value, "bond", network), options)
	if !b.MACAddress.Known() {
		g.unaddressed = append(g.unaddressed, b.Name.Value)
	}
	for _, s := range slaves {
		g.slave(mode, b.Name.Value, s)
	}
	g.carrier(carrier{path: path, name: b.Name.Value, network: network, virtual: true, vlans: b.VLANs})
}

// noAddress keeps systemd-networkd from making up an Ethernet address from the
// machine's identity, and leaves it to the driver, as every other backend does
// (systemd 250 and later).
const noAddress = "none"

// leaveAddresses keeps systemd-udevd from making up addresses where
// systemd-networkd does not: 99-default.link would.
func (g *generator) leaveAddresses() {
	if len(g.unaddressed) == 0 {
		return
	}
	g.file("bond/"+g.unaddressed[0], "10-bondctl.link",
		section{name: "Match", entries: entries("OriginalName", strings.Join(g.unaddressed, " "))},
		section{
			name: "Link", comment: "A bond takes the address of its first slave.",
			entries: entries("MACAddressPolicy", noAddress),
		})
}

// netDev is the section that makes a link.
func netDev(name, kind string, n *schema.Network) section {
	s := section{name: "NetDev", entries: entries("Name", name, "Kind", kind)}
	switch {
	case n.MACAddress.Known():
		s.set("MACAddress", n.MACAddress.Value.String())
	case kind == "bond":
		s.set("MACAddress", noAddress)
	}
	if n.MTU.Known() {
		s.set("MTUBytes", decimal(n.MTU.Value))
	}
	return s
}

// optionText writes a driver option's value as systemd.netdev(5) wants it:
// times with their unit, for a bare number counts seconds; words rather than
// numbers; addresses separated by blanks.
func optionText(s schema.Setting) string {
	switch {
	case s.Option.Unit == schema.Milliseconds:
		return s.Value.String() + "ms"
	case s.Option.Unit == schema.Seconds:
		return s.Value.String() + "s"
	case s.Option.Kind == schema.Flag:
		return yesNo(!s.Value.IsZero())
	case s.Value.IsList():
		return strings.Join(s.Value.Items(), " ")
	}
	return s.Value.String()
}

// member is a slave that can be said, and the bond's options that its file says.
type member struct {
	path  string
	slave *schema.Slave
	flags []string
}

func (g *generator) slaves(path string, b *schema.Bond) []*member {
	var members []*member
	for _, slave := range b.Slaves {
		m := &member{path: path + "/slave/" + slave.Name.Value, slave: slave}
		if g.canName(m.path, slave.Name) {
			members = append(members, m)
		}
	}
	return members
}

// flag puts an option of the bond that names a slave into that slave's file.
func (g *generator) flag(path string, slaves []*member, said generators.Said) {
	for _, m := range slaves {
		if m.slave.Name.Value == said.Value.String() {
			m.flags = append(m.flags, said.Word.Name)
			return
		}
	}
	path += "/" + said.Option.Name
	if said.Value.IsZero() {
		g.report.NeedNotSay(path, said.NameRange, "There is no such slave unless a slave's file says so")
		return
	}
	g.report.CannotSay(path, said.NameRange, "systemd-networkd is told in the file of the slave, and there is none for "+said.Value.String(),
		"Name a slave of the bond")
}

func (g *generator) slave(mode schema.Mode, bond string, m *member) {
	name := m.slave.Name.Value
	network := section{name: "Network", entries: entries("Bond", bond)}
	for _, flag := range m.flags {
		network.set(flag, "yes")
	}
	for _, said := range g.report.Words(schema.Networkd, mode, m.path, m.slave.Settings) {
		network.set(said.Word.Name, optionText(said.Setting))
	}
	g.wifi(m.path+"/wifi", name, m.slave.Wifi)
	g.file(m.path, prefix+name+".network",
		g.match(name, m.slave.Wifi),
		// A slave may lack its carrier for good: booting need not wait for it.
		section{name: "Link", entries: entries("RequiredForOnline", "no")},
		network)
}
