package view

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Style is how text for a person looks; the zero Style is plain.
type Style struct{ Color bool }

// The SGR codes of ECMA-48 that are in use.
const (
	bold   = "1"
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
)

// ClearScreen empties a terminal and begins at its top.
const ClearScreen = "\x1b[H\x1b[2J"

func (s Style) paint(code, text string) string {
	if !s.Color || code == "" || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// textWidth is where prose is wrapped.
const textWidth = 78

// wrap breaks prose between words so that lines stay within the text width,
// each indented.
func wrap(text, indent string) string {
	var b strings.Builder
	for paragraph := range strings.Lines(text) {
		width := 0
		for word := range strings.FieldsSeq(paragraph) {
			switch length := utf8.RuneCountInString(word); {
			case width == 0:
				b.WriteString(indent)
				width = len(indent) + length
			case width+1+length > textWidth:
				b.WriteString("\n" + indent)
				width = len(indent) + length
			default:
				b.WriteByte(' ')
				width += 1 + length
			}
			b.WriteString(word)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// printable replaces what would move the cursor, end the line or turn the
// direction of writing: a hostile document must not draw on the terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < ' ', r >= 0x7f && r < 0xa0, r == 0x061c, r >= 0x200e && r <= 0x200f,
			r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
			return '?'
		}
		return r
	}, text)
}

// Line makes a text safe to print as one line.
func Line(text string) string { return strings.ReplaceAll(printable(text), "\n", "?") }

// plural counts things: 1 bond, 2 bonds.
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + one + "s"
}

// Error shows what stopped the program.
func (s Style) Error(text string) string { return s.paint(red, "bondctl:") + " " + printable(text) }
