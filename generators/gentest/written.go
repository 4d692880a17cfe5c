package gentest

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/assert"

	"github.com/bondctl/bondctl/schema"
)

// safe has the secrets of a written document, by the names of their files.
type safe map[string][]byte

func (s safe) file(path string, secret schema.Secret) string {
	s["/safe/"+path] = secret.ForFile()
	return "/safe/" + path
}

func (s safe) decode(text []byte) (*schema.Document, hcl.Diagnostics) {
	return schema.Decode([]schema.Source{{Name: "written.hcl", Bytes: text}}, schema.Inputs{
		ReadFile: func(name string) ([]byte, error) { return s[name], nil },
	})
}

// writes checks that what was read from files can be written as a document
// which says the same, without its secrets, and has no mistakes that were not
// in the files.
func writes(t failer, d *schema.Document) {
	t.Helper()
	secrets := safe{}
	text, unwritten := d.Source(schema.Writing{SecretFile: secrets.file})
	for _, secret := range secretsOf(d) {
		assert.NotContains(t, string(text), secret, "the document has a secret")
	}
	again, diags := secrets.decode(text)
	if diff := Diff("read", lines(writable(d, unwritten)), "written", lines(again.Statements())); diff != "" {
		assert.Fail(t, "the written document says something else", diff+string(text))
	}
	if len(unwritten) == 0 {
		assert.False(t, diags.HasErrors(), "%v\n%s", diags, text)
		assert.Equal(t, mistakes(d), mistakes(again), "%s", text)
	}
}

// writable lists the statements that no diagnostic excuses.
func writable(d *schema.Document, unwritten hcl.Diagnostics) []schema.Statement {
	return slices.DeleteFunc(d.Statements(), func(s schema.Statement) bool {
		return slices.ContainsFunc(unwritten, func(diag *hcl.Diagnostic) bool {
			left, ok := diag.Extra.(schema.Unwritten)
			return ok && (s.Path == left.Path || strings.HasPrefix(s.Path, left.Path+"/"))
		})
	})
}

// mistakes lists what validation refuses, sorted.
func mistakes(d *schema.Document) []string {
	var summaries []string
	for _, diag := range schema.Validate(d) {
		if diag.Severity == hcl.DiagError {
			summaries = append(summaries, diag.Summary)
		}
	}
	slices.Sort(summaries)
	return summaries
}
