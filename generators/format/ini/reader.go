package ini

import (
	"fmt"
	"slices"
	"strings"
)

// File is what a reader found, in the order of the lines.
type File struct {
	Sections []Section
	// Mistakes are the lines that are neither comment nor section nor entry.
	Mistakes []Mistake
}

// Section is a section as it stands in the file; another may have its name.
type Section struct {
	Name    string
	Line    int
	Entries []Entry
}

// Entry is a key and its value. Line is that of the key, counted from 1.
type Entry struct {
	Key, Value string
	Line       int
}

// Mistake is a line that could not be read.
type Mistake struct {
	Line   int
	Detail string
	// Header is set for a line that should begin a section: because of such a
	// one, systemd's programs refuse the whole file.
	Header bool
}

// Get gives the last entry of the key, which is the one that consumers go by.
func (s *Section) Get(key string) (Entry, bool) {
	for _, entry := range slices.Backward(s.Entries) {
		if entry.Key == key {
			return entry, true
		}
	}
	return Entry{}, false
}

// Named lists the sections of that name.
func (f *File) Named(name string) []Section {
	var named []Section
	for _, section := range f.Sections {
		if section.Name == name {
			named = append(named, section)
		}
	}
	return named
}

// Read reads a file as the dialect's consumer does, or rather more
// tolerantly: a line that it cannot read is among the mistakes, and the rest
// is read all the same. Comments begin with # and have lines of their own;
// systemd has ; as well. To GLib (gkeyfile.c) a line that begins with ; is an
// entry, whose key nobody knows, or a mistake.
func (d Dialect) Read(content []byte) *File {
	r := reader{dialect: d, lines: strings.Split(strings.TrimPrefix(string(content), bom), "\n")}
	for r.next < len(r.lines) {
		line := r.next + 1
		r.read(r.logicalLine(), line)
	}
	return &r.file
}

type reader struct {
	dialect Dialect
	lines   []string
	next    int
	file    File
}

// logicalLine takes a line, and in systemd's dialect those that continue it:
// the backslash counts as a blank, and comments in between as nothing.
func (r *reader) logicalLine() string {
	line := r.physicalLine()
	if r.dialect != Systemd || r.isComment(line) {
		return line
	}
	for goesOn(line) && r.next < len(r.lines) {
		more := r.physicalLine()
		for r.isComment(more) && r.next < len(r.lines) {
			more = r.physicalLine()
		}
		if r.isComment(more) {
			more = "" // the file ends with it
		}
		line = strings.TrimSuffix(line, `\`) + " " + more
	}
	return line
}

// goesOn tells whether a line ends in a backslash that none before it escapes.
func goesOn(line string) bool {
	return (len(line)-len(strings.TrimRight(line, `\`)))%2 == 1
}

func (r *reader) physicalLine() string {
	line := strings.TrimSuffix(r.lines[r.next], "\r")
	r.next++
	return line
}

func (r *reader) isComment(line string) bool {
	text := strings.TrimLeft(line, blanks)
	if strings.HasPrefix(text, ";") {
		return r.dialect == Systemd || strings.Contains(text, "=") && len(r.file.Sections) > 0
	}
	return strings.HasPrefix(text, "#")
}

func (r *reader) read(text string, line int) {
	trimmed := strings.Trim(text, blanks)
	switch {
	case trimmed == "", r.isComment(trimmed):
	case strings.ContainsAny(text, "\r\x00"):
		r.mistake(line, "a carriage return or NUL within the line")
	case trimmed[0] == '[':
		r.readSection(trimmed, line)
	default:
		r.readEntry(text, line)
	}
}

func (r *reader) readSection(text string, line int) {
	name, rest, closed := strings.Cut(text[1:], "]")
	if !closed || rest != "" || name == "" || strings.Contains(name, "[") {
		r.mistake(line, "a section is [NAME] and nothing else")
		r.file.Mistakes[len(r.file.Mistakes)-1].Header = true
		return
	}
	r.file.Sections = append(r.file.Sections, Section{Name: name, Line: line})
}

func (r *reader) readEntry(text string, line int) {
	key, value, ok := strings.Cut(text, "=")
	key = strings.Trim(key, blanks)
	switch {
	case !ok && strings.HasPrefix(key, ";"):
		r.mistake(line, "begins a comment with ;, and only # does")
		return
	case !ok || key == "":
		r.mistake(line, "wants KEY=VALUE, [SECTION] or a comment")
		return
	case len(r.file.Sections) == 0:
		r.mistake(line, fmt.Sprintf("%s stands before the first section", key))
		return
	}
	value = strings.TrimLeft(value, blanks)
	if r.dialect == Systemd {
		value = strings.TrimRight(value, blanks)
	}
	section := &r.file.Sections[len(r.file.Sections)-1]
	section.Entries = append(section.Entries, Entry{Key: key, Value: value, Line: line})
}

func (r *reader) mistake(line int, detail string) {
	r.file.Mistakes = append(r.file.Mistakes, Mistake{Line: line, Detail: detail})
}
