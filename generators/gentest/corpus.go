package gentest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

// corpusDir is where the shared valid documents are, seen from a backend's folder.
func corpusDir(t *testing.T) string {
	t.Helper()
	for dir := "."; ; dir = filepath.Join(dir, "..") {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "testdata", "corpus")
		}
		above, err := filepath.Abs(dir)
		require.NoError(t, err)
		require.NotEqual(t, "/", above, "no go.mod above the test")
	}
}

// Case is one document of the corpus.
type Case struct {
	Name  string
	bytes []byte
}

// Corpus lists the shared valid documents, by name.
func Corpus(t *testing.T) []Case {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(corpusDir(t), "*.hcl"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	cases := make([]Case, len(paths))
	for i, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		cases[i] = Case{Name: strings.TrimSuffix(filepath.Base(path), ".hcl"), bytes: text}
	}
	return cases
}

// environment is what env() and variables of the corpus find.
var environment = map[string]string{
	"WIFI_PSK":             "from the environment",
	"BONDCTL_VAR_wifi_psk": "from a variable",
}

// Decode reads the document anew; it must have no mistakes.
func (c Case) Decode(t *testing.T) *schema.Document {
	t.Helper()
	return Decode(t, c.Name+".hcl", c.bytes)
}

// Decode reads a document that must have no mistakes. Its files are those of
// the corpus, its environment a fixed one.
func Decode(t *testing.T, name string, text []byte) *schema.Document {
	t.Helper()
	doc, diags := schema.DecodeAndValidate([]schema.Source{{Name: name, Bytes: text}}, schema.Inputs{
		Name:     name,
		Getenv:   func(name string) (string, bool) { value, ok := environment[name]; return value, ok },
		ReadFile: func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(corpusDir(t), name)) },
	})
	require.False(t, diags.HasErrors(), "%v", diags)
	return doc
}
