package netplan

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// source is the text of a document with the places of its nodes.
type source struct {
	text  []byte
	lines []int // where each begins
	end   int   // the line that ends the document, counted from 0
	// nodes are those of the document in their order; behind has for each the
	// number of the first one that is not below it.
	nodes  []*yaml.Node
	behind map[*yaml.Node]int
}

func newSource(text []byte, document *yaml.Node) *source {
	s := &source{text: text, lines: []int{0}, behind: map[*yaml.Node]int{}}
	for i, b := range text {
		if b == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	s.number(document.Content[0])
	s.end = s.endOfDocument(document.Content[0].Line)
	return s
}

func (s *source) number(n *yaml.Node) {
	s.nodes = append(s.nodes, n)
	for _, member := range n.Content {
		s.number(member)
	}
	s.behind[n] = len(s.nodes)
}

// splice is a piece of the text with what comes in its place.
type splice struct {
	from, to int
	put      string
}

// inPlace applies a change to the text. It gives false where it cannot tell
// the pieces; what it gives otherwise is to be checked.
func (c *change) inPlace(text []byte, document *yaml.Node) ([]byte, bool) {
	s := newSource(text, document)
	var splices []splice
	for _, g := range grouped(document, c.cuts) {
		of, ok := s.cut(g)
		if g.aliased || !ok {
			return nil, false
		}
		splices = append(splices, of...)
	}
	for _, p := range c.renamed {
		_, container, aliased := p.find(document)
		at, ok := s.offset(container.Content[p[len(p)-1]])
		if aliased || !ok {
			return nil, false
		}
		if text[at] == '"' || text[at] == '\'' {
			at++
		}
		splices = append(splices, splice{at, at, lastPrefix})
	}
	for _, a := range c.added {
		_, container, aliased := a.below.find(document)
		piece, ok := s.added(container.Content[a.below[len(a.below)-1]+1], a.entry)
		if aliased || !ok {
			return nil, false
		}
		splices = append(splices, piece)
	}
	return s.spliced(splices)
}

// added puts an entry before the first of a mapping, or into an empty one.
func (s *source) added(mapping *yaml.Node, entry string) (splice, bool) {
	if len(mapping.Content) == 0 {
		at, ok := s.offset(mapping)
		return splice{at + 1, at + 1, entry}, ok && s.text[at] == '{'
	}
	first := mapping.Content[0]
	at, ok := s.offset(first)
	if mapping.Style&yaml.FlowStyle != 0 {
		return splice{at, at, entry + ", "}, ok
	}
	margin := string(s.before(first))
	return splice{at, at, entry + "\n" + margin}, ok && strings.Trim(margin, " ") == ""
}

func (s *source) spliced(splices []splice) ([]byte, bool) {
	slices.SortFunc(splices, func(a, b splice) int { return a.from - b.from })
	var out bytes.Buffer
	at := 0
	for _, piece := range splices {
		if piece.from < at || piece.to < piece.from {
			return nil, false
		}
		out.Write(s.text[at:piece.from])
		out.WriteString(piece.put)
		at = piece.to
	}
	out.Write(s.text[at:])
	return out.Bytes(), true
}

// offset is where a node begins. The parser counts characters within a line.
func (s *source) offset(n *yaml.Node) (int, bool) {
	if n.Line < 1 || n.Line > len(s.lines) {
		return 0, false
	}
	at := s.lines[n.Line-1]
	for range n.Column - 1 {
		_, size := utf8.DecodeRune(s.text[at:])
		at += size
	}
	return at, at < len(s.text)
}

// cut gives the pieces that members of a mapping or sequence take.
func (s *source) cut(g *group) ([]splice, bool) {
	if g.container.Style&yaml.FlowStyle != 0 {
		return s.cutFlow(g)
	}
	var pieces []splice
	for number := range g.size() {
		if !g.isGone(number) {
			continue
		}
		from, to, ok := s.block(g, number)
		if !ok {
			return nil, false
		}
		pieces = append(pieces, splice{from: from, to: to})
	}
	if !g.all() {
		return pieces, true
	}
	return s.emptied(g, pieces)
}

// emptied puts an empty collection behind the key whose members all go.
func (s *source) emptied(g *group, pieces []splice) ([]splice, bool) {
	if g.key == nil {
		return nil, false
	}
	at, ok := s.offset(g.key)
	colon := s.flowEnd(at, ":")
	if !ok || colon < 0 {
		return nil, false
	}
	put := " []"
	if g.container.Kind == yaml.MappingNode {
		put = " {}"
	}
	return append(pieces, splice{colon + 1, colon + 1, put}), true
}

// block gives the lines of a member of a collection in block style. Blank lines
// and comments at their end stay, but for comments indented deeper.
func (s *source) block(g *group, number int) (from, to int, ok bool) {
	first := g.container.Content[number*g.width()]
	lastNode := g.container.Content[(number+1)*g.width()-1]
	if first.Line < 1 || first.Line > len(s.lines) {
		return 0, 0, false
	}
	begin, end := first.Line-1, s.end
	if next := s.behind[lastNode]; next < len(s.nodes) {
		end = s.nodes[next].Line - 1
	}
	for end > begin+1 && s.isLoose(end-1, g.column()) {
		end--
	}
	if end <= begin || strings.Trim(string(s.before(first)), " -") != "" {
		return 0, 0, false
	}
	return s.lines[begin], s.startOf(end), true
}

// before is what stands before a node in its line.
func (s *source) before(n *yaml.Node) []byte {
	at, _ := s.offset(n)
	return s.text[s.lines[n.Line-1]:at]
}

// startOf is where a line begins, counted from 0, or where the text ends.
func (s *source) startOf(line int) int {
	if line < len(s.lines) {
		return s.lines[line]
	}
	return len(s.text)
}

func (s *source) line(number int) string {
	return string(s.text[s.lines[number]:s.startOf(number+1)])
}

// endOfDocument is the line that ends the document, looked for from a line on,
// both counted from 0.
func (s *source) endOfDocument(from int) int {
	for number := from; number < len(s.lines); number++ {
		if text := s.line(number); strings.HasPrefix(text, "---") || strings.HasPrefix(text, "...") {
			return number
		}
	}
	return len(s.lines)
}

// isLoose tells whether a line is blank, or a comment that is no deeper than
// the column of a collection.
func (s *source) isLoose(number, column int) bool {
	text := s.line(number)
	bare := strings.TrimLeft(text, " \t")
	return strings.TrimSpace(bare) == "" || bare[0] == '#' && len(text)-len(bare) < column
}
