package manager

import (
	"io/fs"
	"strings"
	"testing/fstest"
)

// Shut is a file system in which the files of a suffix are for root alone.
type Shut struct {
	fstest.MapFS
	Suffix string
}

// ReadFile implements [fs.ReadFileFS].
func (s Shut) ReadFile(name string) ([]byte, error) {
	if strings.HasSuffix(name, s.Suffix) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return s.MapFS.ReadFile(name)
}
