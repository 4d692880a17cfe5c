package gentest

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// Foreign tells what a backend's files are like in the hands of somebody else.
type Foreign struct {
	// Files are what becomes of rendered files without their headers; nil for these.
	Files func([]generators.File) []generators.File
	// OthersOnly leaves out links that the same consumers go on to care for.
	OthersOnly bool
	// StaysNamed is set where a bond that stays goes on to name a link that is taken
	// as its primary: to its consumers that is one that is not there.
	StaysNamed bool
	// Check looks at what else must hold of the edits; nil for nothing.
	Check func(t require.TestingT, files []generators.File, edits []generators.Edit, taking generators.Taking)
}

// LetGo takes random links over from what the corpus comes to, as if somebody
// else had written it: those links are gone, and all else is said as before.
func LetGo(t *testing.T, b *generators.Backend, foreign Foreign) {
	t.Helper()
	for _, c := range Corpus(t) {
		files, _ := b.Render(c.Decode(t))
		files = WithoutHeaders(files)
		if foreign.Files != nil {
			files = foreign.Files(files)
		}
		t.Run(c.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { letGo(t, b, foreign, files) })
		})
	}
}

func letGo(t *rapid.T, b *generators.Backend, foreign Foreign, files []generators.File) {
	doc, _ := b.Parse(files)
	taking := generators.Taking{Links: drawLinks(t, doc), Own: !foreign.OthersOnly && rapid.Bool().Draw(t, "own")}
	edits, diags := b.TakeOver(files, taking)
	assert.Empty(t, diags)
	after, _ := b.Parse(Edited(files, edits))
	for _, e := range edits {
		assert.True(t, !e.Tells || e.Content == nil || generators.Tells(e.Content), "%s does not say whose it is", e.Path)
	}
	left := without(doc, taking.Links)
	if !foreign.StaysNamed {
		forget(left, taking.Links)
	}
	assert.Equal(t, Stated(left), Stated(after))
	if foreign.Check != nil {
		foreign.Check(t, files, edits, taking)
	}
}

// WithoutHeaders gives rendered files as if a person had written them.
func WithoutHeaders(files []generators.File) []generators.File {
	typed := slices.Clone(files)
	for i, f := range typed {
		_, typed[i].Content, _ = bytes.Cut(f.Content, []byte("\n"))
	}
	return typed
}

// Edited does to files what the edits say.
func Edited(files []generators.File, edits []generators.Edit) []generators.File {
	left := slices.Clone(files)
	for _, e := range edits {
		mode := e.Mode
		left = slices.DeleteFunc(left, func(f generators.File) bool {
			if f.Path == e.Path {
				mode = f.Mode
			}
			return f.Path == e.Path
		})
		if e.Content != nil {
			left = append(left, generators.File{Path: e.Path, Mode: mode, Content: e.Content})
		}
	}
	return left
}

// Stated gives what a document states, without the places.
func Stated(doc *schema.Document) []string {
	list := []string{}
	for _, s := range doc.Statements() {
		list = append(list, s.Path+" = "+s.Value)
	}
	return list
}

// drawLinks draws links of a document: bonds with their slaves, or some of
// those alone; all with the VLANs on them.
func drawLinks(t *rapid.T, doc *schema.Document) []string {
	var links []string
	draw := func(name string, with bool) bool {
		if with || rapid.IntRange(0, 2).Draw(t, name) == 0 {
			links = append(links, name)
			return true
		}
		return false
	}
	for _, b := range doc.Bonds {
		taken := draw(b.Name.Value, false)
		for _, s := range b.Slaves {
			draw(s.Name.Value, taken)
		}
		for _, v := range b.VLANs {
			draw(v.Name(b.Name.Value), taken)
		}
	}
	for _, l := range doc.Links {
		taken := draw(l.Name.Value, slices.Contains(links, l.Name.Value))
		for _, v := range l.VLANs {
			draw(v.Name(l.Name.Value), taken)
		}
	}
	return links
}

// without takes links out of a document.
func without(doc *schema.Document, links []string) *schema.Document {
	taken := func(name string) bool { return slices.Contains(links, name) }
	vlans := func(list []*schema.VLAN, parent string) []*schema.VLAN {
		return slices.DeleteFunc(list, func(v *schema.VLAN) bool { return taken(v.Name(parent)) })
	}
	doc.Bonds = slices.DeleteFunc(doc.Bonds, func(b *schema.Bond) bool { return taken(b.Name.Value) })
	doc.Links = slices.DeleteFunc(doc.Links, func(l *schema.Link) bool { return taken(l.Name.Value) })
	for _, b := range doc.Bonds {
		b.Slaves = slices.DeleteFunc(b.Slaves, func(s *schema.Slave) bool { return taken(s.Name.Value) })
		b.VLANs = vlans(b.VLANs, b.Name.Value)
	}
	for _, l := range doc.Links {
		l.VLANs = vlans(l.VLANs, l.Name.Value)
	}
	return doc
}

// forget takes settings out of a document that name links.
func forget(doc *schema.Document, links []string) {
	for _, b := range doc.Bonds {
		b.Settings = slices.DeleteFunc(b.Settings, func(s schema.Setting) bool {
			return s.Option.Kind == schema.LinkName && slices.Contains(links, s.Value.String())
		})
	}
}
