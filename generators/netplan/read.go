package netplan

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// reader makes definitions of trees, and a document of definitions.
type reader struct{ report *generators.Report }

// read gives the document that netplan's files describe.
func read(files []generators.File, report *generators.Report) *schema.Document {
	r := &reader{report: report}
	doc := &schema.Document{}
	root := plant(files, report)
	if root == nil {
		return doc
	}
	for _, top := range r.entries(root) {
		if top.key != "network" {
			r.refuseKey(top)
			continue
		}
		r.document(r.definitions(top.value), doc)
	}
	return doc
}

// definitions reads the sections below network.
func (r *reader) definitions(network *tree) [len(sections)][]*definition {
	var found [len(sections)][]*definition
	for _, e := range r.entries(network) {
		switch in := sectionNamed(e.key); {
		case in >= 0:
			found[in] = r.section(sections[in].rows, e.value)
		case e.key == "version":
			if text, ok := r.scalar(e.value); ok && text != "2" {
				r.refuse(e.value, "netplan reads version 2 only")
			}
		case e.key != "renderer":
			r.refuseKey(e)
		}
	}
	return found
}

func sectionNamed(key string) int {
	for i, s := range sections {
		if s.key == key {
			return i
		}
	}
	return -1
}

func (r *reader) section(rows []row[definition], t *tree) []*definition {
	var found []*definition
	for _, e := range r.entries(t) {
		if e.key == "renderer" {
			continue
		}
		d := &definition{id: e.key, place: e.place}
		readRows(r, rows, d, e.value)
		found = append(found, d)
	}
	return found
}

// scalar gives the text of a scalar.
func (r *reader) scalar(t *tree) (string, bool) {
	if t.kind != yaml.ScalarNode {
		r.refuse(t, "wants one value, not a list or a mapping")
		return "", false
	}
	return t.text, true
}

// items gives the members of a list.
func (r *reader) items(t *tree) []*tree {
	if t.kind != yaml.SequenceNode {
		r.refuse(t, "wants a list")
	}
	return t.items
}

// entries gives the members of a mapping.
func (r *reader) entries(t *tree) []entry {
	if t.kind != yaml.MappingNode {
		r.refuse(t, "wants a mapping of keys to values")
	}
	return t.members
}

// refuse reports a value that a document cannot have. The detail never has
// the text of a secret.
func (r *reader) refuse(t *tree, detail string) {
	r.report.NotUnderstood(t.place.Filename, t.place.Start.Line, sentence(detail))
}

// refuseKey reports a key by its name; what it holds may be a secret.
func (r *reader) refuseKey(e entry) {
	r.report.NotUnderstood(e.place.Filename, e.place.Start.Line, "A document has no word for "+e.key+".")
}

func sentence(text string) string {
	if text = strings.TrimSuffix(text, "."); text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
