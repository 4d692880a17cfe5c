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
	// Unsaid is what the document does not say, and Chosen where something had to be
	// chosen for it to say, both in the order of the files.
	Unsaid, Chosen []Remark
}

// Remark is about a place of what was read.
type Remark struct {
	// File and Line are where it stands, empty and 0 for what the kernel has.
	File string
	Line int
	// Text says what it is, in sentences.
	Text string
}

// String puts the place first.
func (r Remark) String() string {
	switch {
	case r.File == "":
		return r.Text
	case r.Line == 0:
		return r.File + ": " + r.Text
	}
	return fmt.Sprintf("%s:%d: %s", r.File, r.Line, r.Text)
}

// Files reads the files of a backend. What a reader says of a line that is in the
// document is a note there.
func Files(b *generators.Backend, files []generators.File) *Import {
	doc, diags := b.Parse(files)
	i := &Import{Document: doc}
	i.take(diags)
	said := map[string][]string{}
	for _, r := range slices.Concat(i.Chosen, i.Unsaid) {
		said[r.place()] = append(said[r.place()], r.Text)
	}
	for _, s := range doc.Statements() {
		if s.Range.Filename == "" {
			continue
		}
		at := Remark{File: s.Range.Filename, Line: s.Range.Start.Line}.place()
		if strings.Count(s.Path, "/") == 1 {
			i.note(s.Path, "From "+at+".")
		}
		for _, text := range said[at] {
			i.note(s.Path, at+": "+text)
		}
		delete(said, at) // the first statement of a line has it
	}
	for _, r := range i.Chosen {
		if len(said[r.place()]) > 0 {
			i.note("", r.String())
		}
	}
	return i
}

func (i *Import) note(path, text string) {
	i.Notes = append(i.Notes, schema.Note{Path: path, Text: text})
}

func (r Remark) place() string { return fmt.Sprintf("%s:%d", r.File, r.Line) }

// take adds what a reader says.
func (i *Import) take(diags hcl.Diagnostics) {
	for _, d := range diags {
		if _, skipped := d.Extra.(generators.Skipped); skipped {
			i.Unsaid = append(i.Unsaid, remark(d))
		} else {
			i.Chosen = append(i.Chosen, remark(d))
		}
	}
	for _, list := range [][]Remark{i.Unsaid, i.Chosen} {
		slices.SortStableFunc(list, func(a, b Remark) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line)) })
	}
}

func remark(d *hcl.Diagnostic) Remark {
	r := Remark{Text: d.Detail}
	if d.Subject != nil {
		r.File, r.Line = d.Subject.Filename, d.Subject.Start.Line
	}
	return r
}

// Under adds what the parameters of the driver's module give the bonds that do not
// say it themselves: the module makes these bonds, and the files of the backend
// change them. Lines that the backend has read itself are not skipped.
func (i *Import) Under(module *generators.Backend, files []generators.File) {
	read := map[string]bool{}
	for _, s := range i.Document.Statements() {
		read[Remark{File: s.Range.Filename, Line: s.Range.Start.Line}.place()] = true
	}
	doc, diags := module.Parse(files)
	i.take(slices.DeleteFunc(diags, func(d *hcl.Diagnostic) bool { return read[remark(d).place()] }))
	for _, made := range doc.Bonds {
		bond, ok := i.Document.Bond(made.Name.Value)
		if !ok {
			i.Unsaid = append(i.Unsaid, Remark{made.Range.Filename, made.Range.Start.Line, "Loading the module makes " + made.Name.Value + ", which nothing else describes."})
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
	at := Remark{File: s.NameRange.Filename, Line: s.NameRange.Start.Line}.place()
	i.note("bond/"+bond.Name.Value+"/"+s.Option.Name, "From "+at+": the module gives it to each bond that it makes.")
}

// IsEmpty tells whether there is nothing to describe.
func (i *Import) IsEmpty() bool { return len(i.Document.Bonds) == 0 && len(i.Document.Links) == 0 }
