package ifcfg

import (
	"io/fs"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/regdom"
	"github.com/bondctl/bondctl/generators/format/shell"
	"github.com/bondctl/bondctl/schema"
)

// generate renders a file for each link, and its companions.
func generate(doc *schema.Document, report *generators.Report) []generators.File {
	w := &writer{header: "# " + generators.Header(doc) + "\n", report: report}
	for _, bond := range doc.Bonds {
		w.bond(bond)
	}
	for _, link := range doc.Links {
		w.link(link)
	}
	if file, ok := regdom.File(doc, report); ok {
		w.files = append(w.files, file)
	}
	return w.files
}

// writer collects the files of a document.
type writer struct {
	header string
	report *generators.Report
	files  []generators.File
	// warnedOfWPA is set once a diagnostic told what network-scripts lack.
	warnedOfWPA bool
}

// add ends a file.
func (w *writer) add(name string, mode fs.FileMode, text string) {
	w.files = append(w.files, generators.File{Path: dir + "/" + name, Mode: mode, Content: []byte(w.header + text)})
}

// script is the assignments of one file.
type script struct {
	text   strings.Builder
	report *generators.Report
}

func (w *writer) script() *script { return &script{report: w.report} }

// set assigns a value that is text and has no NUL.
func (s *script) set(key, value string) {
	quoted, _ := shell.Quote(value)
	s.text.WriteString(key + "=" + quoted + "\n")
}

// say assigns what an attribute comes to, or reports that no file can hold it.
func say[T any](s *script, key, path string, attr schema.Attr[T], text string) {
	if _, ok := shell.Quote(text); !ok {
		s.report.CannotSay(path, attr.Range, "An ifcfg file holds UTF-8 text without NUL, and this is none", "Use text")
		return
	}
	s.set(key, text)
}

// named begins the file of a link.
func (s *script) named(name, kind string) {
	s.set("DEVICE", name)
	s.set("TYPE", kind)
}

// usable tells whether a link can have files under its name, and reports
// where it cannot.
func (w *writer) usable(path string, name schema.Attr[string]) bool {
	_, ok := shell.Quote(name.Value)
	if ok && !ignored(name.Value) && !strings.ContainsAny(name.Value, "/:\n") {
		return true
	}
	w.report.CannotSay(path, name.Range, "Files with this name at the end are taken for backups or aliases, and not read", "Give the link another name")
	return false
}

// ifupScripts are the ifup-* programs of network-scripts, which are chosen by
// the name of a link without its last digits.
const ifupScripts = " aliases bnep ctc ippp ipv6 plip plusb post routes sit tunnel wireless "

// warnOfScript reports a name for which network-scripts run a program of
// another purpose; they do not know the types of bonds and VLANs.
func (w *writer) warnOfScript(name schema.Attr[string]) {
	stem := strings.TrimRight(name.Value, "0123456789")
	if strings.Contains(ifupScripts, " "+stem+" ") {
		w.report.Warn(name.Range, "network-scripts mistake "+name.Value+" for something else",
			"They choose the program ifup-"+stem+" by the name. Give the link another name, or let NetworkManager read the files.")
	}
}

// warnOfSearch reports a bond whose slaves network-scripts do not find: they
// look for its name as a pattern, in the text of the files.
func (w *writer) warnOfSearch(name schema.Attr[string]) {
	if strings.ContainsAny(name.Value, "\\\"'`$*[]^#") {
		w.report.Warn(name.Range, "network-scripts do not find the slaves of "+name.Value,
			"They search the files for its name as a pattern. Give the bond another name, or let NetworkManager read the files.")
	}
}
