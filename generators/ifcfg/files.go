package ifcfg

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
)

// dir is where both consumers look.
const dir = "/etc/sysconfig/network-scripts"

// hostPath is the file of variables for all links: network-scripts source it
// before a link's own, and NetworkManager takes gateways from it.
const hostPath = "/etc/sysconfig/network"

// The kinds of files, by the beginning of their names; a link's name follows.
const (
	linkPrefix   = "ifcfg-"
	keysPrefix   = "keys-" // secrets, which NetworkManager and the scripts read besides
	routePrefix  = "route-"
	route6Prefix = "route6-"
	rulePrefix   = "rule-"
	rule6Prefix  = "rule6-"
)

// companions are the beginnings of the files that stand beside a link's.
var companions = []string{keysPrefix, routePrefix, route6Prefix, rulePrefix, rule6Prefix}

// sources are the patterns of the consumers' own files.
func sources() []string {
	patterns := []string{hostPath, dir + "/" + linkPrefix + "*"}
	for _, prefix := range companions {
		patterns = append(patterns, dir+"/"+prefix+"*")
	}
	return patterns
}

// nameOf gives what follows ifcfg- in a file's name. It is false for files of
// other kinds and directories, and for the loopback, which no one configures.
func nameOf(file generators.File) (string, bool) {
	name, ok := strings.CutPrefix(path.Base(file.Path), linkPrefix)
	return name, ok && path.Dir(file.Path) == dir && name != "" && name != "lo"
}

// companionOf gives whose companion a file is, and which.
func companionOf(file generators.File) (prefix, name string, ok bool) {
	if path.Dir(file.Path) != dir {
		return "", "", false
	}
	for _, prefix := range companions {
		if name, ok := strings.CutPrefix(path.Base(file.Path), prefix); ok {
			return prefix, name, true
		}
	}
	return "", "", false
}

// The ends of names that network-scripts (is_ignored_file) and NetworkManager
// (utils_should_ignore_file, in small or capital letters) take for backups.
var (
	backupsOfScripts = []string{"~", ".bak", ".old", ".orig", ".rpmnew", ".rpmorig", ".rpmsave"}
	backupsOfPlugin  = []string{"~", ".bak", ".orig", ".rej", ".rpmnew", ".augnew", ".augtmp"}
)

// rpmTemporary is the end of a file that rpm is about to put in place.
var rpmTemporary = regexp.MustCompile(`;[0-9A-Fa-f]{8}$`)

// readers tells which of the consumers read a file of this name.
func readers(name string) (scripts, plugin bool) {
	ends := func(name string, list []string) bool {
		return slices.ContainsFunc(list, func(end string) bool { return strings.HasSuffix(name, end) })
	}
	return !ends(name, backupsOfScripts), !ends(strings.ToLower(name), backupsOfPlugin) && !rpmTemporary.MatchString(name)
}

// ignored tells whether a consumer passes over a file for the end of its name.
func ignored(name string) bool {
	scripts, plugin := readers(name)
	return !scripts || !plugin
}
