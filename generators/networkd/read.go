package networkd

import (
	"path"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/ini"
	"github.com/bondctl/bondctl/schema"
)

// reader puts together what the files say.
type reader struct {
	report *generators.Report
	doc    *schema.Document
	// netdevs are the links that systemd-networkd makes, in the files' order;
	// byName has those of kinds that documents do not have too.
	netdevs []*netdev
	byName  map[string]*netdev
	// policies are the .link files, in their order.
	policies []*linkPolicy
	// stations are the links with a file for wpa_supplicant, wifis its networks.
	stations []string
	wifis    map[string]*wifiFile
	// links are those outside bonds, by name.
	links map[string]*schema.Link
}

// read understands the files as systemd-networkd does.
func read(files []generators.File, report *generators.Report) *schema.Document {
	r := &reader{
		report: report, doc: &schema.Document{},
		byName: map[string]*netdev{}, wifis: map[string]*wifiFile{}, links: map[string]*schema.Link{},
	}
	files = slices.DeleteFunc(slices.Clone(files), func(f generators.File) bool { return generators.MadeByNetplan(f.Path) })
	r.readStations(files)
	r.readDaemon(files)
	units := r.units(files)
	for _, u := range ofKind(units, linkKind) {
		r.readLink(u)
	}
	for _, u := range ofKind(units, netdevKind) {
		r.readNetDev(u)
	}
	r.readNetworks(ofKind(units, networkKind))
	r.checkNetDevs()
	r.checkWifis()
	return r.doc
}

// units reads the files in force; a masked one says nothing.
func (r *reader) units(files []generators.File) []*unit {
	units, orphans := unitsOf(files)
	for _, file := range orphans {
		r.report.NotUnderstood(file.Path, 1, "There is no "+strings.TrimSuffix(path.Base(path.Dir(file.Path)), ".d")+" for this to add to.")
	}
	return slices.DeleteFunc(units, func(u *unit) bool { return u.masked() || r.isRefused(u) })
}

// isRefused reads the sections of a unit, and tells whether systemd-networkd
// refuses it for one of its lines.
func (r *reader) isRefused(u *unit) bool {
	refused := false
	for _, mistake := range u.parse() {
		why := "systemd-networkd ignores the line: "
		if mistake.Header {
			why = "systemd-networkd refuses " + u.name + " for this line: "
		}
		r.report.NotUnderstood(mistake.path, mistake.Line, why+mistake.Detail+".")
		refused = refused || mistake.Header
	}
	return refused
}

// readDaemon reports the settings for all links of networkd.conf(5).
func (r *reader) readDaemon(files []generators.File) {
	for _, file := range files {
		if !isDaemonFile(file.Path) {
			continue
		}
		for _, section := range ini.Systemd.Read(file.Content).Sections {
			for _, e := range section.Entries {
				r.report.NotUnderstood(file.Path, e.Line, "A document has nothing like "+e.Key+"= of networkd.conf.")
			}
		}
	}
}

func ofKind(units []*unit, ext string) []*unit {
	return slices.DeleteFunc(slices.Clone(units), func(u *unit) bool { return u.kind() != ext })
}

// key is an entry that the reader understands: a row of the tables below.
type key[T any] struct {
	section, name string
	read          func(*T, schema.Attr[string]) error
}

// take reads the entries of sections by a table, and reports the others. It
// tells whether all could be read. What begins with X- is for other programs.
func take[T any](r *reader, parts []part, keys []key[T], into *T) bool {
	all := true
	for _, p := range parts {
		for _, e := range p.Entries {
			if strings.HasPrefix(p.Name, "X-") || strings.HasPrefix(e.Key, "X-") {
				continue
			}
			i := slices.IndexFunc(keys, func(k key[T]) bool { return k.section == p.Name && k.name == e.Key })
			if i < 0 {
				r.report.NotUnderstood(p.path, e.Line, "A document has nothing like "+e.Key+"= of ["+p.Name+"].")
				continue
			}
			text := schema.Attr[string]{Value: e.Value, Set: true, Range: generators.Line(p.path, e.Line)}
			if err := keys[i].read(into, text); err != nil {
				r.report.NotUnderstood(p.path, e.Line, e.Key+"= "+err.Error()+".")
				all = false
			}
		}
	}
	return all
}

// parted splits sections by name.
func parted(parts []part, names ...string) (named, others []part) {
	for _, p := range parts {
		if slices.Contains(names, p.Name) {
			named = append(named, p)
		} else {
			others = append(others, p)
		}
	}
	return named, others
}

// ignored reads an entry that says nothing about what a document describes.
func ignored[T any](*T, schema.Attr[string]) error { return nil }

// placed is a value with the place of the text that it was read from.
func placed[T any](value T, text schema.Attr[string]) schema.Attr[T] {
	return schema.Attr[T]{Value: value, Set: true, Range: text.Range}
}
