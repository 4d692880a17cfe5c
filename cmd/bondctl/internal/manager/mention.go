package manager

import (
	"path"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/all"
	"github.com/bondctl/bondctl/generators/format/ini"
)

// mention is a place in a file that configures a link.
type mention struct {
	// pattern is the link's name, perhaps with wildcards; empty where the file
	// picks its links by something else than the name.
	pattern string
	line    int
	text    string
}

// mentions lists what a file configures, the loopback apart, in the order of
// its lines. No text of it holds a secret.
func mentions(file generators.File) []mention {
	var list []mention
	switch systemOf(file.Path) {
	case netplan:
		list = byBackend(file)
	case ifcfg:
		list = byBackend(file)
	case keyfile:
		list = byBackend(file)
	case networkd:
		list = networkdMentions(file)
	default:
		list = byBackend(file)
	}
	return slices.DeleteFunc(list, func(m mention) bool { return m.pattern == "lo" })
}

// byBackend asks the backend of a file.
func byBackend(file generators.File) []mention {
	var list []mention
	if backend, ok := all.Lookup(systemOf(file.Path)); ok {
		for _, m := range backend.Mentions(file) {
			list = append(list, mention{m.Pattern, m.Line, m.Text})
		}
	}
	return list
}

// covers tells whether the mention is of a link.
func (m mention) covers(link string) bool {
	matched, err := path.Match(m.pattern, link)
	return m.pattern == link || err == nil && matched
}

func isSeparator(r rune) bool { return r == ';' || r == ',' || r == ' ' || r == '\t' }

// networkdMentions reads the [Match] of a .network file and the name of a
// link that a .netdev file makes. A name behind "!" is what does not match.
func networkdMentions(file generators.File) []mention {
	section := map[string]string{".network": "Match", ".netdev": "NetDev"}[path.Ext(file.Path)]
	var list []mention
	sections := ini.Systemd.Read(file.Content).Named(section)
	for _, s := range sections {
		for _, e := range s.Entries {
			if e.Key != "Name" || strings.HasPrefix(e.Value, "!") {
				continue
			}
			for name := range strings.FieldsSeq(e.Value) {
				list = append(list, mention{strings.Trim(name, `"`), e.Line, "Name=" + e.Value})
			}
		}
	}
	if len(list) == 0 && len(sections) > 0 {
		list = append(list, mention{text: "it matches by something else than names"})
	}
	return list
}

func isBackup(name string) bool {
	return slices.ContainsFunc([]string{"~", ".bak", ".old", ".orig", ".rpmnew", ".rpmorig", ".rpmsave"}, func(end string) bool {
		return strings.HasSuffix(name, end)
	})
}
