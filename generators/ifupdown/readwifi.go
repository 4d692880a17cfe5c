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
	for _, f := range a.files {
		if f.Path != l.wpaConf.Value {
			continue
		}
		if station := wpa.Read(f, a.report); station != nil {
			return station
		}
		return &schema.Wifi{Range: generators.Line(f.Path, 1)}
	}
	a.report.NotUnderstood(l.wpaConf.Range.Filename, l.wpaConf.Range.Start.Line,
		"It names "+l.wpaConf.Value+", which was not given to be read.")
	return &schema.Wifi{Range: l.wpaConf.Range}
}

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
