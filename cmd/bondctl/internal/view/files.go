package view

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/generators"
)

// Mask hides the secrets in files: those that the backend knows by their keys,
// and those that the document has.
type Mask struct {
	Find     generators.SecretFinder
	Redactor *Redactor
	masker   generators.Masker
	// Masked is set once a secret was hidden.
	Masked bool
}

// Text gives a file's content as it may be shown. The same secret looks the
// same in all files of one mask, and two secrets differ.
func (m *Mask) Text(content []byte) string {
	shown := m.Redactor.Text(string(m.masker.Mask(m.Find, content)))
	m.Masked = m.Masked || shown != string(content)
	return shown
}

// Files shows rendered files one after the other, each below a line with its
// path and mode.
func Files(w *Page, files []generators.File, mask *Mask) {
	for i, file := range files {
		if i > 0 {
			w.Println()
		}
		w.Printf("# ==> %s (%04o)\n", file.Path, file.Mode)
		w.Print(mask.Text(file.Content))
	}
}

// FilesJSON is what generate --json prints.
type FilesJSON struct {
	FormatVersion string           `json:"format_version"`
	Backend       string           `json:"backend"`
	Files         []fileJSON       `json:"files"`
	Diagnostics   []DiagnosticJSON `json:"diagnostics"`
}

// fileJSON is a rendered file, its secrets masked.
type fileJSON struct {
	Path    string `json:"path"`
	Mode    string `json:"mode"`
	Content string `json:"content"`
}

// NewFilesJSON shows rendered files and what was found while rendering.
func NewFilesJSON(backend string, files []generators.File, mask *Mask, sources *Sources, diags hcl.Diagnostics) FilesJSON {
	shown := make([]fileJSON, len(files))
	for i, file := range files {
		shown[i] = fileJSON{Path: file.Path, Mode: fmt.Sprintf("%04o", file.Mode), Content: mask.Text(file.Content)}
	}
	return FilesJSON{FormatVersion: FormatVersion, Backend: backend, Files: shown, Diagnostics: DiagnosticsJSON(sources, diags)}
}
