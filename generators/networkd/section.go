package networkd

import (
	"strconv"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/ini"
)

// section is a section of a file to be; an empty one is left out.
type section struct {
	name string
	// comment stands in a line of its own above the section.
	comment string
	entries []entry
}

type entry struct{ key, value string }

// entries makes a list from keys, each followed by its value.
func entries(keysAndValues ...string) []entry {
	list := make([]entry, 0, len(keysAndValues)/2)
	for i := 0; i+1 < len(keysAndValues); i += 2 {
		list = append(list, entry{keysAndValues[i], keysAndValues[i+1]})
	}
	return list
}

func (s *section) set(key, value string) { s.entries = append(s.entries, entry{key, value}) }

// file writes a file in the directory of systemd-networkd. The path is that of
// the statements that it is for.
func (g *generator) file(path, name string, sections ...section) {
	w := ini.Writer{Dialect: ini.Systemd}
	w.Comment(g.header)
	for _, s := range sections {
		if len(s.entries) == 0 {
			continue
		}
		w.Section(s.name)
		if s.comment != "" {
			w.Comment(s.comment)
		}
		for _, e := range s.entries {
			w.Set(e.key, e.value)
		}
	}
	content, err := w.Bytes()
	if err != nil {
		g.report.CannotSay(path, generators.Line("", 0), err.Error(), "Choose another value")
		return
	}
	// systemd-networkd reads as a user of its own: a file of mode 0600 is lost to it.
	g.files = append(g.files, generators.File{Path: dir + "/" + name, Mode: generators.Public, Content: content})
}

func decimal(n int) string { return strconv.Itoa(n) }

func yesNo(yes bool) string { //nolint:revive // the flag is the value that is written
	if yes {
		return "yes"
	}
	return "no"
}
