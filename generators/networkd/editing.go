package networkd

import (
	"path"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/ini"
)

// editing takes words and lines out of the files of a unit, and leaves every
// other byte as it is.
type editing struct {
	unit  *unit
	files []*edited
}

// edited is a file with its lines, each with its end; a line that goes is empty.
type edited struct {
	path  string
	lines []string
	// links are those taken out, and what says from where.
	links, what []string
}

func newEditing(u *unit) *editing {
	t := &editing{unit: u}
	for _, file := range u.files() {
		t.files = append(t.files, &edited{path: file.Path, lines: strings.SplitAfter(string(file.Content), "\n")})
	}
	return t
}

func (t *editing) file(name string) *edited {
	return t.files[slices.IndexFunc(t.files, func(e *edited) bool { return e.path == name })]
}

// cutWords takes words out of lists; a line that has no others goes, for an
// empty one would take back those before it.
func (t *editing) cutWords(words []word) {
	for _, p := range t.unit.sections {
		for _, e := range p.Entries {
			var cut []string
			for _, w := range words {
				if w.path == p.path && w.line == e.Line {
					cut = append(cut, w.text)
				}
			}
			if len(cut) > 0 {
				t.file(p.path).cut(e, cut)
			}
		}
	}
}

// cutEntries removes the lines of keys in [Network], for these links.
func (t *editing) cutEntries(links []string, keys ...string) {
	t.eachEntry(func(f *edited, e ini.Entry) {
		if slices.Contains(keys, e.Key) {
			f.drop(e, links)
		}
	})
}

// cutValues removes the lines of a key in [Network] that have one of the values.
func (t *editing) cutValues(key string, values []string) {
	t.eachEntry(func(f *edited, e ini.Entry) {
		if e.Key == key && slices.Contains(values, e.Value) {
			f.drop(e, []string{e.Value})
		}
	})
}

func (t *editing) eachEntry(do func(*edited, ini.Entry)) {
	sections, _ := parted(t.unit.sections, "Network")
	for _, p := range sections {
		for _, e := range p.Entries {
			do(t.file(p.path), e)
		}
	}
}

// edits are those of the files that have changed. What is not the
// administrator's is hidden by a file of its name that is.
func (t *editing) edits() []generators.Edit {
	var edits []generators.Edit
	for _, f := range t.files {
		if len(f.links) == 0 {
			continue
		}
		links := slices.Compact(slices.Sorted(slices.Values(f.links)))
		target := dir + "/" + t.unit.name
		if f.path != t.unit.main.Path {
			target += ".d/" + path.Base(f.path)
		}
		edits = append(edits, generators.Edit{
			Path: target, Content: []byte(strings.Join(f.lines, "")), Links: links,
			How: strings.Join(links, ", ") + " taken out of " + strings.Join(f.what, ", "),
		})
	}
	return edits
}

func (f *edited) note(key string, links []string) {
	f.links = append(f.links, links...)
	if !slices.Contains(f.what, key+"=") {
		f.what = append(f.what, key+"=")
	}
}

// drop removes an entry, with the lines that continue it.
func (f *edited) drop(e ini.Entry, links []string) {
	f.note(e.Key, links)
	for _, i := range f.span(e) {
		f.lines[i] = ""
	}
}

// cut takes words out of an entry.
func (f *edited) cut(e ini.Entry, words []string) {
	rest := slices.DeleteFunc(strings.Fields(e.Value), func(w string) bool { return slices.Contains(words, w) })
	if len(rest) == 0 {
		f.drop(e, words)
		return
	}
	f.note(e.Key, words)
	for n, i := range f.span(e) {
		head, list := "", f.lines[i]
		if n == 0 {
			key, value, _ := strings.Cut(list, "=")
			head, list = key+"=", value
		}
		f.lines[i] = head + without(list, words)
	}
}

// span gives the lines of an entry, without the comments between them.
func (f *edited) span(e ini.Entry) []int {
	span := []int{e.Line - 1}
	for i := e.Line - 1; goesOn(f.lines[i]); {
		i++
		for i < len(f.lines) && isComment(f.lines[i]) {
			i++
		}
		if i >= len(f.lines) {
			break
		}
		span = append(span, i)
	}
	return span
}

// goesOn tells whether a line ends in a backslash that none before it escapes.
func goesOn(line string) bool {
	line = strings.TrimRight(line, "\r\n")
	return (len(line)-len(strings.TrimRight(line, `\`)))%2 == 1
}

func isComment(line string) bool {
	text := strings.TrimLeft(line, blanksOfLine)
	return text != "" && strings.ContainsAny(text[:1], "#;")
}

// without takes words out of a list, each with the blanks before it, or behind
// it where it is the first. What ends the line stays.
func without(list string, words []string) string {
	body := strings.TrimRight(list, "\r\n")
	if goesOn(body) {
		body = body[:len(body)-1]
	}
	end := list[len(body):]
	var kept strings.Builder
	first := true
	for rest := body; rest != ""; {
		blanks, after := leading(rest, blanksOfLine)
		text := after
		if i := strings.IndexAny(after, blanksOfLine); i >= 0 {
			text = after[:i]
		}
		rest = after[len(text):]
		if slices.Contains(words, text) {
			if first {
				rest = blanks + strings.TrimLeft(rest, blanksOfLine)
			}
			continue
		}
		kept.WriteString(blanks + text)
		first = false
	}
	return kept.String() + end
}

const blanksOfLine = " \t\v\f"
