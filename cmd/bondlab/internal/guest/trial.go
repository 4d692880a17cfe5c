package guest

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
	"go.yaml.in/yaml/v3"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/example"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/sh"
	backends "github.com/bondctl/bondctl/generators/all"
	"github.com/bondctl/bondctl/schema"
)

// trial is an example of a backend's files.
type trial struct {
	backend, name string
	files         *txtar.Archive
}

// try lays the example out and asks bondctl for all that it can make of it.
func (t trial) try() (example.Verdict, error) {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		return example.Verdict{}, fmt.Errorf("making room for an example: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	root := filepath.Join(dir, "root")
	if err := txtar.Write(t.files, root); err != nil {
		return example.Verdict{}, fmt.Errorf("laying it out: %w", err)
	}
	if err := sh.Do("chmod -R go= %s", root); err != nil { // as secrets want it
		return example.Verdict{}, err
	}
	sayings, err := t.sayings(root)
	if err != nil {
		return example.Verdict{}, err
	}
	statements, told, err := t.imported(dir)
	if err != nil {
		return example.Verdict{}, err
	}
	verdict := example.Judge(sayings, statements, told)
	if len(verdict.Lost) > 0 {
		return verdict, fmt.Errorf("neither in the document nor named: %v; bondctl has told %q", verdict.Lost, told)
	}
	if len(statements) == 0 {
		return verdict, nil
	}
	return verdict, t.convert(dir)
}

// sayings are what the files say of bonds. The bonds of netplan must be those that
// it finds itself, where it does not refuse the file.
func (t trial) sayings(root string) ([]example.Saying, error) {
	var files []txtar.File
	for _, f := range t.files.Files {
		files = append(files, txtar.File{Name: "/" + f.Name, Data: f.Data})
	}
	sayings, err := example.Sayings(t.backend, files)
	if err != nil || t.backend != "netplan" || len(sayings) == 0 {
		return sayings, err
	}
	names, refused, err := bondsOfNetplan(root)
	if found := slices.Sorted(slices.Values(example.Bonds(sayings))); err == nil && !refused && !slices.Equal(found, names) {
		err = fmt.Errorf("netplan finds the bonds %v, and not %v", names, found)
	}
	return sayings, err
}

// bondsOfNetplan asks netplan for the names of the bonds that its files describe. It
// refuses those of Open vSwitch where this is not installed, and prints nothing then.
func bondsOfNetplan(root string) (names []string, refused bool, err error) {
	var text, warnings bytes.Buffer
	cmd := exec.Command("netplan", "get", "--root-dir", root, "bonds")
	cmd.Stdout, cmd.Stderr = &text, &warnings
	if err := cmd.Run(); err != nil {
		return nil, false, fmt.Errorf("running netplan get: %w: %s", err, warnings.String())
	}
	var bonds map[string]any
	if err := yaml.Unmarshal(text.Bytes(), &bonds); err != nil {
		return nil, false, fmt.Errorf("reading what netplan has found: %w", err)
	}
	return slices.Sorted(maps.Keys(bonds)), strings.Contains(warnings.String(), "Error in network definition"), nil
}

// imported is what bondctl makes of the files: the statements of a valid document,
// and what it tells, in comments and beside. Where there is nothing for a document,
// it says so.
func (t trial) imported(dir string) ([]schema.Statement, string, error) {
	document := filepath.Join(dir, "imported.hcl")
	code, told, err := ask("import", "--from", t.backend, "--root", filepath.Join(dir, "root"), "--secrets-dir", filepath.Join(dir, "secrets"), "--out", document)
	switch {
	case err != nil:
		return nil, "", err
	case code == 1 && strings.Contains(told, "there is nothing to import: "):
		return nil, told, nil
	case code != 0:
		return nil, "", fmt.Errorf("bondctl import ends with %d: %s", code, told)
	}
	text, err := os.ReadFile(document)
	if err != nil {
		return nil, "", fmt.Errorf("reading the document: %w", err)
	}
	doc, err := readDocument(document)
	if err != nil {
		return nil, "", err
	}
	return doc.Statements(), told + string(text), nil
}

// convert asks for the files of every backend: where they cannot say all, that must
// be told, and they must say the rest.
func (t trial) convert(dir string) error {
	var wrong []error
	for _, to := range backends.Names() {
		args := []string{"convert", "--from", t.backend, "--to", to, "--root", filepath.Join(dir, "root"), "--out", filepath.Join(dir, to)}
		code, told, err := ask(args...)
		if err == nil && code == 3 && told != "" {
			code, told, err = ask(append(args, "--lossy")...)
		}
		if err == nil && code != 0 {
			err = fmt.Errorf("bondctl convert --to %s ends with %d: %s", to, code, told)
		}
		wrong = append(wrong, err)
	}
	return errors.Join(wrong...)
}

// ask gives bondctl's exit status and what it says on standard error. One that
// crashes is an error.
func ask(args ...string) (code int, told string, err error) {
	var errs bytes.Buffer
	cmd := exec.Command("bondctl", args...)
	cmd.Stderr = &errs
	err = cmd.Run()
	code, told = cmd.ProcessState.ExitCode(), errs.String()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		return code, told, fmt.Errorf("running bondctl: %w", err)
	}
	if !slices.Contains([]int{0, 1, 3}, code) || strings.Contains(told, "goroutine ") {
		return code, told, fmt.Errorf("bondctl %s crashes with %d: %s", strings.Join(args, " "), code, told)
	}
	return code, told, nil
}
