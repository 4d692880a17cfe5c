package schema_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

// environment is what the documents of testdata find outside themselves.
func environment() schema.Inputs {
	environ := map[string]string{"WIFI_PSK": "from the environment", "BONDCTL_VAR_wifi_psk": "from a variable"}
	return schema.Inputs{
		Name:   "test.hcl",
		Getenv: func(name string) (string, bool) { text, ok := environ[name]; return text, ok },
		ReadFile: func(name string) ([]byte, error) {
			return os.ReadFile(filepath.Join("..", "testdata", "corpus", name))
		},
	}
}

// decode reads one text as the file test.hcl, and says everything about it.
func decode(text string) (*schema.Document, hcl.Diagnostics) {
	return schema.DecodeAndValidate([]schema.Source{{Name: "test.hcl", Bytes: []byte(text)}}, environment())
}

// documentOf reads a text that has no errors.
func documentOf(t *testing.T, text string) *schema.Document {
	t.Helper()
	d, diags := decode(text)
	require.False(t, diags.HasErrors(), "%s", findings(diags))
	return d
}

// findings shows diagnostics as lines.
func findings(diags hcl.Diagnostics) string {
	var lines strings.Builder
	for _, d := range diags {
		lines.WriteString(severityText(d) + ": " + d.Summary + ": " + d.Detail + "\n")
	}
	return lines.String()
}

func severityText(d *hcl.Diagnostic) string {
	if d.Severity == hcl.DiagError {
		return "error"
	}
	return "warning"
}

// files lists the documents of a folder of testdata by name.
func files(tb testing.TB, folder string) map[string]string {
	tb.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "testdata", folder, "*.hcl"))
	require.NoError(tb, err)
	require.NotEmpty(tb, paths)
	texts := make(map[string]string, len(paths))
	for _, path := range paths {
		content, err := os.ReadFile(path)
		require.NoError(tb, err)
		texts[filepath.Base(path)] = string(content)
	}
	return texts
}

// What becomes of connections and routes is left to the fallback, which has a say in
// each.
func TestWhatAFallbackDoesWithConnectionsAndRoutes(t *testing.T) {
	var silent schema.Fallback
	assert.True(t, silent.ClosesSockets())
	assert.True(t, silent.FlushesConntrack())
	assert.False(t, silent.Restores())
	said := schema.Fallback{CloseSockets: schema.Given(false), FlushConntrack: schema.Given(false), OnStop: schema.Given(schema.OnStopRestore)}
	assert.False(t, said.ClosesSockets())
	assert.False(t, said.FlushesConntrack())
	assert.True(t, said.Restores())
}
