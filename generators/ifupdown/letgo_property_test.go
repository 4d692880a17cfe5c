package ifupdown

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/schema"
)

// group is a link with what has to go with it: a bond's slaves, VLANs.
type group struct {
	links []string
	// paths are those of the statements about them.
	paths []string
}

// groupsOf lists what can be taken over of a document, each by itself.
func groupsOf(doc *schema.Document) []group {
	var groups []group
	for _, b := range doc.Bonds {
		path := "bond/" + b.Name.Value
		whole := group{links: []string{b.Name.Value}, paths: []string{path}}
		for _, s := range b.Slaves {
			groups = append(groups, group{[]string{s.Name.Value}, []string{path + "/slave/" + s.Name.Value}})
			whole.links = append(whole.links, s.Name.Value)
		}
		groups = append(append(groups, whole.with(b.VLANs)), vlansOf(path, b.Name.Value, b.VLANs)...)
	}
	for _, l := range doc.Links {
		path := string(l.Kind) + "/" + l.Name.Value
		groups = append(groups, group{[]string{l.Name.Value}, []string{path}}.with(l.VLANs))
		groups = append(groups, vlansOf(path, l.Name.Value, l.VLANs)...)
	}
	return groups
}

func (g group) with(vlans []*schema.VLAN) group {
	for _, v := range vlans {
		g.links = append(g.links, v.Name(g.links[0]))
	}
	return g
}

func vlansOf(path, parent string, vlans []*schema.VLAN) []group {
	var groups []group
	for _, v := range vlans {
		groups = append(groups, group{[]string{v.Name(parent)}, []string{fmt.Sprintf("%s/vlan/%d", path, v.ID.Value)}})
	}
	return groups
}

// states tells whether a statement is about what is taken, or chooses it.
func (g group) states(s schema.Statement) bool {
	within := func(path string) bool { return generators.Unsaid{Path: path}.Covers(s.Path) }
	option, ok := schema.Lookup(s.Path[strings.LastIndexByte(s.Path, '/')+1:])
	chosen := ok && option.Kind == schema.LinkName && slices.Contains(g.links, s.Value)
	return chosen || slices.ContainsFunc(g.paths, within)
}

// byHand gives rendered files as if a person had written them.
func byHand(files []generators.File) []generators.File {
	var typed []generators.File
	for _, f := range files {
		_, body, _ := bytes.Cut(f.Content, []byte("\n"))
		typed = append(typed, generators.File{Path: f.Path, Mode: f.Mode, Content: body})
	}
	return typed
}

func applied(files []generators.File, edits []generators.Edit) []generators.File {
	after := slices.Clone(files)
	for _, e := range edits {
		at := slices.IndexFunc(after, func(f generators.File) bool { return f.Path == e.Path })
		after[at].Content = e.Content
	}
	return after
}

// TestLetGoLeavesNothing takes links of the corpus over from files that say it:
// the reader then finds none of them, and all else as before.
func TestLetGoLeavesNothing(t *testing.T) {
	for _, c := range gentest.Corpus(t) {
		rendered, _ := Backend().Render(c.Decode(t))
		files := byHand(rendered)
		before, _ := Backend().Parse(files)
		groups := groupsOf(before)
		if len(groups) == 0 {
			continue
		}
		rapid.Check(t, func(t *rapid.T) {
			var taken group
			for _, g := range rapid.SliceOfNDistinct(rapid.SampledFrom(groups), 1, 3, func(g group) string { return g.paths[0] }).Draw(t, "groups") {
				taken.links, taken.paths = append(taken.links, g.links...), append(taken.paths, g.paths...)
			}
			edits, diags := Backend().TakeOver(files, generators.Taking{Links: taken.links, Own: rapid.Bool().Draw(t, "own")})
			assert.False(t, diags.HasErrors(), "%v", diags)
			after, complaints := Backend().Parse(applied(files, edits))
			assert.Empty(t, complaints)
			assert.Equal(t, wordsOf(without(before, taken)), wordsOf(after.Statements()), c.Name)
			for _, e := range edits {
				at := slices.IndexFunc(files, func(f generators.File) bool { return f.Path == e.Path })
				assert.Equal(t, string(files[at].Content), undone(string(e.Content)))
			}
		})
	}
}

func without(doc *schema.Document, taken group) []schema.Statement {
	return slices.DeleteFunc(doc.Statements(), taken.states)
}

func wordsOf(statements []schema.Statement) []string {
	texts := make([]string, len(statements))
	for i, s := range statements {
		texts[i] = s.Path + " = " + s.Value
	}
	return texts
}

// FuzzLetGo wants that what is commented out can be brought back, that nothing
// is left to be let go, and that places are in the file.
func FuzzLetGo(f *testing.F) {
	f.Add(seed000(f), "em1 bond0")
	for _, c := range letGoCases {
		f.Add(c.text, c.links)
	}
	for _, c := range understoodCases {
		f.Add(c.text, "eth0 bond0")
	}
	f.Fuzz(func(t *testing.T, text, links string) {
		if strings.Contains(text, begin) || strings.Contains(text, end) || strings.Contains(text, instead) {
			return
		}
		taking := generators.Taking{Links: strings.Fields(links), Own: true}
		edits, diags := Backend().TakeOver([]generators.File{mainOf(text)}, taking)
		for _, d := range diags {
			assert.LessOrEqual(t, d.Subject.Start.Line, strings.Count(text, "\n")+1)
		}
		for _, e := range edits {
			assert.NotEmpty(t, e.Links)
			assert.Equal(t, strings.TrimSuffix(text, "\n"), strings.TrimSuffix(undone(string(e.Content)), "\n"))
			again, _ := Backend().TakeOver([]generators.File{mainOf(string(e.Content))}, taking)
			assert.Empty(t, again)
		}
	})
}
