package hostfs

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

// File is a regular file as it was found.
type File struct {
	Path     string      // absolute target path
	Mode     fs.FileMode // permission bits, and setuid, setgid and sticky
	UID, GID int
	Content  []byte
}

// ErrLink is a symbolic link where a file or directory is wanted.
var ErrLink = errors.New("symbolic link")

// Change is what one path shall become.
type Change struct {
	Path    string      // absolute target path
	Content []byte      // the whole new content
	Mode    fs.FileMode // permission bits, never 0
	Owner   *Owner      // nil for the replaced file's, or the caller
	Remove  bool        // no file at Path; Content, Mode and Owner stay unset
}

// Owner is whose a file is, by numbers.
type Owner struct{ UID, GID int }

// wish is a change with the owner settled.
type wish struct {
	File
	owned  bool // UID and GID are wanted; otherwise the replaced file's, or the caller's
	remove bool
}

// met tells whether the file found is already what is wished for.
func (w wish) met(found File) bool {
	sameOwner := !w.owned || w.UID == found.UID && w.GID == found.GID
	return sameOwner && w.Mode == found.Mode && bytes.Equal(w.Content, found.Content)
}

// absence is the wish for a path to have no file.
func absence(p string) wish {
	return wish{File: File{Path: p}, remove: true}
}

// sameAs is the wish for a file to be as it was found, owner and all.
func sameAs(found File) wish {
	return wish{File: found, owned: true}
}

func wishesOf(changes []Change) ([]wish, error) {
	wishes := make([]wish, 0, len(changes))
	for _, c := range changes {
		if err := c.check(); err != nil {
			return nil, fmt.Errorf("changing %s: %w", c.Path, err)
		}
		wishes = append(wishes, c.wish())
	}
	return wishes, nil
}

func (c Change) wish() wish {
	w := wish{File: File{Path: c.Path, Mode: c.Mode, Content: c.Content}, remove: c.Remove}
	if c.Owner != nil {
		w.UID, w.GID, w.owned = c.Owner.UID, c.Owner.GID, true
	}
	return w
}

func (c Change) check() error {
	switch {
	case c.Remove && (len(c.Content) > 0 || c.Mode != 0 || c.Owner != nil):
		return errors.New("it is to be removed and yet has content, a mode or an owner: give one of the two")
	case !c.Remove && (c.Mode == 0 || c.Mode&^fs.ModePerm != 0):
		return fmt.Errorf("mode %v is not a file's: give permission bits such as 0644 or 0600", c.Mode)
	}
	return nil
}

func fileOf(path string, info fs.FileInfo, content []byte) File {
	f := File{Path: path, Mode: modeOf(info), Content: content}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		f.UID, f.GID = int(stat.Uid), int(stat.Gid)
	}
	return f
}

func modeOf(info fs.FileInfo) fs.FileMode {
	return info.Mode() & (fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky)
}

// mustBeRegular refuses everything but a regular file, with what to do about it.
func mustBeRegular(path string, info fs.FileInfo) error {
	switch {
	case info.Mode().IsRegular():
		return nil
	case info.Mode()&fs.ModeSymlink != 0:
		return fmt.Errorf("%s is a %w, which is neither followed nor replaced: "+
			"remove it, or name the file that it points to", path, ErrLink)
	case info.IsDir():
		return fmt.Errorf("%s is a directory, not a file: move it away, or name a file in it", path)
	}
	return fmt.Errorf("%s is not a regular file (%v): move it away", path, info.Mode().Type())
}

// mustBeDir refuses everything but a directory, with what to do about it.
func mustBeDir(path string, info fs.FileInfo) error {
	switch {
	case info.IsDir():
		return nil
	case info.Mode()&fs.ModeSymlink != 0:
		return fmt.Errorf("%s is a %w, which is not followed: "+
			"put a directory in its place, or name the directory that it points to", path, ErrLink)
	}
	return fmt.Errorf("%s is not a directory: move it away", path)
}
