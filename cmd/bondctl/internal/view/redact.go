package view

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bondctl/bondctl/schema"
)

const (
	// shortestSecret in bytes that is looked for in running text; what is
	// shorter would hide ordinary words.
	shortestSecret = 4
	// evidentSecret in bytes that is a secret even in the middle of a word.
	evidentSecret = 8
)

// Redactor hides known secrets in what is printed. The zero Redactor knows none.
type Redactor struct {
	// byStart has the secrets by their first bytes, the longest first.
	byStart map[string][]string
}

// NewRedactor makes a redactor of these secrets.
func NewRedactor(secrets []schema.Secret) *Redactor {
	r := &Redactor{}
	for _, secret := range secrets {
		r.add(secret.Reveal())
	}
	return r
}

// add makes a text known, as it is and as a message would quote it.
func (r *Redactor) add(text string) {
	quoted := strconv.Quote(text)
	for _, form := range []string{text, quoted[1 : len(quoted)-1]} {
		if len(form) < shortestSecret {
			continue
		}
		if r.byStart == nil {
			r.byStart = map[string][]string{}
		}
		start := form[:shortestSecret]
		if !slices.Contains(r.byStart[start], form) {
			r.byStart[start] = append(r.byStart[start], form)
			slices.SortStableFunc(r.byStart[start], func(a, b string) int { return len(b) - len(a) })
		}
	}
}

// Text gives the text with its secrets masked.
func (r *Redactor) Text(text string) string {
	return maskSpans(text, r.spans(text))
}

// span is a stretch of bytes, the end not included.
type span struct{ start, end int }

// spans finds the secrets in a text.
func (r *Redactor) spans(text string) []span {
	if len(r.byStart) == 0 {
		return nil
	}
	var found []span
	for i := 0; i+shortestSecret <= len(text); {
		n := r.match(text, i)
		if n > 0 {
			found = append(found, span{i, i + n})
		}
		i += max(n, 1)
	}
	return found
}

// match gives the length of the secret that begins at a byte of the text, zero
// where none does.
func (r *Redactor) match(text string, at int) int {
	for _, secret := range r.byStart[text[at:at+shortestSecret]] {
		if !strings.HasPrefix(text[at:], secret) {
			continue
		}
		if len(secret) >= evidentSecret || standsAlone(text, at, at+len(secret)) {
			return len(secret)
		}
	}
	return 0
}

// standsAlone tells whether a stretch of text is no part of a longer word.
func standsAlone(text string, start, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:start])
	after, _ := utf8.DecodeRuneInString(text[end:])
	return !isWordRune(before) && !isWordRune(after)
}

func isWordRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// maskSpans replaces stretches, sorted and apart, by the mask.
func maskSpans(text string, spans []span) string {
	if len(spans) == 0 {
		return text
	}
	var b strings.Builder
	end := 0
	for _, s := range spans {
		b.WriteString(text[end:s.start])
		b.WriteString(schema.Masked)
		end = s.end
	}
	b.WriteString(text[end:])
	return b.String()
}

// mergeSpans sorts stretches and joins those that overlap.
func mergeSpans(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return a.start - b.start })
	var merged []span
	for _, s := range spans {
		if last := len(merged) - 1; last >= 0 && s.start <= merged[last].end {
			merged[last].end = max(merged[last].end, s.end)
			continue
		}
		merged = append(merged, s)
	}
	return merged
}
