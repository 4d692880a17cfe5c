package netplan

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/schema"
)

// TestHosts reads whole hosts as their owners have them: testdata/hosts has
// their files, and what comes of them behind the last.
func TestHosts(t *testing.T) {
	archives, err := filepath.Glob("testdata/hosts/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, archives)
	for _, archive := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(archive), ".txtar"), func(t *testing.T) {
			text, err := os.ReadFile(archive)
			require.NoError(t, err)
			var files []generators.File
			want := ""
			for _, f := range gentest.Files(string(text)) {
				if f.Path == "want" {
					want = string(f.Content)
					continue
				}
				files = append(files, f)
			}
			statements, reported := reading(files...)
			got := strings.Join(statements, "\n") + "\n\n" + strings.Join(reported, "\n") + "\n"
			if os.Getenv("UPDATE") != "" {
				before, _, _ := strings.Cut(string(text), "-- want --\n")
				require.NoError(t, os.WriteFile(archive, []byte(before+"-- want --\n"+got), 0o600))
				return
			}
			assert.Empty(t, gentest.Diff("wanted", want, "got", got))
			doc, _ := Backend().Parse(files)
			assert.Empty(t, schema.Validate(doc).Errs())
			for _, s := range doc.Statements() {
				assert.NotEmpty(t, s.Range.Filename, "%s has no place", s)
				assert.Positive(t, s.Range.Start.Line, "%s has no place", s)
			}
		})
	}
}
