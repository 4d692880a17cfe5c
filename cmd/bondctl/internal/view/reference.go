package view

import (
	"fmt"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// Reference writes the reference page in Markdown, made from the same tables
// that decode and validate documents.
func Reference(w *Page, backends []*generators.Backend) {
	w.Print(`<!-- Made by "bondctl reference" from the option table; change schema/, then run make docs. -->

# Reference

`)
	referenceModes(w)
	referenceOptions(w)
	referenceBlocks(w)
	referenceBackends(w, backends)
}

func referenceModes(w *Page) {
	w.Print("## Modes\n\n| mode | number | what it does | the switch |\n|---|---|---|---|\n")
	for _, m := range schema.Modes() {
		row(w, code(m.String()), fmt.Sprint(int(m)), sentence(m.Doc()), switchNeeds(m))
	}
}

func referenceOptions(w *Page) {
	w.Print("\n## Options\n\nThe options of the bonding driver, as the kernel spells them. ",
		"A time is a number in the unit given, or a duration such as `\"100ms\"`.\n\n",
		"| option | takes | default | modes | changing it |\n|---|---|---|---|---|\n")
	for _, o := range schema.Options() {
		row(w, "["+code(o.Name)+"](#"+o.Name+")", o.Range(), code(defaults(o)), modesOf(o), interruption(o.Change))
	}
	for _, o := range schema.Options() {
		referenceOption(w, o)
	}
}

func referenceOption(w *Page, o *schema.Option) {
	w.Printf("\n### %s\n\n%s\n\n", o.Name, escape(o.Doc))
	for _, f := range optionFacts(o) {
		w.Printf("- %s: %s\n", f.name, escape(f.text))
	}
	if len(o.Choices) > 0 {
		w.Print("\n| value | number | means |\n|---|---|---|\n")
	}
	for _, c := range o.Choices {
		doc := c.Doc
		if c.Kernel != "" {
			doc += " (Linux " + since(c.Kernel) + ")"
		}
		row(w, code(c.Name), fmt.Sprint(c.Number), doc)
	}
	w.Print("\n| in the words of | is | |\n|---|---|---|\n")
	for _, s := range sayings(o) {
		name := "cannot say it"
		if s.word.Name != "" {
			name = code(s.word.Name)
		}
		row(w, s.backend, name, s.limits())
	}
}

func referenceBlocks(w *Page) {
	w.Print("\n## Blocks\n")
	for _, b := range schema.Blocks() {
		w.Printf("\n### %s\n\n%s %s\n", code(b.Title()), b.Doc, standsIn(b))
		if len(b.Options) > 0 {
			w.Printf("\nOptions: %s.\n", strings.Join(codes(strings.Split(optionNames(b.Options), ", ")), ", "))
		}
		if len(b.Blocks) > 0 {
			w.Printf("\nBlocks in it: %s.\n", strings.Join(codes(b.Blocks), ", "))
		}
		if len(b.Attributes) > 0 {
			w.Print("\n| attribute | takes | means |\n|---|---|---|\n")
		}
		for _, a := range b.Attributes {
			row(w, code(a.Name), a.Kind, meaning(a))
		}
	}
}

func standsIn(b schema.BlockDoc) string {
	if len(b.In) == 0 {
		return "Stands in the document itself."
	}
	return "Stands in " + strings.Join(codes(b.In), ", ") + "."
}

func meaning(a schema.AttributeDoc) string {
	text := a.Doc
	if a.Required {
		text += " **Required.**"
	}
	if a.Secret {
		text += " **Secret.**"
	}
	return text
}

func referenceBackends(w *Page, backends []*generators.Backend) {
	w.Print("\n## Backends\n\n| backend | renders | in |\n|---|---|---|\n")
	for _, b := range backends {
		row(w, code(b.Name), b.Summary, strings.Join(codes(b.Dirs), ", "))
	}
}

// row writes one row of a table.
func row(w *Page, cells ...string) {
	for _, cell := range cells {
		w.Printf("| %s ", escape(cell))
	}
	w.Println("|")
}

// escape keeps a text from ending its cell.
func escape(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

func code(text string) string { return "`" + text + "`" }

func codes(texts []string) []string {
	marked := make([]string, len(texts))
	for i, text := range texts {
		marked[i] = code(text)
	}
	return marked
}
