package netplan

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/bondctl/bondctl/generators"
)

// notDefinitions are the keys below network that define no links.
var notDefinitions = []string{"version", keyRenderer, "openvswitch"}

// site is where a definition stands in a file.
type site struct {
	section  string
	id, keys *yaml.Node
	// renderer is what its section or itself names, empty for the host's.
	renderer string
	// trail leads to its id from the top of the document.
	trail trail
}

// sites lists the definitions below the key network in their order.
func sites(document *yaml.Node) []site {
	var list []site
	eachBelow(document, nil, func(top trail, key, network *yaml.Node) {
		if key.Value != keyNetwork {
			return
		}
		eachBelow(network, top, func(at trail, section, links *yaml.Node) {
			if slices.Contains(notDefinitions, section.Value) {
				return
			}
			list = append(list, sitesOf(at, section, links)...)
		})
	})
	return list
}

// sitesIn lists the definitions of a file, none where it is no YAML, which
// netplan refuses.
func sitesIn(content []byte) []site {
	document, err := firstDocument(content)
	if err != nil {
		return nil
	}
	return sites(document)
}

func sitesOf(at trail, section, links *yaml.Node) []site {
	var list []site
	common := value(get(links, keyRenderer))
	eachBelow(links, at, func(at trail, id, keys *yaml.Node) {
		if id.Value == keyRenderer {
			return
		}
		renderer := value(get(keys, keyRenderer))
		if renderer == "" {
			renderer = common
		}
		list = append(list, site{section.Value, id, keys, renderer, at})
	})
	return list
}

// trailTo gives the way to a key of the definition, and on to those below it.
// All of them are there.
func (s site) trailTo(keys ...string) trail {
	node, way := s.keys, s.trail
	for _, wanted := range keys {
		var next *yaml.Node
		found := way
		eachBelow(node, way, func(at trail, key, value *yaml.Node) {
			if key.Value == wanted {
				next, found = value, at
			}
		})
		node, way = next, found
	}
	return way
}

// names lists what names the definition's link instead of its id, each with
// the key that says so; hasMatch tells that the id does not.
func (s site) names() (names []naming, hasMatch bool) {
	if match := get(s.keys, keyMatch); match != nil {
		hasMatch = true
		for _, name := range members(get(match, "name")) {
			names = append(names, naming{"match: name", name})
		}
		if name := get(s.keys, keySetName); name != nil {
			names = append(names, naming{keySetName, name})
		}
	}
	profile := get(get(s.keys, keyNetworkManager), keyPassthrough)
	if name := get(profile, keyInterfaceName); name != nil {
		names = append(names, naming{keyInterfaceName, name})
	}
	return names, hasMatch
}

// naming is a name with the key that gives it.
type naming struct {
	key  string
	node *yaml.Node
}

// mentions reads the definitions of a file: the id of each, or what it is
// called instead, and the links that it puts into bonds and bridges.
func mentions(file generators.File) []generators.Mention {
	if !isRead(file.Path) {
		return nil
	}
	var list []generators.Mention
	for _, s := range sitesIn(file.Content) {
		list = append(list, s.mentions()...)
	}
	return list
}

func (s site) mentions() []generators.Mention {
	what := s.section + ": " + s.id.Value
	var list []generators.Mention
	names, hasMatch := s.names()
	for _, name := range names {
		list = append(list, generators.Mention{Pattern: value(name.node), Line: name.node.Line, Text: what + ": " + name.key + ": " + value(name.node)})
	}
	switch {
	case len(list) > 0:
	case hasMatch:
		list = append(list, generators.Mention{Line: s.id.Line, Text: what})
	default:
		list = append(list, generators.Mention{Pattern: s.id.Value, Line: s.id.Line, Text: what})
	}
	for _, slave := range members(get(s.keys, keyInterfaces)) {
		list = append(list, generators.Mention{Pattern: slave.Value, Line: slave.Line, Text: what + ": " + keyInterfaces + ": " + slave.Value})
	}
	return list
}
