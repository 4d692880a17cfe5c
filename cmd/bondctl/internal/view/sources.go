package view

import (
	"bytes"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/schema"
)

// Sources are the texts that diagnostics point into, and the secrets that
// must not be shown of them. Nothing is looked at before it is needed.
type Sources struct {
	texts   map[string]*text
	order   []string
	secrets func() []schema.Secret
	// redactor is nil until the texts were studied.
	redactor *Redactor
	// plain are the declared variables that are no secrets, found when first asked for.
	plain map[string]bool
}

// text is one file, its lines and its secrets found when first asked for.
type text struct {
	bytes []byte
	// rank is the file's place among those given.
	rank int
	// secret tells whether the value of an attribute so named is masked.
	secret func(name string) bool
	// lines has the byte at which each line begins.
	lines []int
	spans []span
}

// NewSources makes the texts of a document and of its files of variables. The
// secrets, asked for only when something is shown, are masked wherever they occur.
func NewSources(document, variables []schema.Source, secrets func() []schema.Secret) *Sources {
	s := &Sources{texts: map[string]*text{}, secrets: secrets}
	isSecret := secretNames()
	for _, source := range document {
		s.add(source, isSecret)
	}
	for _, source := range variables {
		s.add(source, func(name string) bool { return !s.isPlain(name) })
	}
	return s
}

// Elsewhere makes a file known that diagnostics may point into and of which no line
// is to be shown.
func (s *Sources) Elsewhere(name string) { s.add(schema.Source{Name: name}, noSecret) }

func noSecret(string) bool { return false }

func (s *Sources) add(source schema.Source, secret func(string) bool) {
	s.texts[source.Name] = &text{bytes: source.Bytes, secret: secret, rank: len(s.order)}
	s.order = append(s.order, source.Name)
}

// isPlain tells whether the document declares a variable that is no secret.
func (s *Sources) isPlain(variable string) bool {
	if s.plain == nil {
		s.plain = map[string]bool{}
		for _, name := range s.order {
			plainVariables(s.texts[name].bytes, s.plain)
		}
	}
	return s.plain[variable]
}

// study finds the lines and secrets of all texts, once.
func (s *Sources) study() {
	if s.redactor != nil {
		return
	}
	s.redactor = NewRedactor(s.secrets())
	for _, name := range s.order {
		t := s.texts[name]
		t.lines = lineStarts(t.bytes)
		t.spans = literalSecrets(t.bytes, t.secret)
		for _, secret := range t.spans {
			s.redactor.add(string(t.bytes[secret.start:secret.end]))
		}
	}
}

// Redactor knows the secrets of the document, and what its text has in their place.
func (s *Sources) Redactor() *Redactor {
	s.study()
	return s.redactor
}

// rank orders files as they were given; what is no file stands first.
func (s *Sources) rank(name string) int {
	if t, ok := s.texts[name]; ok {
		return t.rank
	}
	return -1
}

func lineStarts(content []byte) []int {
	starts := make([]int, 0, bytes.Count(content, []byte("\n"))+1)
	at := 0
	for line := range bytes.Lines(content) {
		starts = append(starts, at)
		at += len(line)
	}
	return append(starts, at)
}

// snippet is a line of source with a place in it marked, secrets masked.
type snippet struct {
	line int
	text string
	// start and end are bytes of the text.
	start, end int
}

// snippet gives the line where a range begins; false where there is none.
func (s *Sources) snippet(place hcl.Range) (snippet, bool) {
	s.study()
	t, ok := s.texts[place.Filename]
	if !ok || t.bytes == nil || place.Start.Line < 1 || place.Start.Line >= len(t.lines)+1 {
		return snippet{}, false
	}
	begin, end := t.line(place.Start.Line)
	line := string(t.bytes[begin:end])
	secrets := mergeSpans(append(s.redactor.spans(line), t.secretsWithin(begin, end)...))
	from := min(max(place.Start.Byte-begin, 0), len(line))
	to := min(max(place.End.Byte-begin, from), len(line))
	return snippet{
		line: place.Start.Line, text: maskSpans(line, secrets),
		start: shifted(from, secrets, span.before), end: shifted(to, secrets, span.behind),
	}, true
}

// line gives the bytes of a line, numbered from 1, without its line break.
func (t *text) line(number int) (begin, end int) {
	begin, end = t.lines[number-1], len(t.bytes)
	if number < len(t.lines) {
		end = t.lines[number]
	}
	return begin, begin + len(bytes.TrimRight(t.bytes[begin:end], "\r\n"))
}

// secretsWithin gives the secrets of a stretch, counted from its beginning.
func (t *text) secretsWithin(begin, end int) []span {
	var within []span
	first, _ := slices.BinarySearchFunc(t.spans, begin, func(s span, at int) int { return s.end - at })
	for _, s := range t.spans[first:] {
		if s.start >= end {
			break
		}
		if cut := (span{max(s.start, begin) - begin, min(s.end, end) - begin}); cut.start < cut.end {
			within = append(within, cut)
		}
	}
	return within
}

// shifted tells where a byte of a line is once its secrets are masked; one
// within a secret goes to the side of the mask that edge names.
func shifted(at int, secrets []span, edge func(span, int) int) int {
	moved := at
	for _, s := range secrets {
		switch {
		case s.end <= at:
			moved += len(schema.Masked) - (s.end - s.start)
		case s.start < at:
			moved += edge(s, at)
		}
	}
	return moved
}

func (s span) before(at int) int { return s.start - at }
func (s span) behind(at int) int { return s.start + len(schema.Masked) - at }
