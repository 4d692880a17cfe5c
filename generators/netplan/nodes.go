package netplan

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"

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

// secondDocument gives the line of a document behind the first, zero where
// there is none.
func secondDocument(content []byte) int {
	if !bytes.Contains(content, []byte("\n---")) && !bytes.Contains(content, []byte("\n...")) {
		return 0
	}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	var first, second yaml.Node
	if decoder.Decode(&first) != nil {
		return 0
	}
	switch err := decoder.Decode(&second); {
	case errors.Is(err, io.EOF):
		return 0
	case err != nil || len(second.Content) == 0:
		return max(1, bytes.Count(content, []byte("\n"))) // it is broken, and nobody reads it
	}
	return second.Content[0].Line
}

// searched bounds the lines of a file that a mistake is looked for in.
const searched = 200

var lineOfParser = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// mistake gives the line of a file that keeps it from being YAML, and what the
// parser says. The line that the parser names is where it began to read what it
// does not understand; the mistake is behind the longest piece that is YAML.
func mistake(content []byte, err error) (line int, why string) {
	why = err.Error()
	if named := lineOfParser.FindStringSubmatch(why); named != nil {
		line, _ = strconv.Atoi(named[1]) // zero where it names none
		why = why[len(named[0]):]
	}
	lines := bytes.SplitAfter(content, []byte("\n"))
	size := len(content)
	for number := len(lines); number > 1 && len(lines) <= searched; number-- {
		size -= len(lines[number-1])
		if _, err := firstDocument(content[:size]); err == nil {
			return number, why
		}
	}
	return max(line, 1), why
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
