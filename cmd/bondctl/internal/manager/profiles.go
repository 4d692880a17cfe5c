package manager

import (
	"path"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/generators"
	ifcfgs "github.com/bondctl/bondctl/generators/ifcfg"
	keyfiles "github.com/bondctl/bondctl/generators/keyfile"
)

// profiles tells where NetworkManager finds the profiles of a backend.
type profiles struct {
	dir, prefix, suffix string
	// made is set where a tool makes the profiles from the backend's files.
	made bool
}

// The profiles of each backend that NetworkManager can take up.
var profilesOf = map[string]profiles{
	keyfile: {dir: dirProfiles, suffix: ".nmconnection"},
	ifcfg:   {dir: dirScripts, prefix: "ifcfg-"},
	netplan: {dir: "/run/NetworkManager/system-connections/", prefix: "netplan-", suffix: ".nmconnection", made: true},
}

// file is that of a link's profile.
func (p profiles) file(link string) string { return p.dir + p.prefix + link + p.suffix }

// isFor tells whether a file is the profile that is wanted. Netplan adds the
// name of the network to those of stations.
func (p profiles) isFor(file, wanted string) bool {
	stem, _ := strings.CutSuffix(wanted, p.suffix)
	return file == wanted || p.made && strings.HasPrefix(file, stem+"-")
}

// uuid is that by which NetworkManager knows the profile of a file.
func (p profiles) uuid(file generators.File) string {
	if p.dir == dirScripts {
		return ifcfgs.UUID(file)
	}
	return keyfiles.UUID(file)
}

// link gives the link that a profile of ours is for, empty where the file is none.
func (p profiles) link(file string) string {
	name, ok := strings.CutPrefix(path.Base(file), p.prefix)
	link, whole := strings.CutSuffix(name, p.suffix)
	if !ok || !whole || path.Dir(file)+"/" != p.dir {
		return ""
	}
	return link
}

// touched lists the profiles that a plan writes, and those that it removes.
// Where a tool makes them, any of those described may be other afterwards.
func (p profiles) touched(files plan.Files, want *plan.Wanted) (written, removed []string) {
	if p.made {
		return p.madeAnew(files, want)
	}
	for _, step := range files.Changing() {
		switch {
		case p.link(step.Path) == "":
		case step.New == nil:
			removed = append(removed, step.Path)
		default:
			written = append(written, step.Path)
		}
	}
	return written, removed
}

func (p profiles) madeAnew(files plan.Files, want *plan.Wanted) (written, removed []string) {
	if !slices.ContainsFunc(files.Changing(), func(s plan.Step) bool { return systemOf(s.Path) == netplan }) {
		return nil, nil
	}
	for _, l := range want.Links {
		if l.Absent {
			removed = append(removed, p.file(l.Name))
		} else {
			written = append(written, p.file(l.Name))
		}
	}
	return written, removed
}
