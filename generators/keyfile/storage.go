package keyfile

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/ini"
)

// The other directories of profiles. NetworkManager keeps in the first what
// shall not outlive the boot, and packages bring what is in the second.
const (
	runDir = "/run/NetworkManager/system-connections"
	libDir = "/usr/lib/NetworkManager/system-connections"
)

// profileDirs begin with the one whose profiles count most.
var profileDirs = []string{runDir, dir, libDir}

// sources are all files that NetworkManager reads: profiles, what hides them,
// and its own configuration.
var sources = []string{
	dir + "/*",
	runDir + "/*" + suffix, runDir + "/*" + tombSuffix, libDir + "/*" + suffix,
	mainConf, confDirs[0] + "/*.conf", confDirs[1] + "/*.conf", confDirs[2] + "/*.conf",
	"/etc/modprobe.d/*.conf",
}

// notProfiles are the names in /etc that NetworkManager passes over
// (nm_keyfile_utils_ignore_filename): hidden files, backups, what GLib is
// about to rename, and certificates. Any other name will do there.
var notProfiles = regexp.MustCompile(`^\.|~$|\.[a-zA-Z0-9]{6}$|.\.(?i:pem|der)$`)

// isProfile tells whether NetworkManager reads the file as a profile.
func isProfile(name string) bool {
	base := path.Base(name)
	switch path.Dir(name) {
	case dir:
		return !notProfiles.MatchString(base)
	case runDir, libDir:
		return strings.HasSuffix(base, suffix) && !strings.HasPrefix(base, ".")
	}
	return false
}

// tombSuffix is what the name of a file ends in that hides the profiles with
// the UUID before it (nms_keyfile_nmmeta_read).
const tombSuffix = ".nmmeta"

var normalUUID = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// tombstone gives the UUID that the file hides: it is a link to /dev/null, or
// says that this is where the profile comes from. Packages cannot hide any.
func tombstone(f generators.File) (uuid string, ok bool) {
	uuid, ok = strings.CutSuffix(path.Base(f.Path), tombSuffix)
	if !ok || !normalUUID.MatchString(uuid) || !slices.Contains([]string{runDir, dir}, path.Dir(f.Path)) {
		return "", false
	}
	if len(f.Content) == 0 {
		return uuid, true
	}
	for _, section := range ini.GKeyFile.Read(f.Content).Named("nmmeta") {
		loaded, _ := section.Get("loaded-path")
		whose, _ := section.Get("uuid")
		if loaded.Value == "/dev/null" && whose.Value == uuid {
			return uuid, true
		}
	}
	return "", false
}

// storage is a file with a profile, or with a tombstone for one.
type storage struct {
	path      string
	tombstone bool
}

// rank is that of the file's directory; a lower one counts more.
func (s storage) rank() int { return slices.Index(profileDirs, path.Dir(s.path)) }

// countsMoreThan tells which of two storages with the same UUID NetworkManager
// goes by (_sett_conn_entry_sds_update_cmp_ascending). Within a directory that
// is the newer file; files of the same age, and here all, go by their names.
func (s storage) countsMoreThan(t storage) bool {
	switch {
	case s.rank() != t.rank():
		return s.rank() < t.rank()
	case s.tombstone != t.tombstone:
		return s.tombstone
	}
	return s.path > t.path
}

// counting gives for each UUID the file that counts.
func counting(profiles []*reading, files []generators.File) map[string]storage {
	counts := map[string]storage{}
	add := func(uuid string, s storage) {
		if old, ok := counts[uuid]; !ok || s.countsMoreThan(old) {
			counts[uuid] = s
		}
	}
	for _, p := range profiles {
		add(p.uuid, storage{path: p.path})
	}
	for _, file := range files {
		if uuid, ok := tombstone(file); ok {
			add(uuid, storage{path: file.Path, tombstone: true})
		}
	}
	return counts
}

// inEffect keeps the profiles that NetworkManager uses, and reports the others.
func inEffect(profiles []*reading, files []generators.File) []*reading {
	counts := counting(profiles, files)
	return slices.DeleteFunc(profiles, func(p *reading) bool {
		first := counts[p.uuid]
		switch {
		case p.isFound():
			p.notUnderstood(1, "NetworkManager made this profile for a link that something else has set up")
		case first.path == p.path:
			return false
		case path.Dir(first.path) == path.Dir(p.path) && !first.tombstone:
			p.notUnderstood(1, "NetworkManager goes by the newer of this profile and "+first.path+
				", which has the same UUID; the other one is taken here")
		default:
			p.notUnderstood(1, "NetworkManager does not use this profile: "+first.path+" hides it")
		}
		return true
	})
}

// metaSection is NetworkManager's own note on a profile in /run.
const metaSection = ".nmmeta"

// isFound tells whether NetworkManager wrote the profile to describe a link
// that it found set up by something else, and has nothing to do with.
func (p *reading) isFound() bool {
	e, _ := p.peek(metaSection, "external")
	yes, _ := parseBool(e.Value)
	return yes
}

// chosen keeps of the profiles for the same link the one that NetworkManager
// would bring up by itself, and reports the others.
func chosen(profiles []*reading) []*reading {
	first := map[string]*reading{}
	for _, p := range profiles {
		if old := first[p.name]; p.name != "" && (old == nil || p.comesBefore(old)) {
			first[p.name] = p
		}
	}
	return slices.DeleteFunc(profiles, func(p *reading) bool {
		winner := first[p.name]
		if winner == nil || winner == p {
			return false
		}
		p.notUnderstood(p.place.Start.Line, "Another profile for "+p.name+" comes first: "+winner.path)
		return true
	})
}

// comesBefore orders profiles for the same link as NetworkManager does
// (nm_settings_connection_cmp_autoconnect_priority): by autoconnect and its
// priority, then by when they were last in use, which older ones have in the
// file. Before that a slave's profile comes before one with addresses of its own.
func (p *reading) comesBefore(q *reading) bool {
	for _, order := range []func(*reading) int{
		(*reading).autoconnects, number("autoconnect-priority"), (*reading).slaves, number("timestamp"),
	} {
		if a, b := order(p), order(q); a != b {
			return a > b
		}
	}
	return p.path < q.path
}

func (p *reading) autoconnects() int {
	e, ok := p.peek("connection", "autoconnect")
	if yes, err := parseBool(e.Value); ok && err == nil && !yes {
		return 0
	}
	return 1
}

func (p *reading) slaves() int {
	if e, _ := p.peek("connection", "master"); e.Value == "" {
		return 0
	}
	return 1
}

// number gives a reader of a number in the connection section, 0 where there is none.
func number(key string) func(*reading) int {
	return func(p *reading) int {
		e, _ := p.peek("connection", key)
		n, _ := parseNumber(e.Value)
		return n
	}
}
