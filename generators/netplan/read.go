package netplan

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"go.yaml.in/yaml/v3"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// reader makes definitions of trees, and a document of definitions.
type reader struct {
	report *generators.Report
	// own are the paths of bondctl's files, which tell a default route that is
	// the gateway from another by its spelling.
	own map[string]bool
	// common is the renderer of definitions that name none.
	common string
	// elsewhere are the IDs of definitions that a document has no word for, each
	// with its section.
	elsewhere map[string]string
}

const (
	keyNetwork  = "network"
	keyRenderer = "renderer"

	rendererNetworkd       = "networkd"
	rendererNetworkManager = "NetworkManager"
	rendererHardware       = "sriov" // of VLANs only
)

// read gives the document that netplan's files describe.
func read(files []generators.File, report *generators.Report) *schema.Document {
	r := &reader{report: report, own: map[string]bool{}, elsewhere: map[string]string{}}
	for _, file := range files {
		r.own[file.Path] = generators.IsOurs(file.Content)
	}
	doc := &schema.Document{}
	root := plant(files, report)
	if root == nil {
		return doc
	}
	for _, top := range r.entries(root) {
		if top.key != keyNetwork {
			r.refuseKey(top)
			continue
		}
		r.document(r.definitions(top.value), doc)
	}
	return doc
}

// definitions reads the sections below network.
func (r *reader) definitions(network *tree) [len(sections)][]*definition {
	r.common = rendererOf(network, rendererNetworkd)
	var found [len(sections)][]*definition
	for _, e := range r.entries(network) {
		switch in := sectionNamed(e.key); {
		case in >= 0:
			found[in] = r.section(sections[in], e.value)
		case slices.Contains(foreignSections, e.key):
			r.foreign(e)
		case e.key == "version":
			if text, ok := r.scalar(e.value); ok && text != "2" {
				r.refuse(e.value, "has no other version than 2, and netplan refuses one")
			}
		case e.key == keyRenderer:
			r.scalar(e.value)
		default:
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

// foreignSections have definitions that a document has no words for.
var foreignSections = []string{"bridges", "dummy-devices", "modems", "nm-devices", "tunnels", "virtual-ethernets", "vrfs"}

// foreign reports each definition of such a section.
func (r *reader) foreign(section entry) {
	for _, e := range r.entries(section.value) {
		if e.key != keyRenderer {
			r.elsewhere[e.key] = section.key
			r.refuseAt(e.place, "A document has no word for "+section.key+": "+e.key+" is left out.")
		}
	}
}

func (r *reader) section(s section, t *tree) []*definition {
	common := rendererOf(t, r.common)
	var found []*definition
	for _, e := range r.entries(t) {
		if e.key == keyRenderer {
			r.checkRenderer(e.value)
			continue
		}
		d := &definition{id: e.key, place: e.place, renderer: rendererOf(e.value, common)}
		readRows(r, s.rows, d, e.value)
		for _, profile := range d.profiles {
			readRows(r, profileKeys, d, profile)
		}
		if d.openVSwitch {
			r.elsewhere[d.id] = s.key
			r.refuseDefinition(d, "Open vSwitch makes it, not the kernel; it is left out")
			continue
		}
		found = append(found, d)
	}
	return found
}

// rendererOf gives the renderer that a mapping names, or another where it
// names none.
func rendererOf(t *tree, otherwise string) string {
	if i, ok := t.index[keyRenderer]; ok {
		return t.members[i].value.text
	}
	return otherwise
}

// checkRenderer reports a renderer other than that of the host's definitions.
func (r *reader) checkRenderer(t *tree) {
	if text, ok := r.scalar(t); ok && text != r.common && text != rendererHardware {
		r.refuse(t, "names no renderer, and that of definitions without one is "+r.common)
	}
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
