package keyfile_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/generators/keyfile"
)

// Whatever links are taken, they are let go, also by a profile for any link.
func TestWhateverLinksAreTaken(t *testing.T) {
	gentest.LetGo(t, keyfile.Backend(), gentest.Foreign{
		StaysNamed: true,
		Files: func(files []generators.File) []generators.File {
			return append(files, generators.File{Path: dir + "any", Mode: generators.Private, Content: []byte("[connection]\ntype=ethernet\n")})
		},
		Check: func(t require.TestingT, files []generators.File, edits []generators.Edit, taking generators.Taking) {
			letsGo(t, files, edits, taking)
			for _, e := range edits {
				assert.NotEmpty(t, e.How)
				assert.Subset(t, taking.Links, e.Links)
			}
		},
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
