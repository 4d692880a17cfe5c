package hostfs

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
)

// mostLinks is how many symbolic links a path may lead through (path_resolution(7)).
const mostLinks = 40

// FS gives the root for reading, with symbolic links followed as the system does whose root it is:
// an absolute one begins at the root, and none leads out of it. What is read through it is for showing,
// not for writing back: [Root.Apply] follows no link. It lives as long as the root is open.
func (r *Root) FS() fs.FS { return follower{r.base} }

// follower walks the links by itself, for os.Root refuses absolute ones. Whatever becomes of the path
// meanwhile, os.Root keeps the walk inside.
type follower struct{ base *os.Root }

var (
	_ fs.ReadDirFS  = follower{}
	_ fs.ReadFileFS = follower{}
	_ fs.ReadLinkFS = follower{}
	_ fs.StatFS     = follower{}
)

// Open implements [fs.FS].
func (f follower) Open(name string) (fs.File, error) { return at(f, "open", name, f.base.Open) }

// Stat implements [fs.StatFS].
func (f follower) Stat(name string) (fs.FileInfo, error) { return at(f, "stat", name, f.base.Lstat) }

// ReadFile implements [fs.ReadFileFS].
func (f follower) ReadFile(name string) ([]byte, error) { return at(f, "read", name, f.base.ReadFile) }

// ReadDir implements [fs.ReadDirFS].
func (f follower) ReadDir(name string) ([]fs.DirEntry, error) {
	return at(f, "readdir", name, func(resolved string) ([]fs.DirEntry, error) {
		return fs.ReadDir(f.base.FS(), resolved)
	})
}

// Lstat implements [fs.ReadLinkFS].
func (f follower) Lstat(name string) (fs.FileInfo, error) {
	return beside(f, "lstat", name, f.base.Lstat)
}

// ReadLink implements [fs.ReadLinkFS].
func (f follower) ReadLink(name string) (string, error) {
	return beside(f, "readlink", name, f.base.Readlink)
}

// at does something with what a name leads to.
func at[T any](f follower, doing, name string, do func(string) (T, error)) (T, error) {
	resolved, err := f.resolve(name)
	if err == nil {
		var result T
		if result, err = do(resolved); err == nil {
			return result, nil
		}
	}
	var none T
	return none, &fs.PathError{Op: doing, Path: name, Err: bare(err)}
}

// beside does something with a name itself, in the directory that it leads to.
func beside[T any](f follower, doing, name string, do func(string) (T, error)) (T, error) {
	return at(f, doing, path.Dir(name), func(dir string) (T, error) { return do(path.Join(dir, path.Base(name))) })
}

// resolve gives the path without links that a name leads to.
func (f follower) resolve(name string) (string, error) {
	if !fs.ValidPath(name) {
		return "", fs.ErrInvalid
	}
	done, rest := ".", strings.Split(name, "/")
	for links := 0; len(rest) > 0; {
		part := rest[0]
		rest = rest[1:]
		here := within(done, part)
		target, err := f.base.Readlink(here)
		switch {
		case errors.Is(err, syscall.EINVAL): // no link
			done = here
			continue
		case err != nil:
			return "", err
		}
		if links++; links > mostLinks {
			return "", syscall.ELOOP
		}
		if path.IsAbs(target) {
			done = "."
		}
		rest = append(strings.Split(target, "/"), rest...)
	}
	return done, nil
}

// within goes one step from a directory; that above the root is the root.
func within(dir, part string) string {
	if dir == "." && part == ".." {
		return dir
	}
	return path.Join(dir, part)
}
