package keyfile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/generators/keyfile"
	"github.com/bondctl/bondctl/schema"
)

// told writes edits and what is said about them.
func told(files []generators.File, edits []generators.Edit, diags hcl.Diagnostics) string {
	var text strings.Builder
	for _, e := range edits {
		fmt.Fprintf(&text, "%s (%s): %s\n", e.Path, strings.Join(e.Links, " "), e.How)
		if e.Content != nil {
			i := slices.IndexFunc(files, func(f generators.File) bool { return f.Path == e.Path })
			old := ""
			if i >= 0 {
				old = string(files[i].Content)
			}
			text.WriteString(gentest.Diff("before", masked(old), "after", masked(string(e.Content))))
		}
	}
	for _, d := range diags {
		severity := map[hcl.DiagnosticSeverity]string{hcl.DiagError: "error", hcl.DiagWarning: "warning"}[d.Severity]
		fmt.Fprintf(&text, "%s: %s:%d: %s\n", severity, d.Subject.Filename, d.Subject.Start.Line, d.Detail)
	}
	return text.String()
}

func masked(content string) string {
	var masker generators.Masker
	return string(masker.Mask(keyfile.Backend().Secret, []byte(content)))
}

// Hosts whose links are taken over, for NetworkManager's own care by bondctl's
// profiles and for that of others. UPDATE=1 writes the expectations anew.
func TestLetGo(t *testing.T) {
	paths, err := filepath.Glob("testdata/letgo/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			require.NoError(t, err)
			_, links, _ := strings.Cut(string(archive.Comment), "take: ")
			files := hostFiles(t, archive)
			var got strings.Builder
			for _, own := range []bool{true, false} {
				taking := generators.Taking{Links: strings.Fields(links), Own: own}
				edits, diags := keyfile.Backend().TakeOver(files, taking)
				fmt.Fprintf(&got, "# own: %t\n%s", own, told(files, edits, diags))
				if !diags.HasErrors() {
					letsGo(t, files, edits, taking)
				}
			}
			assert.NotContains(t, got.String(), "sesame")
			expect(t, path, archive, got.String())
		})
	}
}

// expect compares with the last file of the archive.
func expect(t *testing.T, path string, archive *txtar.Archive, got string) {
	t.Helper()
	got = strings.ReplaceAll(got, "\r", "<CR>")
	i := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == wanted })
	if os.Getenv("UPDATE") == "1" {
		require.Empty(t, os.Getenv("CI"), "expectations are not made in CI")
		if i < 0 {
			i = len(archive.Files)
			archive.Files = append(archive.Files, txtar.File{Name: wanted})
		}
		archive.Files[i].Data = []byte(got)
		require.NoError(t, os.WriteFile(path, txtar.Format(archive), 0o644))
		return
	}
	require.GreaterOrEqual(t, i, 0, "no expectation in %s", path)
	assert.Equal(t, string(archive.Files[i].Data), got)
}

// letsGo checks that the reader finds the links in no profile of others any
// more, and that there is nothing left to edit.
func letsGo(t require.TestingT, files []generators.File, edits []generators.Edit, taking generators.Taking) {
	after := gentest.Edited(files, edits)
	doc, _ := keyfile.Backend().Parse(slices.DeleteFunc(slices.Clone(after), func(f generators.File) bool {
		return generators.IsOurs(f.Content) || generators.MadeByNetplan(f.Path)
	}))
	for _, name := range named(doc) {
		assert.NotContains(t, taking.Links, name)
	}
	again, _ := keyfile.Backend().TakeOver(after, taking)
	assert.Empty(t, again)
}

// named lists the links of a document, VLANs apart.
func named(doc *schema.Document) []string {
	var names []string
	for _, b := range doc.Bonds {
		names = append(names, b.Name.Value)
		for _, s := range b.Slaves {
			names = append(names, s.Name.Value)
		}
		for _, v := range b.VLANs {
			names = append(names, v.Name(b.Name.Value))
		}
	}
	for _, l := range doc.Links {
		names = append(names, l.Name.Value)
		for _, v := range l.VLANs {
			names = append(names, v.Name(l.Name.Value))
		}
	}
	return names
}
