package networkd

import (
	"path"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/ini"
)

// mentions lists the names in [Match] of a .network file, the name of the link
// that a .netdev file makes, and the link that wpa_supplicant joins to a
// network. A .link file is systemd-udevd's and configures none.
func mentions(file generators.File) []generators.Mention {
	if link, _, ok := wifiLink(file.Path); ok {
		return []generators.Mention{{Pattern: link, Line: 1, Text: path.Base(file.Path)}}
	}
	place, ok := placeOf(file.Path)
	if !ok {
		return nil
	}
	section := map[string]string{networkKind: "Match", netdevKind: "NetDev"}[path.Ext(place.name)]
	sections := ini.Systemd.Read(file.Content).Named(section)
	list := mentionedNames(sections)
	if len(list) == 0 && len(sections) > 0 {
		list = append(list, generators.Mention{Text: "it matches by something else than names"})
	}
	return list
}

// mentionedNames lists the names of sections; one behind "!" is what does not match.
func mentionedNames(sections []ini.Section) []generators.Mention {
	var list []generators.Mention
	for _, s := range sections {
		for _, e := range s.Entries {
			if e.Key != "Name" || strings.HasPrefix(e.Value, "!") {
				continue
			}
			for name := range strings.FieldsSeq(e.Value) {
				list = append(list, generators.Mention{Pattern: strings.Trim(name, `"`), Line: e.Line, Text: "Name=" + e.Value})
			}
		}
	}
	return list
}
