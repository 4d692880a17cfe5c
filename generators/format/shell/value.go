package shell

import (
	"strconv"
	"strings"
)

const (
	expands      = "a shell would expand it"
	unterminated = "its quote is not closed"
)

// value takes the pieces of a word. It says why where they are more than text.
func (p *parser) value() (value, why string) {
	var b strings.Builder
	for start := p.at; p.at < len(p.text) && why == ""; {
		rest := p.text[p.at:]
		switch c := rest[0]; {
		case strings.IndexByte(" \t\r\n;", c) >= 0:
			return b.String(), ""
		case c == '\\':
			p.backslash(&b)
		case c == '\'':
			why = p.singleQuoted(&b)
		case c == '"':
			why = p.doubleQuoted(&b)
		case strings.HasPrefix(rest, "$'"):
			why = p.ansiQuoted(&b)
		case c == '$' || c == '`' || (c == '~' && p.at == start):
			why = expands
		case strings.IndexByte("|&()<>", c) >= 0:
			why = "a shell would run what follows the assignment"
		default:
			b.WriteByte(c)
			p.at++
		}
	}
	return b.String(), why
}

// backslash takes the next character literally, and a line break away.
func (p *parser) backslash(b *strings.Builder) {
	p.at++
	if p.at == len(p.text) {
		return
	}
	if p.text[p.at] == '\n' {
		p.line++
	} else {
		b.WriteByte(p.text[p.at])
	}
	p.at++
}

func (p *parser) singleQuoted(b *strings.Builder) string {
	inner, _, closed := strings.Cut(p.text[p.at+1:], "'")
	if !closed {
		return unterminated
	}
	b.WriteString(inner)
	p.line += strings.Count(inner, "\n")
	p.at += len(inner) + 2
	return ""
}

// doubleQuoted takes text in which a backslash means something only before
// what a shell would expand, a quote, a backslash or a line break.
func (p *parser) doubleQuoted(b *strings.Builder) string {
	for p.at++; p.at < len(p.text); {
		switch c := p.text[p.at]; {
		case c == '"':
			p.at++
			return ""
		case c == '$' || c == '`':
			return expands
		case c == '\\' && p.at+1 < len(p.text) && strings.IndexByte("\"\\$`\n", p.text[p.at+1]) >= 0:
			p.backslash(b)
		default:
			if c == '\n' {
				p.line++
			}
			b.WriteByte(c)
			p.at++
		}
	}
	return unterminated
}

// ansiQuoted takes $'...' with the escapes of C.
func (p *parser) ansiQuoted(b *strings.Builder) string {
	for p.at += 2; p.at < len(p.text); {
		switch c := p.text[p.at]; c {
		case '\'':
			p.at++
			return ""
		case '\\':
			p.at++
			p.ansiEscape(b)
		default:
			if c == '\n' {
				p.line++
			}
			b.WriteByte(c)
			p.at++
		}
	}
	return unterminated
}

// simpleEscapes are the one-letter escapes of $'...' and what they stand for.
const (
	simpleEscapes = `abeEfnrtv\'"?`
	escapedBytes  = "\a\b\x1b\x1b\f\n\r\t\v\\'\"?"
)

// ansiEscape takes what follows the backslash; an escape that bash does not
// know keeps its backslash.
func (p *parser) ansiEscape(b *strings.Builder) {
	if p.at == len(p.text) {
		return
	}
	c := p.text[p.at]
	if i := strings.IndexByte(simpleEscapes, c); i >= 0 {
		b.WriteByte(escapedBytes[i])
		p.at++
		return
	}
	switch {
	case c >= '0' && c <= '7':
		b.WriteByte(byte(p.digits(8, 3) & 0xff)) // bash cuts off too
	case c == 'x' && p.hexFollows():
		p.at++
		b.WriteByte(byte(p.digits(16, 2) & 0xff))
	case (c == 'u' || c == 'U') && p.hexFollows():
		p.at++
		b.WriteRune(rune(p.digits(16, map[byte]int{'u': 4, 'U': 8}[c]) & 0x7fffffff))
	default:
		b.WriteByte('\\')
		b.WriteByte(c)
		p.at++
	}
}

func (p *parser) hexFollows() bool {
	return p.at+1 < len(p.text) && isDigit(p.text[p.at+1], 16)
}

// digits takes a number of at most so many digits.
func (p *parser) digits(base, most int) uint32 {
	end := p.at
	for end < len(p.text) && end < p.at+most && isDigit(p.text[end], base) {
		end++
	}
	n, _ := strconv.ParseUint(p.text[p.at:end], base, 32)
	p.at = end
	return uint32(n)
}

func isDigit(c byte, base int) bool {
	_, err := strconv.ParseUint(string(c), base, 8)
	return err == nil
}
