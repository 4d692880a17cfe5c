package manager

import (
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/all"
)

// mentions lists what a file configures by its backend, the loopback apart, in
// the order of its lines. No text of it holds a secret.
func mentions(file generators.File) []generators.Mention {
	backend, ok := all.Lookup(systemOf(file.Path))
	if !ok {
		return nil
	}
	return slices.DeleteFunc(backend.Mentions(file), func(m generators.Mention) bool { return m.Pattern == "lo" })
}

func isSeparator(r rune) bool { return r == ';' || r == ',' || r == ' ' || r == '\t' }

func isBackup(name string) bool {
	return slices.ContainsFunc([]string{"~", ".bak", ".old", ".orig", ".rpmnew", ".rpmorig", ".rpmsave"}, func(end string) bool {
		return strings.HasSuffix(name, end)
	})
}
