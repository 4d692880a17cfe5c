package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
)

// documentMode is that of a new document: it may hold secrets.
const documentMode fs.FileMode = 0o600

// errExists is a file that is there where none may be.
var errExists = errors.New("it is there already, and is never overwritten: remove it, or name another file")

// createFile writes a new file as a whole.
func createFile(name string, content []byte) error {
	return inDir(name, func(root *hostfs.Root, path string) error {
		_, exists, err := root.Read(path)
		if exists {
			err = errExists
		}
		if err == nil {
			_, err = root.Apply([]hostfs.Change{{Path: path, Content: content, Mode: documentMode}}, "")
		}
		return wrapped("creating", name, err)
	})
}

// rewriteFile replaces the content of a file as a whole; its mode and owner stay.
func rewriteFile(name string, content []byte) error {
	target, err := filepath.EvalSymlinks(name)
	if err != nil {
		return wrapped("rewriting", name, err)
	}
	return inDir(target, func(root *hostfs.Root, path string) error {
		old, _, err := root.Read(path)
		if err == nil {
			_, err = root.Apply([]hostfs.Change{{Path: path, Content: content, Mode: old.Mode.Perm()}}, "")
		}
		return wrapped("rewriting", name, err)
	})
}

// inDir opens the directory of a file, in which the file is /BASE.
func inDir(name string, do func(root *hostfs.Root, path string) error) error {
	root, err := hostfs.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	err = do(root, "/"+filepath.Base(name))
	_ = root.Close() // what was written is durable by now
	return err
}

func wrapped(doing, name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %s: %w", doing, name, err)
}
