package networkd

import (
	"path"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/ini"
)

const (
	// shieldFile tells systemd-networkd to leave links alone; by its name it
	// comes before the files of most others.
	shieldFile = dir + "/00-bondctl.network"
	// exclusion is the name of what keeps a file from being used for links.
	exclusion = "99-bondctl.conf"
)

// shieldLink has a link left alone, which a file would configure else.
func (l *letting) shieldLink(u *unit, link string) {
	if l.canExclude(u, link) && !slices.Contains(l.shield, link) {
		l.shield = append(l.shield, link)
	}
}

// canExclude tells whether systemd-networkd can be told of a link by its name,
// and reports it where not.
func (l *letting) canExclude(u *unit, link string) bool {
	why := nameFault(link)
	if why == "" && strings.ContainsAny(link, `"'`) {
		why = "systemd-networkd cannot be told of the name " + link
	}
	if why != "" {
		l.report.CannotLetGo(u.main.Path, 1, why+", and this file may be for the link", "Rename the link")
	}
	return why == ""
}

// writeShield adds links to the file that has them left alone.
func (l *letting) writeShield(files []generators.File) {
	if len(l.shield) == 0 {
		return
	}
	names := slices.Clone(l.shield)
	for _, file := range files {
		if file.Path == shieldFile {
			for _, m := range mentions(file) {
				names = append(names, m.Pattern)
			}
		}
	}
	l.write(shieldFile, l.shield, "systemd-networkd told to leave the links alone",
		"bondctl has taken these links over: other files here are not to be used for them.",
		section{name: "Match", entries: entries("Name", listed(names))},
		section{name: "Link", entries: entries("Unmanaged", "yes")})
}

// exclude adds to a unit that it is not for links. Name= alone would not do:
// the unit would still match by an alternative name of the link. A property
// alone would not either: there are none in containers.
func (l *letting) exclude(u *unit, links []string) {
	links = slices.DeleteFunc(links, func(link string) bool { return !l.canExclude(u, link) })
	if len(links) == 0 {
		return
	}
	names := slices.Clone(links)
	file := dir + "/" + u.name + ".d/" + exclusion
	for _, dropIn := range u.dropIns {
		if dropIn.Path == file {
			names = append(names, excluded(dropIn)...)
		}
	}
	properties := make([]string, len(names))
	for i, name := range names {
		properties[i] = "INTERFACE=" + name
	}
	l.write(file, links, path.Base(u.main.Path)+" told to pass over the links",
		"bondctl has taken these links over: the file that this adds to is for others.",
		section{name: "Match", entries: entries("Name", "!"+listed(names), "Property", "!"+listed(properties))})
}

// excluded are the links that an earlier exclusion names.
func excluded(file generators.File) []string {
	var names []string
	for _, s := range ini.Systemd.Read(file.Content).Named("Match") {
		if e, ok := s.Get("Name"); ok {
			names = append(names, strings.Fields(strings.TrimPrefix(e.Value, "!"))...)
		}
	}
	return names
}

// listed writes words sorted, each once.
func listed(words []string) string {
	return strings.Join(slices.Compact(slices.Sorted(slices.Values(words))), " ")
}

// write adds a file of bondctl's beside those of others. Without the header of
// rendered files, it is not taken for one of a document.
func (l *letting) write(file string, links []string, how, comment string, sections ...section) {
	w := ini.Writer{Dialect: ini.Systemd}
	w.Comment(comment)
	for _, s := range sections {
		w.Section(s.name)
		for _, e := range s.entries {
			w.Set(e.key, e.value)
		}
	}
	content, err := w.Bytes()
	if err != nil {
		l.report.CannotLetGo(file, 1, err.Error(), "Rename the link")
		return
	}
	l.edits = append(l.edits, generators.Edit{Path: file, Content: content, Tells: true, Links: slices.Sorted(slices.Values(links)), How: how})
}
