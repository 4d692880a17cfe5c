package guest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
)

// doExamples imports what packages ship as examples for a backend's consumers, each
// by itself, and perhaps a directory laid out like /. What the files say of bonds must be in
// the document or named with its place; and each must convert to every backend.
func (s *stage) doExamples(ts *testscript.TestScript, args []string) error {
	backend := args[0]
	all, err := shippedFor(backend)
	if err != nil {
		return err
	}
	if len(args) == 2 {
		more, err := laidOut(backend, ts.MkAbs(args[1]))
		if err != nil {
			return err
		}
		all = append(all, more)
	}
	total := scenario.Reading{Examples: backend, Count: len(all)}
	var wrong []error
	for _, e := range all {
		verdict, err := e.try()
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", e.name, err))
		}
		ts.Logf("%s: in the document %v; named %v", e.name, verdict.Stated, verdict.Named)
		total.Right += len(verdict.Stated)
		total.Unsaid += len(verdict.Named)
		wrong = append(wrong, s.alive())
	}
	s.report(total)
	if total.Right == 0 {
		wrong = append(wrong, fmt.Errorf("no example for %s has a bond", backend))
	}
	return errors.Join(wrong...)
}

// shippedFor gives the examples that came with the machine's image.
func shippedFor(backend string) ([]trial, error) {
	paths, err := filepath.Glob(filepath.Join(shared, scenario.Examples, backend, "*.txtar"))
	if err != nil {
		return nil, fmt.Errorf("listing examples: %w", err)
	}
	var all []trial
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			return nil, fmt.Errorf("reading an example: %w", err)
		}
		all = append(all, trial{backend, strings.TrimSuffix(filepath.Base(path), ".txtar"), archive})
	}
	return all, nil
}

// laidOut takes a directory for one example.
func laidOut(backend, dir string) (trial, error) {
	archive := &txtar.Archive{}
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(root, path)
		archive.Files = append(archive.Files, txtar.File{Name: path, Data: text})
		return err
	})
	if err != nil {
		return trial{}, fmt.Errorf("reading %s: %w", dir, err)
	}
	return trial{backend, filepath.Base(dir), archive}, nil
}
