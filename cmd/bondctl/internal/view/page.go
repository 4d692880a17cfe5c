package view

import (
	"bufio"
	"fmt"
	"io"
)

// Page is text on its way out. A write that fails is kept, as bufio.Writer has
// it, until Flush tells.
type Page struct{ *bufio.Writer }

// NewPage begins a page that goes to a writer.
func NewPage(w io.Writer) *Page { return &Page{bufio.NewWriterSize(w, 1<<16)} }

// Print writes texts.
func (p *Page) Print(texts ...string) {
	for _, text := range texts {
		_, _ = p.WriteString(text) // kept until Flush
	}
}

// Printf writes formatted text.
func (p *Page) Printf(format string, values ...any) {
	_, _ = fmt.Fprintf(p, format, values...) // kept until Flush
}

// Println writes texts and ends the line.
func (p *Page) Println(texts ...string) {
	p.Print(texts...)
	p.Print("\n")
}
