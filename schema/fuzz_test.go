package schema_test

import (
	"testing"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzDecode: no text makes decoding or validation panic, everything found has
// a place, and a document without errors says each thing once and says the
// same when it is formatted, and when it is written anew.
func FuzzDecode(f *testing.F) {
	for _, folder := range []string{"corpus", "invalid"} {
		for _, text := range files(f, folder) {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, diags := decode(text)
		for _, diag := range diags {
			require.NotNil(t, diag.Subject, diag.Summary)
		}
		statements := said(d)
		if diags.HasErrors() {
			return
		}
		paths := map[string]bool{}
		for _, s := range d.Statements() {
			assert.False(t, paths[s.Path], "said twice: %s", s.Path)
			paths[s.Path] = true
		}
		again, diags := decode(string(hclwrite.Format([]byte(text))))
		assert.False(t, diags.HasErrors(), findings(diags))
		assert.Equal(t, statements, said(again))
		assert.Equal(t, said(d.Static()), said(d.Static().Static()))
		writtenWell(t, d)
		writtenWell(t, d.Static())
	})
}
