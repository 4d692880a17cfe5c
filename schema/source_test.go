package schema_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

// safe keeps the secrets of written documents, as files that file() reads.
type safe map[string][]byte

// file names the file of a secret by its path.
func (s safe) file(path string, secret schema.Secret) string {
	name := "/etc/bondctl/secrets/" + strings.ReplaceAll(path, "/", "-")
	s[name] = secret.ForFile()
	return name
}

// read decodes a document with the files of the safe.
func (s safe) read(text []byte) (*schema.Document, hcl.Diagnostics) {
	in := environment()
	in.ReadFile = func(name string) ([]byte, error) { return s[name], nil }
	return schema.DecodeAndValidate([]schema.Source{{Name: "written.hcl", Bytes: text}}, in)
}

// stated writes statements as lines, with their secrets: those of tests are none.
func stated(d *schema.Document) []string {
	statements := d.Statements()
	texts := make([]string, len(statements))
	for i, s := range statements {
		texts[i] = s.Path + " = " + s.Value
	}
	return texts
}

// What is written decodes to the same document, and that is written as the same text.
func TestWrittenDocumentsSayTheSame(t *testing.T) {
	corpus := files(t, "corpus")
	for _, name := range slices.Sorted(maps.Keys(corpus)) {
		d := documentOf(t, corpus[name])
		for form, d := range map[string]*schema.Document{"whole": d, "static": d.Static()} {
			t.Run(form+"/"+name, func(t *testing.T) { writtenWell(t, d) })
		}
	}
}

func writtenWell(t *testing.T, d *schema.Document) {
	t.Helper()
	secrets := safe{}
	text, diags := d.Source(schema.Writing{SecretFile: secrets.file})
	require.Empty(t, diags)
	again, diags := secrets.read(text)
	require.False(t, diags.HasErrors(), "%s\n%s", findings(diags), text)
	assert.Equal(t, stated(d), stated(again), "%s", text)
	assert.Equal(t, string(hclwrite.Format(text)), string(text), "not formatted")
	twice, diags := again.Source(schema.Writing{SecretFile: secrets.file})
	require.Empty(t, diags)
	assert.Equal(t, string(text), string(twice))
}
