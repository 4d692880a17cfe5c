package networkd

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// place is that of what the file says as a whole.
func (f *linkFile) place() hcl.Range { return generators.Line(f.unit.main.Path, 1) }

// matched finds which links the .network files are in force for. Names come
// from the files themselves: those of links that .netdev files make, that
// wpa_supplicant joins to a network, or that stand in [Match].
func (r *reader) matched(units []*unit) []*linkFile {
	var files []*linkFile
	for _, u := range units {
		if f := r.linkFile(u); f != nil {
			files = append(files, f)
		}
	}
	m := matching{subjects: r.subjects(files), taken: map[string]bool{}, doubts: map[string]string{}}
	for _, f := range files {
		r.assign(&m, f)
		r.checkMatch(f)
		r.checkNameless(f)
	}
	return slices.DeleteFunc(files, func(f *linkFile) bool { return len(f.names) == 0 })
}

// linkFile reads the [Match] of a file, nil where it is not for any link of
// the document.
func (r *reader) linkFile(u *unit) *linkFile {
	f := &linkFile{unit: u}
	var refused []refusal
	f.match, refused = u.matchOf()
	for _, why := range refused {
		r.report.NotUnderstood(why.path, why.line, why.why)
	}
	if len(f.match) == 0 {
		if len(refused) == 0 {
			r.report.NotUnderstood(u.main.Path, 1, "The file has no Name= in [Match], and is not used.")
		}
		return nil
	}
	if c := f.match.moment(); c != nil {
		file, line := c.place()
		r.report.NotUnderstood(file, line, c.key+"= of [Match] holds on some machines or at times, which a document cannot say; the file is left aside.")
		return nil
	}
	return f
}

// subjects are the links that the files know of.
func (r *reader) subjects(files []*linkFile) []schema.Attr[string] {
	var names []schema.Attr[string]
	for _, d := range r.netdevs {
		names = append(names, d.name)
	}
	for _, f := range files {
		for _, w := range f.match.literals() {
			names = append(names, w.placed())
		}
	}
	for _, name := range r.stations {
		names = append(names, schema.Given(name))
	}
	return names
}

func (r *reader) subject(name string) subject {
	if d := r.byName[name]; d != nil {
		return subject{name, d.kind.Value}
	}
	return subject{name: name}
}

// matching is which links have found their file.
type matching struct {
	subjects []schema.Attr[string]
	taken    map[string]bool
	// doubts are the first files that may be a link's, where that cannot be known.
	doubts map[string]string
}

// assign gives a file the links that it is in force for.
func (r *reader) assign(m *matching, f *linkFile) {
	for _, w := range f.match.literals() {
		r.assignNamed(m, f, w)
	}
	for _, name := range m.subjects {
		if m.taken[name.Value] {
			continue
		}
		switch verdict := f.match.of(r.subject(name.Value)); {
		case verdict == yes, verdict == perhaps && f.match.includes(name.Value):
			if names := f.match.names(); len(names) > 0 {
				name.Range = names[0].placed().Range
			} else {
				name.Range = f.place()
			}
			r.give(m, f, name)
		case verdict == perhaps && m.doubts[name.Value] == "":
			m.doubts[name.Value] = f.unit.name
		}
	}
}

// assignNamed gives a file a link that it names.
func (r *reader) assignNamed(m *matching, f *linkFile, w word) {
	switch {
	case w.text == loopback:
		r.report.NotUnderstood(w.path, w.line, "A document does not have the loopback.")
	case len(w.text) > maxName:
		r.report.NotUnderstood(w.path, w.line, "Name= of "+w.text+" is an alternative name, and a document has the name itself.")
	case m.taken[w.text]:
		r.report.NotUnderstood(w.path, w.line, "An earlier file is for "+w.text+"; this one is not used for it.")
	case f.match.of(r.subject(w.text)) == no:
		r.report.NotUnderstood(w.path, w.line, "The conditions of [Match] exclude "+w.text+".")
	default:
		r.give(m, f, w.placed())
	}
}

func (r *reader) give(m *matching, f *linkFile, name schema.Attr[string]) {
	if doubt := m.doubts[name.Value]; doubt != "" {
		r.report.NotUnderstood(name.Range.Filename, name.Range.Start.Line, doubt+" comes before this file and may be for "+name.Value+" too; then this one is not used for it.")
	}
	m.taken[name.Value] = true
	f.names = append(f.names, name)
}

// checkMatch reports what else than the names of links a file is for.
func (r *reader) checkMatch(f *linkFile) {
	taken := "; the file is left aside"
	if len(f.names) > 0 {
		var names []string
		for _, name := range f.names {
			names = append(names, name.Value)
		}
		taken = "; it is taken to hold for " + strings.Join(names, ", ")
	}
	for _, c := range f.match {
		if slices.Contains(nameKeys, c.key) {
			r.checkPatterns(c)
			continue
		}
		file, line := c.place()
		r.report.NotUnderstood(file, line, "A document has nothing like "+c.key+"= of [Match]"+taken+".")
	}
}

// checkNameless reports the slaves of a file whose links have no name here.
func (r *reader) checkNameless(f *linkFile) {
	if len(f.names) > 0 {
		return
	}
	networks, _ := parted(f.unit.sections, "Network")
	for _, p := range networks {
		for _, e := range p.Entries {
			if e.Key == "Bond" && e.Value != "" {
				r.report.NotUnderstood(p.path, e.Line, "A slave of "+e.Value+" is left out, for [Match] does not name it: write slave \"NAME\" {} into the bond.")
			}
		}
	}
}

// checkPatterns reports lines that are for more links than they name.
func (r *reader) checkPatterns(c *condition) {
	excluding := !slices.ContainsFunc(c.words, func(w word) bool { return !w.not })
	told := hcl.Range{}
	for _, w := range c.words {
		place := w.placed().Range
		if w.isLiteral() || w.not && !excluding || place == told {
			continue
		}
		told = place
		r.report.NotUnderstood(w.path, w.line, c.key+"= with a pattern is for any link that matches, and a document names each: write a block for those that are there.")
	}
}
