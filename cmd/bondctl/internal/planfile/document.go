package planfile

import (
	"fmt"
	"io/fs"

	"github.com/bondctl/bondctl/schema"
)

// Document is all that a document was made from, so that it can be made again
// with the same values, whatever becomes of files and environment.
type Document struct {
	Name        string              `json:"name"`
	Texts       []schema.Source     `json:"texts"`
	VarFiles    []schema.Source     `json:"var_files,omitempty"`
	Assignments []schema.Assignment `json:"assignments,omitempty"`
	// Environment and Files have what was asked for and found.
	Environment map[string]string `json:"environment,omitempty"`
	Files       map[string][]byte `json:"files,omitempty"`
}

// Record notes what a document is made from. What it asks for beside its texts
// is noted as it asks, through the inputs that Record gives.
func Record(texts []schema.Source, in schema.Inputs) (*Document, schema.Inputs) {
	d := &Document{
		Name: in.Name, Texts: texts, VarFiles: in.VarFiles, Assignments: in.Assignments,
		Environment: map[string]string{}, Files: map[string][]byte{},
	}
	getenv, readFile := in.Getenv, in.ReadFile
	in.Getenv = func(name string) (string, bool) {
		value, ok := getenv(name)
		if ok {
			d.Environment[name] = value
		}
		return value, ok
	}
	in.ReadFile = func(name string) ([]byte, error) {
		content, err := readFile(name)
		if err == nil {
			d.Files[name] = content
		}
		return content, err
	}
	return d, in
}

// Inputs gives what was noted.
func (d *Document) Inputs() schema.Inputs {
	return schema.Inputs{
		Name: d.Name, VarFiles: d.VarFiles, Assignments: d.Assignments,
		Getenv: func(name string) (string, bool) { value, ok := d.Environment[name]; return value, ok },
		ReadFile: func(name string) ([]byte, error) {
			content, ok := d.Files[name]
			if !ok {
				return nil, fmt.Errorf("the plan has no file %s: %w", name, fs.ErrNotExist)
			}
			return content, nil
		},
	}
}
