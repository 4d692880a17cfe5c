package keyfile

import (
	"path"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// letting takes links away from the profiles of others.
type letting struct {
	generators.Taking
	report *generators.Report
	files  []generators.File
	// profiles are those of others; names are the links' as in [reader].
	profiles []*reading
	names    map[string]string
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
	l := &letting{Taking: t, report: report, files: files, names: namesOf(all)}
	for _, p := range all {
		if !p.ours && !p.isFound() && !generators.MadeByNetplan(p.path) {
			l.profiles = append(l.profiles, p)
		}
	}
	return l
}

// profile gives what becomes of a profile, and false where it stays as it is.
func (l *letting) profile(p *reading) (generators.Edit, bool) {
	links, all := l.wanted(p)
	switch {
	case all:
		return l.remove(p, links)
	case len(links) > 0:
		return l.rewritten(p, p.without(links), links, "profile made to pass over "+strings.Join(links, ", "))
	}
	return l.besides(p)
}

// wanted gives those of the links taken that a profile is for, sorted, and
// whether it is for them alone.
func (l *letting) wanted(p *reading) (links []string, all bool) {
	link, master := l.linkOf(p), l.master(p)
	switch {
	case l.takes(link):
		return []string{link}, true
	case link == "" && l.takes(master):
		return []string{master}, true // of a slave that it picks by its address
	case link != "" || p.kind != string(schema.Ethernet) && p.kind != string(schema.WifiLink):
		return nil, false // of other types there are no links to pick from
	}
	patterns := p.patterns()
	if !l.Own && len(patterns) == 0 {
		return nil, false
	}
	links = slices.DeleteFunc(slices.Clone(l.Links), func(link string) bool { return !patterns.allow(link) })
	slices.Sort(links)
	links = slices.Compact(links)
	return links, len(links) > 0 && patterns.onlyAllow(links)
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
		if p.isGenerated() {
			edit.How += "; NetworkManager may note in no-auto-default.state to make it no more"
		}
	}
	return edit, true
}

// isGenerated tells whether NetworkManager has made the profile by itself, for a
// link without one (no-auto-default in NetworkManager.conf(5)).
func (p *reading) isGenerated() bool {
	made, _ := p.peek(metaSection, "nm-generated")
	return slices.Contains(truth, made.Value)
}

// comesBack warns that a profile in /run may be there again after a boot.
func (l *letting) comesBack(p *reading) {
	if p.isGenerated() {
		return
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

// rewritten gives a profile with other content: in its place, or in /etc where
// its own directory is that of packages.
func (l *letting) rewritten(p *reading, content []byte, links []string, how string) (generators.Edit, bool) {
	edit := generators.Edit{Path: p.path, Mode: generators.Private, Content: content, Links: links, How: how}
	switch path.Dir(p.path) {
	case runDir:
		l.comesBack(p)
	case libDir:
		edit.Path = dir + "/" + path.Base(p.path)
		if l.isHidden(p) {
			return edit, false
		}
		if slices.ContainsFunc(l.files, func(f generators.File) bool { return f.Path == edit.Path }) {
			l.report.CannotLetGo(p.path, 1, "The profile would be replaced by "+edit.Path+", which is another one", "Rename that one")
			return edit, false
		}
	}
	return edit, true
}

// isHidden tells whether something in /etc counts instead of a package's
// profile, and stays.
func (l *letting) isHidden(p *reading) bool {
	staying := slices.DeleteFunc(slices.Clone(l.profiles), func(q *reading) bool {
		_, goes := l.wanted(q)
		return goes
	})
	first := counting(staying, l.files)[p.uuid]
	return path.Dir(first.path) == dir
}
