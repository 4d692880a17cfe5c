package gentest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/pmezard/go-difflib/difflib"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// golden compares a rendering with testdata/golden/NAME.txtar. UPDATE=1 writes
// the file instead; continuous integration never does.
func golden(t *testing.T, name string, r rendering) {
	t.Helper()
	got := txtar.Format(archive(r))
	path := filepath.Join("testdata", "golden", name+".txtar")
	if os.Getenv("UPDATE") != "" {
		require.Empty(t, os.Getenv("CI"), "golden files are not updated in CI")
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o644))
		return
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run with UPDATE=1 to make the golden file, and read it")
	assert.Empty(t, Diff(path, string(want), "rendered", string(got)))
}

// noStaleGoldens finds golden files whose document has left the corpus.
func noStaleGoldens(t *testing.T, cases []Case) {
	t.Helper()
	goldens, err := filepath.Glob("testdata/golden/*.txtar")
	require.NoError(t, err)
	for _, path := range goldens {
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		assert.True(t, slices.ContainsFunc(cases, func(c Case) bool { return c.Name == name }), "%s has no document in the corpus", path)
	}
}

// archive holds the files under their paths and modes, and the diagnostics
// above them as the archive's comment.
func archive(r rendering) *txtar.Archive {
	var a txtar.Archive
	for _, d := range r.diags {
		kind := "warning"
		if d.Severity == hcl.DiagError {
			kind = "error"
		}
		a.Comment = fmt.Appendf(a.Comment, "%s: %s: %s\n", kind, d.Summary, d.Detail)
	}
	for _, f := range r.files {
		a.Files = append(a.Files, txtar.File{Name: fmt.Sprintf("%s %04o", f.Path, f.Mode), Data: bytes.Clone(f.Content)})
	}
	return &a
}

// Diff gives the unified difference of two texts, empty where they are equal.
func Diff(nameA, a, nameB, b string) string {
	if a == b {
		return ""
	}
	diff, err := difflib.GetUnifiedDiffString(difflib.UnifiedDiff{
		FromFile: nameA, A: difflib.SplitLines(strings.TrimSuffix(a, "\n")),
		ToFile: nameB, B: difflib.SplitLines(strings.TrimSuffix(b, "\n")), Context: 2,
	})
	if err != nil {
		return err.Error()
	}
	return diff
}
