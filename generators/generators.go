// Package generators turns a document into the files of a host's network
// system, and those files back into a document. Each backend has a folder of
// its own with a generator and, beside it, the reader of the same words; the
// list of them is in generators/all, and the conformance suite that every
// backend passes is in generators/gentest. Everything here is pure.
package generators

import (
	"bytes"
	"cmp"
	"io/fs"
	"slices"
	"unicode"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/schema"
)

// File is a file of the target, rendered or read.
type File struct {
	// Path is absolute on the target.
	Path string
	// Mode is Public, or Private where the file has a secret.
	Mode    fs.FileMode
	Content []byte
}

// The modes of rendered files.
const (
	Public  fs.FileMode = 0o644
	Private fs.FileMode = 0o600
)

// Backend is the host's own network system, or a companion of it.
type Backend struct {
	// Name is the word for it in a document and on the command line.
	Name string
	// Summary says in one line whose files these are.
	Summary string
	// Dirs are the directories of the target that hold its files, absolute.
	Dirs []string
	// Entry is the host's own file that must lead to those in Dirs, empty where
	// their consumer looks there by itself.
	Entry string
	// Generate renders a document that [schema.Document.Static] made.
	Generate func(*schema.Document, *Report) []File
	// Read understands the backend's files; what a document cannot say is reported.
	Read func([]File, *Report) *schema.Document
	// Sources are patterns of [path.Match] for all files of the target that the
	// consumers read, wherever they look, absolute.
	Sources []string
	// Leads gives patterns for further files that a file names, as a source line of
	// interfaces(5) does; nil where none can.
	Leads func(File) []string
	// Mentions lists the places in a file that configure a link, in the order of
	// its lines. No text of them holds a secret.
	Mentions func(File) []Mention
	// LetGo edits files that are not bondctl's so that they leave links alone; of
	// what else they configure nothing changes. What cannot be let go is reported
	// as an error.
	LetGo func([]File, Taking, *Report) []Edit
	// Secret tells whether a line of a file holds a secret, and where in the
	// line its value begins.
	Secret SecretFinder
}

// Render gives the files for a document, sorted by path. A diagnostic of
// severity error means that the files would behave differently from the
// document; each tells by its Extra, an [Unsaid], what is missing.
func (b *Backend) Render(d *schema.Document) ([]File, hcl.Diagnostics) {
	report := &Report{backend: b.Name}
	files := b.Generate(d.Static(), report)
	slices.SortFunc(files, byPath)
	return files, report.diags
}

// Parse gives the document that the files describe.
func (b *Backend) Parse(files []File) (*schema.Document, hcl.Diagnostics) {
	report := &Report{backend: b.Name}
	sorted := slices.Clone(files)
	slices.SortFunc(sorted, byPath)
	return b.Read(sorted, report), report.diags
}

// TakeOver gives what becomes of the files so that they leave links alone. A
// diagnostic of severity error means that something still configures them.
func (b *Backend) TakeOver(files []File, t Taking) ([]Edit, hcl.Diagnostics) {
	report := &Report{backend: b.Name}
	sorted := slices.Clone(files)
	slices.SortFunc(sorted, byPath)
	return b.LetGo(sorted, t, report), report.diags
}

func byPath(a, b File) int { return cmp.Compare(a.Path, b.Path) }

// Header is the line that tells who made a file, without the comment sign.
// The document's name cannot end the line.
func Header(d *schema.Document) string {
	return headerStart + printable(d.Name) + "; changes here are overwritten."
}

const headerStart = "Made by bondctl from "

// IsOurs tells whether the first line of a file is a header in a comment.
func IsOurs(content []byte) bool {
	first, _, _ := bytes.Cut(content, []byte("\n"))
	before, _, found := bytes.Cut(first, []byte(headerStart))
	return found && len(bytes.Trim(before, "#; \t")) == 0
}

// takenStart begins the comment at the top of a file that tells consumers to leave
// links alone: it has no header, for it is not one of a document.
const takenStart = "bondctl has taken "

// Tells tells whether a file is one by which bondctl tells consumers to leave links alone.
func Tells(content []byte) bool {
	first, _, _ := bytes.Cut(content, []byte("\n"))
	return bytes.HasPrefix(first, []byte("# "+takenStart))
}

// printable replaces what could end or hide a line, and what YAML refuses even
// in a comment.
func printable(text string) string {
	clean := []rune(text)
	for i, r := range clean {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			clean[i] = '?'
		}
	}
	return string(clean)
}
