package keyfile

import (
	"path"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/ini"
)

// aloneConf tells NetworkManager to leave links alone. Its name is late in the
// order in which NetworkManager reads its configuration.
var aloneConf = confDirs[0] + "/99-bondctl-unmanaged.conf"

// alone edits what NetworkManager is told about whole links: to leave them
// alone where they shall not be its own, and otherwise no longer.
func (l *letting) alone() []generators.Edit {
	told := l.told()
	entries := confEntries(l.files)
	if l.Own {
		l.mustBeManaged(entries)
		return l.tell(told, slices.DeleteFunc(slices.Clone(told), l.takes), "NetworkManager told to care for the links again")
	}
	if !slices.ContainsFunc(l.files, isNetworkManagers) {
		return nil
	}
	missing := slices.DeleteFunc(slices.Clone(l.Links), func(link string) bool {
		_, already := unmanaged(entries).has(link)
		return already
	})
	if len(missing) > 0 {
		l.mustStand(entries)
	}
	return l.tell(told, slices.Concat(told, missing), "NetworkManager told to leave the links alone")
}

// isNetworkManagers tells whether a file is there because NetworkManager is.
func isNetworkManagers(f generators.File) bool {
	return isProfile(f.Path) || f.Path == mainConf || slices.Contains(confDirs[:], path.Dir(f.Path))
}

// told lists the links that NetworkManager is told about already.
func (l *letting) told() []string {
	var links []string
	for _, file := range l.files {
		if file.Path != aloneConf {
			continue
		}
		for _, e := range confEntries([]generators.File{file}) {
			if e.section != "keyfile" {
				continue
			}
			for _, text := range splitSpecs(e.Value) {
				links = append(links, strings.TrimPrefix(text, byName+"="))
			}
		}
	}
	return links
}

// tell writes the file for the links, or takes it away for none.
func (l *letting) tell(told, wanted []string, how string) []generators.Edit {
	slices.Sort(wanted)
	wanted = slices.Compact(wanted)
	if slices.Equal(wanted, told) {
		return nil
	}
	edit := generators.Edit{Path: aloneConf, Mode: generators.Public, Tells: true, Links: slices.Clone(l.Links), How: how}
	slices.Sort(edit.Links)
	if len(wanted) > 0 {
		edit.Content = l.aloneText(wanted)
	}
	return []generators.Edit{edit}
}

// aloneText adds the links to those that NetworkManager leaves alone. Where
// there are exceptions, which win over that, the links' own section says it too.
func (l *letting) aloneText(links []string) []byte {
	list := make([]string, len(links))
	for i, link := range links {
		list[i] = literally(link)
	}
	devices := strings.Join(list, ";")
	var w ini.Writer
	w.Comment("bondctl has taken these links over. Without this file NetworkManager cares for them again.")
	w.Section("keyfile")
	w.Set(unmanagedDevices+"+", devices)
	if slices.ContainsFunc(unmanaged(confEntries(l.files)), spec.excepts) {
		w.Section("device-bondctl")
		w.Set("match-device", devices)
		w.Set("managed", "0")
	}
	text, err := w.Bytes()
	if err != nil {
		l.report.CannotLetGo(aloneConf, 1, "NetworkManager cannot be told to leave the links alone: "+err.Error(), "Rename the link")
	}
	return text
}

// mustStand reports what would take the links off the list again.
func (l *letting) mustStand(entries []confEntry) {
	for _, e := range entries {
		if e.section == "keyfile" && e.Key == unmanagedDevices && e.path > aloneConf && strings.HasPrefix(e.path, confDirs[0]+"/") {
			l.report.CannotLetGo(e.path, e.Line, "This replaces the links that "+aloneConf+" adds", "Write "+unmanagedDevices+"+= for "+unmanagedDevices+"=")
		}
	}
}

// mustBeManaged reports what keeps NetworkManager from the links that are to be its own.
func (l *letting) mustBeManaged(entries []confEntry) {
	list := unmanaged(entries)
	for _, link := range l.Links {
		if s, ok := list.has(link); ok && s.path != aloneConf {
			l.report.CannotLetGo(s.path, s.line, "NetworkManager is told to leave "+link+" alone, which bondctl's profile for it is to configure",
				"Take "+link+" out of "+unmanagedDevices)
		}
	}
}
