package modconf

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
)

// Dir is the administrator's directory; a file in it hides those of its name
// in all others.
const Dir = "/etc/modprobe.d"

// dirs are the directories that kmod reads, each before those that it hides
// files of (modprobe.d(5)).
var dirs = []string{Dir, "/run/modprobe.d", "/usr/local/lib/modprobe.d", "/usr/lib/modprobe.d", "/lib/modprobe.d"}

const suffix = ".conf"

// Sources are patterns of all files that kmod reads.
func Sources() []string {
	patterns := make([]string, len(dirs))
	for i, dir := range dirs {
		patterns[i] = dir + "/*" + suffix
	}
	return patterns
}

// Files picks those that kmod reads, in its order: that of their names,
// whatever the directory, and of one name the first only.
func Files(files []generators.File) []generators.File {
	var read []generators.File
	for _, dir := range dirs {
		for _, file := range files {
			base := path.Base(file.Path)
			named := func(other generators.File) bool { return path.Base(other.Path) == base }
			if path.Dir(file.Path) == dir && isRead(base) && !slices.ContainsFunc(read, named) {
				read = append(read, file)
			}
		}
	}
	slices.SortFunc(read, func(a, b generators.File) int { return cmp.Compare(path.Base(a.Path), path.Base(b.Path)) })
	return read
}

func isRead(base string) bool {
	return strings.HasSuffix(base, suffix) && base != suffix && !strings.HasPrefix(base, ".")
}
