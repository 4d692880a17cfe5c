package ifupdown

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators/gentest"
)

const wantMark = "-- want --\n"

// TestExamples reads whole hosts in the manner of what packages ship and wikis
// have said: what is understood has its place, and the rest is named.
func TestExamples(t *testing.T) {
	paths, err := filepath.Glob("testdata/examples/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			given, want, _ := strings.Cut(string(text), wantMark)
			got := understanding(t, given)
			if os.Getenv("UPDATE") == "1" {
				require.Empty(t, os.Getenv("CI"), "expectations are not made in CI")
				require.NoError(t, os.WriteFile(path, []byte(given+wantMark+got), 0o644))
				return
			}
			assert.Equal(t, want, got)
		})
	}
}

// understanding writes what an archive's files state, with the places, and
// what was not understood.
func understanding(t *testing.T, archive string) string {
	t.Helper()
	var b strings.Builder
	doc, diags := Backend().Parse(gentest.Files(archive))
	for _, s := range doc.Statements() {
		assert.Positive(t, s.Range.Start.Line, s.Path)
		fmt.Fprintf(&b, "%s: %s\n", s.Range, s)
	}
	for _, d := range diags {
		fmt.Fprintf(&b, "%s: %s\n", d.Subject, d.Detail)
	}
	return b.String()
}
