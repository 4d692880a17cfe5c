package netplan

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bondctl/bondctl/generators"
)

// identity is what the definitions of one id say about which links it is for.
type identity struct {
	names, patterns []string
	hasMatch        bool
	setName         string
	// mac, driver and original find the device that is renamed.
	mac, driver, original string
	// taken are the links taken over that it is for, covered those that it is
	// for among others.
	taken, covered []string
	// isListed tells that another definition lists the id, excludes that it is
	// made to pass over links.
	isListed, excludes bool
}

// identify finds out which links each id is for, from all files together.
func (l *letting) identify() {
	l.byID = map[string]*identity{}
	for _, s := range l.sheets {
		for _, at := range s.sites {
			id, known := l.byID[at.id.Value]
			if !known {
				id = &identity{}
				l.byID[at.id.Value] = id
			}
			id.add(at)
		}
	}
	isTaken := map[string]bool{}
	for _, link := range l.taking.Links {
		isTaken[link] = true
	}
	for _, s := range l.sheets {
		for _, at := range s.sites {
			l.byID[at.id.Value].resolve(at.id.Value, l.taking.Links, isTaken)
			for _, slave := range members(get(at.keys, keyInterfaces)) {
				if id, known := l.byID[slave.Value]; known {
					id.isListed = true
				}
			}
		}
	}
}

func (id *identity) add(at site) {
	names, hasMatch := at.names()
	id.hasMatch = id.hasMatch || hasMatch
	for _, name := range names {
		text := value(name.node)
		list := &id.names
		if isPattern(text) {
			list = &id.patterns
		}
		if !slices.Contains(*list, text) {
			*list = append(*list, text)
		}
		if name.key == keySetName {
			id.setName = text
		}
	}
	if match := get(at.keys, keyMatch); match != nil {
		id.mac, id.original = value(get(match, "macaddress")), value(get(match, "name"))
		var drivers []string
		for _, driver := range members(get(match, "driver")) {
			drivers = append(drivers, driver.Value)
		}
		id.driver = strings.Join(drivers, " ")
	}
}

// resolve finds the links that are taken among those that the id is for. As
// in reading, the id is the name where nothing else tells one.
func (id *identity) resolve(name string, links []string, isTaken map[string]bool) {
	names, patterns := id.names, id.patterns
	switch {
	case len(names)+len(patterns) > 0:
	case id.hasMatch && id.mac == "" && id.driver == "":
		patterns = []string{"*"}
	default:
		names = []string{name}
	}
	id.taken, id.covered = nil, nil
	for _, name := range names {
		if isTaken[name] {
			id.taken = append(id.taken, name)
		}
	}
	if len(id.taken) > 0 || len(patterns) == 0 || id.setName != "" {
		return
	}
	for _, link := range links {
		if slices.ContainsFunc(patterns, func(p string) bool { ok, err := path.Match(p, link); return ok && err == nil }) {
			id.covered = append(id.covered, link)
		}
	}
}

// isHidden tells whether only the hardware tells which device the id is for.
func (id *identity) isHidden() bool {
	return len(id.taken)+len(id.names)+len(id.patterns) == 0 && id.mac+id.driver != ""
}

// namesKept keeps the names that netplan gave to devices: without a definition
// it renames them no more, and systemd-udevd does by a file of its own, like
// that which netplan made for it (write_link_file in src/networkd.c).
func (l *letting) namesKept() []generators.Edit {
	var edits []generators.Edit
	kept := map[string]bool{}
	for _, s := range l.sheets {
		for _, at := range s.sites {
			id := l.byID[at.id.Value]
			link := id.setName
			if link == "" || kept[link] || !slices.Contains(id.taken, link) {
				continue
			}
			kept[link] = true
			edits = append(edits, generators.Edit{
				Path: networkdDir + "10-bondctl-" + link + ".link", Content: id.linkFile(link),
				Links: []string{link}, How: "made to keep the name that netplan gives to the device",
			})
		}
	}
	return edits
}

