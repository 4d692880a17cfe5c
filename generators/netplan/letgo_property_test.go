package netplan

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/gentest"
)

// Besides, no byte changes its place.
func TestAnyLinksAreLetGo(t *testing.T) {
	gentest.LetGo(t, Backend(), gentest.Foreign{
		Files: func(files []generators.File) []generators.File {
			return []generators.File{{Path: "/etc/netplan/50-host.yaml", Content: files[0].Content}}
		},
		Check: func(t require.TestingT, files []generators.File, edits []generators.Edit, _ generators.Taking) {
			for _, e := range edits {
				assert.True(t, isWithin(e.Content, files[0].Content), "%s", e.Content)
			}
		},
	})
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
		again, diags := Backend().TakeOver(gentest.Edited(files, edits), taking)
		assert.Empty(t, again)
		assert.False(t, diags.HasErrors(), "%v", diags)
	})
}
