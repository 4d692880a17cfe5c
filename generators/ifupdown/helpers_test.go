package ifupdown

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// decoded reads a document, whatever validation has to say about it.
func decoded(t *testing.T, text string) *schema.Document {
	t.Helper()
	doc, diags := schema.Decode([]schema.Source{{Name: "test.hcl", Bytes: []byte(text)}}, schema.Inputs{})
	require.False(t, diags.HasErrors(), "%v", diags)
	return doc
}

// rendered gives the interfaces file for a document, without its header.
func rendered(t *testing.T, text string) (string, hcl.Diagnostics) {
	t.Helper()
	files, diags := Backend().Render(decoded(t, text))
	at := slices.IndexFunc(files, func(f generators.File) bool { return f.Path == ownFile })
	require.GreaterOrEqual(t, at, 0, "no interfaces file")
	_, body, _ := strings.Cut(string(files[at].Content), "\n\n")
	return body, diags
}

// parsed gives the statements of an interfaces file, and what of it was not
// understood as "LINE: why".
func parsed(t *testing.T, text string) (statements, complaints []string) {
	t.Helper()
	return parsedFiles(t, generators.File{Path: ownFile, Content: []byte(text)})
}

func parsedFiles(t *testing.T, files ...generators.File) (statements, complaints []string) {
	t.Helper()
	doc, diags := Backend().Parse(files)
	for _, s := range doc.Statements() {
		statement := s.Path
		if s.Value != "" {
			statement += " = " + s.Value
		}
		statements = append(statements, statement)
	}
	for _, d := range diags {
		require.NotNil(t, d.Subject, d.Error())
		complaints = append(complaints, place(d)+": "+d.Detail)
	}
	return statements, complaints
}

// place is where a diagnostic points: the line in bondctl's own file, with the
// file's path before it in another.
func place(d *hcl.Diagnostic) string {
	line := strconv.Itoa(d.Subject.Start.Line)
	if d.Subject.Filename == ownFile {
		return line
	}
	return d.Subject.Filename + ":" + line
}
