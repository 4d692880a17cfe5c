package keyfile

import (
	"path"
	"slices"
	"strings"
)

// spec is an item of a list of devices (NetworkManager.conf(5), "Device List
// Format") with its place.
type spec struct {
	text string
	path string
	line int
}

// specs is a list of devices.
type specs []spec

// unmanagedDevices is the key of the devices that NetworkManager leaves alone.
const unmanagedDevices = "unmanaged-devices"

// unmanaged gives the devices that NetworkManager leaves alone. An entry
// replaces those read before, but for += and -=.
func unmanaged(entries []confEntry) specs {
	const key = unmanagedDevices
	var list specs
	for _, e := range entries {
		if e.section != "keyfile" || strings.TrimRight(e.Key, "+-") != key {
			continue
		}
		if e.Key == key {
			list = nil
		}
		for _, text := range splitSpecs(e.Value) {
			list = slices.DeleteFunc(list, func(s spec) bool { return s.text == text })
			if e.Key != key+"-" {
				list = append(list, spec{text, e.path, e.Line})
			}
		}
	}
	return list
}

// splitSpecs reads a list of devices (nm_match_spec_split).
func splitSpecs(value string) []string {
	const letters, meanings = `sntr\,;`, " \n\t\r\\,;"
	items := []string{""}
	for i := 0; i < len(value); i++ {
		item := &items[len(items)-1]
		switch c := value[i]; {
		case c == ',', c == ';':
			items = append(items, "")
		case c == '\\' && i+1 < len(value):
			i++
			if at := strings.IndexByte(letters, value[i]); at >= 0 {
				*item += meanings[at : at+1]
			} else {
				*item += value[i-1 : i+1]
			}
		default:
			*item += value[i : i+1]
		}
	}
	for i := range items {
		items[i] = strings.TrimSpace(items[i])
	}
	return slices.DeleteFunc(items, func(item string) bool { return item == "" })
}

const (
	byName = "interface-name:"
	except = "except:"
)

// literally spells the spec of the link alone.
func literally(link string) string {
	return byName + "=" + strings.NewReplacer(`\`, `\\`, ",", `\,`, ";", `\;`).Replace(link)
}

// names tells whether a spec that goes by names is for the link; known is
// false where it goes by something else.
func (s spec) names(link string) (matches, known bool) {
	pattern, found := strings.CutPrefix(strings.TrimPrefix(s.text, except), byName)
	switch {
	case s.text == "*":
		return true, true
	case !found:
		return s.text == link, s.text == link
	case strings.HasPrefix(pattern, "="):
		return pattern[1:] == link, true
	}
	// Only * and ? mean something here.
	pattern = strings.NewReplacer(`\`, `\\`, "[", `\[`).Replace(strings.TrimPrefix(pattern, "~"))
	matches, _ = path.Match(pattern, link)
	return matches, true
}

func (s spec) excepts() bool { return strings.HasPrefix(s.text, except) }

// has gives the spec by which a link is on the list for certain. What is
// excepted is not on it, and a list of nothing else has all other devices.
func (list specs) has(link string) (spec, bool) {
	var first *spec
	only := true
	for i, s := range list {
		matches, known := s.names(link)
		switch {
		case s.excepts() && (matches || !known):
			return spec{}, false
		case !s.excepts():
			only = false
			if matches && first == nil {
				first = &list[i]
			}
		}
	}
	switch {
	case first != nil:
		return *first, true
	case only && len(list) > 0:
		return list[0], true
	}
	return spec{}, false
}
