package modprobe

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/modconf"
)

// netdev begins the name of the module that the kernel asks for where a
// program of old names a link that does not exist.
const netdev = "netdev-"

// named is what old instructions call a bond in modprobe.d.
var named = regexp.MustCompile(`^(` + netdev + `)?bond[0-9]+$`)

// mentions lists the bonds that lines name or have the module make. The
// driver's defaults are for no bond by name.
func mentions(file generators.File) []generators.Mention {
	var list []generators.Mention
	for _, line := range modconf.Lines(file.Content) {
		m := generators.Mention{Line: line.Number, Text: strings.Join(line.Words, " ")}
		name, ok := namedBond(line)
		switch defaults, made := sets(line); {
		case ok:
			m.Pattern = name
			list = append(list, m)
		case made > 0:
			for i := range made {
				m.Pattern = madeName(i)
				list = append(list, m)
			}
		case defaults:
			list = append(list, m)
		}
	}
	return list
}

// namedBond gives the bond that a line is for by its name: an alias of the
// module, or options and commands of a name that looks like one.
func namedBond(line modconf.Line) (string, bool) {
	if len(line.Words) < 2 {
		return "", false
	}
	isAlias := line.Words[0] == "alias" && len(line.Words) > 2 && line.Words[2] == module
	return strings.TrimPrefix(line.Words[1], netdev), isAlias || named.MatchString(line.Words[1])
}

// unsaidCount is what a line counts that has no number of bonds.
const unsaidCount = -1

// sets tells whether a line sets defaults of the driver, and how many
// bonds it has loading the module make.
func sets(line modconf.Line) (defaults bool, made int) {
	made = unsaidCount
	params, _ := line.Parameters(module)
	for _, p := range params {
		n, ok := count(p.Value)
		switch {
		case p.Name != maxBonds:
			defaults = true
		case ok:
			made = n
		}
	}
	return defaults, made
}

// mostBonds keeps a slip of the pen from filling the memory.
const mostBonds = 1 << 16

// count reads a number of bonds.
func count(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 0 && n <= mostBonds
}

// sorted gives the links that are among others, each once.
func sorted(links, among []string) []string {
	found := slices.DeleteFunc(slices.Clone(links), func(link string) bool { return !slices.Contains(among, link) })
	slices.Sort(found)
	return slices.Compact(found)
}
