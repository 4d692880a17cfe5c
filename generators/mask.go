package generators

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// SecretFinder tells whether a line of a file, given without its line break,
// holds a secret, and at which byte the secret begins.
type SecretFinder func(line []byte) (start int, ok bool)

// Masker replaces the secrets in files by marks for a person to see: the same
// secret has the same mark, two secrets have two, so that a difference shows
// and nothing else does. The quotes around one are no part of it.
type Masker struct{ marks map[string]string }

// Mask gives the content with its secrets masked. A secret that goes on below
// its line, indented deeper, is masked as a whole.
func (m *Masker) Mask(find SecretFinder, content []byte) []byte {
	var masked bytes.Buffer
	below := -1
	for line := range bytes.Lines(content) {
		text := bytes.TrimSuffix(line, []byte("\n"))
		if below >= 0 && indent(text) > below && len(bytes.TrimSpace(text)) > 0 {
			continue
		}
		below = -1
		start, ok := find(text)
		if !ok {
			masked.Write(line)
			continue
		}
		below = indent(text)
		masked.Write(text[:start])
		masked.WriteString(m.mark(string(text[start:])))
		masked.Write(line[len(text):])
	}
	return masked.Bytes()
}

func (m *Masker) mark(text string) string {
	secret, quote := unquoted(text)
	if m.marks == nil {
		m.marks = map[string]string{}
	}
	if _, known := m.marks[secret]; !known {
		m.marks[secret] = fmt.Sprintf("%s, value %d)", schema.Masked[:len(schema.Masked)-1], len(m.marks)+1)
	}
	return quote + m.marks[secret] + quote
}

// unquoted gives a text without the quotes around it, if there are any.
func unquoted(text string) (inner, quote string) {
	for _, quote := range []string{`"`, "'"} {
		if after, ok := strings.CutPrefix(text, quote); ok && strings.HasSuffix(after, quote) {
			return strings.TrimSuffix(after, quote), quote
		}
	}
	return text, ""
}

func indent(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " \t")) }

// SecretKeys finds secrets in lines of a key, a separator such as "=" and a value.
func SecretKeys(separator string, keys ...string) SecretFinder {
	secret := make(map[string]bool, len(keys))
	for _, key := range keys {
		secret[key] = true
	}
	return func(line []byte) (int, bool) {
		before, after, ok := bytes.Cut(line, []byte(separator))
		if !ok || !secret[string(bytes.TrimSpace(before))] {
			return 0, false
		}
		blanks := len(after) - len(bytes.TrimLeft(after, " \t"))
		return len(before) + len(separator) + blanks, true
	}
}
