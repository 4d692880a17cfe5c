package example

import (
	"path"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/bondctl/bondctl/schema"
)

// inUnits finds bonds in units of systemd.netdev(5) and systemd.network(5).
func inUnits(files []txtar.File) ([]Saying, error) {
	var all []Saying
	bonds := map[string]bool{}
	for _, file := range files {
		if unit := iniOf(file); path.Ext(file.Name) == ".netdev" && unit.has("NetDev", "Kind", "bond") {
			name, _ := unit.get("NetDev", "Name")
			bonds[name.value] = true
			all = append(all, ofNetDev(unit, name)...)
		}
	}
	for _, file := range files {
		if path.Ext(file.Name) == ".network" {
			all = append(all, ofNetwork(iniOf(file), bonds)...)
		}
	}
	return all, nil
}

func ofNetDev(unit ini, name entry) []Saying {
	all := []Saying{name.says(name.value, "")}
	for _, e := range unit.entries {
		switch {
		case e.section == "Bond":
			all = append(all, e.option(name.value, schema.Networkd, e.key, inSeconds(e)))
		case e.section == "NetDev" && (e.key == "Name" || e.key == "Kind"):
		default:
			all = append(all, e.nothing(name.value))
		}
	}
	return all
}

// inSeconds gives a time without a unit that of systemd.time(7).
func inSeconds(e entry) string {
	if strings.HasSuffix(e.key, "Sec") && !strings.HasSuffix(e.value, "s") {
		return e.value + "s"
	}
	return e.value
}

// ofNetwork is what a file says of a bond's slaves, or of the bond that it names.
func ofNetwork(unit ini, bonds map[string]bool) []Saying {
	match, _ := unit.get("Match", "Name")
	if bond, ok := unit.get("Network", "Bond"); ok {
		return slavesOf(bond, match.value)
	}
	if !bonds[match.value] {
		return nil
	}
	var all []Saying
	for _, e := range unit.entries {
		if e.section != "Match" {
			all = append(all, ofNetworkEntry(e, match.value)...)
		}
	}
	return all
}

// slavesOf are those that a file names; what it knows by anything else has no
// name that a document could have.
func slavesOf(bond entry, names string) []Saying {
	if names == "" {
		return []Saying{bond.nothing(bond.value)}
	}
	var all []Saying
	for name := range strings.FieldsSeq(names) {
		all = append(all, bond.says(bond.value, "", "slave", name))
	}
	return all
}

func ofNetworkEntry(e entry, bond string) []Saying {
	switch e.key {
	case "Address":
		return []Saying{e.address(bond, e.value)}
	case "Gateway":
		return []Saying{e.gateway(bond, e.value)}
	case "DHCP":
		return leases(e, bond)
	}
	return []Saying{e.nothing(bond)}
}

func leases(e entry, bond string) []Saying {
	var all []Saying
	for _, family := range []schema.Family{schema.IPv4, schema.IPv6} {
		if e.value == "yes" || e.value == family.String() {
			all = append(all, e.dhcp(bond, family))
		}
	}
	return all
}
