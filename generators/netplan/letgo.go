package netplan

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bondctl/bondctl/generators"
)

// sheet is a file whose links are to be let go.
type sheet struct {
	file     generators.File
	document *yaml.Node // nil for an empty file
	sites    []site
	change   change
	// links are those taken that the file configures.
	links []string
}

// letting is what is known of all files together.
type letting struct {
	taking generators.Taking
	report *generators.Report
	sheets []*sheet
	byID   map[string]*identity
	// renderer is that of definitions that name none.
	renderer string
	// alone are the links that systemd-networkd is told to leave alone.
	alone []string
}

// letGo removes the definitions of links from netplan's files, and the links
// from the lists of others: a link that no definition is for is not netplan's.
func letGo(files []generators.File, taking generators.Taking, report *generators.Report) []generators.Edit {
	l := &letting{taking: taking, report: report, renderer: Renderer(files)}
	l.open(files)
	l.identify()
	for _, s := range l.sheets {
		l.mark(s)
	}
	var edits []generators.Edit
	for _, s := range l.sheets {
		edits = append(edits, l.edit(s, files)...)
	}
	edits = append(edits, l.namesKept()...)
	edits = append(edits, l.leftAlone()...)
	slices.SortFunc(edits, func(a, b generators.Edit) int { return cmp.Compare(a.Path, b.Path) })
	return generators.WithoutCloudInit(files, edits)
}

// open parses the files that netplan reads now, or with a file of /run gone.
func (l *letting) open(files []generators.File) {
	for _, file := range files {
		if !isRead(file.Path) || isHiddenForGood(file.Path, files) || generators.IsOurs(file.Content) {
			continue
		}
		document, err := firstDocument(file.Content)
		if err != nil {
			line, _ := mistake(file.Content, err)
			l.report.CannotLetGo(file.Path, line, "The file is not YAML, so nobody can tell which links it is for", "Repair or remove it")
			continue
		}
		l.sheets = append(l.sheets, &sheet{file: file, document: document, sites: sites(document)})
	}
	slices.SortStableFunc(l.sheets, func(a, b *sheet) int { return cmp.Compare(path.Base(a.file.Path), path.Base(b.file.Path)) })
}

// isPackaged tells whether a file belongs to a package: it is hidden by one in
// /etc rather than changed.
func isPackaged(file string) bool {
	dir := path.Dir(file)
	return dir == libDir || dir == usrLibDir
}

func isHiddenForGood(file string, files []generators.File) bool {
	inEtc := path.Join(etcDir, path.Base(file))
	return isPackaged(file) && slices.ContainsFunc(files, func(f generators.File) bool { return f.Path == inEtc })
}

// mark notes what is to go from a file.
func (l *letting) mark(s *sheet) {
	for _, at := range s.sites {
		id := l.byID[at.id.Value]
		if len(id.taken) > 0 {
			s.change.cuts = append(s.change.cuts, at.trail)
			s.links = append(s.links, id.taken...)
			continue
		}
		switch {
		case len(id.covered) > 0:
			l.yield(s, at, id)
		case id.isHidden():
			l.report.Warn(generators.Line(s.file.Path, at.id.Line), at.id.Value+" finds its device by its hardware",
				"Nothing in the files tells whether that is one of "+strings.Join(l.taking.Links, ", ")+". If it is, remove the definition.")
		}
		l.release(s, at)
	}
	s.wholeSections()
	slices.Sort(s.links)
	s.links = slices.Compact(s.links)
}

// wholeSections has a section go as one where nothing is left in it but
// perhaps a renderer.
func (s *sheet) wholeSections() {
	left := map[string]int{} // definitions by the trails of their sections
	name := func(t trail) string { return fmt.Sprint(t[:2]) }
	isDefinition := func(t trail) bool { return len(t) == 3 }
	for _, at := range s.sites {
		left[name(at.trail)]++
	}
	for _, cut := range s.change.cuts {
		if isDefinition(cut) {
			left[name(cut)]--
		}
	}
	for i, cut := range s.change.cuts {
		if isDefinition(cut) && left[name(cut)] == 0 {
			s.change.cuts[i] = cut[:2]
		}
	}
}

// release takes links out of the definition of another one. What stands on
// one of them cannot stay: netplan refuses a file that names a link which it
// does not define, nor a file before it.
func (l *letting) release(s *sheet, at site) {
	eachBelow(at.keys, at.trail, func(below trail, key, value *yaml.Node) {
		switch key.Value {
		case keyInterfaces:
			l.releaseSlaves(s, at, below, anchored(value))
		case keyParameters:
			l.releaseParameters(s, below, value)
		case "link", "peer":
			if l.isTaken(value) {
				l.report.CannotLetGo(s.file.Path, at.id.Line, at.id.Value+" stands on "+value.Value+", which bondctl takes over",
					"Describe "+at.id.Value+" in the document too, or remove its definition")
			}
		case keyNetworkManager:
			l.checkProfile(s, at, value)
		case keyAccessPoints:
			each(value, func(_ int, _, network *yaml.Node) { l.checkProfile(s, at, get(network, keyNetworkManager)) })
		}
	})
}

