package networkd_test

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/networkd"
	"github.com/bondctl/bondctl/schema"
)

// fuzzed are the files whose contents FuzzRead makes up.
var fuzzed = []string{
	"/etc/systemd/network/a.netdev", "/etc/systemd/network/b.network", "/etc/systemd/network/c.network",
	"/etc/systemd/network/c.network.d/d.conf", "/etc/wpa_supplicant/wpa_supplicant-wlan0.conf",
}

// seeds gives contents for the fuzzed files from a golden file.
func seeds(archive string) []string {
	contents := make([]string, len(fuzzed))
	files := filesOf(archive)
	for i, name := range fuzzed {
		for j, f := range files {
			if path.Ext(f.Path) == path.Ext(name) && path.Dir(f.Path) == path.Dir(name) {
				contents[i] = string(f.Content)
				files = slices.Delete(files, j, j+1)
				break
			}
		}
	}
	return contents
}

// FuzzRead holds the reader to not panicking, and what it reads of a document
// that can be said to coming back.
func FuzzRead(f *testing.F) {
	paths, err := filepath.Glob("testdata/golden/*.txtar")
	require.NoError(f, err)
	for _, golden := range paths {
		text, err := os.ReadFile(golden)
		require.NoError(f, err)
		seed := seeds(string(text))
		f.Add(seed[0], seed[1], seed[2], seed[3], seed[4])
	}
	f.Fuzz(func(t *testing.T, a, b, c, d, e string) {
		var files []generators.File
		for i, content := range []string{a, b, c, d, e} {
			files = append(files, generators.File{Path: fuzzed[i], Content: []byte(content)})
		}
		doc, _ := networkd.Backend().Parse(files)
		rendered, diags := networkd.Backend().Render(doc)
		again, misread := networkd.Backend().Parse(rendered)
		assert.Empty(t, misread)
		assert.Equal(t, stated(doc, diags), stated(again, nil))
	})
}

// stated lists what a document states and no diagnostic excuses.
func stated(doc *schema.Document, diags []*hcl.Diagnostic) []string {
	said := []string{}
	for _, s := range doc.Statements() {
		excused := slices.ContainsFunc(diags, func(d *hcl.Diagnostic) bool {
			unsaid, ok := d.Extra.(generators.Unsaid)
			return ok && unsaid.Covers(s.Path)
		})
		if !excused {
			said = append(said, s.Path+" = "+s.Value)
		}
	}
	return said
}
