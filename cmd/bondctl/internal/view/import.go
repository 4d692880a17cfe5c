package view

import (
	"fmt"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/importing"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

// Import shows what came with a document that was imported.
type Import struct {
	// From is the backend whose files were read, or "kernel".
	From string
	// Why says how the backend was found, a line for each reason.
	Why []string
	// Unread says which files and directories could not be read, and why.
	Unread []string
	// Unsaid is what the document does not say.
	Unsaid []importing.Remark
	importing.Written
	// Stored tells that the files of the secrets were written.
	Stored bool
	// Differences are the changes that would lead the running kernel to what the
	// files say.
	Differences []plan.Change
	Redactor    *Redactor
	Style       Style
}

// Write shows what somebody has to look at beside the document.
func (v Import) Write(w *Page) {
	if len(v.Why) > 0 {
		list(w, "Imported from "+v.From+", because", v.Why)
	}
	list(w, "Not read:", v.Unread)
	list(w, "Not in the document, and left as it is:", v.unsaid())
	list(w, "Left out by comments in the document, which else were not valid:", v.leftOut())
	list(w, v.secretsTitle(), v.secrets())
	if len(v.Differences) > 0 {
		w.Print("The running kernel is not what the files say; to apply the document would be to\n\n")
		changes(w, v.Style, v.Differences)
		w.Println()
	}
}

func (v Import) unsaid() []string { return redacted(v.Unsaid, v.Redactor) }

func redacted(remarks []importing.Remark, r *Redactor) []string {
	var lines []string
	for _, remark := range remarks {
		lines = append(lines, r.Text(remark.String()))
	}
	return lines
}

// NotImported shows what was read where nothing of it is for a document.
func NotImported(w *Page, unsaid []importing.Remark, r *Redactor) {
	list(w, "Read, and nothing that a document has:", redacted(unsaid, r))
}

func (v Import) leftOut() []string {
	var lines []string
	for _, l := range v.LeftOut {
		lines = append(lines, fmt.Sprintf("line %d: %s", l.Line, l.Why))
	}
	return lines
}

func (v Import) secretsTitle() string {
	if v.Stored {
		return "Secrets written, for root alone to read:"
	}
	return "The document needs these files of mode 0600, which --secrets-dir DIR writes:"
}

func (v Import) secrets() []string {
	var lines []string
	for _, s := range v.Secrets {
		lines = append(lines, s.Path+" for "+s.Statement)
	}
	return lines
}

// ImportJSON is what import --json prints.
type ImportJSON struct {
	FormatVersion string   `json:"format_version"`
	From          string   `json:"from"`
	Reasons       []string `json:"reasons"`
	// Document is the text.
	Document    string        `json:"document"`
	Unread      []string      `json:"unread"`
	Unsaid      []unsaidJSON  `json:"unsaid"`
	LeftOut     []leftOutJSON `json:"left_out"`
	Secrets     []secretJSON  `json:"secrets"`
	Differences []changeJSON  `json:"differences"`
}

// unsaidJSON has no file, and line 0, for what the kernel has.
type unsaidJSON struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	Text string `json:"text"`
}

type leftOutJSON struct {
	Line int    `json:"line"`
	Why  string `json:"why"`
}

type secretJSON struct {
	File    string `json:"file"`
	For     string `json:"for"`
	Written bool   `json:"written"`
}

// JSON shows it to a program.
func (v Import) JSON() ImportJSON {
	j := ImportJSON{
		FormatVersion: FormatVersion, From: v.From, Reasons: nonNil(v.Why), Document: string(v.Text), Unread: nonNil(v.Unread),
		Unsaid: []unsaidJSON{}, LeftOut: []leftOutJSON{}, Secrets: []secretJSON{}, Differences: changesJSON(v.Differences),
	}
	for _, u := range v.Unsaid {
		j.Unsaid = append(j.Unsaid, unsaidJSON{u.File, u.Line, v.Redactor.Text(u.Text)})
	}
	for _, l := range v.LeftOut {
		j.LeftOut = append(j.LeftOut, leftOutJSON(l))
	}
	for _, s := range v.Secrets {
		j.Secrets = append(j.Secrets, secretJSON{s.Path, s.Statement, v.Stored})
	}
	return j
}