func (l *letting) releaseSlaves(s *sheet, at site, below trail, list *yaml.Node) {
	if list.Kind != yaml.SequenceNode {
		return
	}
	for i, item := range list.Content {
		if !l.isTaken(item) {
			continue
		}
		s.change.cuts = append(s.change.cuts, below.to(i))
		s.links = append(s.links, l.byID[value(item)].taken...)
		if at.section != sections[bonds].key {
			l.report.Warn(generators.Line(s.file.Path, item.Line), at.id.Value+" loses "+value(item),
				"It is one of netplan's "+at.section+", which a document has no word for, and bondctl takes "+value(item)+" over.")
		}
	}
}

// releaseParameters removes what is said of single slaves. netplan refuses a
// primary that is not defined, and bridges' parameters of what is not.
func (l *letting) releaseParameters(s *sheet, at trail, parameters *yaml.Node) {
	eachBelow(parameters, at, func(at trail, key, value *yaml.Node) {
		switch key.Value {
		case "primary":
			if l.isTaken(value) {
				s.change.cuts = append(s.change.cuts, at)
			}
		case "path-cost", "port-priority":
			eachBelow(value, at, func(at trail, id, _ *yaml.Node) {
				if l.isTaken(id) {
					s.change.cuts = append(s.change.cuts, at)
				}
			})
		}
	})
}

// checkProfile reports a profile of a link that stays and that puts it into a
// bond which does not.
func (l *letting) checkProfile(s *sheet, at site, profile *yaml.Node) {
	for _, key := range []string{keyController, keyMaster} {
		if bond := get(get(profile, keyPassthrough), key); bond != nil && l.isTaken(bond) {
			l.report.CannotLetGo(s.file.Path, bond.Line, at.id.Value+" is a slave of "+bond.Value+", which bondctl takes over",
				"Describe its link in the document too, or remove its definition")
		}
	}
}

// isTaken tells whether a node is the id of a definition that goes.
func (l *letting) isTaken(node *yaml.Node) bool {
	id, known := l.byID[value(node)]
	return known && len(id.taken) > 0
}

// edit gives what becomes of a file, if anything does.
func (l *letting) edit(s *sheet, files []generators.File) []generators.Edit {
	if s.change.isEmpty() {
		return nil
	}
	edit := generators.Edit{Path: s.file.Path, Mode: generators.Private, Links: s.links, How: s.change.how()}
	changed, err := s.change.changed(s.document)
	if err == nil && saysNothing(changed) {
		return []generators.Edit{withoutFile(edit, files)}
	}
	if err == nil {
		edit.Content, err = s.change.apply(s.file.Content, s.document)
	}
	if err != nil {
		l.report.CannotLetGo(s.file.Path, 1, "The file cannot be edited, for "+err.Error(), "Remove "+strings.Join(s.links, ", ")+" from it by hand")
		return nil
	}
	if isPackaged(edit.Path) {
		edit.Path, edit.How = path.Join(etcDir, path.Base(edit.Path)), edit.How+", in a file that hides that of the package"
	}
	return []generators.Edit{edit}
}

// saysNothing tells whether a document has nothing left that counts.
func saysNothing(document *yaml.Node) bool {
	left := 0
	each(document.Content[0], func(_ int, top, network *yaml.Node) {
		if top.Value != keyNetwork {
			left++
			return
		}
		each(network, func(_ int, key, _ *yaml.Node) {
			if key.Value != "version" {
				left++
			}
		})
	})
	return left == 0
}

// withoutFile has a file go. Where it hides another one, or is a package's, an
// empty one does that from now on.
func withoutFile(edit generators.Edit, files []generators.File) generators.Edit {
	name := path.Base(edit.Path)
	edit.How = "file removed, for nothing else is in it"
	hides := func(f generators.File) bool {
		return path.Base(f.Path) == name && isRead(f.Path) && slices.Index(directories, path.Dir(f.Path)) < slices.Index(directories, path.Dir(edit.Path))
	}
	switch {
	case isPackaged(edit.Path):
		edit.Path, edit.Content, edit.How = path.Join(etcDir, name), []byte{}, "hidden by an empty file"
	case slices.ContainsFunc(files, hides):
		edit.Content, edit.How = []byte{}, "emptied, so that it goes on to hide files of its name"
	}
	return edit
}

func (c *change) how() string {
	switch {
	case len(c.cuts) > 0:
		return "definitions removed"
	case len(c.renamed) > 0:
		return "definition renamed, so that those of bondctl come before it"
	}
	return "definition made to pass over them"
}
