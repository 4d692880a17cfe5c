package ifcfg

import (
	"path"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/shell"
)

// matchName is NetworkManager's variable for the names of the links that a
// profile may be for, patterns split at blanks; one behind "!" is not matched.
const matchName = "MATCH_INTERFACE_NAME"

// passOver has a profile without DEVICE, which NetworkManager takes for any
// link of its type, pass over the links. Network-scripts find the link of such
// a file by HWADDR alone.
func (l *letting) passOver(f foreign) {
	typ := strings.ToLower(f.peek("TYPE"))
	hwaddr, byAddress := f.get("HWADDR")
	isProfile := (typ == "ethernet" || typ == "wireless") && f.yes("NM_CONTROLLED", true)
	switch {
	case isProfile:
		l.match(f)
	case byAddress:
		l.report.CannotLetGo(f.path, hwaddr.line, "HWADDR picks the link of this file, whose name only the host knows",
			"Add DEVICE with the name of its link")
	}
}

// match adds an assignment at the end of the file, where it is the one that counts.
func (l *letting) match(f foreign) {
	words := fields(f.peek(matchName))
	var links []string
	for _, link := range l.Links {
		if allows(words, link) {
			links = append(links, link)
			words = append(words, "!"+link)
		}
	}
	if len(links) == 0 {
		return
	}
	slices.Sort(links)
	quoted, _ := shell.Quote(strings.Join(words, " "))
	content := strings.TrimSuffix(string(f.file.Content), "\n") + "\n" +
		"# Added by bondctl, which has taken the links behind ! over.\n" + matchName + "=" + quoted + "\n"
	l.edits[f.path] = generators.Edit{Path: f.path, Content: []byte(content), Links: links, How: "profile made to pass over them by " + matchName}
}

// allows tells whether patterns let a profile be for a link.
func allows(words []string, link string) bool {
	only, named := false, false
	for _, word := range words {
		pattern, not := strings.CutPrefix(strings.TrimLeft(word, "|&"), "!")
		matched, err := path.Match(pattern, link)
		switch {
		case not && err == nil && matched:
			return false
		case !not:
			only, named = true, named || err == nil && matched
		}
	}
	return named || !only
}
