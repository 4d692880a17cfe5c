// Package modconf reads the lines of modprobe.d(5) files as kmod does. It is pure.
package modconf

import "strings"

// Line is a command of a file with its arguments.
type Line struct {
	// Number is that of the line that the command begins on, from 1, and Last
	// that of the line that it ends on.
	Number, Last int
	// Words are the command and its arguments, never none.
	Words []string
}

// Lines gives the commands of a file. kmod joins a line that ends in a
// backslash with the next, in comments too, and takes a backslash before
// anything else away; a comment has its sign in the first column, and there is
// no other.
func Lines(content []byte) []Line {
	var lines []Line
	rest := string(content)
	for number := 1; rest != ""; {
		text, joined, after := logicalLine(rest)
		if words := strings.FieldsFunc(text, isBlank); len(words) > 0 && text[0] != '#' {
			lines = append(lines, Line{Number: number, Last: number + joined, Words: words})
		}
		number, rest = number+joined+1, after
	}
	return lines
}

// logicalLine takes a line with its continuations off the text, and counts
// the lines that were joined to the first.
func logicalLine(text string) (line string, joined int, rest string) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\n':
			return b.String(), joined, text[i+1:]
		case text[i] == '\\' && i+1 < len(text):
			i++
			if text[i] == '\n' {
				if i+1 < len(text) {
					joined++
				}
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String(), joined, ""
}

func isBlank(r rune) bool { return r == ' ' || r == '\t' || r == '\r' }

// Parameters gives the parameters that the line sets for a module, in which
// hyphens and underscores are one, and false where it is about another or is
// no options line.
func (l Line) Parameters(module string) ([]Parameter, bool) {
	if l.Words[0] != "options" || len(l.Words) < 3 || underscored(l.Words[1]) != underscored(module) {
		return nil, false
	}
	words := unbroken(l.Words[2:])
	params := make([]Parameter, 0, len(words))
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		params = append(params, Parameter{Line: l.Number, Name: underscored(name), Value: unquoted(value)})
	}
	return params, true
}

// Parameter is one parameter of a module.
type Parameter struct {
	// Line is where the options line begins.
	Line        int
	Name, Value string
}

// unbroken joins the words that quotes keep together, with one blank between
// them: the kernel splits the options and not kmod (lib/cmdline.c, next_arg).
func unbroken(words []string) []string {
	var joined []string
	open := false
	for _, word := range words {
		if open {
			joined[len(joined)-1] += " " + word
		} else {
			joined = append(joined, word)
		}
		open = open != (strings.Count(word, `"`)%2 == 1)
	}
	return joined
}

func underscored(name string) string { return strings.ReplaceAll(name, "-", "_") }

// unquoted takes the quotes off a value as the kernel does (lib/cmdline.c, next_arg).
func unquoted(value string) string {
	if after, ok := strings.CutPrefix(value, `"`); ok {
		return strings.TrimSuffix(after, `"`)
	}
	return value
}
