package ifupdown

import (
	"encoding/hex"
	"path"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/wpa"
	"github.com/bondctl/bondctl/schema"
)

// conf takes the file of wpa_supplicant; the word managed stands for none.
func (r *linkReader) conf(o option) {
	if o.value != "managed" {
		r.wpaConf = placed(path.Clean(o.value), o.place())
	}
}

// roam takes the file of a station that gives the link another stanza in each network.
func (r *linkReader) roam(o option) {
	r.conf(o)
	r.notUnderstood(o, "gives the link a stanza for each network; a document has one network")
}

// wifi reads the network that a link joins, nil where it is no station.
func (a *assembly) wifi(l *link) *schema.Wifi {
	switch {
	case l.wpaConf.Known():
		return a.wifiFile(l)
	case l.wpa != nil:
		return wpa.Read(inline(l.wpa), a.report)
	}
	return nil
}

func (a *assembly) wifiFile(l *link) *schema.Wifi {
	f, given := a.given(l.wpaConf.Value)
	if !given {
		a.report.NotUnderstood(l.wpaConf.Range.Filename, l.wpaConf.Range.Start.Line,
			"It names "+l.wpaConf.Value+", which was not given to be read.")
		return &schema.Wifi{Range: l.wpaConf.Range}
	}
	if station := wpa.Read(f, a.report); station != nil {
		return station
	}
	return &schema.Wifi{Range: generators.Line(f.Path, 1)}
}

// given finds a file among those that were given to be read.
func (i *interfaces) given(name string) (file generators.File, ok bool) {
	at := slices.IndexFunc(i.files, func(f generators.File) bool { return f.Path == name })
	if at < 0 {
		return generators.File{}, false
	}
	return i.files[at], true
}

// Network gives the network that the stanzas have a link join, as a file of
// wpa_supplicant: the one that they name, or one that says the same as the
// options in its stead. There is none where the link joins no network, or where
// the hook of wpasupplicant tells more than fields of a network.
func Network(files []generators.File, link string) (file generators.File, ok bool) {
	a := gather(files, &generators.Report{})
	l, ok := a.byName[link]
	switch {
	case !ok:
		return generators.File{}, false
	case l.wpaConf.Known():
		return a.given(l.wpaConf.Value)
	case l.wpa == nil || slices.ContainsFunc(l.wpa, func(o option) bool { return slices.Contains(beyondNetwork, o.key) }):
		return generators.File{}, false
	}
	return inline(l.wpa), true
}

// beyondNetwork are options of the hook that are no fields of a network, though a
// document has no word for them either: how wpa_supplicant scans, and files
// that hold a key.
var beyondNetwork = []string{"wpa-ap-scan", "wpa-preauthenticate", "wpa-psk-file", "wpa-passphrase-file"}

// quotedOptions are the options that the hook of wpasupplicant puts in quotes
// before it gives them to wpa_supplicant.
var quotedOptions = []string{
	"ssid", "identity", "anonymous_identity", "password", "ca_cert", "client_cert", "private_key", "private_key_passwd",
	"phase1", "phase2", "psk",
}

// otherNames are second names of the hook for what wpa_supplicant knows by one.
var otherNames = map[string]string{"essid": "ssid", "passphrase": "psk"}

// inline writes wpa-* options as the file that the hook would have had in
// their stead, each on the line that it stands on.
func inline(options []option) generators.File {
	first, last := options[0].line, options[0].line
	for _, o := range options {
		first, last = min(first, o.line), max(last, o.line)
	}
	lines := make([]string, last+1)
	lines[max(first-2, 0)] = "network={"
	for _, o := range options {
		if o.path == options[0].path && o.line > 1 {
			lines[o.line-1] = inlineField(o)
		}
	}
	lines[last] = "}"
	return generators.File{Path: options[0].path, Mode: generators.Private, Content: []byte(strings.Join(lines, "\n") + "\n")}
}

// inlineField writes an option as a field of a network. Of a name or key in
// quotes the hook removes them first, and a key of 64 digits gets none.
func inlineField(o option) string {
	key := strings.ReplaceAll(strings.TrimPrefix(o.key, "wpa-"), "-", "_")
	if other, ok := otherNames[key]; ok {
		key = other
	}
	value := o.value
	if bare, ok := strings.CutPrefix(value, `"`); ok && (key == "ssid" || key == "psk") {
		if bare, ok = strings.CutSuffix(bare, `"`); ok {
			value = bare
		}
	}
	if raw, err := hex.DecodeString(value); key == "psk" && err == nil && len(raw) == 32 || !slices.Contains(quotedOptions, key) {
		return key + "=" + value
	}
	return key + `="` + value + `"`
}
