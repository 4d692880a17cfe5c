package manager

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
	netplanfiles "github.com/bondctl/bondctl/generators/netplan"
)

// Verdict is what `backend = "auto"` comes to on a host.
type Verdict struct {
	// Backend is empty where there is no verdict.
	Backend string
	// Reasons are sentences without a full stop that a person can check.
	Reasons []string
	// Links tells who has set up which link.
	Links []Owner
}

// ErrNoVerdict is that the host does not tell which backend it wants.
var ErrNoVerdict = errors.New("the host does not tell which network system to write for")

// system is one backend's case for being the host's.
type system struct {
	backend string
	// inForce tells whether its configuration says something and is taken up.
	inForce bool
	reasons []string
}

// Decide tells which backend a host has. What configures something and is
// taken up counts; of several, the one that has set up links. The error names
// the choices, and the verdict then has the reasons all the same.
func Decide(f Facts) (Verdict, error) {
	owners := f.owners()
	v := Verdict{Links: owners, Reasons: slices.Clone(f.Silent)}
	var inForce []system
	for _, s := range f.systems(owners) {
		v.Reasons = append(v.Reasons, s.reasons...)
		if s.inForce {
			inForce = append(inForce, s)
		}
	}
	if with := withLinks(inForce, owners); len(inForce) > 1 && len(with) > 0 {
		inForce = with
	}
	if len(inForce) == 0 && f.unit(unitNetworkManager).Active {
		v.Reasons = append(v.Reasons, "NetworkManager runs, and nothing else configures a link")
		inForce = []system{{backend: keyfile}}
	}
	switch len(inForce) {
	case 0:
		return v, fmt.Errorf("%w: nothing was found that configures a link: name one with --backend %s", ErrNoVerdict,
			"ifupdown, ifcfg, netplan, keyfile or networkd")
	case 1:
		v.Backend = inForce[0].backend
		return v, nil
	}
	return v, ambiguous(inForce, owners)
}

// withLinks keeps the systems that have set up a link.
func withLinks(systems []system, owners []Owner) []system {
	return slices.DeleteFunc(slices.Clone(systems), func(s system) bool { return len(linksOf(s.backend, owners)) == 0 })
}

func linksOf(backend string, owners []Owner) []string {
	var links []string
	for _, o := range owners {
		if o.Backend == backend && !slices.Contains(links, o.Link) {
			links = append(links, o.Link)
		}
	}
	return links
}

func ambiguous(systems []system, owners []Owner) error {
	var parts, flags []string
	for _, s := range systems {
		part := s.backend
		if links := linksOf(s.backend, owners); len(links) > 0 {
			part += " with " + strings.Join(links, ", ")
		}
		parts = append(parts, part)
		flags = append(flags, "--backend "+s.backend)
	}
	return fmt.Errorf("%w: several are in use, %s: choose by %s, or take the links from all but one", ErrNoVerdict,
		strings.Join(parts, "; "), strings.Join(flags, " or "))
}

// Configuring lists the backends whose files configure links, whether or not
// anything takes them up.
func (f *Facts) Configuring() []string {
	var names []string
	for _, s := range f.systems(nil) {
		if len(f.configuring(s.backend)) > 0 {
			names = append(names, s.backend)
		}
	}
	return names
}

// systems hears the case of each backend.
func (f *Facts) systems(owners []Owner) []system {
	return []system{f.netplan(owners), f.ifcfg(owners), f.keyfile(owners), f.networkd(owners), f.ifupdown(owners)}
}

func (f *Facts) netplan(owners []Owner) system {
	s, ok := f.opening(netplan, owners)
	if !ok {
		return s
	}
	if !f.Netplan {
		return s.because("netplan is not installed, so nothing takes its files up", false)
	}
	for _, r := range f.renderers() {
		words, unit := "netplan renders for systemd-networkd, and ", f.unit(unitNetworkd)
		if r == networkManager {
			words, unit = "netplan renders for NetworkManager, and ", f.unit(unitNetworkManager)
		}
		s = s.because(words+unit.String(), s.inForce || unit.on())
	}
	return s
}

