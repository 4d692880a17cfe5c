package manager

import (
	"bytes"
	"slices"
	"strings"
)

// statement is a line of interfaces(5) with those that a backslash joins to it.
type statement struct {
	line  int
	words []string
}

// statements lists the lines of a file that are no comments.
func statements(content []byte) []statement {
	var list []statement
	joined, begin, number := "", 0, 0
	for raw := range bytes.Lines(content) {
		number++
		text := strings.TrimRight(string(raw), "\r\n")
		if begin == 0 {
			if strings.HasPrefix(strings.TrimLeft(text, " \t"), "#") {
				continue
			}
			begin = number
		}
		part, more := strings.CutSuffix(text, `\`)
		joined += part + " "
		if more {
			continue
		}
		list = append(list, statement{begin, strings.Fields(joined)})
		joined, begin = "", 0
	}
	if begin != 0 {
		list = append(list, statement{begin, strings.Fields(joined)})
	}
	return slices.DeleteFunc(list, func(s statement) bool { return len(s.words) == 0 })
}

// lists are the options of a stanza whose value names further links.
var lists = []string{"bond-slaves", "slaves", "bridge_ports", "bridge-ports", "vlan-raw-device", "vlan_raw_device"}

// stanzaMentions reads the links that stanzas are for, each once, and those
// that they put into bonds and bridges.
func stanzaMentions(content []byte) []mention {
	var list []mention
	for _, s := range statements(content) {
		text := strings.Join(s.words, " ")
		switch {
		case s.words[0] == "iface" && len(s.words) > 1:
			link, _, _ := strings.Cut(s.words[1], ":") // eth0:1 is one more address of eth0
			if !slices.ContainsFunc(list, func(m mention) bool { return m.pattern == link }) {
				list = append(list, mention{link, s.line, text})
			}
		case slices.Contains(lists, s.words[0]):
			for _, name := range s.words[1:] {
				if name != "none" {
					list = append(list, mention{name, s.line, text})
				}
			}
		}
	}
	return list
}

// sources lists what a file of interfaces(5) includes: patterns of files, and
// directories.
func sources(content []byte) (patterns, dirs []string) {
	for _, s := range statements(content) {
		switch s.words[0] {
		case "source":
			patterns = append(patterns, s.words[1:]...)
		case "source-directory":
			dirs = append(dirs, s.words[1:]...)
		}
	}
	return patterns, dirs
}

// starts lists the links that a file has brought up at boot or on their appearance.
func starts(content []byte) []string {
	var links []string
	for _, s := range statements(content) {
		if s.words[0] == "auto" || strings.HasPrefix(s.words[0], "allow-") {
			links = append(links, s.words[1:]...)
		}
	}
	return links
}
