package keyfile

import (
	"errors"
	"path"
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
	content []byte
	file    *ini.File
	entries []entry
	// private is set where only root can read the file, ours where bondctl made it.
	private, ours bool

	kind string
	// id and uuid stand for the profile in others; both have a default.
	id, uuid string
	// name is that of the interface, empty where the profile does not say it.
	name      string
	namePlace hcl.Range
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
	{"connection", "autoconnect", truth},
	{"connection", "autoconnect-priority", nil},
	{"connection", "autoconnect-retries", []string{"-1"}},
	{"connection", "autoconnect-slaves", nil},
	{"connection", "permissions", []string{""}},
	{"connection", "secondaries", []string{""}},
	{"connection", "timestamp", nil},
	{"ethernet", "auto-negotiate", untruth},
	{"ethernet", "mac-address-blacklist", []string{""}},
	{"ethernet", "mac-address-denylist", []string{""}},
	{"vlan", "flags", []string{"1"}},
	{"wifi", "mac-address-blacklist", []string{""}},
	{"wifi", "mac-address-denylist", []string{""}},
	{"wifi", "mode", []string{"infrastructure", ""}},
	{"wifi", "security", nil},
	{"wifi", "seen-bssids", nil},
	{"wifi-security", "auth-alg", []string{"open", ""}},
	{"wifi-security", "pmf", []string{"0", "2"}},
	{"ipv4", "ignore-auto-dns", untruth},
	{"ipv4", "ignore-auto-routes", untruth},
	{"ipv4", "may-fail", truth},
	{"ipv4", "never-default", untruth},
	{"ipv6", "addr-gen-mode", []string{"default", "default-or-eui64", "eui64", "0", "2", "3"}},
	{"ipv6", "ignore-auto-dns", untruth},
	{"ipv6", "ignore-auto-routes", untruth},
	{"ipv6", "ip6-privacy", []string{"-1"}},
	{"ipv6", "may-fail", truth},
	{"ipv6", "never-default", untruth},
}

// The texts of flags as GLib reads them.
var (
	truth   = []string{"true", "1"}
	untruth = []string{"false", "0"}
)

// open reads a file's lines.
func open(f generators.File, report *generators.Report) *reading {
	r := &reading{path: f.Path, report: report, content: f.Content, file: ini.GKeyFile.Read(f.Content)}
	r.private, r.ours = f.Mode&0o077 == 0, generators.IsOurs(f.Content)
	for _, section := range r.file.Sections {
		name := currentName(section.Name)
		for _, e := range section.Entries {
			e.Key = currentKey(name, e.Key)
			r.entries = append(r.entries, entry{Entry: e, section: name})
		}
	}
	r.kind, r.place = r.typed()
	r.identify()
	name := attr(r, "connection", "interface-name", parseText)
	if old := attr(r, r.kind, "interface-name", parseText); name.Value == "" {
		name = old // where NetworkManager before 1.0 wrote it
	}
	r.name, r.namePlace = name.Value, name.Range
	return r
}

// typed gives the type of the connection and its place. NetworkManager infers
// it where only one section can be meant (_normalize_connection_type).
func (p *reading) typed() (string, hcl.Range) {
	if kind := attr(p, "connection", "type", parseText); kind.Known() {
		return currentName(kind.Value), kind.Range
	}
	var found []ini.Section
	for _, section := range p.file.Sections {
		if slices.Contains(kinds, currentName(section.Name)) {
			found = append(found, section)
		}
	}
	if len(found) != 1 {
		return "", p.line(1)
	}
	return currentName(found[0].Name), p.line(found[0].Line)
}

// identify finds what others call the profile.
func (p *reading) identify() {
	p.id = attr(p, "connection", "id", parseText).Value
	if p.id == "" {
		p.id = strings.TrimSuffix(path.Base(p.path), suffix)
	}
	p.uuid = strings.ToLower(attr(p, "connection", "uuid", parseText).Value)
	if p.uuid == "" {
		p.uuid = fileUUID(p.path)
	}
}

// faults reports what makes NetworkManager refuse the whole profile.
func (p *reading) faults() {
	for _, mistake := range p.file.Mistakes {
		p.notUnderstood(mistake.Line, "NetworkManager refuses a profile with such a line: "+mistake.Detail)
	}
	if !p.private {
		p.notUnderstood(1, "NetworkManager refuses a profile that others than root can read; its mode must be 0600")
	}
}

// named gives the name of the interface.
func (p *reading) named() schema.Attr[string] {
	return schema.Attr[string]{Value: p.name, Set: p.name != "", Range: p.namePlace}
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
	_, ok := p.first(section)
	return ok
}

// first gives the first entry of a section.
func (p *reading) first(section string) (ini.Entry, bool) {
	i := slices.IndexFunc(p.entries, func(e entry) bool { return e.section == section })
	if i < 0 {
		return ini.Entry{}, false
	}
	return p.entries[i].Entry, true
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
	p.drop(metaSection)
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
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 32)
	if err != nil {
		return 0, errors.New("wants a number")
	}
	return int(n), nil
}

// parseBool reads what g_key_file_get_boolean() does.
func parseBool(text string) (bool, error) {
	text = strings.TrimRight(text, " \t")
	if !slices.Contains(truth, text) && !slices.Contains(untruth, text) {
		return false, errors.New("wants true or false")
	}
	return slices.Contains(truth, text), nil
}
