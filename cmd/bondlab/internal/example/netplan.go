package example

import (
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
	"go.yaml.in/yaml/v3"

	"github.com/bondctl/bondctl/schema"
)

// inNetplan finds the bonds of netplan-yaml(5), each key with its line.
func inNetplan(files []txtar.File) ([]Saying, error) {
	var all []Saying
	for _, file := range files {
		var root yaml.Node
		if err := yaml.Unmarshal(file.Data, &root); err != nil {
			return nil, fmt.Errorf("reading %s: %w", file.Name, err)
		}
		each(child(&root, "network", "bonds"), func(name, bond *yaml.Node) {
			n := node{file.Name, name.Value}
			all = append(all, n.at(name).says(name.Value, ""))
			each(bond, func(key, value *yaml.Node) { all = append(all, n.ofKey(key, value)...) })
		})
	}
	return all, nil
}

// node is where a bond is described.
type node struct{ file, bond string }

func (n node) at(y *yaml.Node) line { return line{n.file, y.Line} }

func (n node) ofKey(key, value *yaml.Node) []Saying {
	switch key.Value {
	case "interfaces":
		return n.ofItems(value, func(y *yaml.Node) Saying { return n.at(y).says(n.bond, "", "slave", y.Value) })
	case "parameters":
		return n.ofParameters(value)
	case "addresses":
		return n.ofItems(value, func(y *yaml.Node) Saying { return n.at(y).address(n.bond, y.Value) })
	case "gateway4", "gateway6":
		return []Saying{n.at(value).gateway(n.bond, value.Value)}
	case "dhcp4", "dhcp6":
		return n.ofLease(key, value)
	case "routes":
		return n.ofItems(value, n.ofRoute)
	case "nameservers":
		return append(n.ofResolvers(child(value, "addresses"), "servers"), n.ofResolvers(child(value, "search"), "search")...)
	}
	return []Saying{n.at(key).nothing(n.bond)}
}

// ofItems reads a list, which may not be there.
func (n node) ofItems(list *yaml.Node, read func(*yaml.Node) Saying) []Saying {
	if list == nil {
		return nil
	}
	var all []Saying
	for _, y := range list.Content {
		all = append(all, read(y))
	}
	return all
}

func (n node) ofParameters(value *yaml.Node) []Saying {
	var all []Saying
	each(value, func(key, y *yaml.Node) {
		all = append(all, n.at(key).option(n.bond, schema.Netplan, newSpelling(key.Value), y.Value))
	})
	return all
}

// newSpelling is that of a word which the first versions of netplan misspelt.
func newSpelling(word string) string {
	return strings.Replace(word, "gratuitious", "gratuitous", 1) //nolint:misspell // the spelling of the first versions
}

// ofLease says nothing of what is not wanted.
func (n node) ofLease(key, value *yaml.Node) []Saying {
	var wanted bool
	if err := value.Decode(&wanted); err == nil && !wanted {
		return nil
	}
	family := map[string]schema.Family{"dhcp4": schema.IPv4, "dhcp6": schema.IPv6}[key.Value]
	return []Saying{n.at(key).dhcp(n.bond, family)}
}

func (n node) ofRoute(route *yaml.Node) Saying {
	to, via := child(route, "to"), child(route, "via")
	if to == nil || via == nil || to.Value != "default" || len(route.Content) > 4 {
		return n.at(route).nothing(n.bond)
	}
	return n.at(route).gateway(n.bond, via.Value)
}

func (n node) ofResolvers(list *yaml.Node, statement string) []Saying {
	return n.ofItems(list, func(y *yaml.Node) Saying { return n.at(y).says(n.bond, y.Value, "dns", statement) })
}

// child goes down a tree of mappings by their keys.
func child(y *yaml.Node, keys ...string) *yaml.Node {
	if y != nil && y.Kind == yaml.DocumentNode {
		y = y.Content[0]
	}
	for _, wanted := range keys {
		var found *yaml.Node
		each(y, func(key, value *yaml.Node) {
			if key.Value == wanted {
				found = value
			}
		})
		y = found
	}
	return y
}

// each goes through a mapping.
func each(y *yaml.Node, do func(key, value *yaml.Node)) {
	if y == nil || y.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(y.Content); i += 2 {
		do(y.Content[i], y.Content[i+1])
	}
}
