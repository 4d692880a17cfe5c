package ifupdown

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
)

// FuzzRead looks for a file on which the reader panics, or of which it makes a
// document that cannot be rendered.
func FuzzRead(f *testing.F) {
	paths, err := filepath.Glob("testdata/golden/*.txtar")
	require.NoError(f, err)
	require.NotEmpty(f, paths)
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		require.NoError(f, err)
		for _, file := range archive.Files {
			f.Add(file.Data)
		}
	}
	for _, c := range understoodCases {
		f.Add([]byte(c.text))
	}
	f.Add([]byte(seed000))
	f.Fuzz(func(t *testing.T, content []byte) {
		doc, diags := Backend().Parse([]generators.File{
			{Path: mainFile, Content: content}, {Path: interfacesDir + "/x", Content: content}, {Path: wpaFile("wlan0"), Content: content},
		})
		for _, d := range diags {
			require.NotNil(t, d.Subject)
			require.Positive(t, d.Subject.Start.Line)
		}
		doc.Statements()
		_, _ = Backend().Render(doc)
	})
}
