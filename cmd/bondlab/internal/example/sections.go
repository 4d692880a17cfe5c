package example

import (
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// entry is a line "KEY=VALUE" below a line "[SECTION]".
type entry struct {
	line
	section, key, value string
}

// ini is a file of systemd or NetworkManager.
type ini struct {
	name    string
	entries []entry
}

func iniOf(file txtar.File) ini {
	f, section := ini{name: file.Name}, ""
	for i, text := range strings.Split(string(file.Data), "\n") {
		text = strings.TrimSpace(text)
		key, value, isEntry := strings.Cut(text, "=")
		switch {
		case text == "" || strings.ContainsAny(text[:1], "#;"):
		case strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]"):
			section = strings.Trim(text, "[]")
		case isEntry:
			f.entries = append(f.entries, entry{line{file.Name, i + 1}, section, strings.TrimSpace(key), strings.TrimSpace(value)})
		}
	}
	return f
}

// get finds the first entry by any of its keys.
func (f ini) get(section string, keys ...string) (entry, bool) {
	for _, e := range f.entries {
		for _, key := range keys {
			if e.section == section && e.key == key {
				return e, true
			}
		}
	}
	return entry{}, false
}

// has tells whether an entry is there with the value.
func (f ini) has(section, key, value string) bool {
	e, ok := f.get(section, key)
	return ok && e.value == value
}
