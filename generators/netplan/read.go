package netplan

import (
	"github.com/hashicorp/hcl/v2"
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
				r.refuse(e.value, "has no other version than 2, and netplan refuses one")
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

// refuseAt reports what stands at a place of a file, in a sentence that never
// has the text of a secret.
func (r *reader) refuseAt(place hcl.Range, sentence string) {
	r.report.NotUnderstood(place.Filename, place.Start.Line, sentence)
}

// refuse reports a value; the clause says what a document wants instead.
func (r *reader) refuse(t *tree, clause string) {
	r.refuseAt(t.place, "A document "+clause+".")
}

// refuseKey reports a key by its name; what it holds may be a secret.
func (r *reader) refuseKey(e entry) {
	r.refuseAt(e.place, "A document has no word for "+e.key+".")
}

// refuseDefinition reports a definition as a whole.
func (r *reader) refuseDefinition(d *definition, clause string) {
	r.refuseAt(d.place, d.id+": "+clause+".")
}
