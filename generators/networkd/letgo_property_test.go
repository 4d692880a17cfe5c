package networkd_test

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
	"github.com/bondctl/bondctl/generators/networkd"
	"github.com/bondctl/bondctl/schema"
)

// TestAnyLinksAreLetGo takes random links over from what the corpus comes to,
// as if somebody else had written it: those links are gone, all else is said
// as before.
func TestAnyLinksAreLetGo(t *testing.T) {
	backend := networkd.Backend()
	for _, c := range gentest.Corpus(t) {
		t.Run(c.Name, func(t *testing.T) {
			files, _ := backend.Render(c.Decode(t))
			for i, f := range files {
				_, files[i].Content, _ = bytes.Cut(f.Content, []byte("\n"))
			}
			rapid.Check(t, func(t *rapid.T) {
				doc, _ := backend.Parse(files)
				links := drawLinks(t, doc)
				edits, diags := backend.TakeOver(files, generators.Taking{Links: links})
				require.Empty(t, diags)
				after, complaints := backend.Parse(applied(files, edits))
				require.Empty(t, complaints)
				assert.Equal(t, stated(withoutLinks(doc, links)), stated(after))
			})
		})
	}
}

// stated gives what a document states, without the places.
func stated(doc *schema.Document) []string {
	var list []string
	for _, s := range doc.Statements() {
		list = append(list, s.Path+" = "+s.Value)
	}
	return list
}

// applied does to files what the edits say.
func applied(files []generators.File, edits []generators.Edit) []generators.File {
	left := slices.Clone(files)
	for _, e := range edits {
		left = slices.DeleteFunc(left, func(f generators.File) bool { return f.Path == e.Path })
		if e.Content != nil {
			left = append(left, generators.File{Path: e.Path, Mode: generators.Public, Content: e.Content})
		}
	}
	return left
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
		taken := draw(l.Name.Value, false)
		for _, v := range l.VLANs {
			draw(v.Name(l.Name.Value), taken)
		}
	}
	return links
}

// withoutLinks takes links out of a document.
func withoutLinks(doc *schema.Document, links []string) *schema.Document {
	taken := func(name string) bool { return slices.Contains(links, name) }
	doc.Bonds = slices.DeleteFunc(doc.Bonds, func(b *schema.Bond) bool { return taken(b.Name.Value) })
	doc.Links = slices.DeleteFunc(doc.Links, func(l *schema.Link) bool { return taken(l.Name.Value) })
	for _, b := range doc.Bonds {
		b.Slaves = slices.DeleteFunc(b.Slaves, func(s *schema.Slave) bool { return taken(s.Name.Value) })
		b.VLANs = slices.DeleteFunc(b.VLANs, func(v *schema.VLAN) bool { return taken(v.Name(b.Name.Value)) })
		b.Settings = slices.DeleteFunc(b.Settings, func(s schema.Setting) bool {
			return s.Option.Kind == schema.LinkName && taken(s.Value.String())
		})
	}
	for _, l := range doc.Links {
		l.VLANs = slices.DeleteFunc(l.VLANs, func(v *schema.VLAN) bool { return taken(v.Name(l.Name.Value)) })
	}
	return doc
}

// FuzzLetGo looks for files that still configure a link by its name when it is
// let go, and for such as the edits change in what they say of others.
func FuzzLetGo(f *testing.F) {
	f.Add(handmade)
	f.Add("-- /etc/systemd/network/a.network --\n[Match]\nName=eth0 \\\n# and\n eth1 en*\nName=!eth7\n[Network]\nBond=bond0\n")
	f.Add("-- /run/systemd/network/a.network --\n[Match]\nName=eth0\n\\\n[Network]\nVLAN=eth0\n-- /etc/systemd/network/a.network.d/b.conf --\n[Match]\nName=\nName=eth0 eth1\n")
	f.Fuzz(func(t *testing.T, archive string) {
		files := gentest.Files(archive)
		for i, file := range files {
			if !strings.HasPrefix(file.Path, "/") {
				files[i].Path = "/etc/systemd/network/" + file.Path
			}
		}
		taking := generators.Taking{Links: []string{"eth0", "bond0"}, Own: true}
		edits, diags := networkd.Backend().TakeOver(files, taking)
		if diags.HasErrors() {
			return
		}
		left := applied(files, edits)
		doc, _ := networkd.Backend().Parse(left)
		for _, s := range doc.Bonds {
			assert.NotEqual(t, "bond0", s.Name.Value)
		}
		again, _ := networkd.Backend().TakeOver(left, taking)
		assert.Empty(t, again, "let go twice")
	})
}
