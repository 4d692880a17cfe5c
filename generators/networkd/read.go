package networkd

import (
	"path"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/ini"
	"github.com/bondctl/bondctl/generators/format/wpa"
	"github.com/bondctl/bondctl/schema"
)

// unit is one configuration file with its drop-ins behind it.
type unit struct {
	path     string
	sections []part
}

// part is a section of a file: which of them it came from matters for places.
type part struct {
	path string
	ini.Section
}

// reader puts together what the files say.
type reader struct {
	report *generators.Report
	doc    *schema.Document
	// netdevs are the links that systemd-networkd makes, in the files' order.
	netdevs []*netdev
	byName  map[string]*netdev
	// wifis are the networks by the names of their links.
	wifis map[string]*wifiFile
	// links are those outside bonds, by name.
	links map[string]*schema.Link
}

// wifiFile is a link's network, and whether a link claimed it.
type wifiFile struct {
	path    string
	wifi    *schema.Wifi
	claimed bool
}

// read understands the files as systemd-networkd does.
func read(files []generators.File, report *generators.Report) *schema.Document {
	r := &reader{
		report: report, doc: &schema.Document{},
		byName: map[string]*netdev{}, wifis: map[string]*wifiFile{}, links: map[string]*schema.Link{},
	}
	var wifiNames []string
	for _, file := range files {
		if name, ok := wifiLink(file.Path); ok {
			r.wifis[name] = &wifiFile{path: file.Path, wifi: wpa.Read(file, report)}
			wifiNames = append(wifiNames, name)
		}
	}
	units := r.units(files)
	for _, u := range ofKind(units, ".netdev") {
		r.readNetDev(u)
	}
	r.readNetworks(ofKind(units, ".network"))
	for _, u := range ofKind(units, ".link") {
		r.readLink(u)
	}
	r.checkNetDevs()
	r.checkWifis(wifiNames)
	return r.doc
}

// wifiLink gives the link that a wpa_supplicant file is for.
func wifiLink(file string) (string, bool) {
	name, isConf := strings.CutSuffix(path.Base(file), ".conf")
	name, isLinks := strings.CutPrefix(name, "wpa_supplicant-")
	return name, isConf && isLinks && path.Dir(file) == wpaDir
}

// units reads the files of systemd-networkd. Drop-ins, the *.conf of a
// directory with a file's name and .d, go on where the file ends.
func (r *reader) units(files []generators.File) []*unit {
	var units []*unit
	byPath := map[string]*unit{}
	for _, file := range files {
		if path.Dir(file.Path) == dir {
			u := &unit{path: file.Path, sections: r.sections(file)}
			units = append(units, u)
			byPath[file.Path] = u
		}
	}
	for _, file := range files {
		folder, isDropIn := strings.CutSuffix(path.Dir(file.Path), ".d")
		if !isDropIn || path.Dir(folder) != dir || path.Ext(file.Path) != ".conf" {
			continue
		}
		if u, ok := byPath[folder]; ok {
			u.sections = append(u.sections, r.sections(file)...)
			continue
		}
		r.report.NotUnderstood(file.Path, 1, "There is no "+path.Base(folder)+" for this to add to.")
	}
	return units
}

func (r *reader) sections(file generators.File) []part {
	if !slices.Contains([]string{".netdev", ".network", ".link", ".conf"}, path.Ext(file.Path)) {
		return nil // systemd-networkd does not look at it either
	}
	content := ini.Systemd.Read(file.Content)
	for _, mistake := range content.Mistakes {
		r.report.NotUnderstood(file.Path, mistake.Line, "systemd-networkd ignores the line: "+mistake.Detail+".")
	}
	parts := make([]part, len(content.Sections))
	for i, section := range content.Sections {
		parts[i] = part{file.Path, section}
	}
	return parts
}

func ofKind(units []*unit, ext string) []*unit {
	return slices.DeleteFunc(slices.Clone(units), func(u *unit) bool { return path.Ext(u.path) != ext })
}

// key is an entry that the reader understands: a row of the tables below.
type key[T any] struct {
	section, name string
	read          func(*T, schema.Attr[string]) error
}

// take reads the entries of sections by a table, and reports the others.
func take[T any](r *reader, parts []part, keys []key[T], into *T) {
	for _, p := range parts {
		for _, e := range p.Entries {
			i := slices.IndexFunc(keys, func(k key[T]) bool { return k.section == p.Name && k.name == e.Key })
			if i < 0 {
				r.report.NotUnderstood(p.path, e.Line, "A document has nothing like "+e.Key+"= of ["+p.Name+"].")
				continue
			}
			text := schema.Attr[string]{Value: e.Value, Set: true, Range: generators.Line(p.path, e.Line)}
			if err := keys[i].read(into, text); err != nil {
				r.report.NotUnderstood(p.path, e.Line, e.Key+"= "+err.Error()+".")
			}
		}
	}
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

// checkWifis reports networks that no link joins.
func (r *reader) checkWifis(names []string) {
	for _, name := range names {
		switch file := r.wifis[name]; {
		case !file.claimed:
			r.report.NotUnderstood(file.path, 1, "No .network file is for "+name+".")
		case file.wifi == nil:
			r.report.NotUnderstood(file.path, 1, "The file has no network to join.")
		}
	}
}

// wifi claims the network of a link, nil where it has none.
func (r *reader) wifi(link string) *schema.Wifi {
	file, ok := r.wifis[link]
	if !ok {
		return nil
	}
	file.claimed = true
	return file.wifi
}
