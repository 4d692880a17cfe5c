package keyfile_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/keyfile"
	"github.com/bondctl/bondctl/schema"
)

// wanted is the name in a host's archive of what is expected.
const wanted = "want"

// hosts are archives of hosts' files, by their names. A mode may follow a path.
func hosts(tb testing.TB) map[string]*txtar.Archive {
	tb.Helper()
	paths, err := filepath.Glob("testdata/hosts/*.txtar")
	require.NoError(tb, err)
	require.NotEmpty(tb, paths)
	archives := map[string]*txtar.Archive{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(tb, err)
		archives[path] = txtar.Parse(text)
	}
	return archives
}

// hostTexts are the hosts' archives as seeds, in the order of their names.
func hostTexts(tb testing.TB) []string {
	tb.Helper()
	archives := hosts(tb)
	var texts []string
	for _, path := range slices.Sorted(maps.Keys(archives)) {
		texts = append(texts, string(txtar.Format(archives[path])))
	}
	return texts
}

func hostFiles(t *testing.T, archive *txtar.Archive) []generators.File {
	t.Helper()
	var files []generators.File
	for _, f := range archive.Files {
		file := generators.File{Path: f.Name, Mode: generators.Private, Content: f.Data}
		if name, mode, ok := cutMode(t, f.Name); ok {
			file.Path, file.Mode = name, mode
		}
		if f.Name != wanted {
			files = append(files, file)
		}
	}
	return files
}

func cutMode(t *testing.T, name string) (string, os.FileMode, bool) {
	t.Helper()
	base, text, ok := strings.Cut(name, " 0")
	if !ok {
		return name, 0, false
	}
	mode, err := strconv.ParseUint(text, 8, 32)
	require.NoError(t, err, name)
	return base, os.FileMode(mode), true
}

// Hosts as dialogues, packages and people leave them: what is read, and what
// is said about the rest. UPDATE=1 writes the expectations anew.
func TestHosts(t *testing.T) {
	for path, archive := range hosts(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			doc, diags := keyfile.Backend().Parse(hostFiles(t, archive))
			got := strings.Join(append(statements(doc), "", strings.Join(complaints(diags), "\n")), "\n") + "\n"
			assert.NotContains(t, got, "sesame")
			files := archive.Files
			last := &files[len(files)-1]
			if os.Getenv("UPDATE") == "1" {
				require.Empty(t, os.Getenv("CI"), "expectations are not made in CI")
				if last.Name != wanted {
					archive.Files = append(files, txtar.File{Name: wanted})
					last = &archive.Files[len(files)]
				}
				last.Data = []byte(got)
				require.NoError(t, os.WriteFile(path, txtar.Format(archive), 0o644))
				return
			}
			require.Equal(t, wanted, last.Name)
			assert.Equal(t, string(last.Data), got)
		})
	}
}

// Each statement has its place, and none is beyond the end of the file.
func TestStatementsHaveTheirPlaces(t *testing.T) {
	for path, archive := range hosts(t) {
		files := hostFiles(t, archive)
		doc, _ := keyfile.Backend().Parse(files)
		for _, s := range doc.Statements() {
			assert.True(t, isPlace(files, s), "%s: %s has the place %s", path, s.Path, s.Range)
		}
	}
}

func isPlace(files []generators.File, s schema.Statement) bool {
	for _, f := range files {
		if f.Path == s.Range.Filename {
			return s.Range.Start.Line >= 1 && s.Range.Start.Line <= bytes.Count(f.Content, []byte("\n"))
		}
	}
	return false
}
