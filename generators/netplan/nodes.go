package netplan

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"go.yaml.in/yaml/v3"
)

// firstDocument parses the first document of a file, the only one that netplan
// reads. It gives nil for a file with nothing in it.
func firstDocument(content []byte) (*yaml.Node, error) {
	var document yaml.Node
	err := yaml.NewDecoder(bytes.NewReader(content)).Decode(&document)
	if errors.Is(err, io.EOF) || err == nil && len(document.Content) == 0 {
		return nil, nil //nolint:nilnil // an empty file is no mistake
	}
	return &document, err
}

// get finds a key of a mapping, nil where there is none. The last one counts.
func get(mapping *yaml.Node, key string) *yaml.Node {
	var found *yaml.Node
	each(mapping, func(_ int, k, value *yaml.Node) {
		if k.Value == key {
			found = value
		}
	})
	return found
}

// value gives the text of a node, empty for none.
func value(node *yaml.Node) string {
	if node = anchored(node); node == nil {
		return ""
	}
	return node.Value
}

// each visits the entries of a mapping in their order, with the index of the
// key in its Content; anything else has none.
func each(mapping *yaml.Node, visit func(at int, key, value *yaml.Node)) {
	mapping = anchored(mapping)
	if mapping == nil || mapping.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		visit(i, mapping.Content[i], mapping.Content[i+1])
	}
}

// members lists the texts of a sequence, or the one text that stands for it.
func members(node *yaml.Node) []*yaml.Node {
	node = anchored(node)
	if node == nil {
		return nil
	}
	if node.Kind == yaml.ScalarNode {
		return []*yaml.Node{node}
	}
	return slices.DeleteFunc(slices.Clone(node.Content), func(n *yaml.Node) bool { return n.Kind != yaml.ScalarNode })
}

func isMapping(node *yaml.Node) bool {
	node = anchored(node)
	return node != nil && node.Kind == yaml.MappingNode
}

// anchored gives what an alias stands for, and any other node itself.
func anchored(node *yaml.Node) *yaml.Node {
	if node != nil && node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}
