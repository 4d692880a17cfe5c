package view

import (
	"bytes"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/bondctl/bondctl/schema"
)

// secretNames tells whether an attribute's value is a secret: those of the
// language, and what was probably meant to be one of them.
func secretNames() func(string) bool {
	secret := schema.SecretAttributes()
	known := map[string]bool{}
	for _, b := range schema.Blocks() {
		for _, a := range b.Attributes {
			known[a.Name] = true
		}
		for _, o := range b.Options {
			known[o.Name] = true
		}
	}
	return func(name string) bool {
		if slices.Contains(secret, name) {
			return true
		}
		return !known[name] && schema.Suggest(name, secret) != ""
	}
}

// literalSecrets finds the literal parts of secret values in a text, sorted.
// It works on tokens, so that it finds them in a text with mistakes too.
func literalSecrets(content []byte, secret func(string) bool) []span {
	if !mayAssign(content, secret) {
		return nil
	}
	tokens, _ := hclsyntax.LexConfig(content, "", hcl.InitialPos)
	f := &secretFinder{tokens: tokens}
	for i, token := range tokens {
		if token.Type != hclsyntax.TokenIdent || !f.assigns(i) {
			continue
		}
		if name := string(token.Bytes); secret(name) || name == "default" && f.sensitive(i) {
			f.literals(i + 2)
		}
	}
	return mergeSpans(f.found)
}

// mayAssign tells whether a text could have secrets, without taking it to
// tokens: most large documents have none.
func mayAssign(content []byte, secret func(string) bool) bool {
	known := map[string]bool{"default": true}
	for at := 0; ; at++ {
		next := bytes.IndexAny(content[at:], "=:")
		if next < 0 {
			return false
		}
		at += next
		before := bytes.TrimRight(content[:at], " \t\"")
		name := before[len(before)-wordLength(before):]
		found, seen := known[string(name)]
		if !seen {
			found = secret(string(name))
			known[string(name)] = found
		}
		if found {
			return true
		}
	}
}

// wordLength gives the length of the name at the end of a text.
func wordLength(text []byte) int {
	n := len(text)
	for n > 0 && (text[n-1] == '_' || text[n-1] == '-' || text[n-1] >= 0x80 ||
		text[n-1] >= '0' && text[n-1] <= '9' || text[n-1]|0x20 >= 'a' && text[n-1]|0x20 <= 'z') {
		n--
	}
	return len(text) - n
}

type secretFinder struct {
	tokens hclsyntax.Tokens
	found  []span
}

func (f *secretFinder) kind(i int) hclsyntax.TokenType {
	if i < 0 || i >= len(f.tokens) {
		return hclsyntax.TokenEOF
	}
	return f.tokens[i].Type
}

// assigns tells whether a value follows the name.
func (f *secretFinder) assigns(name int) bool {
	next := f.kind(name + 1)
	return next == hclsyntax.TokenEqual || next == hclsyntax.TokenColon
}

// sensitive tells whether the variable block around its default says, perhaps
// misspelt, that it is sensitive.
func (f *secretFinder) sensitive(name int) bool {
	return f.mentions(name, -1) || f.mentions(name, +1)
}

// plainVariables notes the variables that a text declares without a word about
// being sensitive.
func plainVariables(content []byte, plain map[string]bool) {
	tokens, _ := hclsyntax.LexConfig(content, "", hcl.InitialPos)
	f := &secretFinder{tokens: tokens}
	for i, token := range tokens {
		if f.kind(i+4) == hclsyntax.TokenOBrace && f.kind(i+2) == hclsyntax.TokenQuotedLit && string(token.Bytes) == "variable" && !f.mentions(i+5, +1) {
			plain[string(tokens[i+2].Bytes)] = true
		}
	}
}

// mentions looks for the word up to the edge of the block.
func (f *secretFinder) mentions(from, step int) bool {
	depth := 0
	for i := from; f.kind(i) != hclsyntax.TokenEOF; i += step {
		depth += step * nesting(f.kind(i))
		if depth < 0 {
			return false
		}
		if f.kind(i) == hclsyntax.TokenIdent && schema.Suggest(string(f.tokens[i].Bytes), []string{"sensitive"}) != "" {
			return true
		}
	}
	return false
}

// literals notes the literals of the value that begins at a token: up to the
// end of its line, or of the bracket around it.
func (f *secretFinder) literals(from int) {
	depth := 0
	for i := from; f.kind(i) != hclsyntax.TokenEOF; i++ {
		depth += nesting(f.kind(i))
		if depth < 0 || depth == 0 && f.kind(i) == hclsyntax.TokenNewline {
			return
		}
		if f.isLiteral(i) {
			place := f.tokens[i].Range
			f.found = append(f.found, span{place.Start.Byte, place.End.Byte})
		}
	}
}

// isLiteral tells whether a token is itself a part of the value; the name of a
// file or of an environment variable is not, and neither is a reference.
func (f *secretFinder) isLiteral(i int) bool {
	kind := f.kind(i)
	if kind == hclsyntax.TokenQuotedLit {
		return !f.namesSource(i) && !f.closesKey(i)
	}
	if kind == hclsyntax.TokenIdent {
		return f.isBareWord(i)
	}
	return slices.Contains(literal, kind)
}

// namesSource tells whether a text is the first argument of file() or env().
func (f *secretFinder) namesSource(i int) bool {
	if f.kind(i-1) != hclsyntax.TokenOQuote || f.kind(i-2) != hclsyntax.TokenOParen || f.kind(i-3) != hclsyntax.TokenIdent {
		return false
	}
	return slices.Contains([]string{"file", "env"}, string(f.tokens[i-3].Bytes))
}

// closesKey tells whether a text is a key of a map.
func (f *secretFinder) closesKey(i int) bool {
	return f.kind(i+1) == hclsyntax.TokenCQuote && f.assigns(i+1)
}

// isBareWord tells whether a name is neither a reference, nor a function, nor
// a key: a value whose quotes were forgotten.
func (f *secretFinder) isBareWord(i int) bool {
	next := f.kind(i + 1)
	return !slices.Contains(keywords, string(f.tokens[i].Bytes)) && f.kind(i-1) != hclsyntax.TokenDot && next != hclsyntax.TokenDot && next != hclsyntax.TokenOParen &&
		next != hclsyntax.TokenOBrack && !f.assigns(i)
}

// keywords are HCL's own words, which are no names.
var keywords = []string{"true", "false", "null", "for", "in", "if"}

var (
	literal = []hclsyntax.TokenType{
		hclsyntax.TokenStringLit, hclsyntax.TokenNumberLit, hclsyntax.TokenInvalid, hclsyntax.TokenBadUTF8,
	}
	opening = []hclsyntax.TokenType{
		hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenOHeredoc,
		hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl, hclsyntax.TokenOQuote,
	}
	closing = []hclsyntax.TokenType{
		hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenCHeredoc,
		hclsyntax.TokenTemplateSeqEnd, hclsyntax.TokenCQuote,
	}
)

// nesting is how much deeper the text behind a token is.
func nesting(kind hclsyntax.TokenType) int {
	switch {
	case slices.Contains(opening, kind):
		return 1
	case slices.Contains(closing, kind):
		return -1
	}
	return 0
}
