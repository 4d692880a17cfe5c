package modprobe

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/modconf"
	"github.com/bondctl/bondctl/schema"
)

// read gives the bonds that loading the module with these files makes. Of a
// parameter given twice the driver takes the last.
func read(files []generators.File, report *generators.Report) *schema.Document {
	r := &reader{report: report}
	for _, f := range modconf.Files(files) {
		r.file(f)
	}
	return r.document()
}

// reader collects the parameters of the module over all files.
type reader struct {
	report   *generators.Report
	settings schema.Settings
	// bonds is how many the module makes, zero where no file says: systemd's
	// own says so on every host that has it. said is the line that does.
	bonds int
	said  place
}

// place is a line of a file.
type place struct {
	path string
	line int
}

func (r *reader) file(f generators.File) {
	for _, line := range modconf.Lines(f.Content) {
		params, ok := line.Parameters(module)
		for _, p := range params {
			r.parameter(place{f.Path, p.Line}, p)
		}
		if !ok {
			r.other(place{f.Path, line.Number}, line.Words)
		}
	}
}

// other reports a line that is about bonds and no option of the module. Lines
// about other modules are none of ours.
func (r *reader) other(at place, words []string) {
	switch {
	case len(words) > 1 && named.MatchString(words[1]):
		r.report.NotUnderstood(at.path, at.line, "This acts only on modprobe "+words[1]+", which "+callerOf(words[1])+
			". Use options bonding, or the files of another backend.")
	case slices.Contains(words, module):
		r.report.NotUnderstood(at.path, at.line, "A document cannot say "+words[0]+" of the module.")
	}
}

// callerOf tells who loads the module by a bond's name.
func callerOf(name string) string {
	if strings.HasPrefix(name, netdev) {
		return "nothing calls any more"
	}
	return "only network-scripts call, for a bond without BONDING_OPTS" // is_available in network-functions
}

func (r *reader) parameter(at place, p modconf.Parameter) {
	if p.Name == maxBonds {
		r.count(at, p.Value)
		return
	}
	option, ok := schema.OptionByWord(schema.Module, schema.BondScope, p.Name)
	if !ok {
		r.report.NotUnderstood(at.path, at.line, "The module has no parameter "+p.Name+"; the driver ignores it.")
		return
	}
	value, err := option.Parse(p.Value)
	if err != nil {
		r.report.NotUnderstood(at.path, at.line, p.Name+" "+err.Error()+".")
		return
	}
	where := generators.Line(at.path, at.line)
	r.settings = r.settings.With(schema.Setting{Option: option, Value: value, NameRange: where, Range: where})
	if r.said.path == "" {
		r.said = at
	}
}

func (r *reader) count(at place, text string) {
	n, ok := count(text)
	if !ok {
		r.report.NotUnderstood(at.path, at.line, maxBonds+" wants a number of bonds, not "+strconv.Quote(text)+".")
		return
	}
	r.bonds, r.said = n, at
}

func (r *reader) document() *schema.Document {
	doc := &schema.Document{}
	if r.bonds == 0 && len(r.settings) > 0 {
		r.report.NotUnderstood(r.said.path, r.said.line,
			"These are defaults for bonds that something else makes, for "+maxBonds+" makes none; a document says each bond's own.")
		return doc
	}
	where := generators.Line(r.said.path, r.said.line)
	for i := range r.bonds {
		name := schema.Attr[string]{Value: madeName(i), Set: true, Range: where}
		doc.Bonds = append(doc.Bonds, &schema.Bond{Name: name, Settings: r.settings, Range: where})
	}
	return doc
}