// renderers lists those of netplan's files. Where only root may read them it
// is what runs.
func (f *Facts) renderers() []string {
	list := netplanfiles.Renderers(f.Files)
	switch {
	case len(list) > 0:
		return list
	case f.unit(unitNetworkd).on():
		return []string{networkd}
	}
	return []string{networkManager}
}

func (f *Facts) ifcfg(owners []Owner) system {
	s, ok := f.opening(ifcfg, owners)
	if !ok {
		return s
	}
	nm, network := f.unit(unitNetworkManager), f.unit(unitNetwork)
	switch {
	case nm.on() && f.IfcfgPlugin:
		return s.because("NetworkManager reads them by its plugin ifcfg-rh, and "+nm.String(), true)
	case network.on() && f.IfUp == networkScripts:
		return s.because("network-scripts take them up, and "+network.String(), true)
	}
	return s.because("nothing takes the ifcfg files up: NetworkManager has no plugin ifcfg-rh, and "+network.String(), false)
}

func (f *Facts) keyfile(owners []Owner) system {
	s, ok := f.opening(keyfile, owners)
	if !ok {
		return s
	}
	nm := f.unit(unitNetworkManager)
	return s.because(nm.String(), nm.on())
}

func (f *Facts) networkd(owners []Owner) system {
	s, ok := f.opening(networkd, owners)
	if !ok {
		return s
	}
	unit := f.unit(unitNetworkd)
	return s.because(unit.String(), unit.on())
}

func (f *Facts) ifupdown(owners []Owner) system {
	s, ok := f.opening(ifupdown, owners)
	if !ok {
		return s
	}
	unit := f.unit(unitNetworking)
	if f.IfUp != ifupdown && f.IfUp != ifupdown2 {
		return s.because("ifupdown is not installed, so nothing takes its files up", false)
	}
	return s.because(f.IfUp+" takes them up, and "+unit.String(), unit.on())
}

// opening says what a backend's case rests on: files that configure links,
// those that only root may read, and links that it has set up; false for none.
func (f *Facts) opening(backend string, owners []Owner) (s system, ok bool) {
	s = system{backend: backend, reasons: told(f.configuring(backend))}
	for _, file := range f.Unread {
		if systemOf(file) == backend {
			s.reasons = append(s.reasons, file+" is there, and only root may read it")
		}
	}
	if links := linksOf(backend, owners); len(links) > 0 {
		s.reasons = append(s.reasons, "links that are set up by "+backend+": "+strings.Join(links, ", "))
	}
	return s, len(s.reasons) > 0
}

// because adds the reason that settles a case.
func (s system) because(reason string, inForce bool) system {
	s.reasons = append(s.reasons, reason)
	s.inForce = inForce
	return s
}

// configuring lists the files of a backend that configure a link beyond the
// loopback. What a distribution ships, and what netplan makes, is nobody's choice.
func (f *Facts) configuring(backend string) []generators.File {
	var files []generators.File
	for _, file := range f.Files {
		shipped := strings.HasPrefix(file.Path, "/usr/lib/") || generators.MadeByNetplan(file.Path)
		if !shipped && systemOf(file.Path) == backend && len(mentions(file)) > 0 {
			files = append(files, file)
		}
	}
	return files
}

// told says what files configure.
func told(files []generators.File) []string {
	var reasons []string
	for _, file := range files {
		var names []string
		for _, m := range mentions(file) {
			if m.Pattern != "" && !slices.Contains(names, m.Pattern) {
				names = append(names, m.Pattern)
			}
		}
		reason := file.Path
		if generators.MadeByCloudInit(file) {
			reason += ", by cloud-init,"
		}
		if len(names) == 0 {
			names = []string{"links, by something else than their names"}
		}
		reasons = append(reasons, reason+" configures "+strings.Join(names, ", "))
	}
	return reasons
}
