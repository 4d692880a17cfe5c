// Package importing makes a document of what a machine has: of the files of a
// backend, or of what is known of its kernel. It is pure.
package importing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// Import is what a machine has.
type Import struct {
	Document *schema.Document
	// Notes are comments on parts of the document.
	Notes []schema.Note
	// Unsaid is what the document does not say, in the order of the files.
	Unsaid []Unsaid
}

// Unsaid is a place whose meaning is not in the document.
type Unsaid struct {
	// File and Line are where it stands, empty and 0 for what the kernel has.
	File string
	Line int
	// Text says what it is, in sentences.
	Text string
}

// String puts the place first.
func (u Unsaid) String() string {
	switch {
	case u.File == "":
		return u.Text
	case u.Line == 0:
		return u.File + ": " + u.Text
	}
	return fmt.Sprintf("%s:%d: %s", u.File, u.Line, u.Text)
}

// Files reads the files of a backend. What a reader complains of at a line that
// the document has all the same is a note there too.
func Files(b *generators.Backend, files []generators.File) *Import {
	doc, complaints := b.Parse(files)
	i := &Import{Document: doc}
	i.take(complaints)
	at := map[string][]string{}
	for _, d := range complaints {
		if d.Subject != nil {
			at[place(*d.Subject)] = append(at[place(*d.Subject)], d.Detail)
		}
	}
	for _, s := range doc.Statements() {
		if s.Range.Filename == "" {
			continue
		}
		if strings.Count(s.Path, "/") == 1 {
			i.Notes = append(i.Notes, schema.Note{Path: s.Path, Text: "From " + place(s.Range) + "."})
		}
		for _, complaint := range at[place(s.Range)] {
			i.Notes = append(i.Notes, schema.Note{Path: s.Path, Text: place(s.Range) + ": " + complaint})
		}
	}
	return i
}

func place(r hcl.Range) string { return fmt.Sprintf("%s:%d", r.Filename, r.Start.Line) }

// take adds what a reader complains of.
func (i *Import) take(complaints hcl.Diagnostics) {
	i.Unsaid = append(i.Unsaid, unsaidOf(complaints)...)
	slices.SortStableFunc(i.Unsaid, func(a, b Unsaid) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line)) })
}

func unsaidOf(diags hcl.Diagnostics) []Unsaid {
	var list []Unsaid
	for _, d := range diags {
		u := Unsaid{Text: d.Detail}
		if d.Subject != nil {
			u.File, u.Line = d.Subject.Filename, d.Subject.Start.Line
		}
		list = append(list, u)
	}
	return list
}

// Under adds what the parameters of the driver's module give the bonds that do not
// say it themselves: the module makes these bonds, and the files of the backend
// change them.
func (i *Import) Under(module *generators.Backend, files []generators.File) {
	doc, complaints := module.Parse(files)
	i.take(complaints)
	for _, made := range doc.Bonds {
		bond, ok := i.Document.Bond(made.Name.Value)
		if !ok {
			i.Unsaid = append(i.Unsaid, Unsaid{made.Range.Filename, made.Range.Start.Line, "Loading the module makes " + made.Name.Value + ", which nothing else describes."})
			continue
		}
		for _, s := range made.Settings {
			i.fill(bond, s)
		}
	}
}

func (i *Import) fill(bond *schema.Bond, s schema.Setting) {
	if _, said := bond.Settings.Get(s.Option.Name); said {
		return
	}
	bond.Settings = bond.Settings.With(s)
	i.Notes = append(i.Notes, schema.Note{
		Path: "bond/" + bond.Name.Value + "/" + s.Option.Name, Text: "From " + place(s.NameRange) + ": the module gives it to each bond that it makes.",
	})
}

// IsEmpty tells whether there is nothing to describe.
func (i *Import) IsEmpty() bool { return len(i.Document.Bonds) == 0 && len(i.Document.Links) == 0 }
