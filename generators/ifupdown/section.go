package ifupdown

import "github.com/bondctl/bondctl/generators"

// section is a line that begins something, with the options that follow it.
// Options that follow nothing have a section without such a line.
type section struct {
	kind    kind
	head    line
	options []line
}

// sectionsOf takes a file apart.
func sectionsOf(file generators.File) []section {
	sections := []section{{}}
	for _, l := range linesOf(file) {
		keyword, _ := l.word()
		if k := kindOf(keyword); k != optionLine {
			sections = append(sections, section{kind: k, head: l})
			continue
		}
		last := &sections[len(sections)-1]
		last.options = append(last.options, l)
	}
	return sections
}

// end is the number of the section's last line.
func (s section) end() int {
	if len(s.options) == 0 {
		return s.head.last
	}
	return s.options[len(s.options)-1].last
}

// option gives a line of a stanza as its option.
func (l line) option() option {
	keyword, rest := l.word()
	return option{key: normalKey(keyword), value: rest, path: l.path, line: l.number}
}
