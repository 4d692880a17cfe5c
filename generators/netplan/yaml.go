package netplan

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

const strTag = "!!str"

// plain is a scalar that reads the same in every version of YAML.
func plain(value string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: value} }

// quoted is a text in double quotes, the one style that can hold every text.
func quoted(value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: strTag, Value: value, Style: yaml.DoubleQuotedStyle}
}

// text is a text in quotes only where a reader could take it for something else.
func text(value string) *yaml.Node {
	if !readsAsText(value) {
		return quoted(value)
	}
	// The tag makes the encoder quote what looks like a number or a date.
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: strTag, Value: value}
}

// readsAsText tells whether a text needs no quotes. A colon always gets them:
// "02:10" is a number in base 60 to YAML 1.1.
func readsAsText(value string) bool {
	if value == "" || !isAlphanumeric(value[0]) {
		return false
	}
	for i := range len(value) {
		if !isAlphanumeric(value[i]) && !strings.ContainsRune("._/+-", rune(value[i])) {
			return false
		}
	}
	switch strings.ToLower(value) {
	case "y", "n", "yes", "no", "on", "off": // booleans of YAML 1.1
		return false
	}
	return true
}

func isAlphanumeric(b byte) bool {
	return '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}

// mapping is an ordered mapping that grows by put.
func mapping() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode} }

// put adds a key; a nil value adds nothing.
func put(m, key, value *yaml.Node) {
	if value != nil {
		m.Content = append(m.Content, key, value)
	}
}

// nothing is the mapping {} of a link that has nothing to say.
func nothing() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle} }

// filled gives the mapping, or nil where it is empty.
func filled(m *yaml.Node) *yaml.Node {
	if len(m.Content) == 0 {
		return nil
	}
	return m
}

// orNothing gives the mapping, or {} where it is empty.
func orNothing(m *yaml.Node) *yaml.Node {
	if len(m.Content) == 0 {
		return nothing()
	}
	return m
}

// sequence is a list, of the style that the key is usually written in.
func sequence(style yaml.Style, items []*yaml.Node) *yaml.Node {
	if len(items) == 0 {
		style = yaml.FlowStyle // an empty list has no other form
	}
	return &yaml.Node{Kind: yaml.SequenceNode, Style: style, Content: items}
}
