package ifupdown

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/generators"
)

// block is an iface stanza that was read. One of ifupdown2 or ifupdown-ng may
// have no family, and then has addresses of both.
type block struct {
	// name is the link's, logical the one that the stanza has: that of an alias, too.
	name, logical  string
	family, method string
	place          hcl.Range
	options        []option
}

// interfaces is what all files together say.
type interfaces struct {
	report *generators.Report
	// files are those given, pending those that no line has named yet.
	files   []generators.File
	pending map[string]bool
	blocks  []*block
	// stations are those files that wpa_supplicant reads instead.
	stations map[string]bool
	// started are the links that something brings up, with the first place that
	// says so, and startPatterns are the names in which patterns say so.
	started       map[string]hcl.Range
	startPatterns []string
	// templates are the stanzas that others inherit from.
	templates map[string]bool
	// current takes the next options, nil outside of a stanza.
	current *block
	// skipping is set in a stanza that has been reported as a whole.
	skipping bool
}

// readInterfaces reads Debian's own file and what it names, or where it is not
// given, all files that are no configuration of wpa_supplicant.
func readInterfaces(files []generators.File, report *generators.Report) *interfaces {
	i := &interfaces{
		report: report, files: files, pending: map[string]bool{}, stations: stations(files),
		started: map[string]hcl.Range{}, templates: map[string]bool{},
	}
	hasMain := slices.ContainsFunc(files, func(f generators.File) bool { return f.Path == mainFile })
	for _, f := range files {
		i.pending[f.Path] = !i.stations[f.Path]
	}
	for _, f := range files {
		if !hasMain || f.Path == mainFile {
			i.file(f)
		}
	}
	for _, f := range files {
		if i.pending[f.Path] {
			report.NotUnderstood(f.Path, 1, "No source line names this file, so ifupdown does not read it. Debian's own line in "+mainFile+" is: source "+interfacesDir+"/*")
		}
	}
	return i
}

// file reads a file unless it has been.
func (i *interfaces) file(f generators.File) {
	if !i.pending[f.Path] {
		return
	}
	i.pending[f.Path] = false
	for _, l := range linesOf(f) {
		i.line(l)
	}
	i.current, i.skipping = nil, false
}

func (i *interfaces) line(l line) {
	keyword, rest := l.word()
	k := kindOf(keyword)
	if k != optionLine {
		i.current, i.skipping = nil, !k.endsStanza()
	}
	switch k {
	case optionLine:
		i.option(l, keyword, rest)
	case ifaceLine:
		i.iface(l, words(rest))
	case startLine:
		i.start(l, words(rest))
	case sourceLine, directoryLine:
		i.source(l)
	case mappingLine:
		i.report.NotUnderstood(l.path, l.number, "A document names links as the kernel does and has no mappings.")
	case renameLine, exemptLine:
		i.report.NotUnderstood(l.path, l.number, "A document has nothing like "+keyword+".")
	}
}

func (i *interfaces) option(l line, key, value string) {
	switch {
	case i.current == nil && i.skipping:
		return
	case i.current == nil:
		i.report.NotUnderstood(l.path, l.number, key+" stands outside of a stanza; ifupdown refuses the file.")
		return
	case value == "":
		i.report.NotUnderstood(l.path, l.number, key+" has no value; ifupdown refuses the file.")
		return
	}
	o := option{key: normalKey(key), value: value, path: l.path, line: l.number}
	if !i.current.add(o) {
		i.report.NotUnderstood(l.path, l.number, key+" stands in the stanza before; ifupdown joins the two values into one.")
	}
}

// add takes one more option, unless it stands there already and must not.
func (b *block) add(o option) bool {
	before := slices.IndexFunc(b.options, func(other option) bool { return other.key == o.key })
	switch {
	case before >= 0 && slices.Contains(joins, o.key):
		b.options[before].value += " " + o.value
	case before < 0, isCommand(o.key), slices.Contains(repeats, o.key), b.family == "":
		b.options = append(b.options, o)
	default:
		return false
	}
	return true
}

// start notes the links that are brought up at boot or when they appear; one
// that allow-BOND names is brought up by ifenslave.
func (i *interfaces) start(l line, names []string) {
	for _, name := range names {
		if strings.ContainsAny(name, "/=*?[") {
			i.startPatterns = append(i.startPatterns, strings.TrimPrefix(name, "/"))
			i.report.NotUnderstood(l.path, l.number, "A document names each link and has no patterns such as "+name+".")
			continue
		}
		i.starting(name, generators.Line(l.path, l.number))
	}
}

func (i *interfaces) starting(name string, place hcl.Range) {
	if _, known := i.started[withoutAlias(name)]; !known {
		i.started[withoutAlias(name)] = place
	}
}

// starts tells whether something brings a link up.
func (i *interfaces) starts(link string) bool {
	_, named := i.started[link]
	_, all := i.started["all"] // ifupdown2
	return named || all || slices.ContainsFunc(i.startPatterns, func(pattern string) bool {
		matches, err := path.Match(pattern, link)
		return err == nil && matches
	})
}

// withoutAlias gives the link of an alias such as eth0:1, which is an old way
// to give a link one more address.
func withoutAlias(name string) string {
	link, _, _ := strings.Cut(name, ":")
	return cmp.Or(link, name)
}

// iface opens a stanza.
func (i *interfaces) iface(l line, parts []string) {
	switch {
	case len(parts) == 0:
		i.report.NotUnderstood(l.path, l.number, "iface names no link; ifupdown refuses the file.")
		return
	case strings.ContainsAny(parts[0], "*?["):
		i.report.NotUnderstood(l.path, l.number, "A document names each link and has no patterns such as "+parts[0]+".")
		return
	}
	b := &block{name: withoutAlias(parts[0]), logical: parts[0], place: generators.Line(l.path, l.number)}
	rest := i.inherit(l, b, b.head(parts[1:]))
	if (b.family == "") != (b.method == "") {
		i.report.NotUnderstood(l.path, l.number, "An iface line has a family and a method that ifupdown knows; it refuses the file.")
		return
	}
	if len(rest) > 0 {
		i.report.NotUnderstood(l.path, l.number, "ifupdown passes over "+strings.Join(rest, " ")+".")
	}
	i.blocks = append(i.blocks, b)
	i.current, i.skipping = b, false
}

// head takes the family and the method, which inherits can stand for.
func (b *block) head(parts []string) (rest []string) {
	for _, word := range []*string{&b.family, &b.method} {
		if len(parts) > 0 && parts[0] != inherits {
			*word, parts = parts[0], parts[1:]
		}
	}
	return parts
}

const inherits = "inherits"

// inherit takes what the stanza has from one before, of the same family where
// it names one.
func (i *interfaces) inherit(l line, b *block, parts []string) (rest []string) {
	if len(parts) < 2 || parts[0] != inherits {
		return parts
	}
	at := slices.IndexFunc(i.blocks, func(other *block) bool {
		return other.logical == parts[1] && (b.family == "" || b.family == other.family)
	})
	if at < 0 {
		i.report.NotUnderstood(l.path, l.number, "No iface "+parts[1]+" stands before; ifupdown refuses the file.")
		return parts[2:]
	}
	template := i.blocks[at]
	i.templates[template.name] = true
	b.family, b.method = cmp.Or(b.family, template.family), cmp.Or(b.method, template.method)
	b.options = slices.Clone(template.options)
	return parts[2:]
}
