package view

import (
	"encoding/json"
	"io"

	"github.com/hashicorp/hcl/v2"
)

// ValidationJSON is what validate --json prints, and every other command with
// --json where the document is invalid.
type ValidationJSON struct {
	FormatVersion string           `json:"format_version"`
	Valid         bool             `json:"valid"`
	ErrorCount    int              `json:"error_count"`
	WarningCount  int              `json:"warning_count"`
	Diagnostics   []DiagnosticJSON `json:"diagnostics"`
}

// DiagnosticJSON is one mistake. Range and Snippet are absent where it has no place.
type DiagnosticJSON struct {
	Severity string       `json:"severity"`
	Summary  string       `json:"summary"`
	Detail   string       `json:"detail"`
	Range    *rangeJSON   `json:"range,omitempty"`
	Snippet  *snippetJSON `json:"snippet,omitempty"`
}

type rangeJSON struct {
	Filename string  `json:"filename"`
	Start    posJSON `json:"start"`
	End      posJSON `json:"end"`
}

// posJSON counts lines and columns (in characters) from 1, bytes from 0.
type posJSON struct {
	Line   int `json:"line"`
	Column int `json:"column"`
	Byte   int `json:"byte"`
}

// snippetJSON is the line of source; the offsets are bytes of its code.
type snippetJSON struct {
	Code                 string `json:"code"`
	StartLine            int    `json:"start_line"`
	HighlightStartOffset int    `json:"highlight_start_offset"`
	HighlightEndOffset   int    `json:"highlight_end_offset"`
}

// NewValidationJSON shows diagnostics, secrets masked.
func NewValidationJSON(sources *Sources, diags hcl.Diagnostics) ValidationJSON {
	errors, warnings := Count(diags)
	return ValidationJSON{
		FormatVersion: FormatVersion, Valid: errors == 0, ErrorCount: errors, WarningCount: warnings,
		Diagnostics: DiagnosticsJSON(sources, diags),
	}
}

// DiagnosticsJSON shows diagnostics, secrets masked; never nil.
func DiagnosticsJSON(sources *Sources, diags hcl.Diagnostics) []DiagnosticJSON {
	shown := make([]DiagnosticJSON, 0, len(diags))
	if len(diags) == 0 {
		return shown
	}
	redactor := sources.Redactor()
	for _, d := range diags {
		item := DiagnosticJSON{Severity: severity(d), Summary: redactor.Text(d.Summary), Detail: redactor.Text(d.Detail)}
		if d.Subject != nil {
			item.Range = &rangeJSON{Filename: d.Subject.Filename, Start: posJSON(d.Subject.Start), End: posJSON(d.Subject.End)}
		}
		if s, ok := sources.snippet(placeOf(d)); ok {
			item.Snippet = &snippetJSON{Code: s.text, StartLine: s.line, HighlightStartOffset: s.start, HighlightEndOffset: s.end}
		}
		shown = append(shown, item)
	}
	return shown
}

// JSON writes a value of this package for a program, indented for a person.
func JSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// JSONLine prints a value for a program on a line of its own.
func JSONLine(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}
