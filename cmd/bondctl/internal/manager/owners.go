package manager

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
	stanzas "github.com/bondctl/bondctl/generators/ifupdown"
)

// Owner is who has set up a link as it is now.
type Owner struct {
	Link, Backend string
	// Evidence says where this can be checked.
	Evidence string
}

// owners lists who has set up which link, sorted by link. A link that nobody
// has set up is not among them.
func (f *Facts) owners() []Owner {
	var owners []Owner
	for _, d := range f.Devices {
		if o, ok := d.owner(); ok {
			owners = append(owners, o)
		}
	}
	for _, m := range f.Managed {
		if o, ok := m.owner(); ok {
			owners = append(owners, o)
		}
	}
	for _, link := range f.Up {
		if link != "lo" {
			owners = append(owners, Owner{link, ifupdown, "/run/network/ifstate lists it as up"})
		}
	}
	owners = append(owners, f.started(owners)...)
	slices.SortStableFunc(owners, func(a, b Owner) int { return strings.Compare(a.Link, b.Link) })
	return owners
}

func (d Device) owner() (Owner, bool) {
	if d.Link == "lo" || !d.Managed || d.External || d.Profile == "" {
		return Owner{}, false
	}
	backend := keyfile
	switch {
	case generators.MadeByNetplan(d.File), strings.HasPrefix(d.File, dirNetplan):
		backend = netplan
	case strings.HasPrefix(d.File, dirScripts):
		backend = ifcfg
	}
	where := "in memory"
	if d.File != "" {
		where = "of " + d.File
	}
	return Owner{d.Link, backend, fmt.Sprintf("NetworkManager has activated the profile %q %s", d.Profile, where)}, true
}

func (m Managed) owner() (Owner, bool) {
	if m.Link == "lo" || m.Admin == "unmanaged" || m.File == "" {
		return Owner{}, false
	}
	backend := networkd
	if generators.MadeByNetplan(m.File) {
		backend = netplan
	}
	return Owner{m.Link, backend, fmt.Sprintf("systemd-networkd has it %s by %s", m.Admin, m.File)}, true
}

// started lists the links of those systems that keep no record of what they
// brought up: ifupdown2 and network-scripts. What they were told to start at
// boot is theirs, unless another is seen to have it.
func (f *Facts) started(others []Owner) []Owner {
	var owners []Owner
	for _, file := range f.Files {
		backend := systemOf(file.Path)
		for _, link := range f.bootLinks(backend, file) {
			taken := slices.ContainsFunc(others, func(o Owner) bool { return o.Link == link })
			if link != "lo" && !taken {
				owners = append(owners, Owner{link, backend, file.Path + " has it started at boot"})
			}
		}
	}
	return owners
}

func (f *Facts) bootLinks(backend string, file generators.File) []string {
	switch {
	case backend == ifupdown && f.IfUp == ifupdown2:
		return stanzas.Starts(file)
	case backend == ifcfg && f.unit(unitNetwork).on():
		var links []string
		for _, m := range mentions(file) {
			links = append(links, m.Pattern)
		}
		return links
	}
	return nil
}
