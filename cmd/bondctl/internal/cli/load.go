package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/planfile"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
	"github.com/bondctl/bondctl/schema"
)

const (
	defaultFile = "bondctl.hcl"
	defaultDir  = "etc/bondctl" // below Env.Root
	standardIn  = "-"
)

// description is a document that was read and validated.
type description struct {
	doc     *schema.Document
	sources *view.Sources
	// diags are in the order of the source.
	diags hcl.Diagnostics
	// madeFrom is its texts and the values that it asked for.
	madeFrom *planfile.Document
}

// read reads and validates the document; mistakes in it are no error.
func (a *app) read() (*description, error) {
	a.foreign = nil
	location, err := a.locate()
	if err != nil {
		return nil, err
	}
	texts, err := a.texts(location)
	if err != nil {
		return nil, err
	}
	inputs, err := a.inputs(location)
	if err != nil {
		return nil, err
	}
	from, recorded := planfile.Record(texts, inputs)
	d := described(from, recorded)
	if a.foreign != nil {
		return nil, a.foreign
	}
	return d, nil
}

// described decodes and validates a document.
func described(from *planfile.Document, inputs schema.Inputs) *description {
	doc, diags := schema.DecodeAndValidate(from.Texts, inputs)
	sources := view.NewSources(from.Texts, inputs.VarFiles, doc.Secrets)
	return &description{doc: doc, sources: sources, diags: sources.Sorted(diags), madeFrom: from}
}

// show writes diagnostics for a person.
func (a *app) show(d *description, diags hcl.Diagnostics) {
	view.Diagnostics{Sources: d.sources, Style: a.errStyle()}.Write(a.errs, diags)
	_ = a.errs.Flush() // a closed standard error must not stop the work
}

// locate finds the document: what --config names, else the one here, else the host's.
func (a *app) locate() (string, error) {
	if a.config == standardIn {
		return standardIn, nil
	}
	if a.config != "" {
		return filepath.Clean(a.config), nil
	}
	host := filepath.Join(a.env.Root, defaultDir)
	for _, candidate := range []string{defaultFile, host} {
		if _, err := os.Stat(candidate); err == nil {
			return candidate, nil
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("looking for the document: %w", err)
		}
	}
	return "", fmt.Errorf("there is no document: neither %s here nor %s. Name one with -c, or make one with bondctl init", defaultFile, host)
}

// texts reads the files of the document.
func (a *app) texts(location string) ([]schema.Source, error) {
	if location == standardIn {
		content, err := io.ReadAll(a.env.Stdin)
		if err != nil {
			return nil, fmt.Errorf("reading standard input: %w", err)
		}
		return []schema.Source{{Name: a.documentName(location), Bytes: content}}, nil
	}
	files, err := documentFiles(location)
	if err != nil {
		return nil, err
	}
	return a.readSources("the document", files)
}

// documentFiles lists the files of a document in the order of their names.
// Hidden ones are left out: editors keep their copies there.
func documentFiles(location string) ([]string, error) {
	info, err := os.Stat(location)
	if err != nil {
		return nil, fmt.Errorf("reading the document: %w", err)
	}
	if !info.IsDir() {
		return []string{location}, nil
	}
	entries, err := os.ReadDir(location)
	if err != nil {
		return nil, fmt.Errorf("reading the document: %w", err)
	}
	var files []string
	for _, entry := range entries {
		if name := entry.Name(); filepath.Ext(name) == ".hcl" && !strings.HasPrefix(name, ".") && !entry.IsDir() {
			files = append(files, filepath.Join(location, name))
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("the directory %s has no *.hcl files: name one that has, or make a document with bondctl init", location)
	}
	return files, nil
}

func (a *app) readSources(what string, files []string) ([]schema.Source, error) {
	sources := make([]schema.Source, 0, len(files))
	for _, file := range files {
		content, err := a.readFile(file)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", what, err)
		}
		sources = append(sources, schema.Source{Name: file, Bytes: content})
	}
	return sources, nil
}

// documentName is what the user calls the document. On the running host it is
// the same wherever the user calls it from, for the files name it.
func (a *app) documentName(location string) string {
	if location == standardIn {
		return "standard input"
	}
	if absolute, err := filepath.Abs(location); a.live && err == nil {
		return absolute
	}
	return location
}

// inputs is what the document can depend on beside its text.
func (a *app) inputs(location string) (schema.Inputs, error) {
	in := schema.Inputs{Name: a.documentName(location), Getenv: a.env.LookupEnv, ReadFile: a.readBeside(location)}
	for _, text := range a.assignments {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return in, fmt.Errorf("--var %s has no value: write --var NAME=VALUE", name)
		}
		in.Assignments = append(in.Assignments, schema.Assignment{Name: name, Text: value})
	}
	var err error
	in.VarFiles, err = a.readSources("the variables", a.varFiles)
	return in, err
}

// readBeside reads files named in a document: relative names begin in the
// document's own directory.
func (a *app) readBeside(location string) func(string) ([]byte, error) {
	base := location
	if info, err := os.Stat(location); location == standardIn || (err == nil && !info.IsDir()) {
		base = filepath.Dir(location)
	}
	return func(name string) ([]byte, error) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(base, name)
		}
		return a.readFile(name)
	}
}
