package cli

import (
	"errors"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/view"
	"github.com/bondctl/bondctl/schema"
)

func (a *app) explainCommand() *cobra.Command {
	var format outputFormat
	cmd := &cobra.Command{
		Use:   "explain [MODE|OPTION|BLOCK|ATTRIBUTE]...",
		Short: "Tell about modes, options and blocks",
		Long: `Explain tells what a mode, an option of the bonding driver, a block or an
attribute means, what it takes, what changing it interrupts, and how each
backend says it or why it cannot. A backend's own word for an option, such as
mii-monitor-interval, is understood too. Without an argument it lists all words.`,
		Example: `  bondctl explain fail_over_mac
  bondctl explain 802.3ad
  bondctl explain wifi psk`,
		RunE: func(_ *cobra.Command, args []string) error { return a.explain(args, format) },
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return explainable(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	format.register(cmd)
	return cmd
}

// meaning is one thing that a word stands for.
type meaning struct {
	show  func(view.Explain)
	words view.Words
}

func (a *app) explain(args []string, format outputFormat) error {
	var found []meaning
	for _, arg := range args {
		meanings := a.meanings(arg)
		if len(meanings) == 0 {
			return errors.New(unknown("mode, option, block or attribute", arg, explainable()))
		}
		found = append(found, meanings...)
	}
	if format.asJSON {
		return view.JSON(a.out, view.NewExplainJSON(wordsOf(found)))
	}
	v := view.Explain{Style: a.outStyle()}
	if len(found) == 0 {
		v.Overview(a.out)
	}
	for i, m := range found {
		if i > 0 {
			a.out.Println()
		}
		m.show(v)
	}
	return nil
}

// wordsOf collects what is explained; all words where none was asked for.
func wordsOf(meanings []meaning) view.Words {
	if len(meanings) == 0 {
		return view.Words{Modes: schema.Modes(), Options: schema.Options(), Blocks: schema.Blocks()}
	}
	var words view.Words
	for _, m := range meanings {
		words.Modes = append(words.Modes, m.words.Modes...)
		words.Options = append(words.Options, m.words.Options...)
		words.Blocks = append(words.Blocks, m.words.Blocks...)
	}
	return words
}

// meanings finds everything that is called so; a backend's word for an option
// only where bondctl has no such word itself.
func (a *app) meanings(word string) []meaning {
	var found []meaning
	for _, m := range schema.Modes() {
		if word == m.String() || word == strconv.Itoa(int(m)) {
			found = append(found, meaning{func(v view.Explain) { v.Mode(a.out, m) }, view.Words{Modes: []schema.Mode{m}}})
		}
	}
	if o, ok := schema.Lookup(word); ok {
		found = append(found, a.option(o))
	}
	for _, b := range schema.Blocks() {
		if b.Name == word {
			found = append(found, meaning{func(v view.Explain) { v.Block(a.out, b) }, view.Words{Blocks: []schema.BlockDoc{b}}})
		}
		for _, attribute := range b.Attributes {
			if attribute.Name == word {
				only := b
				only.Attributes, only.Options = []schema.AttributeDoc{attribute}, nil
				found = append(found, meaning{func(v view.Explain) { v.Attribute(a.out, b, attribute) }, view.Words{Blocks: []schema.BlockDoc{only}}})
			}
		}
	}
	if len(found) == 0 {
		return a.elsewhere(word)
	}
	return found
}

func (a *app) option(o *schema.Option) meaning {
	return meaning{func(v view.Explain) { v.Option(a.out, o) }, view.Words{Options: []*schema.Option{o}}}
}

// elsewhere finds the option that some backend calls so.
func (a *app) elsewhere(word string) []meaning {
	for _, o := range schema.Options() {
		for _, v := range schema.Vocabularies() {
			if o.Word(v).Name == word {
				return []meaning{a.option(o)}
			}
		}
	}
	return nil
}

// explainable lists the words that explain knows, each once.
func explainable() []string {
	var words []string
	seen := map[string]bool{}
	add := func(word string) {
		if !seen[word] {
			seen[word] = true
			words = append(words, word)
		}
	}
	for _, m := range schema.Modes() {
		add(m.String())
	}
	for _, o := range schema.Options() {
		add(o.Name)
	}
	for _, b := range schema.Blocks() {
		add(b.Name)
		for _, attribute := range b.Attributes {
			add(attribute.Name)
		}
	}
	return words
}
