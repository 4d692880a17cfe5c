// Package configfiles finds and reads the files that configure a host's network
// systems, wherever these look.
package configfiles

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"syscall"

	"github.com/bondctl/bondctl/generators"
)

// Found is what configures a backend's consumers.
type Found struct {
	// Files are sorted by path, each once.
	Files []generators.File
	// Unread are files and directories that are there and could not be read.
	Unread []*fs.PathError
}

// Read reads the files below a root that match the backend's sources, and those
// that these lead to. A link to /dev/null, by which systemd's files are masked,
// is an empty file; hidden files no consumer reads.
func Read(root fs.FS, b *generators.Backend) Found {
	s := &search{root: root, seen: map[string]bool{}}
	patterns := b.Sources
	for len(patterns) > 0 {
		var leads []string
		for _, pattern := range patterns {
			for _, file := range s.matching(pattern) {
				if b.Leads != nil {
					leads = append(leads, b.Leads(file)...)
				}
			}
		}
		patterns = leads
	}
	slices.SortFunc(s.found.Files, func(a, b generators.File) int { return cmp.Compare(a.Path, b.Path) })
	return s.found
}

// search reads each file once.
type search struct {
	root  fs.FS
	seen  map[string]bool
	found Found
}

// matching reads the files of a pattern that were not read before.
func (s *search) matching(pattern string) []generators.File {
	var fresh []generators.File
	for _, name := range s.glob(strings.TrimPrefix(path.Clean("/"+pattern), "/")) {
		if s.seen[name] {
			continue
		}
		s.seen[name] = true
		if file, ok := s.read(name); ok {
			fresh = append(fresh, file)
		}
	}
	s.found.Files = append(s.found.Files, fresh...)
	return fresh
}

// glob lists what a pattern matches, but for what is hidden. [fs.Glob] would pass
// over directories that cannot be read.
func (s *search) glob(pattern string) []string {
	if !strings.ContainsAny(pattern, `*?[\`) {
		return []string{pattern}
	}
	dir, base := path.Split(pattern)
	var names []string
	for _, dir := range s.glob(path.Clean(dir)) {
		entries, err := fs.ReadDir(s.root, dir)
		s.note("/"+dir, err)
		for _, e := range entries {
			if ok, err := path.Match(base, e.Name()); ok && err == nil && !strings.HasPrefix(e.Name(), ".") {
				names = append(names, path.Join(dir, e.Name()))
			}
		}
	}
	return names
}

// note keeps why a file or a directory could not be read, once; one that is not
// there, or is no directory, has nothing to read.
func (s *search) note(name string, err error) {
	noted := func(e *fs.PathError) bool { return e.Path == name }
	if err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) || slices.ContainsFunc(s.found.Unread, noted) {
		return
	}
	if place, ok := errors.AsType[*fs.PathError](err); ok {
		err = place.Err
	}
	s.found.Unread = append(s.found.Unread, &fs.PathError{Op: "read", Path: name, Err: err})
}

// read gives a file; false for what is none, or could not be read.
func (s *search) read(name string) (file generators.File, ok bool) {
	file.Path = "/" + name
	if s.isMask(name) {
		return file, true
	}
	info, err := fs.Stat(s.root, name)
	if err == nil && !info.Mode().IsRegular() {
		return file, false
	}
	if err == nil {
		file.Mode = info.Mode().Perm()
		file.Content, err = fs.ReadFile(s.root, name)
	}
	s.note(file.Path, err)
	return file, err == nil
}

// isMask tells whether a name is a link to /dev/null, which an image may lack.
func (s *search) isMask(name string) bool {
	target, err := fs.ReadLink(s.root, name)
	if err == nil && !path.IsAbs(target) {
		target = path.Join("/", path.Dir(name), target)
	}
	return err == nil && path.Clean(target) == "/dev/null"
}
