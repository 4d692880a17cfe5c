package keyfile

import (
	"path"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/ini"
	"github.com/bondctl/bondctl/schema"
)

// mainConf is the first file of NetworkManager.conf(5).
const mainConf = "/etc/NetworkManager/NetworkManager.conf"

// confDirs hold the others. A file hides those of the same name in the
// directories after its own.
var confDirs = [...]string{"/etc/NetworkManager/conf.d", "/run/NetworkManager/conf.d", "/usr/lib/NetworkManager/conf.d"}

// configuration lists the files of NetworkManager.conf(5) in the order in
// which NetworkManager reads them: what comes later counts more.
func configuration(files []generators.File) []generators.File {
	hidden := map[string]bool{}
	layer := func(has func(generators.File) bool) []generators.File {
		var found []generators.File
		for _, file := range files {
			if has(file) && !hidden[path.Base(file.Path)] {
				found = append(found, file)
			}
		}
		return found
	}
	within := func(dir string) []generators.File {
		found := layer(func(f generators.File) bool { return path.Dir(f.Path) == dir && path.Ext(f.Path) == ".conf" })
		for _, file := range found {
			hidden[path.Base(file.Path)] = true
		}
		return found
	}
	main := layer(func(f generators.File) bool { return f.Path == mainConf })
	etc := within(confDirs[0])
	run := within(confDirs[1])
	return slices.Concat(within(confDirs[2]), run, main, etc)
}

// confEntry is an entry of NetworkManager's configuration with its place.
type confEntry struct {
	ini.Entry
	section, path string
}

func confEntries(files []generators.File) []confEntry {
	var entries []confEntry
	for _, file := range configuration(files) {
		for _, section := range ini.GKeyFile.Read(file.Content).Sections {
			for _, e := range section.Entries {
				entries = append(entries, confEntry{Entry: e, section: section.Name, path: file.Path})
			}
		}
	}
	return entries
}

// readConfiguration reports what of NetworkManager's own configuration changes
// the meaning of profiles.
func readConfiguration(files []generators.File, doc *schema.Document, report *generators.Report) {
	links := linksOf(doc)
	if len(links) == 0 {
		return
	}
	entries := confEntries(files)
	for _, e := range entries {
		if why := e.bearing(); why != "" {
			report.NotUnderstood(e.path, e.Line, why+".")
		}
	}
	alone := unmanaged(entries)
	for _, link := range links {
		if s, ok := alone.has(link); ok {
			report.NotUnderstood(s.path, s.line, "NetworkManager leaves "+link+" alone, whatever its profile says.")
		}
	}
}

// bearing tells what an entry has to do with profiles, empty for nothing.
func (e confEntry) bearing() string {
	switch {
	case strings.HasPrefix(e.section, "connection") && e.Key != "match-device" && e.Key != "stop-match":
		return "A document cannot say " + e.Key + ", NetworkManager's default for profiles without it"
	case strings.HasPrefix(e.section, "global-dns"):
		return "A document cannot say resolvers that NetworkManager asks instead of those of all links"
	case e.section == "keyfile" && e.Key == "path" && e.Value != dir:
		return "NetworkManager looks for profiles elsewhere than in " + dir + ", and they are not read here"
	}
	return ""
}

// linksOf names the links of a document, each once.
func linksOf(doc *schema.Document) []string {
	var names []string
	add := func(name string, vlans []*schema.VLAN) {
		names = append(names, name)
		for _, v := range vlans {
			names = append(names, v.Name(name))
		}
	}
	for _, b := range doc.Bonds {
		add(b.Name.Value, b.VLANs)
		for _, s := range b.Slaves {
			add(s.Name.Value, nil)
		}
	}
	for _, l := range doc.Links {
		add(l.Name.Value, l.VLANs)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
