package importing_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/importing"
	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/all"
	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/schema"
)

// secretsDir is where the documents look for their secrets.
const secretsDir = "/etc/bondctl/secrets"

// imported reads files of a backend of which all is understood.
func imported(t *testing.T, b *generators.Backend, files []generators.File) *importing.Import {
	t.Helper()
	i := importing.Files(b, files)
	require.Empty(t, i.Unsaid)
	return i
}

// written writes an import, none of which cannot be written.
func written(t *testing.T, i *importing.Import) importing.Written {
	t.Helper()
	w, diags := i.Write(nil, secretsDir)
	require.False(t, diags.HasErrors(), "%v\n%s", diags, w.Text)
	require.Empty(t, w.Unsaid)
	return w
}

// whole insists that all of an import is in its document.
func whole(t *testing.T, i *importing.Import, w importing.Written) {
	t.Helper()
	require.Empty(t, w.LeftOut, "%s", w.Text)
	require.Equal(t, said(i.Document.Statements(), nil), said(w.Document.Statements(), nil))
}

// said writes statements one on a line, secrets included, but for those that
// diagnostics excuse.
func said(statements []schema.Statement, excuses hcl.Diagnostics) string {
	var text strings.Builder
	for _, s := range statements {
		if !slices.ContainsFunc(excuses, func(d *hcl.Diagnostic) bool {
			unsaid, ok := d.Extra.(generators.Unsaid)
			return ok && unsaid.Covers(s.Path)
		}) {
			text.WriteString(s.Path + " = " + s.Value + "\n")
		}
	}
	return text.String()
}

// What a backend says of a document comes back as a valid document, and that is
// rendered and imported again as the same text.
func TestRenderedDocumentsComeBack(t *testing.T) {
	for _, b := range all.Backends() {
		for _, c := range gentest.Corpus(t) {
			t.Run(b.Name+"/"+c.Name, func(t *testing.T) {
				doc := c.Decode(t)
				files, excuses := b.Render(doc)
				i := imported(t, b, files)
				w := written(t, i)
				assert.Equal(t, said(doc.Static().Statements(), excuses), said(i.Document.Statements(), nil))
				lossy := len(errorsOf(excuses)) > 0 || b.Name == "modprobe" // which has no slaves, and what is left may be no valid document
				if !lossy {
					whole(t, i, w)
				}
				again, excuses := b.Render(w.Document)
				assert.Empty(t, errorsOf(excuses), "it can say what it has said")
				once := imported(t, b, again)
				whole(t, once, written(t, once))
				if !lossy {
					assert.Equal(t, string(w.Text), string(written(t, once).Text))
				}
			})
		}
	}
}

// Whatever files a bond moves from and to, it stays the same, but for what the
// diagnostics of the two name.
func TestEveryPairOfBackendsSaysTheSame(t *testing.T) {
	for _, from := range all.Backends() {
		for _, to := range all.Backends() {
			if from.Name == to.Name {
				continue
			}
			t.Run(from.Name+" to "+to.Name, func(t *testing.T) {
				for _, c := range gentest.Corpus(t) {
					doc := c.Decode(t)
					files, lost := from.Render(doc)
					converted, more := to.Render(imported(t, from, files).Document)
					assert.Equal(t, said(doc.Static().Statements(), append(slices.Clip(lost), more...)),
						said(imported(t, to, converted).Document.Statements(), nil), c.Name)
				}
			})
		}
	}
}

func errorsOf(diags hcl.Diagnostics) hcl.Diagnostics {
	return slices.DeleteFunc(slices.Clone(diags), func(d *hcl.Diagnostic) bool { return d.Severity != hcl.DiagError })
}
