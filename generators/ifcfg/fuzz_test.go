package ifcfg

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
)

// FuzzRead looks for files that the reader cannot bear, and for documents read
// from files that the generator cannot.
func FuzzRead(f *testing.F) {
	goldens, err := filepath.Glob("testdata/golden/*.txtar")
	require.NoError(f, err)
	for _, golden := range goldens {
		text, err := os.ReadFile(golden)
		require.NoError(f, err)
		for _, file := range txtar.Parse(text).Files {
			f.Add(file.Data, []byte("10.0.0.0/8 via 192.0.2.1 metric 5\n"), []byte("WPA_PSK=12345678\n"))
		}
	}
	f.Fuzz(func(t *testing.T, link, routes, keys []byte) {
		doc, diags := Backend().Parse([]generators.File{
			{Path: dir + "/ifcfg-bond0", Content: []byte("DEVICE=bond0\nTYPE=Bond\n")},
			{Path: dir + "/ifcfg-x", Content: link},
			{Path: dir + "/keys-x", Content: keys},
			{Path: dir + "/route-x", Content: routes},
		})
		for _, d := range diags {
			assert.NotEmpty(t, d.Detail)
			require.NotNil(t, d.Subject)
		}
		files, _ := Backend().Render(doc)
		for _, file := range files {
			assert.NotEmpty(t, file.Content)
		}
	})
}
