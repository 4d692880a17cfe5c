package manager

import (
	"path"
	"slices"

	"github.com/bondctl/bondctl/generators"
)

// Claim is a place of configuration that is for a link.
type Claim struct {
	Link string
	// Backend is whose file it is, and Owner the same, or "cloud-init", which
	// writes the file anew when it thinks the machine is another.
	Backend, Owner string
	Path           string
	Line           int
	// Text is what stands there, in short.
	Text string
}

// Claims lists the configuration that is for one of the links and is in no
// file of ours, in the order of the links, then of the files. What netplan has
// made from its files is left out: those claim the link themselves. So are
// files that pick their links by something else than the name.
func Claims(f Facts, links []string, ours func(file string) bool) []Claim {
	type place struct {
		generators.Mention
		claim Claim // without its link
	}
	var all []place
	for _, file := range f.Files {
		if ours(file.Path) || generators.MadeByNetplan(file.Path) || f.masked(file.Path) {
			continue
		}
		for _, m := range mentions(file) {
			all = append(all, place{m, Claim{"", systemOf(file.Path), writer(file), file.Path, m.Line, m.Text}})
		}
	}
	var claims []Claim
	for _, link := range links {
		for _, p := range all {
			if p.Covers(link) {
				claim := p.claim
				claim.Link = link
				claims = append(claims, claim)
			}
		}
	}
	return claims
}

// writer tells who wrote a file: the backend's user, or cloud-init.
func writer(file generators.File) string {
	if generators.MadeByCloudInit(file) {
		return cloudInit
	}
	return systemOf(file.Path)
}

// configDirs are the directories of files of systemd-networkd: a file hides
// those of its name in the later ones (systemd.network(5)).
var configDirs = []string{dirNetworkd, "/run/systemd/network/", "/usr/local/lib/systemd/network/", "/usr/lib/systemd/network/"}

// masked tells whether a file of the same name counts instead of this one.
func (f *Facts) masked(file string) bool {
	for _, dir := range configDirs {
		switch there := dir + path.Base(file); {
		case there == file:
			return false
		case systemOf(file) != networkd:
			return false
		case f.has(there):
			return true
		}
	}
	return false
}

func (f *Facts) has(file string) bool {
	return slices.ContainsFunc(f.Files, func(g generators.File) bool { return g.Path == file })
}
