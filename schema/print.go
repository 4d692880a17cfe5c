package schema

import (
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
)

// element is an attribute or a block of a document's text, or all of it.
type element struct {
	path  string
	place hcl.Range
	// text is an attribute's line, or a block's without its brace.
	text  string
	block bool
	// gone is set for a block that is not in the text.
	gone bool
	// inner is what a block holds.
	inner []*element
	// sections are the places in inner where a new part of the block begins.
	sections []int
	notes    []string
}

// below gives the path of a part.
func (e *element) below(name string) string {
	if e.path == "" {
		return name
	}
	return e.path + "/" + name
}

// section sets what is added next off from what is there.
func (e *element) section() { e.sections = append(e.sections, len(e.inner)) }

// annotate puts each note at the element of its path, or around it.
func (e *element) annotate(notes []Note) {
	places := map[string]*element{}
	e.index(places)
	for _, note := range notes {
		at := places[note.Path]
		for path := note.Path; at == nil; at = places[path] {
			path = path[:max(0, strings.LastIndexByte(path, '/'))]
		}
		at.notes = append(at.notes, note.Text)
	}
}

// index finds the elements by path; of several the first.
func (e *element) index(places map[string]*element) {
	if places[e.path] == nil {
		places[e.path] = e
	}
	for _, inner := range e.inner {
		inner.index(places)
	}
}

// print gives the whole document, formatted.
func (e *element) print(heading []string) []byte {
	var text strings.Builder
	comment(&text, heading)
	if len(heading) > 0 && len(e.notes) > 0 {
		text.WriteByte('\n')
	}
	comment(&text, e.notes)
	for i, inner := range e.inner {
		if text.Len() > 0 && (i == 0 || inner.block || e.inner[i-1].block) {
			text.WriteByte('\n')
		}
		inner.printTo(&text)
	}
	return hclwrite.Format([]byte(text.String()))
}

func (e *element) printTo(text *strings.Builder) {
	comment(text, e.notes)
	text.WriteString(e.text)
	switch {
	case !e.block:
	case e.isShort():
		text.WriteString(" {" + e.onlyLine() + "}")
	default:
		text.WriteString(" {\n")
		e.printBody(text)
		text.WriteString("}")
	}
	text.WriteByte('\n')
}

func (e *element) printBody(text *strings.Builder) {
	for i, inner := range e.inner {
		if i > 0 && slices.Contains(e.sections, i) {
			text.WriteByte('\n')
		}
		inner.printTo(text)
	}
}

// isShort tells whether a block stands on one line.
func (e *element) isShort() bool {
	switch len(e.inner) {
	case 0:
		return true
	case 1:
		only := e.inner[0]
		return !only.block && len(only.notes) == 0 && !strings.Contains(only.text, "\n") && len(e.text)+len(only.text) <= widest
	}
	return false
}

func (e *element) onlyLine() string {
	if len(e.inner) == 0 {
		return ""
	}
	return " " + e.inner[0].text + " "
}

// comment writes texts as comments, each of one line or more.
func comment(text *strings.Builder, notes []string) {
	for _, note := range notes {
		for line := range strings.SplitSeq(strings.TrimSuffix(note, "\n"), "\n") {
			text.WriteString(strings.TrimRight("# "+visible(line), " ") + "\n")
		}
	}
}

// visible replaces what could end or hide a comment's line.
func visible(line string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, line)
}
