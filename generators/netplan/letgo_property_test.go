package netplan

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/schema"
)

// TestAnyLinksAreLetGo takes random links over from what the corpus comes to,
// as if somebody else had written it: those links are gone, all else is said
// as before, and no byte has changed place.
func TestAnyLinksAreLetGo(t *testing.T) {
	for _, c := range gentest.Corpus(t) {
		files, _ := Backend().Render(c.Decode(t))
		_, content, _ := bytes.Cut(files[0].Content, []byte("\n"))
		foreign := generators.File{Path: "/etc/netplan/50-host.yaml", Content: content}
		t.Run(c.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				doc, _ := Backend().Parse([]generators.File{foreign})
				links := drawLinks(t, doc)
				edits, diags := Backend().TakeOver([]generators.File{foreign}, generators.Taking{Links: links, Own: rapid.Bool().Draw(t, "own")})
				require.Empty(t, diags)
				after, complaints := Backend().Parse(applied([]generators.File{foreign}, edits))
				require.Empty(t, complaints)
				assert.Equal(t, statements(without(doc, links)), statements(after))
				for _, e := range edits {
					assert.True(t, isWithin(e.Content, foreign.Content), "%s", e.Content)
				}
			})
		})
	}
}

// drawLinks draws links of a document, each with what stands on it.
func drawLinks(t *rapid.T, doc *schema.Document) []string {
	var links []string
	wanted := func(name string) bool { return rapid.IntRange(0, 2).Draw(t, name) == 0 }
	vlans := func(parent string, isTaken bool, list []*schema.VLAN) {
		for _, v := range list {
			if isTaken || wanted(v.Name(parent)) {
				links = append(links, v.Name(parent))
			}
		}
	}
	for _, b := range doc.Bonds {
		isTaken := wanted(b.Name.Value)
		if isTaken {
			links = append(links, b.Name.Value)
		}
		for _, s := range b.Slaves {
			if isTaken || wanted(s.Name.Value) {
				links = append(links, s.Name.Value)
			}
		}
		vlans(b.Name.Value, isTaken, b.VLANs)
	}
	for _, l := range doc.Links {
		isTaken := slices.Contains(links, l.Name.Value) || wanted(l.Name.Value)
		if isTaken {
			links = append(links, l.Name.Value)
		}
		vlans(l.Name.Value, isTaken, l.VLANs)
	}
	return links
}

// without takes links out of a document.
func without(doc *schema.Document, links []string) *schema.Document {
	isTaken := func(name string) bool { return slices.Contains(links, name) }
	doc.Bonds = slices.DeleteFunc(doc.Bonds, func(b *schema.Bond) bool { return isTaken(b.Name.Value) })
	doc.Links = slices.DeleteFunc(doc.Links, func(l *schema.Link) bool { return isTaken(l.Name.Value) })
	for _, b := range doc.Bonds {
		b.Slaves = slices.DeleteFunc(b.Slaves, func(s *schema.Slave) bool { return isTaken(s.Name.Value) })
		b.VLANs = slices.DeleteFunc(b.VLANs, func(v *schema.VLAN) bool { return isTaken(v.Name(b.Name.Value)) })
		b.Settings = slices.DeleteFunc(b.Settings, func(s schema.Setting) bool {
			return s.Option.Kind == schema.LinkName && isTaken(s.Value.String())
		})
	}
	for _, l := range doc.Links {
		l.VLANs = slices.DeleteFunc(l.VLANs, func(v *schema.VLAN) bool { return isTaken(v.Name(l.Name.Value)) })
	}
	return doc
}

func statements(doc *schema.Document) []string {
	list := []string{}
	for _, s := range doc.Statements() {
		list = append(list, s.Path+" = "+s.Value)
	}
	return list
}

// applied gives files with edits of them.
func applied(files []generators.File, edits []generators.Edit) []generators.File {
	var after []generators.File
	for _, f := range files {
		i := slices.IndexFunc(edits, func(e generators.Edit) bool { return e.Path == f.Path })
		switch {
		case i < 0:
			after = append(after, f)
		case edits[i].Content != nil:
			after = append(after, generators.File{Path: f.Path, Content: edits[i].Content})
		}
	}
	for _, e := range edits {
		if e.Content != nil && !slices.ContainsFunc(files, func(f generators.File) bool { return f.Path == e.Path }) {
			after = append(after, generators.File{Path: e.Path, Content: e.Content})
		}
	}
	return after
}

// isWithin tells whether a text is what is left of another one with pieces
// cut out; empty collections may be new.
func isWithin(text, whole []byte) bool {
	for _, empty := range []string{" []", " {}"} {
		text = bytes.ReplaceAll(text, []byte(empty), nil)
	}
	for _, b := range text {
		i := bytes.IndexByte(whole, b)
		if i < 0 {
			return false
		}
		whole = whole[i+1:]
	}
	return true
}

// FuzzLetGo looks for files on which letting links go panics, complains
// without a place, leaves a link where it does not complain, changes what
// another document says, or does not come to an end.
func FuzzLetGo(f *testing.F) {
	const prefix = "-- /etc/netplan/10.yaml --\n"
	f.Add(prefix+"network: {ethernets: {a: {}, b: {dhcp4: true}}, bonds: {x: {interfaces: [a, b], parameters: {primary: a}}}}\n", "a x")
	f.Add(prefix+"network:\n  ethernets:\n    # a\n    a: &a\n      dhcp4: true\n    b: *a\n  vlans:\n    v: {id: 1, link: a}\n-- /lib/netplan/10.yaml --\nnetwork:\n", "a")
	f.Add(prefix+"network:\n  ethernets:\n    lan: {match: {name: 'e*'}}\n    any:\n      match: {}\n      renderer: NetworkManager\n", "eth0")
	f.Add(prefix+"network: {ethernets: {\"a\": {match: {macaddress: x}, set-name: b}, c: {}}}\n--- # end\n{", "b c")
	f.Fuzz(func(t *testing.T, archive, names string) {
		links := strings.Fields(names)
		if strings.Trim(names, " abcdefghijklmnopqrstuvwxyz0123456789._-") != "" {
			return // no names of links
		}
		files := gentest.Files(archive)
		taking := generators.Taking{Links: links, Own: true}
		edits, diags := Backend().TakeOver(files, taking)
		for _, d := range diags {
			require.NotNil(t, d.Subject, d.Detail)
			assert.Positive(t, d.Subject.Start.Line, d.Detail)
		}
		if diags.HasErrors() {
			return
		}
		for _, e := range edits {
			document, err := firstDocument(e.Content)
			require.NoError(t, err, "%s", e.Content)
			if strings.HasSuffix(e.Path, ".yaml") && document != nil {
				for _, s := range sites(document) {
					named, hasMatch := s.names()
					assert.False(t, !hasMatch && len(named) == 0 && slices.Contains(links, s.id.Value), "%s is left in\n%s", s.id.Value, e.Content)
				}
			}
		}
		again, diags := Backend().TakeOver(applied(files, edits), taking)
		assert.Empty(t, again)
		assert.False(t, diags.HasErrors(), "%v", diags)
	})
}
