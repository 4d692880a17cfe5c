package keyfile

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/ini"
	"github.com/bondctl/bondctl/schema"
)

// reading is a keyfile as NetworkManager reads it: sections of one name are
// one, and of entries with the same key the last counts. Who understands an
// entry takes it; what nobody took is reported at the end.
type reading struct {
	path    string
	report  *generators.Report
	entries []entry

	kind           string
	id, uuid, name string
	// place is that of the profile's type, or its first line.
	place hcl.Range
}

type entry struct {
	ini.Entry
	section string
	taken   bool
}

// renamed are the older or newer names of sections, keys and types.
var renamed = []struct{ section, key, current string }{
	{"connection", "controller", "master"},
	{"connection", "port-type", "slave-type"},
	{"connection", "autoconnect-ports", "autoconnect-slaves"},
}

// sections are the older names of sections, and of the types of connections.
var sections = []struct{ old, current string }{
	{"802-3-ethernet", "ethernet"},
	{"802-11-wireless", "wifi"},
	{"802-11-wireless-security", "wifi-security"},
}

// idle are entries that say what holds without them, or that only
// NetworkManager's own bookkeeping is interested in. Without values, any is idle.
var idle = []struct {
	section, key string
	values       []string
}{
	{"connection", "autoconnect", []string{"true", "1", "yes"}},
	{"connection", "autoconnect-priority", nil},
	{"connection", "autoconnect-slaves", nil},
	{"connection", "permissions", []string{""}},
	{"connection", "timestamp", nil},
	{"vlan", "flags", []string{"1"}},
	{"wifi", "mode", []string{"infrastructure", ""}},
	{"wifi", "security", nil},
	{"wifi", "seen-bssids", nil},
	{"wifi-security", "auth-alg", []string{"open", ""}},
	{"wifi-security", "psk-flags", []string{"0"}},
	{"802-1x", "password-flags", []string{"0"}},
	{"802-1x", "private-key-password-flags", []string{"0"}},
	{"ipv4", "may-fail", nil},
	{"ipv6", "may-fail", nil},
	{"ipv6", "addr-gen-mode", nil},
}

// open reads a file's lines.
func open(f generators.File, report *generators.Report) *reading {
	r := &reading{path: f.Path, report: report}
	file := ini.GKeyFile.Read(f.Content)
	for _, mistake := range file.Mistakes {
		r.notUnderstood(mistake.Line, "NetworkManager refuses a profile with such a line: "+mistake.Detail)
	}
	for _, section := range file.Sections {
		name := currentName(section.Name)
		for _, e := range section.Entries {
			e.Key = currentKey(name, e.Key)
			r.entries = append(r.entries, entry{Entry: e, section: name})
		}
	}
	r.place = r.line(1)
	kind := attr(r, "connection", "type", parseText)
	if kind.Known() {
		r.place, r.kind = kind.Range, currentName(kind.Value)
	}
	r.id = attr(r, "connection", "id", parseText).Value
	r.uuid = attr(r, "connection", "uuid", parseText).Value
	r.name = attr(r, "connection", "interface-name", parseText).Value
	return r
}

// named gives the name of the interface.
func (p *reading) named() schema.Attr[string] {
	return schema.Attr[string]{Value: p.name, Set: true, Range: p.place}
}

func currentName(section string) string {
	for _, s := range sections {
		if s.old == section {
			return s.current
		}
	}
	return section
}

func currentKey(section, key string) string {
	for _, k := range renamed {
		if k.section == section && k.key == key {
			return k.current
		}
	}
	return key
}

func (p *reading) notUnderstood(line int, detail string) {
	p.report.NotUnderstood(p.path, line, detail+".")
}

func (p *reading) line(line int) hcl.Range { return generators.Line(p.path, line) }

// take gives the entry that counts, and marks all of that key as understood.
func (p *reading) take(section, key string) (ini.Entry, bool) {
	var last ini.Entry
	found := false
	for i := range p.entries {
		if e := &p.entries[i]; e.section == section && e.Key == key {
			e.taken, last, found = true, e.Entry, true
		}
	}
	return last, found
}

// has tells whether the file has an entry in the section.
func (p *reading) has(section string) bool {
	return slices.ContainsFunc(p.entries, func(e entry) bool { return e.section == section })
}

// drop marks a section as understood that NetworkManager does not go by.
func (p *reading) drop(section string) {
	for i := range p.entries {
		if p.entries[i].section == section {
			p.entries[i].taken = true
		}
	}
}

// dropAll marks the whole profile as understood, or as reported already.
func (p *reading) dropAll() {
	for i := range p.entries {
		p.entries[i].taken = true
	}
}

// says takes an entry where it has one of the values, or any where none is given.
func (p *reading) says(section, key string, values ...string) bool {
	e, ok := p.peek(section, key)
	if !ok || (len(values) > 0 && !slices.Contains(values, e.Value)) {
		return false
	}
	p.take(section, key)
	return true
}

// leftovers reports what nobody took. Values are not shown: one may be a secret.
func (p *reading) leftovers() {
	for _, row := range idle {
		p.says(row.section, row.key, row.values...)
	}
	for _, e := range p.entries {
		if !e.taken {
			p.notUnderstood(e.Line, leftover(e))
		}
	}
}

func leftover(e entry) string {
	option, ok := schema.Lookup(strings.ReplaceAll(e.Key, "-", "_"))
	if ok && strings.HasPrefix(e.section, "bond") {
		if why := option.Word(schema.NetworkManager).Why; why != "" {
			return why
		}
	}
	return "A document cannot say " + e.Key + " of [" + e.section + "]"
}

// peek is take without understanding.
func (p *reading) peek(section, key string) (ini.Entry, bool) {
	for _, e := range slices.Backward(p.entries) {
		if e.section == section && e.Key == key {
			return e.Entry, true
		}
	}
	return ini.Entry{}, false
}

// attr takes an entry and reads its value; one that cannot be read is reported.
func attr[T any](r *reading, section, key string, parse func(string) (T, error)) schema.Attr[T] {
	e, ok := r.take(section, key)
	if !ok {
		return schema.Attr[T]{}
	}
	var value T
	text, err := unescape(e.Value)
	if err == nil {
		value, err = parse(text)
	}
	if err != nil {
		r.notUnderstood(e.Line, key+" "+err.Error())
		return schema.Attr[T]{}
	}
	return schema.Attr[T]{Value: value, Set: true, Range: r.line(e.Line)}
}

// list takes an entry and reads its items; those that cannot be read are reported.
func list[T any](r *reading, section, key string, parse func(string) (T, error)) []schema.Attr[T] {
	e, ok := r.take(section, key)
	if !ok {
		return nil
	}
	texts, err := unescapeList(e.Value)
	if err != nil {
		r.notUnderstood(e.Line, key+" "+err.Error())
	}
	var items []schema.Attr[T]
	for _, text := range texts {
		value, err := parse(text)
		if err != nil {
			r.notUnderstood(e.Line, key+" "+err.Error())
			continue
		}
		items = append(items, schema.Attr[T]{Value: value, Set: true, Range: r.line(e.Line)})
	}
	return items
}

func parseText(text string) (string, error) { return text, nil }

func parseSecret(text string) (schema.Secret, error) { return schema.NewSecret(text), nil }

func parseNumber(text string) (int, error) {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return 0, errors.New("wants a number")
	}
	return int(n), nil
}

// parseBool reads what g_key_file_get_boolean() does.
func parseBool(text string) (bool, error) {
	switch strings.TrimRight(text, " \t") {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return false, errors.New("wants true or false")
}
