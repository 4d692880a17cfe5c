package ifupdown

import (
	"path"
	"regexp"
	"strings"

	"github.com/bondctl/bondctl/generators"
)

// Include is what a source or source-directory line has ifupdown read.
type Include struct {
	// Pattern is one of path.Match for the files' absolute paths.
	Pattern string
	// directory is set where the line names directories.
	directory bool
}

// sourceNames are the names that source-directory takes from a directory.
var sourceNames = regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)

// Takes tells whether ifupdown reads a file that the pattern matches: a shell's
// patterns pass over hidden files, source-directory over many more.
func (n Include) Takes(file string) bool {
	name := path.Base(file)
	if n.directory {
		return sourceNames.MatchString(name)
	}
	return name[0] != '.' || path.Base(n.Pattern)[0] == '.'
}

// matches tells whether ifupdown reads a file for the line.
func (n Include) matches(file string) bool {
	matches, err := path.Match(n.Pattern, file)
	return err == nil && matches && n.Takes(file)
}

// isName tells whether the pattern is the name of one file.
func (n Include) isName() bool { return !n.directory && !strings.ContainsAny(n.Pattern, "*?[") }

// Includes lists what a file has ifupdown read besides.
func Includes(file generators.File) []Include {
	var list []Include
	for _, l := range linesOf(file) {
		list = append(list, includesOf(l)...)
	}
	return list
}

// includesOf reads a line. What else wordexp(3) expands, such as $HOME, becomes
// a pattern that matches nothing.
func includesOf(l line) []Include {
	keyword, rest := l.word()
	k := kindOf(keyword)
	if k != sourceLine && k != directoryLine {
		return nil
	}
	var list []Include
	for _, word := range words(rest) {
		pattern := strings.Trim(word, `"'`)
		if !path.IsAbs(pattern) {
			pattern = path.Join(path.Dir(l.path), pattern)
		}
		if k == directoryLine {
			pattern += "/*"
		}
		list = append(list, Include{strings.ReplaceAll(path.Clean(pattern), "[!", "[^"), k == directoryLine})
	}
	return list
}

// source reads the files that a line names among those given. ifupdown goes on
// where a pattern matches nothing.
func (i *interfaces) source(l line) {
	for _, include := range includesOf(l) {
		found := false
		for _, f := range i.files {
			if include.matches(f.Path) {
				found = true
				i.file(f)
			}
		}
		if !found && include.isName() {
			i.report.NotUnderstood(l.path, l.number, "It names "+include.Pattern+", which was not given to be read.")
		}
	}
}

// leads gives patterns for the files that a file of interfaces(5) includes, and
// for those of wpa_supplicant that its stanzas name.
func leads(file generators.File) []string {
	var patterns []string
	for _, include := range Includes(file) {
		patterns = append(patterns, include.Pattern)
	}
	return append(patterns, stationsOf(file)...)
}

// stations are the files of wpa_supplicant among those given: they are not
// interfaces(5).
func stations(files []generators.File) map[string]bool {
	named := map[string]bool{}
	for _, f := range files {
		named[f.Path] = named[f.Path] || path.Dir(f.Path) == wpaDir
		for _, station := range stationsOf(f) {
			named[station] = true
		}
	}
	return named
}

// stationsOf lists the files of wpa_supplicant that the stanzas of a file name.
func stationsOf(file generators.File) []string {
	var list []string
	for _, l := range linesOf(file) {
		keyword, rest := l.word()
		if station := stationOf(normalKey(keyword), rest); path.IsAbs(station) {
			list = append(list, path.Clean(station))
		}
	}
	return list
}

// stationOf gives the file of wpa_supplicant that an option of a stanza names.
func stationOf(key, value string) string {
	if key == "wpa-roam" || key == "wpa-conf" {
		return value
	}
	if parts, ok := shellWords(value); ok && isCommand(key) {
		_, file := supplicantOf(parts)
		return file
	}
	return ""
}

// supplicantOf reads a command that runs wpa_supplicant(8) by itself: "-i LINK"
// and "-c FILE", with or without a blank between.
func supplicantOf(parts []string) (link, file string) {
	if parts[0] != supplicant {
		return "", ""
	}
	for i, word := range parts {
		if len(word) == 2 && i+1 < len(parts) {
			word += parts[i+1]
		}
		if text, ok := strings.CutPrefix(word, "-i"); ok {
			link = text
		} else if text, ok := strings.CutPrefix(word, "-c"); ok {
			file = text
		}
	}
	return link, file
}

// supplicant is the name of the program.
const supplicant = "wpa_supplicant"
