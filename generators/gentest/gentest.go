// Package gentest is the conformance suite that every backend passes: it
// renders the documents of testdata/corpus, and hostile ones made up on the
// spot, and holds the files to the promises of the design. Nothing is lost
// without a diagnostic, the files read back give the document, a value never
// escapes its line, and secrets stay in files of mode 0600.
package gentest

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// Run holds a backend to the promises. It is called from a test in the
// backend's own folder, where the golden files are.
func Run(t *testing.T, b *generators.Backend) {
	t.Helper()
	cases := Corpus(t)
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) { conforms(t, b, c) })
	}
	noStaleGoldens(t, cases)
	t.Run("hostile values", func(t *testing.T) { hostile(t, b) })
	t.Run("block order", func(t *testing.T) { orderOfBlocks(t, b) })
}

// rendering is what a backend made of a document.
type rendering struct {
	static *schema.Document
	files  []generators.File
	diags  hcl.Diagnostics
}

func render(b *generators.Backend, d *schema.Document) rendering {
	files, diags := b.Render(d)
	return rendering{static: d.Static(), files: files, diags: diags}
}

func conforms(t *testing.T, b *generators.Backend, c Case) {
	t.Helper()
	r := render(b, c.Decode(t))
	assert.Equal(t, r.files, render(b, c.Decode(t)).files, "rendered twice, two results")
	for _, f := range r.files {
		wellFormed(t, b, f)
	}
	keepsSecrets(t, b, r)
	readsBack(t, b, r)
	golden(t, c.Name, r)
}

// failer is what both a test and a rapid check offer.
type failer interface {
	require.TestingT
	Helper()
}

// wellFormed checks what every file must be, whatever its format.
func wellFormed(t failer, b *generators.Backend, f generators.File) {
	t.Helper()
	first, _, _ := bytes.Cut(f.Content, []byte("\n"))
	assert.Contains(t, string(first), "Made by bondctl from ", "%s does not say who made it", f.Path)
	assert.True(t, bytes.HasSuffix(f.Content, []byte("\n")), "%s does not end its last line", f.Path)
	assert.False(t, bytes.HasSuffix(f.Content, []byte("\n\n")), "%s ends in an empty line", f.Path)
	assert.NotContains(t, string(f.Content), "\r", "%s has a carriage return", f.Path)
	assert.NotContains(t, string(f.Content), "\x00", "%s has a NUL", f.Path)
	assert.True(t, utf8.Valid(f.Content), "%s is not UTF-8", f.Path)
	assert.Contains(t, []fs.FileMode{generators.Public, generators.Private}, f.Mode, f.Path)
	assert.True(t, path.IsAbs(f.Path) && path.Clean(f.Path) == f.Path, "%q is not a plain absolute path", f.Path)
	assert.True(t, slices.ContainsFunc(b.Dirs, func(dir string) bool { return strings.HasPrefix(f.Path, dir+"/") }),
		"%s is in none of the backend's directories %v", f.Path, b.Dirs)
}

// keepsSecrets checks promise P7.
func keepsSecrets(t failer, b *generators.Backend, r rendering) {
	t.Helper()
	var masker generators.Masker
	for _, secret := range secretsOf(r.static) {
		for _, f := range r.files {
			if bytes.Contains(f.Content, []byte(secret)) {
				assert.Equal(t, generators.Private, f.Mode, "%s has a secret", f.Path)
			}
			assert.NotContains(t, string(masker.Mask(b.Secret, f.Content)), secret, "%s shows a secret in a diff", f.Path)
		}
		for _, d := range r.diags {
			assert.NotContains(t, d.Error(), secret, "a diagnostic has a secret")
		}
	}
}

// tellingLength is that from which a secret's text is not there by chance.
const tellingLength = 8

func secretsOf(d *schema.Document) []string {
	var secrets []string
	for _, s := range d.Statements() {
		if s.Secret && len(s.Value) >= tellingLength {
			secrets = append(secrets, s.Value)
		}
	}
	return secrets
}

// readsBack checks promises P1 and P8: what the document states is what the
// files state, but for what a diagnostic names, and can be written as a
// document again.
func readsBack(t failer, b *generators.Backend, r rendering) {
	t.Helper()
	said, excused := split(r)
	for _, unsaid := range excused {
		assert.True(t, slices.ContainsFunc(r.static.Statements(), func(s schema.Statement) bool { return unsaid.Covers(s.Path) }),
			"a diagnostic names %s, which the document does not state", unsaid.Path)
	}
	parsed, diags := b.Parse(r.files)
	for _, d := range diags {
		assert.Fail(t, "the reader does not understand the generator", d.Error()+" "+d.Detail)
	}
	if diff := Diff("the document", lines(said), "its files", lines(parsed.Statements())); diff != "" {
		assert.Fail(t, "the files do not say what the document says", diff+dump(r.files))
	}
	writes(t, parsed)
}

// split parts the document's statements into those that the files must have
// and the diagnostics that excuse the others.
func split(r rendering) (said []schema.Statement, excused []generators.Unsaid) {
	for _, d := range r.diags {
		if unsaid, ok := d.Extra.(generators.Unsaid); ok {
			excused = append(excused, unsaid)
		}
	}
	for _, s := range r.static.Statements() {
		if !slices.ContainsFunc(excused, func(u generators.Unsaid) bool { return u.Covers(s.Path) }) {
			said = append(said, s)
		}
	}
	return said, excused
}

// lines writes statements one on a line, secrets included: those of tests are none.
func lines(statements []schema.Statement) string {
	var text strings.Builder
	for _, s := range statements {
		text.WriteString(s.Path + " = " + s.Value + "\n")
	}
	return text.String()
}

func dump(files []generators.File) string {
	var text strings.Builder
	for _, f := range files {
		text.WriteString("\n--> " + f.Path + "\n" + string(f.Content))
	}
	return text.String()
}

// orderOfBlocks checks that the order of blocks in a document does not
// matter to what the files state.
func orderOfBlocks(t *testing.T, b *generators.Backend) {
	t.Helper()
	for _, c := range Corpus(t) {
		straight, reversed := c.Decode(t), c.Decode(t)
		slices.Reverse(reversed.Bonds)
		slices.Reverse(reversed.Links)
		files, _ := b.Render(straight)
		other, _ := b.Render(reversed)
		one, _ := b.Parse(files)
		two, _ := b.Parse(other)
		assert.Empty(t, Diff("in order", lines(one.Statements()), "reversed", lines(two.Statements())), c.Name)
	}
}
