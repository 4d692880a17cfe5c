package gentest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// FuzzRead looks for files on which the backend's reader panics or complains
// without a place, for files whose document cannot be written as one, and for
// files that it takes for a valid document which its generator then does not
// say. It begins with the golden files and with the archives given.
func FuzzRead(f *testing.F, b *generators.Backend, archives ...string) {
	f.Helper()
	goldens, err := filepath.Glob("testdata/golden/*.txtar")
	require.NoError(f, err)
	require.NotEmpty(f, goldens)
	for _, path := range goldens {
		text, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(string(text))
	}
	for _, archive := range archives {
		f.Add(archive)
	}
	f.Fuzz(func(t *testing.T, archive string) {
		doc, diags := b.Parse(Files(archive))
		for _, d := range diags {
			require.NotNil(t, d.Subject, "%s: %s", d.Summary, d.Detail)
			assert.Positive(t, d.Subject.Start.Line, "%s: %s", d.Summary, d.Detail)
			assert.NotEmpty(t, d.Detail)
		}
		writes(t, doc)
		r := render(b, doc)
		if !schema.Validate(doc).HasErrors() {
			readsBack(t, b, r)
		}
	})
}

// Files gives the files of a txtar archive; a mode behind a name is left out.
// It bears every text, which package txtar does not.
func Files(archive string) []generators.File {
	var files []generators.File
	for line := range strings.Lines(archive) {
		if name, ok := marked(strings.TrimSuffix(line, "\n")); ok {
			files = append(files, generators.File{Path: name, Mode: generators.Private})
		} else if len(files) > 0 {
			last := &files[len(files)-1]
			last.Content = append(last.Content, line...)
		}
	}
	return files
}

// marked gives the name in a line that begins a file: "-- /etc/NAME 0644 --".
func marked(line string) (name string, ok bool) {
	inner, before := strings.CutPrefix(line, "-- ")
	inner, after := strings.CutSuffix(inner, " --")
	name, _, _ = strings.Cut(inner, " ")
	return name, before && after && name != ""
}
