package ifupdown

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/generators"
)

// block is an iface stanza that was read.
type block struct {
	name, family, method string
	place                hcl.Range
	options              []option
}

// interfaces is what all files together say.
type interfaces struct {
	report *generators.Report
	// files are those given, pending those that no line has named yet.
	files   []generators.File
	pending map[string]bool
	blocks  []*block
	// defined is the first block of each name, for those that inherit from it.
	defined map[string]*block
	// started are the links that something brings up, and templates those
	// that others inherit from.
	started, templates map[string]bool
	// current takes the next options, nil outside of a stanza.
	current *block
	// skipping is set in a stanza that has been reported as a whole.
	skipping bool
}

// readInterfaces reads Debian's own file and what it names, or where it is not
// given, all files that are no configuration of wpa_supplicant.
func readInterfaces(files []generators.File, report *generators.Report) *interfaces {
	i := &interfaces{
		report: report, files: files, pending: map[string]bool{},
		defined: map[string]*block{}, started: map[string]bool{}, templates: map[string]bool{},
	}
	hasMain := slices.ContainsFunc(files, func(f generators.File) bool { return f.Path == mainFile })
	for _, f := range files {
		i.pending[f.Path] = path.Dir(f.Path) != wpaDir
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
	switch {
	case keyword == "iface":
		i.current, i.skipping = nil, true
		i.iface(l, words(rest))
	case keyword == "auto" || strings.HasPrefix(keyword, "allow-"):
		i.current, i.skipping = nil, false
		i.start(l, words(rest))
	case keyword == "source" || keyword == "source-directory" || keyword == "source-dir":
		i.current, i.skipping = nil, false
		i.source(l, keyword != "source", rest)
	case keyword == "mapping":
		i.current, i.skipping = nil, true
		i.report.NotUnderstood(l.path, l.number, "A document names links as the kernel does and has no mappings.")
	case keyword == "rename" || keyword == "no-auto-down" || keyword == "no-scripts":
		i.current, i.skipping = nil, false
		i.report.NotUnderstood(l.path, l.number, "A document has nothing like "+keyword+".")
	default:
		i.option(l, keyword, rest)
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
	same := func(other option) bool { return other.key == o.key }
	if !mayRepeat(o.key) && slices.ContainsFunc(i.current.options, same) {
		i.report.NotUnderstood(l.path, l.number, key+" stands in the stanza before; ifupdown joins the two values into one.")
		return
	}
	i.current.options = append(i.current.options, o)
}

// start notes the links that are brought up at boot or when they appear; one
// that allow-BOND names is brought up by ifenslave.
func (i *interfaces) start(l line, names []string) {
	for _, name := range names {
		if strings.ContainsAny(name, "/=*?[") {
			i.report.NotUnderstood(l.path, l.number, "A document names each link and has no patterns such as "+name+".")
			continue
		}
		i.started[withoutAlias(name)] = true
	}
}

// withoutAlias gives the link of an alias such as eth0:1, which is an old way
// to give a link one more address.
func withoutAlias(name string) string {
	link, _, _ := strings.Cut(name, ":")
	return cmp.Or(link, name)
}

// iface opens a stanza: "iface NAME [FAMILY METHOD] [inherits NAME]".
func (i *interfaces) iface(l line, parts []string) {
	if len(parts) == 0 {
		i.report.NotUnderstood(l.path, l.number, "iface names no link; ifupdown refuses the file.")
		return
	}
	b := &block{name: withoutAlias(parts[0]), place: generators.Line(l.path, l.number)}
	parts = parts[1:]
	if len(parts) >= 2 && parts[0] != "inherits" {
		b.family, b.method, parts = parts[0], parts[1], parts[2:]
	}
	if len(parts) >= 2 && parts[0] == "inherits" {
		i.inherit(l, b, parts[1])
		parts = parts[2:]
	}
	if len(parts) > 0 || b.family == "" {
		i.report.NotUnderstood(l.path, l.number, "An iface line has a family and a method that ifupdown knows; it refuses the file.")
		return
	}
	if i.defined[b.name] == nil {
		i.defined[b.name] = b
	}
	i.blocks = append(i.blocks, b)
	i.current, i.skipping = b, false
}

func (i *interfaces) inherit(l line, b *block, from string) {
	template := i.defined[from]
	if template == nil {
		i.report.NotUnderstood(l.path, l.number, "No iface "+from+" stands before; ifupdown refuses the file.")
		return
	}
	i.templates[from] = true
	b.family, b.method = cmp.Or(b.family, template.family), cmp.Or(b.method, template.method)
	b.options = slices.Clone(template.options)
}

// sourceNames are the names that source-directory takes from a directory.
var sourceNames = regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)

// source reads the files that a line names among those given. Patterns are
// those of path.Match; what else wordexp(3) can do is not understood.
func (i *interfaces) source(l line, directory bool, pattern string) { //nolint:revive // the flag is the keyword
	if pattern != "" && !path.IsAbs(pattern) {
		pattern = path.Join(path.Dir(l.path), pattern)
	}
	pattern = path.Clean(pattern)
	found := false
	for _, f := range i.files {
		named := f.Path
		if directory {
			named = path.Dir(named)
		}
		matches, err := path.Match(pattern, named)
		if err != nil || !matches || (directory && !sourceNames.MatchString(path.Base(f.Path))) {
			continue
		}
		found = true
		i.file(f)
	}
	known := pattern == interfacesDir || path.Dir(pattern) == interfacesDir && strings.Contains(pattern, "*")
	if !found && !known {
		i.report.NotUnderstood(l.path, l.number, "It names "+pattern+", which was not given to be read.")
	}
}
