package netplan

import (
	"bytes"
	"strings"
)

// cutFlow gives the pieces of members of a collection in flow style, with the
// commas that part them from others.
func (s *source) cutFlow(g *group) ([]splice, bool) {
	at, ok := s.offset(g.container)
	open := at + bytes.IndexAny(s.text[at:], "[{")
	if !ok || open < at {
		return nil, false
	}
	starts, ends, end := s.flowMembers(open + 1)
	if end < 0 || len(starts) != g.size() {
		return nil, false
	}
	if g.all() {
		return []splice{{from: open + 1, to: end}}, true
	}
	lastKept := g.size() - 1
	for g.isGone(lastKept) {
		lastKept--
	}
	var pieces []splice
	for number := range lastKept {
		if g.isGone(number) {
			pieces = append(pieces, splice{from: starts[number], to: s.behindComma(ends[number], starts[number+1])})
		}
	}
	if lastKept < g.size()-1 {
		pieces = append(pieces, splice{from: ends[lastKept], to: s.trimmed(ends[g.size()-1])})
	}
	return pieces, true
}

// behindComma is where the next member begins, or its comment before it.
func (s *source) behindComma(comma, next int) int {
	if i := bytes.IndexByte(s.text[comma:next], '#'); i >= 0 {
		return comma + 1
	}
	return next
}

// trimmed goes back over blanks and line breaks.
func (s *source) trimmed(at int) int {
	return len(bytes.TrimRight(s.text[:at], " \t\r\n"))
}

// flowMembers finds where each member of a collection in flow style begins and
// where the comma or bracket behind it is; end is that of the bracket, -1 where
// there is none.
func (s *source) flowMembers(at int) (starts, ends []int, end int) {
	for {
		at = s.skipBlank(at)
		if at >= len(s.text) {
			return nil, nil, -1
		}
		if s.text[at] == ']' || s.text[at] == '}' {
			return starts, ends, at
		}
		starts = append(starts, at)
		if at = s.flowEnd(at, ",]}"); at < 0 {
			return nil, nil, -1
		}
		ends = append(ends, at)
		if s.text[at] == ',' {
			at++
		}
	}
}

// skipBlank goes over blanks, line breaks and comments.
func (s *source) skipBlank(at int) int {
	for at < len(s.text) {
		switch {
		case strings.IndexByte(" \t\r\n", s.text[at]) >= 0:
			at++
		case s.text[at] == '#':
			at = s.endOfLine(at)
		default:
			return at
		}
	}
	return at
}

func (s *source) endOfLine(at int) int {
	if i := bytes.IndexByte(s.text[at:], '\n'); i >= 0 {
		return at + i
	}
	return len(s.text)
}

// flowEnd goes from the beginning of a node to the first of the ends that is
// not within it, -1 where there is none. A quote opens a text only where one
// may begin, and a colon is an end only where a key is.
func (s *source) flowEnd(at int, ends string) int {
	depth, fresh := 0, true
	for at < len(s.text) {
		c := s.text[at]
		switch {
		case depth == 0 && strings.IndexByte(ends, c) >= 0 && (c != ':' || s.endsKey(at)):
			return at
		case fresh && (c == '"' || c == '\''):
			at, fresh = s.endOfQuote(at, c), false
			continue
		case fresh && (c == '&' || c == '!' || c == '*'):
			at = s.endOfWord(at)
			continue
		case c == '[' || c == '{':
			depth, fresh = depth+1, true
		case c == ']' || c == '}':
			depth, fresh = depth-1, false
		case c == ',', c == ':' && s.endsKey(at), c == '?' && fresh:
			fresh = true
		case c == '#' && strings.IndexByte(" \t\n", s.text[at-1]) >= 0:
			at = s.endOfLine(at)
			continue
		case strings.IndexByte(" \t\r\n", c) < 0:
			fresh = false
		}
		at++
	}
	return -1
}

// endsKey tells whether a colon parts a key from its value.
func (s *source) endsKey(at int) bool {
	return at+1 >= len(s.text) || strings.IndexByte(" \t\r\n,[]{}", s.text[at+1]) >= 0 ||
		at > 0 && strings.IndexByte(`"']}`, s.text[at-1]) >= 0
}

// endOfQuote goes behind the quote that ends a text.
func (s *source) endOfQuote(at int, quote byte) int {
	for at++; at < len(s.text); at++ {
		switch {
		case quote == '"' && s.text[at] == '\\':
			at++
		case s.text[at] == quote && quote == '\'' && at+1 < len(s.text) && s.text[at+1] == quote:
			at++
		case s.text[at] == quote:
			return at + 1
		}
	}
	return at
}

// endOfWord goes behind an anchor, a tag or an alias.
func (s *source) endOfWord(at int) int {
	for at < len(s.text) && strings.IndexByte(" \t\r\n,[]{}", s.text[at]) < 0 {
		at++
	}
	return at
}
