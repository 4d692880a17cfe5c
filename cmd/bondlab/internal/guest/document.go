package guest

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
	"github.com/bondctl/bondctl/generators"
	backends "github.com/bondctl/bondctl/generators/all"
	"github.com/bondctl/bondctl/schema"
)

// readDocument reads a description that must be valid.
func readDocument(path string) (*schema.Document, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the description: %w", err)
	}
	doc, diags := schema.DecodeAndValidate([]schema.Source{{Name: filepath.Base(path), Bytes: text}}, schema.Inputs{
		Name:   filepath.Base(path),
		Getenv: os.LookupEnv,
		ReadFile: func(name string) ([]byte, error) {
			return os.ReadFile(filepath.Join(filepath.Dir(path), name))
		},
	})
	if diags.HasErrors() {
		return nil, fmt.Errorf("the description is invalid: %w", diags)
	}
	return doc.Static(), nil
}

// unsaidBy tells which statements a backend cannot say.
func unsaidBy(name string, doc *schema.Document) (func(path string) bool, error) {
	backend, ok := backends.Lookup(name)
	if !ok {
		return nil, fmt.Errorf("there is no backend %q", name)
	}
	_, diags := backend.Render(doc)
	var unsaid []generators.Unsaid
	for _, diag := range diags {
		if u, ok := diag.Extra.(generators.Unsaid); ok && diag.Severity == hcl.DiagError {
			unsaid = append(unsaid, u)
		}
	}
	return func(path string) bool {
		for _, u := range unsaid {
			if u.Covers(path) {
				return true
			}
		}
		return false
	}, nil
}

// install has bondctl render a description and copies the files into place.
func install(backend, file string, flags []string) (string, error) {
	dir, err := os.MkdirTemp("", "rendered")
	if err != nil {
		return "", fmt.Errorf("making room for files: %w", err)
	}
	generate := append([]string{filepath.Join(shared, "bondctl"), "generate", "--backend", backend, "--config", file, "--out", dir}, flags...)
	text, err := out(generate...)
	if err != nil {
		return text, err
	}
	return text, do("cp -a %s/etc /", dir) // not the directory itself, for / would get its mode
}

// storyFile is a description of the corpus.
func storyFile(story string) string { return filepath.Join(shared, scenario.Corpus, story+".hcl") }
