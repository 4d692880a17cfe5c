package shell

import "strings"

// Assignment is a variable's assignment in a file.
type Assignment struct {
	// Line is where it begins, from 1, and Last where it ends.
	Line, Last  int
	Name, Value string
}

// Problem is what is no plain assignment: a shell would run or expand it.
type Problem struct {
	Line int
	// Text is a sentence that says what is wrong, without values of the file.
	Text string
}

// Parse reads the assignments of a file in their order. It runs and expands
// nothing: lines that a shell would are problems, and are left out.
func Parse(content []byte) ([]Assignment, []Problem) {
	p := parser{text: string(content), line: 1}
	for p.next() {
		p.statement()
	}
	return p.assigned, p.problems
}

type parser struct {
	text     string
	at, line int
	assigned []Assignment
	problems []Problem
}

// next goes to the next word that is not in a comment.
func (p *parser) next() bool {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case '\n':
			p.line++
			p.at++
		case ' ', '\t', '\r', ';':
			p.at++
		case '#':
			p.skipLine()
		default:
			return true
		}
	}
	return false
}

// skipLine goes to the end of the line.
func (p *parser) skipLine() {
	rest := p.text[p.at:]
	if end := strings.IndexByte(rest, '\n'); end >= 0 {
		p.at += end
		return
	}
	p.at = len(p.text)
}

// statement reads one assignment, which may be exported.
func (p *parser) statement() {
	start := p.line
	if p.keyword("export") {
		p.blanks()
	}
	name := p.name()
	if name == "" {
		p.refuse(start, "This is no assignment: a shell would run it.")
		return
	}
	value, why := p.value()
	if why == "" && !p.atEnd() {
		why = "a shell would run what follows the assignment"
	}
	if why != "" {
		p.refuse(start, name+": "+why+".")
		return
	}
	p.assigned = append(p.assigned, Assignment{Line: start, Last: p.line, Name: name, Value: value})
}

func (p *parser) refuse(line int, text string) {
	p.problems = append(p.problems, Problem{Line: line, Text: text})
	p.skipLine()
}

func (p *parser) keyword(word string) bool {
	after, ok := strings.CutPrefix(p.text[p.at:], word)
	if !ok || after == "" || (after[0] != ' ' && after[0] != '\t') {
		return false
	}
	p.at += len(word)
	return true
}

func (p *parser) blanks() {
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == '\t' || p.text[p.at] == '\r') {
		p.at++
	}
}

// name takes a variable's name with its equals sign; it is empty where there is none.
func (p *parser) name() string {
	rest := p.text[p.at:]
	end := strings.IndexByte(rest, '=')
	if end < 1 || !isName(rest[:end]) {
		return ""
	}
	p.at += end + 1
	return rest[:end]
}

func isName(text string) bool {
	for i, r := range text {
		letter := r == '_' || (r|0x20 >= 'a' && r|0x20 <= 'z' && r < 0x80)
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return true
}

// atEnd tells whether nothing but blanks, a semicolon and a comment follows on the line.
func (p *parser) atEnd() bool {
	if p.at < len(p.text) && !strings.ContainsRune(" \t\r\n;", rune(p.text[p.at])) {
		return false
	}
	p.blanks()
	if p.at < len(p.text) && p.text[p.at] == ';' {
		p.at++
		p.blanks()
	}
	return p.at == len(p.text) || p.text[p.at] == '\n' || p.text[p.at] == '#'
}
