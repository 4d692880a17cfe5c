package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
)

// Diagnostics shows what is wrong with a document.
type Diagnostics struct {
	Sources *Sources
	Style   Style
}

// Sorted gives the diagnostics in the order of the source, each once: a block
// that is repeated by a dynamic block repeats its mistakes.
func (s *Sources) Sorted(diags hcl.Diagnostics) hcl.Diagnostics {
	type said struct {
		severity        hcl.DiagnosticSeverity
		summary, detail string
		place           hcl.Range
	}
	seen := make(map[said]bool, len(diags))
	sorted := make(hcl.Diagnostics, 0, len(diags))
	for _, d := range diags {
		if key := (said{d.Severity, d.Summary, d.Detail, placeOf(d)}); !seen[key] {
			seen[key] = true
			sorted = append(sorted, d)
		}
	}
	slices.SortStableFunc(sorted, func(a, b *hcl.Diagnostic) int {
		x, y := placeOf(a), placeOf(b)
		return cmp.Or(cmp.Compare(s.rank(x.Filename), s.rank(y.Filename)), cmp.Compare(x.Filename, y.Filename),
			cmp.Compare(x.Start.Byte, y.Start.Byte), cmp.Compare(x.Start.Line, y.Start.Line))
	})
	return sorted
}

func placeOf(d *hcl.Diagnostic) hcl.Range {
	if d.Subject == nil {
		return hcl.Range{}
	}
	return *d.Subject
}

// Write shows each diagnostic with its place, the line of source and what to do.
func (v Diagnostics) Write(w *Page, diags hcl.Diagnostics) {
	if len(diags) == 0 {
		return
	}
	redactor := v.Sources.Redactor()
	for _, d := range diags {
		v.head(w, d, redactor)
		if mark, ok := v.Sources.snippet(placeOf(d)); ok {
			v.snippet(w, d, mark)
		}
		if detail := redactor.Text(d.Detail); detail != "" && detail != d.Summary {
			w.Print(wrap(printable(detail), "  ") + "\n")
		}
	}
}

func (v Diagnostics) head(w *Page, d *hcl.Diagnostic, redactor *Redactor) {
	if place := v.place(placeOf(d)); place != "" {
		w.Print(v.Style.paint(bold, place+": "))
	}
	w.Print(v.Style.paint(v.color(d), severity(d)+": "))
	w.Print(v.Style.paint(bold, printable(redactor.Text(d.Summary))) + "\n\n")
}

// place writes where: file:line:column, or only what is no file of ours.
func (v Diagnostics) place(r hcl.Range) string {
	if v.Sources.rank(r.Filename) < 0 {
		return Line(r.Filename)
	}
	return fmt.Sprintf("%s:%d:%d", Line(r.Filename), r.Start.Line, r.Start.Column)
}

func (v Diagnostics) snippet(w *Page, d *hcl.Diagnostic, s snippet) {
	before, marked, after := printable(s.text[:s.start]), printable(s.text[s.start:s.end]), printable(s.text[s.end:])
	number := fmt.Sprintf("%4d", s.line)
	w.Printf("%s | %s%s%s\n", number, before, marked, after)
	under := strings.Repeat("^", max(utf8.RuneCountInString(marked), 1))
	w.Printf("%s | %s%s\n\n", strings.Repeat(" ", len(number)), blanks(before), v.Style.paint(v.color(d), under))
}

// blanks is as wide as the text: tabs stay, everything else is a space.
func blanks(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, text)
}

func severity(d *hcl.Diagnostic) string {
	if d.Severity == hcl.DiagWarning {
		return "warning"
	}
	return "error"
}

func (v Diagnostics) color(d *hcl.Diagnostic) string {
	if d.Severity == hcl.DiagWarning {
		return yellow
	}
	return red
}

// Count tells how many errors and warnings there are.
func Count(diags hcl.Diagnostics) (errors, warnings int) {
	for _, d := range diags {
		if d.Severity == hcl.DiagWarning {
			warnings++
		} else {
			errors++
		}
	}
	return errors, warnings
}

// Findings counts errors and warnings in words, empty where there are none.
func Findings(diags hcl.Diagnostics) string {
	var parts []string
	errors, warnings := Count(diags)
	if errors > 0 {
		parts = append(parts, plural(errors, "error"))
	}
	if warnings > 0 {
		parts = append(parts, plural(warnings, "warning"))
	}
	return strings.Join(parts, ", ")
}