const networkdDir = "/etc/systemd/network/"

// linkFile is a systemd.link(5) that names the device.
func (id *identity) linkFile(link string) []byte {
	var text strings.Builder
	text.WriteString("# bondctl has taken " + link + " over from netplan, which gave the device this name.\n[Match]\n")
	for _, match := range []struct{ key, value string }{
		{"PermanentMACAddress", id.mac}, {"Driver", id.driver}, {"OriginalName", id.original},
	} {
		if match.value != "" {
			text.WriteString(match.key + "=" + match.value + "\n")
		}
	}
	text.WriteString("\n[Link]\nName=" + link + "\n")
	return []byte(text.String())
}

// lastPrefix makes an id sort behind those of bondctl, which are links' names.
// Of the files that netplan makes of ids systemd-networkd takes the first.
const lastPrefix = "zz-"

// yield has a definition for several devices pass over those taken.
func (l *letting) yield(s *sheet, at site, id *identity) {
	isBehind := func(name string) bool {
		return !slices.ContainsFunc(id.covered, func(link string) bool { return link >= name })
	}
	switch {
	case cmp.Or(at.renderer, l.renderer) == rendererNetworkManager:
		l.exclude(s, at, id)
	case !l.taking.Own:
		l.alone = append(l.alone, id.covered...)
	case isBehind(at.id.Value):
	case id.isListed || !isBehind(lastPrefix):
		l.cannotYield(s, at.id, id)
	default:
		s.change.renamed = append(s.change.renamed, at.trail)
		s.links = append(s.links, id.covered...)
	}
}

func (l *letting) cannotYield(s *sheet, node *yaml.Node, id *identity) {
	l.report.CannotLetGo(s.file.Path, node.Line, "This is for "+strings.Join(id.covered, ", ")+" among other devices",
		"Give each of its other devices a definition of its own")
}

const keyMatchedNames = "match.interface-name"

// exclude has a profile of NetworkManager's pass over links: netplan hands on
// the names that it matches, and a name behind "!" is what does not
// (nm-settings(5)).
func (l *letting) exclude(s *sheet, at site, id *identity) {
	profile := get(at.keys, keyNetworkManager)
	passed := get(profile, keyPassthrough)
	if names := get(passed, keyMatchedNames); names != nil {
		if slices.ContainsFunc(id.covered, func(link string) bool { return !strings.Contains(names.Value+";", "!"+link+";") }) {
			l.cannotYield(s, names, id)
		}
		return
	}
	if id.excludes {
		return // another file has it
	}
	id.excludes = true
	names := slices.Clone(id.patterns)
	for _, link := range id.covered {
		names = append(names, "!"+link)
	}
	below, entry := at.trail, keyMatchedNames+": "+strconv.Quote(strings.Join(names, ";")+";")
	switch {
	case isMapping(passed):
		below = at.trailTo(keyNetworkManager, keyPassthrough)
	case isMapping(profile):
		below, entry = at.trailTo(keyNetworkManager), keyPassthrough+": {"+entry+"}"
	default:
		entry = keyNetworkManager + ": {" + keyPassthrough + ": {" + entry + "}}"
	}
	s.change.added = append(s.change.added, addition{below, entry})
	s.links = append(s.links, id.covered...)
}

// leftAlone tells systemd-networkd to leave links alone that a definition is
// for among others: by a file before those that netplan makes, and behind
// those of bondctl where these are for systemd-networkd.
func (l *letting) leftAlone() []generators.Edit {
	if len(l.alone) == 0 {
		return nil
	}
	slices.Sort(l.alone)
	links := slices.Compact(l.alone)
	return []generators.Edit{{
		Path: networkdDir + "10-left-alone.network",
		Content: []byte("# bondctl has taken these links over from netplan, which has a definition for them and others.\n" +
			"[Match]\nName=" + strings.Join(links, " ") + "\n\n[Link]\nUnmanaged=yes\n"),
		Tells: true, Links: links, How: "made to have systemd-networkd leave them alone",
	}}
}
