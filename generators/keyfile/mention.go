package keyfile

import (
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
)

// mentions reads the profile of a file: its interface-name, and the names that
// its match allows.
func mentions(file generators.File) []generators.Mention {
	p := open(file, &generators.Report{})
	if p.isFound() {
		return nil
	}
	var list []generators.Mention
	var except []string
	for _, e := range p.entries {
		if e.Key != "interface-name" || e.section != "connection" && e.section != "match" {
			continue
		}
		for _, name := range strings.FieldsFunc(e.Value, func(r rune) bool { return strings.ContainsRune(";, \t", r) }) {
			switch pattern, not := strings.CutPrefix(strings.TrimLeft(name, "|&"), "!"); {
			case !not:
				list = append(list, generators.Mention{Pattern: pattern, Line: e.Line, Text: e.Key + "=" + e.Value})
			case !strings.HasPrefix(name, "|"):
				except = append(except, strings.TrimPrefix(pattern, `\`))
			}
		}
	}
	if len(list) == 0 && len(p.file.Named("connection")) > 0 {
		return []generators.Mention{{Text: "a profile for any link of its type"}}
	}
	for i := range list {
		list[i].Except = slices.Clone(except)
	}
	return list
}
