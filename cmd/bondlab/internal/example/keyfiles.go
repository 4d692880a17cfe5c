package example

import (
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/bondctl/bondctl/schema"
)

// inKeyfiles finds bonds in profiles of nm-settings-keyfile(5).
func inKeyfiles(files []txtar.File) ([]Saying, error) {
	var all []Saying
	bonds := map[string]string{}
	for _, file := range files {
		if profile := iniOf(file); profile.has("connection", "type", "bond") {
			name, _ := profile.get("connection", "interface-name")
			for _, key := range []string{"interface-name", "uuid", "id"} {
				e, _ := profile.get("connection", key)
				bonds[e.value] = name.value
			}
			all = append(all, ofBondProfile(profile, name)...)
		}
	}
	for _, file := range files {
		all = append(all, ofPort(iniOf(file), bonds)...)
	}
	return all, nil
}

// ofBondProfile is what the profile of a bond says. NetworkManager, which is told
// nothing of IPv6, writes method=auto with addr-gen-mode=default.
func ofBondProfile(profile ini, name entry) []Saying {
	all := []Saying{name.says(name.value, "")}
	for _, e := range profile.entries {
		switch {
		case e.section == "bond":
			all = append(all, e.option(name.value, schema.NetworkManager, e.key, e.value))
		case strings.HasPrefix(e.section, "ipv") && strings.HasPrefix(e.key, "address"):
			address, gateway, _ := strings.Cut(e.value, ",")
			all = append(all, e.address(name.value, address))
			if gateway != "" {
				all = append(all, e.gateway(name.value, gateway))
			}
		case e.section == "ipv4" && e.key == "method" && e.value == "auto":
			all = append(all, e.dhcp(name.value, schema.IPv4))
		case e.section == "ipv6" && e.key == "method" && e.value == "auto" && !profile.has("ipv6", "addr-gen-mode", "default"):
			all = append(all, e.says(name.value, "true", "ipv6", "accept_ra"))
		}
	}
	return all
}

// ofPort is what the profile of a slave says.
func ofPort(profile ini, bonds map[string]string) []Saying {
	controller, ok := profile.get("connection", "controller", "master")
	bond := bonds[controller.value]
	if !ok || bond == "" {
		return nil
	}
	name, ok := profile.get("connection", "interface-name")
	if !ok {
		return []Saying{controller.nothing(bond)}
	}
	return []Saying{controller.says(bond, "", "slave", name.value)}
}
