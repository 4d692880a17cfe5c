package netplan

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
)

// FuzzRead holds that no file makes the reader panic, nor what it reads the
// generator.
func FuzzRead(f *testing.F) {
	goldens, err := filepath.Glob("testdata/golden/*.txtar")
	require.NoError(f, err)
	require.NotEmpty(f, goldens)
	for _, golden := range goldens {
		archive, err := txtar.ParseFile(golden)
		require.NoError(f, err)
		for _, file := range archive.Files {
			f.Add(file.Data)
		}
	}
	f.Add([]byte("network: {bonds: {b: &x {interfaces: [*x, a], parameters: *x}}}"))
	f.Add([]byte("network:\n  wifis: {w: {access-points: {? a : {auth: {key-management: eap}}}}}"))
	f.Fuzz(func(_ *testing.T, content []byte) {
		doc, _ := Backend().Parse([]generators.File{{Path: "/etc/netplan/10.yaml", Content: content}})
		_, _ = Backend().Render(doc)
	})
}
