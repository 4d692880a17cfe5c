package ifupdown

import (
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
)

// linkLists are the options whose value names further links: slaves of a bond,
// ports of a bridge, the link below a VLAN.
var linkLists = append([]string{"bridge-ports", rawDevice}, slaveLists...)

// slaveLists are the spellings of the option that names a bond's slaves.
var slaveLists = []string{"bond-slaves", "slaves", "bond-ports", "bond-members"}

// mentions lists the links that stanzas are for, each once, and those that
// they put into bonds and bridges.
func mentions(file generators.File) []generators.Mention {
	var list []generators.Mention
	self := ""
	for _, l := range linesOf(file) {
		keyword, rest := l.word()
		var names []string
		if kindOf(keyword) == optionLine {
			names = linksOf(self, option{key: normalKey(keyword), value: rest})
		} else if self = l.link(); self != "" && !mentioned(list, self) {
			names = []string{self}
		}
		for _, name := range names {
			list = append(list, generators.Mention{Pattern: name, Line: l.number, Text: strings.Join(words(l.text), " ")})
		}
	}
	return list
}

func mentioned(list []generators.Mention, link string) bool {
	return slices.ContainsFunc(list, func(m generators.Mention) bool { return m.Pattern == link })
}

// linksOf gives the links that an option of a link's stanza puts to use.
func linksOf(self string, o option) []string {
	if slices.Contains(linkLists, o.key) {
		return slices.DeleteFunc(words(o.value), func(name string) bool { return name == noLinks })
	}
	if !slices.Contains(startCommands, o.key) {
		return nil
	}
	_, slaves := enslaved(o.value)
	return slices.DeleteFunc(slaves, func(name string) bool { return name == self || isIface(name) })
}

// Starts lists the links that a file has brought up at boot or on their
// appearance, as it names them.
func Starts(file generators.File) []string {
	var links []string
	for _, l := range linesOf(file) {
		if keyword, rest := l.word(); kindOf(keyword) == startLine {
			links = append(links, words(rest)...)
		}
	}
	return links
}
