package keyfile_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/generators/keyfile"
	"github.com/bondctl/bondctl/schema"
)

// foreign gives the profiles of a document as if somebody else had made them.
func foreign(doc *schema.Document) []generators.File {
	files, _ := keyfile.Backend().Render(doc)
	for i := range files {
		_, files[i].Content, _ = bytes.Cut(files[i].Content, []byte("\n"))
	}
	return files
}

// withWhatIsOnTop adds to some links of a document those that cannot stay
// without them.
func withWhatIsOnTop(doc *schema.Document, links []string) []string {
	for _, b := range doc.Bonds {
		if slices.Contains(links, b.Name.Value) {
			links = append(links, named(&schema.Document{Bonds: []*schema.Bond{b}})...)
		}
	}
	for _, l := range doc.Links {
		if slices.Contains(links, l.Name.Value) {
			links = append(links, named(&schema.Document{Links: []*schema.Link{l}})...)
		}
	}
	slices.Sort(links)
	return slices.Compact(links)
}

// withoutLinks gives the document's statements but those about some links.
func withoutLinks(doc *schema.Document, links []string) []string {
	is := func(name string) bool { return slices.Contains(links, name) }
	vlans := func(list []*schema.VLAN, parent string) []*schema.VLAN {
		return slices.DeleteFunc(list, func(v *schema.VLAN) bool { return is(v.Name(parent)) })
	}
	doc.Bonds = slices.DeleteFunc(doc.Bonds, func(b *schema.Bond) bool { return is(b.Name.Value) })
	for _, b := range doc.Bonds {
		b.Slaves = slices.DeleteFunc(b.Slaves, func(s *schema.Slave) bool { return is(s.Name.Value) })
		b.VLANs = vlans(b.VLANs, b.Name.Value)
	}
	doc.Links = slices.DeleteFunc(doc.Links, func(l *schema.Link) bool { return is(l.Name.Value) })
	for _, l := range doc.Links {
		l.VLANs = vlans(l.VLANs, l.Name.Value)
	}
	return statements(doc)
}

// Whatever links are taken, they are let go, and nothing else changes.
func TestWhateverLinksAreTaken(t *testing.T) {
	corpus := gentest.Corpus(t)
	rapid.Check(t, func(r *rapid.T) {
		doc := rapid.SampledFrom(corpus).Draw(r, "case").Decode(t)
		files := append(foreign(doc), generators.File{
			Path: dir + "any", Mode: generators.Private, Content: []byte("[connection]\ntype=ethernet\n"),
		})
		before, _ := keyfile.Backend().Parse(files)
		all := named(before)
		if len(all) == 0 {
			return
		}
		some := rapid.SliceOfNDistinct(rapid.SampledFrom(all), 1, -1, rapid.ID).Draw(r, "links")
		taking := generators.Taking{Links: withWhatIsOnTop(before, some), Own: rapid.Bool().Draw(r, "own")}
		edits, diags := keyfile.Backend().TakeOver(files, taking)
		require.Empty(r, diags)
		letsGo(r, files, edits, taking)

		after, _ := keyfile.Backend().Parse(edited(files, edits))
		assert.Equal(r, withoutLinks(before, taking.Links), statements(after))
		for _, e := range edits {
			assert.NotEmpty(r, e.How)
			assert.Subset(r, taking.Links, e.Links)
		}
	})
}

// Whatever the files are, a second look finds nothing more to edit where the
// first reports no error, and files of bondctl's own stay as they are.
func FuzzLetGo(f *testing.F) {
	for _, text := range hostTexts(f) {
		f.Add(text, true)
		f.Add(text, false)
	}
	f.Fuzz(func(t *testing.T, archive string, own bool) {
		files := slices.CompactFunc(gentest.Files(archive), func(a, b generators.File) bool { return a.Path == b.Path })
		taking := generators.Taking{Links: []string{"eth0", "bond0", "wlp2s0", "*[\\;"}, Own: own}
		edits, diags := keyfile.Backend().TakeOver(files, taking)
		for _, d := range diags {
			assert.NotNil(t, d.Subject)
		}
		for _, e := range edits {
			i := slices.IndexFunc(files, func(f generators.File) bool { return f.Path == e.Path })
			assert.False(t, i >= 0 && generators.IsOurs(files[i].Content), "%s is bondctl's", e.Path)
		}
		if !diags.HasErrors() {
			letsGo(t, files, edits, taking)
		}
	})
}
