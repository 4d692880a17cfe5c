package keyfile

import (
	"path"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
)

// letting takes links away from the profiles of others.
type letting struct {
	generators.Taking
	report *generators.Report
	files  []generators.File
	// profiles are those of others; names are the links' as in [reader], and
	// types those of the connections for them.
	profiles     []*reading
	names, types map[string]string
}

// letGo takes links away from the profiles of others. A profile for one of
// them goes; one that picks its links passes over them. Where the links shall
// not be NetworkManager's it is told to leave them alone, and a profile that
// says nothing about names may stay as it is.
//
// A profile in /usr/lib is hidden by a tombstone in /etc, or replaced by one
// there with the same UUID.
func letGo(files []generators.File, t generators.Taking, report *generators.Report) []generators.Edit {
	l := newLetting(files, t, report)
	var edits []generators.Edit
	for _, p := range l.profiles {
		edit, ok := l.profile(p)
		if ok && !slices.ContainsFunc(edits, func(e generators.Edit) bool { return e.Path == edit.Path }) {
			edits = append(edits, edit)
		}
	}
	edits = append(edits, l.alone()...)
	slices.SortFunc(edits, func(a, b generators.Edit) int { return strings.Compare(a.Path, b.Path) })
	return generators.WithoutCloudInit(files, edits)
}

func newLetting(files []generators.File, t generators.Taking, report *generators.Report) *letting {
	all := profilesOf(files, &generators.Report{})
	l := &letting{Taking: t, report: report, files: files, names: namesOf(all), types: map[string]string{}}
	for _, p := range all {
		l.types[p.name] = p.kind
		if !p.ours && !p.isFound() && !generators.MadeByNetplan(p.path) {
			l.profiles = append(l.profiles, p)
		}
	}
	return l
}

// profile gives what becomes of a profile, and false where it stays as it is.
func (l *letting) profile(p *reading) (generators.Edit, bool) {
	switch link := l.linkOf(p); {
	case l.takes(link):
		return l.remove(p, []string{link})
	case link == "" && l.takes(l.master(p)):
		return l.remove(p, []string{l.master(p)}) // of a slave that it picks by its address
	case link != "":
		return l.besides(p)
	case p.picks():
		return l.passOver(p)
	}
	return generators.Edit{}, false
}

func (l *letting) takes(link string) bool { return slices.Contains(l.Links, link) }

// linkOf names the link of a profile: that which it states, or for a VLAN
// without one PARENT.ID (nm_utils_new_vlan_name).
func (l *letting) linkOf(p *reading) string {
	parent, _ := p.peek("vlan", "parent")
	id, _ := p.peek("vlan", "id")
	if p.name != "" || p.kind != "vlan" || parent.Value == "" {
		return p.name
	}
	return l.named(parent.Value) + "." + id.Value
}

// named gives the name of the link that a profile calls so.
func (l *letting) named(called string) string {
	for _, text := range []string{called, strings.ToLower(called)} {
		if name := l.names[text]; name != "" {
			return name
		}
	}
	return called
}

// master names the link that a profile makes its own a slave of.
func (l *letting) master(p *reading) string {
	e, _ := p.peek("connection", "master")
	return l.named(e.Value)
}

// remove takes a profile away.
func (l *letting) remove(p *reading, links []string) (generators.Edit, bool) {
	edit := generators.Edit{Path: p.path, Links: links, How: "profile removed"}
	switch path.Dir(p.path) {
	case libDir:
		return l.bury(p, edit)
	case runDir:
		l.comesBack(p)
	}
	return edit, true
}

// comesBack warns that a profile in /run may be there again after a boot.
func (l *letting) comesBack(p *reading) {
	if made, _ := p.peek(metaSection, "nm-generated"); slices.Contains(truth, made.Value) {
		return // by NetworkManager, for links without a profile
	}
	l.report.Warn(p.line(1), "Let go until the next boot",
		"NetworkManager offers no way to keep a profile in /run from being written again at the next boot, as its generator for the "+
			"kernel's command line does. Take the link out of what writes it.")
}

// bury hides the profile of a package.
func (l *letting) bury(p *reading, edit generators.Edit) (generators.Edit, bool) {
	if !normalUUID.MatchString(p.uuid) {
		e, _ := p.peek("connection", "uuid")
		l.report.CannotLetGo(p.path, e.Line, "NetworkManager makes another UUID of this one, by which the profile would be hidden",
			"Remove the package that brings the profile")
		return edit, false
	}
	edit.Path, edit.Mode, edit.How = dir+"/"+p.uuid+tombSuffix, generators.Private, "profile of a package hidden"
	edit.Content = []byte("# bondctl has taken " + strings.Join(edit.Links, " ") + " over from " + p.path + ", which this hides.\n" +
		"[nmmeta]\nuuid=" + p.uuid + "\nloaded-path=/dev/null\n")
	return edit, !slices.ContainsFunc(l.files, func(f generators.File) bool {
		_, hidden := tombstone(f)
		return f.Path == edit.Path && hidden
	})
}

// besides keeps the profile of another link that refers to one of those taken.
func (l *letting) besides(p *reading) (generators.Edit, bool) {
	if bond := l.master(p); l.takes(bond) {
		e, _ := p.peek("connection", "master")
		l.report.CannotLetGo(p.path, e.Line, "The profile makes "+p.name+" a slave of "+bond,
			"State "+p.name+" as a slave of "+bond+", or remove the profile")
		return generators.Edit{}, false
	}
	parent, ok := p.peek("vlan", "parent")
	name := l.named(parent.Value)
	if !ok || !l.takes(name) || parent.Value == name {
		return generators.Edit{}, false
	}
	// The profile that the UUID is of goes, and the VLAN with it.
	return l.rewritten(p, p.lines().replaced(parent, escape(name)), []string{name}, "parent named by its link")
}

// picks tells whether the profile is for links of a type that are there without it.
func (p *reading) picks() bool {
	return p.kind == "ethernet" || p.kind == "wifi"
}

// passOver keeps a profile for other links than those taken.
func (l *letting) passOver(p *reading) (generators.Edit, bool) {
	patterns := p.patterns()
	if !l.Own && len(patterns) == 0 {
		return generators.Edit{}, false
	}
	var links []string
	for _, link := range l.Links {
		if other := l.types[link]; patterns.allow(link) && (other == "" || other == p.kind) {
			links = append(links, link)
		}
	}
	slices.Sort(links)
	switch links = slices.Compact(links); {
	case len(links) == 0:
		return generators.Edit{}, false
	case patterns.onlyAllow(links):
		return l.remove(p, links)
	}
	return l.rewritten(p, p.without(links), links, "profile made to pass over "+strings.Join(links, ", "))
}

// rewritten gives a profile with other content: in its place, or in /etc where
// its own directory is that of packages.
func (l *letting) rewritten(p *reading, content []byte, links []string, how string) (generators.Edit, bool) {
	edit := generators.Edit{Path: p.path, Mode: generators.Private, Content: content, Links: links, How: how}
	switch path.Dir(p.path) {
	case runDir:
		l.comesBack(p)
	case libDir:
		edit.Path = dir + "/" + path.Base(p.path)
		counts := counting(l.profiles, l.files)[p.uuid]
		taken := slices.ContainsFunc(l.files, func(f generators.File) bool { return f.Path == edit.Path })
		if counts.path != p.path && path.Dir(counts.path) == dir {
			return edit, false // it is hidden
		}
		if taken {
			l.report.CannotLetGo(p.path, 1, "The profile would be replaced by "+edit.Path+", which is another one", "Rename that one")
			return edit, false
		}
	}
	return edit, true
}
