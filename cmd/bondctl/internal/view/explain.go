package view

import (
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// Explain tells about the words of the language.
type Explain struct{ Style Style }

// Overview lists all words with a sentence each.
func (v Explain) Overview(w *Page) {
	v.heading(w, "Modes")
	for _, m := range schema.Modes() {
		v.entry(w, m.String(), m.Doc())
	}
	v.heading(w, "Options")
	for _, o := range schema.Options() {
		v.entry(w, o.Name, o.Doc)
	}
	v.heading(w, "Blocks")
	for _, b := range schema.Blocks() {
		v.entry(w, b.Title(), b.Doc)
	}
	w.Println("\nbondctl explain WORD tells all about one of them, or about an attribute of a block.")
}

func (v Explain) heading(w *Page, text string) {
	if w.Buffered() > 0 {
		w.Println()
	}
	w.Println(v.Style.paint(bold, text))
}

func (v Explain) entry(w *Page, name, doc string) {
	const column = 20
	lines := strings.TrimPrefix(wrap(doc, strings.Repeat(" ", column+2)), strings.Repeat(" ", column+2))
	if len(name) >= column {
		w.Printf("  %s\n%s%s", v.Style.paint(cyan, name), strings.Repeat(" ", column+2), lines)
		return
	}
	w.Printf("  %s%s%s", v.Style.paint(cyan, name), strings.Repeat(" ", column-len(name)), lines)
}

// Mode tells about a mode.
func (v Explain) Mode(w *Page, m schema.Mode) {
	w.Printf("%s (mode %d)\n\n%s\n", v.Style.paint(bold, m.String()), m, wrap(sentence(m.Doc()), "  "))
	v.facts(w, []fact{
		{"Switch", switchNeeds(m)},
		{"Options", strings.Join(optionsIn(m), ", ")},
	})
}

// sentence gives a text its capital and its full stop.
func sentence(text string) string {
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}

// Option tells about an option of the driver.
func (v Explain) Option(w *Page, o *schema.Option) {
	w.Printf("%s (option)\n\n%s\n", v.Style.paint(bold, o.Name), wrap(o.Doc, "  "))
	v.facts(w, optionFacts(o))
	if len(o.Choices) > 0 {
		w.Println("\n  Values")
		for _, c := range o.Choices {
			v.entry(w, "  "+c.Name, choiceDoc(c))
		}
	}
	w.Println("\n  In the words of")
	for _, s := range sayings(o) {
		v.entry(w, "  "+s.backend, said(s))
	}
}

func choiceDoc(c schema.Choice) string {
	doc := strconv.FormatInt(c.Number, 10) + ": " + c.Doc
	if c.Kernel != "" {
		doc += " (Linux " + since(c.Kernel) + ")"
	}
	return doc
}

// said writes a saying in one line.
func said(s saying) string {
	name := s.word.Name
	if name == "" {
		name = "cannot say it"
	}
	if limits := s.limits(); limits != "" {
		return name + " (" + limits + ")"
	}
	return name
}

func (v Explain) facts(w *Page, facts []fact) {
	for _, f := range facts {
		v.entry(w, f.name, f.text)
	}
}

// Block tells about a block.
func (v Explain) Block(w *Page, b schema.BlockDoc) {
	w.Printf("%s (block)\n\n%s\n", v.Style.paint(bold, b.Title()), wrap(b.Doc, "  "))
	facts := []fact{{"Stands in", strings.Join(b.In, ", ")}, {"Blocks in it", strings.Join(b.Blocks, ", ")}, {"Options", optionNames(b.Options)}}
	if len(b.In) == 0 {
		facts[0].text = "the document"
	}
	for _, f := range facts {
		if f.text != "" {
			v.entry(w, f.name, f.text)
		}
	}
	if len(b.Attributes) > 0 {
		w.Println("\n  Attributes")
	}
	for _, a := range b.Attributes {
		v.entry(w, "  "+a.Name, attributeDoc(a))
	}
}

// Attribute tells about an attribute of a block.
func (v Explain) Attribute(w *Page, b schema.BlockDoc, a schema.AttributeDoc) {
	w.Printf("%s (attribute of %s)\n\n%s", v.Style.paint(bold, a.Name), b.Title(), wrap(attributeDoc(a), "  "))
}

func optionNames(options []*schema.Option) string {
	names := make([]string, len(options))
	for i, o := range options {
		names[i] = o.Name
	}
	return strings.Join(names, ", ")
}

// attributeDoc says what an attribute means and takes.
func attributeDoc(a schema.AttributeDoc) string {
	doc := a.Doc + " Takes " + a.Kind + "."
	if a.Required {
		doc += " Required."
	}
	if a.Secret {
		doc += " A secret: never shown."
	}
	return doc
}
