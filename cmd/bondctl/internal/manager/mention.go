package manager

import (
	"path"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/all"
)

// mention is a place in a file that configures a link.
type mention struct {
	// pattern is the link's name, perhaps with wildcards; empty where the file
	// picks its links by something else than the name.
	pattern string
	line    int
	text    string
}

// mentions lists what a file configures by its backend, the loopback apart, in
// the order of its lines. No text of it holds a secret.
func mentions(file generators.File) []mention {
	backend, ok := all.Lookup(systemOf(file.Path))
	if !ok {
		return nil
	}
	var list []mention
	for _, m := range backend.Mentions(file) {
		if m.Pattern != "lo" {
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

func isBackup(name string) bool {
	return slices.ContainsFunc([]string{"~", ".bak", ".old", ".orig", ".rpmnew", ".rpmorig", ".rpmsave"}, func(end string) bool {
		return strings.HasSuffix(name, end)
	})
}
