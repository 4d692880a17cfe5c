package networkd

import (
	"path"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/ini"
)

// dirs are where systemd-networkd and systemd-udevd look for files: one hides
// those of its name in the later ones (NETWORK_DIRS of
// src/basic/constants.h, systemd.network(5)).
var dirs = []string{dir, "/run/systemd/network", "/usr/local/lib/systemd/network", "/usr/lib/systemd/network"}

// The kinds of files by the ends of their names.
const (
	netdevKind  = ".netdev"
	networkKind = ".network"
	linkKind    = ".link"
	dropInKind  = ".conf"
)

var kinds = []string{netdevKind, networkKind, linkKind}

// sources are the patterns of all files that the consumers read.
func sources() []string {
	var patterns []string
	for _, place := range dirs {
		for _, kind := range kinds {
			patterns = append(patterns, place+"/*"+kind, place+"/*"+kind+".d/*"+dropInKind)
		}
		daemon := path.Dir(place) + "/" + daemonFile
		patterns = append(patterns, daemon, daemon+".d/*"+dropInKind)
	}
	return append(patterns, wpaDir+"/"+wpaPrefix+"*"+dropInKind)
}

// daemonFile is that of networkd.conf(5), which is for all links.
const daemonFile = "networkd.conf"

// isDaemonFile tells whether a file is networkd.conf or adds to it.
func isDaemonFile(file string) bool {
	return path.Base(file) == daemonFile || path.Base(path.Dir(file)) == daemonFile+".d"
}

// place is where a file stands.
type place struct {
	// name is that of the main file, also for what adds to it.
	name string
	// dropIn is the name of what adds to it, empty for the main file.
	dropIn string
	// rank is the directory's number in dirs.
	rank int
}

// placeOf gives a file's place, and false where systemd-networkd does not look
// at it. Names that begin with a dot are passed over.
func placeOf(file string) (place, bool) {
	p := place{name: path.Base(file)}
	folder := path.Dir(file)
	if owner, within := strings.CutSuffix(folder, ".d"); within && path.Ext(file) == dropInKind {
		p = place{name: path.Base(owner), dropIn: path.Base(file)}
		folder = path.Dir(owner)
	}
	p.rank = slices.Index(dirs, folder)
	hidden := strings.HasPrefix(p.name, ".") || strings.HasPrefix(p.dropIn, ".")
	return p, p.rank >= 0 && !hidden && slices.Contains(kinds, path.Ext(p.name))
}

// unit is a file in force with what adds to it, which goes on where the file
// ends, in the order of the names.
type unit struct {
	name    string
	main    generators.File
	dropIns []generators.File
	// copies are the files of its name that it hides.
	copies []generators.File
	// sections are those of all its files, filled by a reader.
	sections []part
}

// part is a section of a file: which of them it came from matters for places.
type part struct {
	path string
	ini.Section
}

func (u *unit) kind() string { return path.Ext(u.name) }

// masked tells whether the file says that it and those of its name are not to
// be used.
func (u *unit) masked() bool { return len(u.main.Content) == 0 }

// files are those that systemd-networkd reads, the main one first.
func (u *unit) files() []generators.File { return append([]generators.File{u.main}, u.dropIns...) }

// unitsOf puts files together, in the order in which systemd-networkd takes
// them, which is that of their names whatever directory they are in. Orphans
// add to a file that is not there.
func unitsOf(files []generators.File) (units []*unit, orphans []generators.File) {
	byName := map[string]*unit{}
	ranked := inOrder(files)
	for _, r := range ranked {
		u := byName[r.name]
		switch {
		case r.dropIn != "":
		case u == nil:
			u = &unit{name: r.name, main: r.file}
			byName[r.name] = u
			units = append(units, u)
		default:
			u.copies = append(u.copies, r.file)
		}
	}
	for _, r := range ranked {
		if r.dropIn == "" {
			continue
		}
		if u := byName[r.name]; u != nil {
			u.add(r.file)
		} else {
			orphans = append(orphans, r.file)
		}
	}
	return units, orphans
}

// add takes a drop-in, unless one of a higher directory hides it.
func (u *unit) add(file generators.File) {
	hidden := slices.ContainsFunc(u.dropIns, func(f generators.File) bool { return path.Base(f.Path) == path.Base(file.Path) })
	if !hidden {
		u.dropIns = append(u.dropIns, file)
	}
}

// parse reads the sections of all files. It gives the lines that no file may
// have; with a broken section header systemd-networkd refuses the whole unit.
func (u *unit) parse() (mistakes []misread) {
	for _, file := range u.files() {
		content := ini.Systemd.Read(file.Content)
		for _, mistake := range content.Mistakes {
			mistakes = append(mistakes, misread{file.Path, mistake})
		}
		for _, section := range content.Sections {
			u.sections = append(u.sections, part{file.Path, section})
		}
	}
	return mistakes
}

// misread is a line that could not be read.
type misread struct {
	path string
	ini.Mistake
}

// rankedFile is a file with its place.
type rankedFile struct {
	place
	file generators.File
}

// inOrder sorts the files that systemd-networkd looks at by their names, and
// those of one name by their directories.
func inOrder(files []generators.File) []rankedFile {
	var ranked []rankedFile
	for _, file := range files {
		if p, ok := placeOf(file.Path); ok {
			ranked = append(ranked, rankedFile{p, file})
		}
	}
	slices.SortStableFunc(ranked, func(a, b rankedFile) int {
		if order := strings.Compare(a.name, b.name); order != 0 {
			return order
		}
		if order := strings.Compare(a.dropIn, b.dropIn); order != 0 {
			return order
		}
		return a.rank - b.rank
	})
	return ranked
}
