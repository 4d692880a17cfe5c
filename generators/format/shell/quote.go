// Package shell writes and reads files of shell assignments, such as RHEL's
// ifcfg files: a shell sources them, and NetworkManager parses them by the
// same rules of quoting. Nothing is ever run or expanded. It is pure.
package shell

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Quote writes a value as one word that a shell takes literally: bare where
// nothing in it means anything to a shell, else between double quotes, and
// with its control characters spelt out ($'...') where it has some. It is
// false for what no shell variable can hold (NUL) and for what is no text,
// since NetworkManager refuses files that are not UTF-8.
func Quote(value string) (string, bool) {
	switch {
	case strings.ContainsRune(value, 0) || !utf8.ValidString(value):
		return "", false
	case strings.ContainsFunc(value, isControl):
		return ansiQuote(value), true
	case value != "" && strings.Trim(value, bare) == "":
		return value, true
	}
	return `"` + escaped.Replace(value) + `"`, true
}

// bare are the characters that mean nothing to a shell wherever they stand.
const bare = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./:,+@%"

var escaped = strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`, "`", "\\`")

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// ansiQuote spells control characters as three octal digits, which bash and
// NetworkManager both understand.
func ansiQuote(value string) string {
	var b strings.Builder
	b.WriteString("$'")
	for _, r := range value {
		switch {
		case isControl(r):
			fmt.Fprintf(&b, `\%03o`, r)
		case r == '\'' || r == '\\':
			b.WriteByte('\\')
			fallthrough
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + "'"
}
