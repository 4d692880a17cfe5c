package manager

import (
	"cmp"
	"os"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bondctl/bondctl/generators"
)

// notDefinitions are the keys below network that define no links.
var notDefinitions = []string{"version", "renderer", "openvswitch"}

// netplanMentions reads the definitions of a YAML file: the id of each, or
// what it matches instead, and the links that it puts into bonds and bridges.
func netplanMentions(content []byte) []mention {
	var list []mention
	for _, d := range definitions(content) {
		list = append(list, d.mentions()...)
	}
	return list
}

// definition is a link that a file defines.
type definition struct {
	section string
	id      *yaml.Node
	keys    *yaml.Node
	// renderer is what its section or itself names, empty for the network's.
	renderer string
}

// definitions lists those of a file in the order of its lines.
func definitions(content []byte) []definition {
	var list []definition
	each(network(content), func(section, links *yaml.Node) {
		if slices.Contains(notDefinitions, section.Value) {
			return
		}
		common := value(get(links, "renderer"))
		each(links, func(id, keys *yaml.Node) {
			if id.Value != "renderer" {
				list = append(list, definition{section.Value, id, keys, cmp.Or(value(get(keys, "renderer")), common)})
			}
		})
	})
	return list
}

func (d definition) mentions() []mention {
	what := d.section + ": " + d.id.Value
	list := []mention{{d.id.Value, d.id.Line, what}}
	if match := get(d.keys, "match"); match != nil {
		list = nil
		for _, name := range items(get(match, "name")) {
			list = append(list, mention{name.Value, name.Line, what + ": match: name: " + name.Value})
		}
		if name := get(d.keys, "set-name"); name != nil {
			list = append(list, mention{name.Value, name.Line, what + ": set-name: " + name.Value})
		}
		if len(list) == 0 {
			list = []mention{{"", d.id.Line, what}}
		}
	}
	for _, slave := range items(get(d.keys, "interfaces")) {
		list = append(list, mention{slave.Value, slave.Line, what + ": interfaces: " + slave.Value})
	}
	return list
}

// renderers lists those that the definitions of all files have. Of several
// files that name the network's the last one counts; where none does it is
// systemd-networkd.
func renderers(files []generators.File) []string {
	sorted := inOrder(files)
	common := commonRenderer(sorted)
	var list []string
	for _, file := range sorted {
		for _, d := range definitions(file.Content) {
			if r := cmp.Or(d.renderer, common); !slices.Contains(list, r) {
				list = append(list, r)
			}
		}
	}
	return list
}

// inOrder gives the files of netplan's among others, as netplan reads them.
func inOrder(files []generators.File) []generators.File {
	sorted := slices.DeleteFunc(slices.Clone(files), func(f generators.File) bool { return systemOf(f.Path) != netplan })
	slices.SortStableFunc(sorted, func(a, b generators.File) int { return strings.Compare(path.Base(a.Path), path.Base(b.Path)) })
	return sorted
}

// commonRenderer is that of definitions which name none, such as bondctl's, in
// files sorted as netplan reads them.
func commonRenderer(sorted []generators.File) string {
	common := networkd
	for _, file := range sorted {
		common = cmp.Or(value(get(network(file.Content), "renderer")), common)
	}
	return common
}

// rendererOf is the common renderer of the host below root.
func rendererOf(root string) string { return Host{Root: os.DirFS(root)}.renderer() }

// renderer is the common one. Where only root may read netplan's files, what
// netplan has made of them tells.
func (h Host) renderer() string {
	var f Facts
	h.files(&f)
	if hasUnread := slices.ContainsFunc(f.Unread, func(name string) bool { return systemOf(name) == netplan }); hasUnread {
		return h.renderedFor()
	}
	return commonRenderer(inOrder(f.Files))
}

// renderedFor is for whom netplan has written files that anybody can list; those
// for NetworkManager lie where only root may look.
func (h Host) renderedFor() string {
	isThere := len(h.glob("etc/systemd/system/*.wants/"+unitNetworkManager)) > 0
	if isThere && len(h.glob("run/systemd/network/10-netplan-*")) == 0 {
		return networkManager
	}
	return networkd
}

// network gives what is below the key network, nil where a file has none or
// is no YAML, which netplan refuses.
func network(content []byte) *yaml.Node {
	var document yaml.Node
	if yaml.Unmarshal(content, &document) != nil || len(document.Content) == 0 {
		return nil
	}
	return get(document.Content[0], "network")
}

// get finds a key of a mapping, nil where there is none.
func get(mapping *yaml.Node, key string) *yaml.Node {
	var found *yaml.Node
	each(mapping, func(k, value *yaml.Node) {
		if k.Value == key {
			found = value
		}
	})
	return found
}

// value gives the text of a node, empty for none.
func value(node *yaml.Node) string {
	if node == nil {
		return ""
	}
	return node.Value
}

// each visits the entries of a mapping in their order; anything else has none.
func each(mapping *yaml.Node, visit func(key, value *yaml.Node)) {
	mapping = anchored(mapping)
	if mapping == nil || mapping.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		visit(mapping.Content[i], mapping.Content[i+1])
	}
}

// items lists the texts of a sequence, or the one text that stands for it.
func items(node *yaml.Node) []*yaml.Node {
	node = anchored(node)
	if node == nil {
		return nil
	}
	if node.Kind == yaml.ScalarNode {
		return []*yaml.Node{node}
	}
	return slices.DeleteFunc(slices.Clone(node.Content), func(n *yaml.Node) bool { return n.Kind != yaml.ScalarNode })
}

// anchored gives what an alias stands for, and any other node itself.
func anchored(node *yaml.Node) *yaml.Node {
	if node != nil && node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}
