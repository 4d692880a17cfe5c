package networkd

import (
	"path"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
)

// letting is the letting go of links.
type letting struct {
	taking generators.Taking
	report *generators.Report
	edits  []generators.Edit
	// made are the links that .netdev files make.
	made []string
	// shielded are links that a file tells systemd-networkd to leave alone,
	// before all that are looked at next.
	shielded []string
	// shield are the links that have to be shielded yet.
	shield []string
}

// letGo edits files so that systemd-networkd leaves links alone. What is for
// the links alone goes, or is masked where it is not the administrator's. A
// file that picks its links by patterns is left as it is where another one for
// the link comes before it: bondctl's own, or one with Unmanaged=. A .link file
// is systemd-udevd's: it names a link and does not configure it, and stays.
func letGo(files []generators.File, taking generators.Taking, report *generators.Report) []generators.Edit {
	l := &letting{taking: taking, report: report}
	units, _ := unitsOf(files)
	units = slices.DeleteFunc(units, func(u *unit) bool { return !l.isForeign(u) || u.isBroken() })
	for _, u := range ofKind(units, netdevKind) {
		l.netdev(u)
	}
	for _, u := range ofKind(units, networkKind) {
		l.network(u)
	}
	l.writeShield(files)
	l.stations(files)
	return generators.WithoutCloudInit(files, l.edits)
}

// isForeign tells whether a file in force is neither bondctl's nor netplan's.
func (l *letting) isForeign(u *unit) bool {
	return !u.masked() && !generators.IsOurs(u.main.Content) && !generators.MadeByNetplan(u.main.Path)
}

// isBroken reads a unit, and tells whether systemd-networkd refuses it.
func (u *unit) isBroken() bool {
	return slices.ContainsFunc(u.parse(), func(m misread) bool { return m.Header })
}

func (l *letting) takes(link string) bool { return slices.Contains(l.taking.Links, link) }

// netdev lets go of the links that documents make too. One of another kind is
// made as before.
func (l *letting) netdev(u *unit) {
	d := &netdev{}
	common, _ := parted(u.sections, "NetDev")
	take(deaf(), common, netdevKeys, d)
	_, makes := kindKeys[d.kind.Value]
	if makes && l.takes(d.name.Value) {
		l.remove(u, []string{d.name.Value})
		return
	}
	l.made = append(l.made, d.name.Value)
}

// deaf is a reader whose report nobody hears.
func deaf() *reader { return &reader{report: &generators.Report{}} }

// network lets go of links in a .network file.
func (l *letting) network(u *unit) {
	f := &linkFile{unit: u}
	f.match, _ = u.matchOf()
	if len(f.match) == 0 {
		return
	}
	deaf().readNetwork(f)
	if f.unmanaged.Value && !l.taking.Own {
		l.shielded = append(l.shielded, l.covered(f.match)...)
		return
	}
	named, others := l.named(f.match)
	if len(named) > 0 && len(others) == 0 {
		l.checkStacked(u, namesOf(named))
		l.remove(u, namesOf(named))
		return
	}
	text := newEditing(u)
	text.cutWords(named)
	l.cutReferences(text, f)
	l.edits = append(l.edits, text.edits()...)
	l.passOver(u, f.match.without(named))
}

// named parts the words that include links in those for links to let go and
// the others.
func (l *letting) named(m match) (ours, others []word) {
	for _, w := range m.names() {
		switch {
		case w.not:
		case w.isLiteral() && l.takes(w.text):
			ours = append(ours, w)
		default:
			others = append(others, w)
		}
	}
	return ours, others
}

func namesOf(words []word) []string {
	var names []string
	for _, w := range words {
		names = append(names, w.text)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// covered are the links that a match is for, as far as is known.
func (l *letting) covered(m match) []string {
	return slices.DeleteFunc(slices.Sorted(slices.Values(l.taking.Links)), func(link string) bool {
		verdict := m.of(subject{name: link})
		return verdict == no || verdict == perhaps && !m.includes(link)
	})
}

// possible are the links that a match may be for.
func (l *letting) possible(m match) []string {
	return slices.DeleteFunc(slices.Sorted(slices.Values(l.taking.Links)), func(link string) bool {
		return m.of(subject{name: link}) == no
	})
}

// remove takes a unit out of force. In the administrator's directory it goes,
// unless that brought to light another of its name.
func (l *letting) remove(u *unit, links []string) {
	if path.Dir(u.main.Path) == dir && len(u.copies) == 0 {
		l.edit(u.main.Path, nil, links, "file removed")
	} else {
		l.edit(dir+"/"+u.name, []byte{}, links, "file masked")
	}
	for _, file := range u.dropIns {
		if strings.HasPrefix(file.Path, dir+"/") {
			l.edit(file.Path, nil, links, "file removed")
		}
	}
}

func (l *letting) edit(file string, content []byte, links []string, how string) {
	l.edits = append(l.edits, generators.Edit{Path: file, Content: content, Links: links, How: how})
}

// stackedKeys are those of [Network] that make links on a link.
var stackedKeys = strings.Fields("VLAN MACVLAN MACVTAP IPVLAN IPVTAP VXLAN Tunnel Xfrm MACsec L2TP IPoIB")

// checkStacked reports links on those to let go that are not let go
// themselves: nothing would make them any more.
func (l *letting) checkStacked(u *unit, links []string) {
	sections, _ := parted(u.sections, "Network")
	for _, p := range sections {
		for _, e := range p.Entries {
			if slices.Contains(stackedKeys, e.Key) && slices.Contains(l.made, e.Value) {
				l.report.CannotLetGo(p.path, e.Line,
					e.Value+" is made on "+strings.Join(links, ", ")+" by this, and is not in the document",
					"Add it to the document, or remove "+e.Key+"="+e.Value)
			}
		}
	}
}

// cutReferences takes links that are let go out of what a file says of others:
// the bond that those are enslaved to, the VLANs on them.
func (l *letting) cutReferences(text *editing, f *linkFile) {
	if l.takes(f.bond.Value) {
		text.cutEntries([]string{f.bond.Value}, slaveKeys()...)
	}
	var vlans []string
	for _, name := range f.vlans {
		if l.takes(name.Value) {
			vlans = append(vlans, name.Value)
		}
	}
	if len(vlans) > 0 {
		text.cutValues("VLAN", vlans)
	}
}

// slaveKeys are those of [Network] that say of which bond the link is a slave.
func slaveKeys() []string {
	keys := []string{"Bond"}
	for _, k := range flagKeys() {
		keys = append(keys, k.name)
	}
	return keys
}

// passOver keeps a file that may be for links from being in force for them.
func (l *letting) passOver(u *unit, m match) {
	var exposed []string
	for _, link := range l.possible(m) {
		switch {
		case slices.Contains(l.shielded, link):
		case !l.taking.Own && u.name > path.Base(shieldFile):
			l.shieldLink(u, link)
		case !l.taking.Own, u.name < prefix+link+networkKind:
			exposed = append(exposed, link)
		}
	}
	if len(exposed) > 0 {
		l.exclude(u, exposed)
	}
}
