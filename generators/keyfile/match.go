package keyfile

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators/format/ini"
)

// patterns are the names that [match] allows (nm_wildcard_match_check): of
// those that are optional one must match, of the others all.
type patterns []pattern

type pattern struct {
	glob                string
	mandatory, inverted bool
}

// patterns reads the profile's [match]; none allow every name.
func (p *reading) patterns() patterns {
	e, _ := p.peek("match", "interface-name")
	items, _ := unescapeList(e.Value)
	list := make(patterns, len(items))
	for i, item := range items {
		list[i] = parsePattern(item)
	}
	return list
}

func parsePattern(text string) pattern {
	var p pattern
	switch {
	case strings.HasPrefix(text, "&"):
		p.mandatory, text = true, text[1:]
	case strings.HasPrefix(text, "|"):
		text = text[1:]
	default:
		p.mandatory = strings.HasPrefix(text, "!")
	}
	text, p.inverted = strings.CutPrefix(text, "!")
	p.glob = strings.TrimPrefix(text, `\`)
	return p
}

// spell gives the pattern as [match] has it. A backslash before the glob keeps
// what it begins with from meaning something else.
func (p pattern) spell() string {
	text := p.glob
	if strings.ContainsAny(text[:1], `\!&|`) {
		text = `\` + text
	}
	if p.inverted {
		text = "!" + text
	}
	return text
}

// globEscaper takes what names have in common with patterns of fnmatch(3) for
// themselves.
var globEscaper = strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`)

// goGlob says with [path.Match]'s sign what a class does not have.
var goGlob = strings.NewReplacer(`\\`, `\\`, `\[`, `\[`, "[!", "[^")

func (p pattern) matches(link string) bool {
	matched, err := path.Match(goGlob.Replace(p.glob), link)
	return (err == nil && matched) != p.inverted
}

// allow tells whether the patterns allow a name.
func (list patterns) allow(link string) bool {
	optional, satisfied := false, false
	for _, p := range list {
		matches := p.matches(link)
		if p.mandatory && !matches {
			return false
		}
		optional = optional || !p.mandatory
		satisfied = satisfied || !p.mandatory && matches
	}
	return satisfied || !optional
}

// onlyAllow tells whether no other names than these can match: each of the
// optional patterns is one of them, or one of the mandatory.
func (list patterns) onlyAllow(links []string) bool {
	is := func(p pattern) bool {
		return !p.inverted && slices.ContainsFunc(links, func(link string) bool { return globEscaper.Replace(link) == p.glob })
	}
	optional := slices.DeleteFunc(slices.Clone(list), func(p pattern) bool { return p.mandatory })
	return slices.ContainsFunc(list, func(p pattern) bool { return p.mandatory && is(p) }) ||
		len(optional) > 0 && !slices.ContainsFunc(optional, func(p pattern) bool { return !is(p) })
}

// without gives the profile's content with [match] refusing the links too.
func (p *reading) without(links []string) []byte {
	refused := make([]string, len(links))
	for i, link := range links {
		refused[i] = pattern{glob: globEscaper.Replace(link), inverted: true}.spell()
	}
	added := escapeList(refused)
	if e, ok := p.peek("match", "interface-name"); ok {
		before := strings.TrimRight(e.Value, " \t")
		if before != "" && !endsList(before) {
			before += ";"
		}
		return p.lines().replaced(e, before+added)
	}
	entry := "interface-name=" + added
	if sections := p.file.Named("match"); len(sections) > 0 {
		return p.lines().inserted(sections[0].Line, entry)
	}
	return p.lines().appended("[match]", entry)
}

// endsList tells whether a list ends in a semicolon that ends its last item.
func endsList(list string) bool {
	rest, ended := strings.CutSuffix(list, ";")
	return ended && (len(rest)-len(strings.TrimRight(rest, `\`)))%2 == 0
}

// lines are those of a file with their line breaks.
type lines [][]byte

func (p *reading) lines() lines { return slices.Collect(bytes.Lines(p.content)) }

// lineBreak gives what ends a line, "\n" where nothing does.
func lineBreak(line []byte) string {
	if bytes.HasSuffix(line, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

// replaced gives the content with another value for an entry.
func (l lines) replaced(e ini.Entry, value string) []byte {
	line := l[e.Line-1]
	key, rest, _ := bytes.Cut(line, []byte("="))
	blanks := rest[:len(rest)-len(bytes.TrimLeft(rest, " \t"))]
	changed := string(key) + "=" + string(blanks) + value
	if bytes.HasSuffix(line, []byte("\n")) {
		changed += lineBreak(line)
	}
	return bytes.Join(slices.Concat(l[:e.Line-1], lines{[]byte(changed)}, l[e.Line:]), nil)
}

// inserted gives the content with a line more behind that of a number.
func (l lines) inserted(number int, text string) []byte {
	before := l[number-1]
	added := []byte(text + lineBreak(before))
	if !bytes.HasSuffix(before, []byte("\n")) {
		added = []byte("\n" + text)
	}
	return bytes.Join(slices.Concat(l[:number], lines{added}, l[number:]), nil)
}

// appended gives the content with a section more at its end.
func (l lines) appended(header, entry string) []byte {
	content := bytes.Join(l, nil)
	end := lineBreak(l[0])
	if !bytes.HasSuffix(content, []byte("\n")) {
		content = append(content, end...)
	}
	return append(content, end+header+end+entry+end...)
}
