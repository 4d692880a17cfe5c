package view

import "github.com/bondctl/bondctl/schema"

// ExplainJSON is what explain --json prints.
type ExplainJSON struct {
	FormatVersion string       `json:"format_version"`
	Modes         []modeJSON   `json:"modes"`
	Options       []optionJSON `json:"options"`
	Blocks        []blockJSON  `json:"blocks"`
}

// Words are what is to be explained.
type Words struct {
	Modes   []schema.Mode
	Options []*schema.Option
	Blocks  []schema.BlockDoc
}

type modeJSON struct {
	Name        string   `json:"name"`
	Number      int      `json:"number"`
	Doc         string   `json:"doc"`
	NeedsSwitch bool     `json:"needs_switch"`
	Options     []string `json:"options"`
}

type optionJSON struct {
	Name           string       `json:"name"`
	Scope          string       `json:"scope"`
	Doc            string       `json:"doc"`
	Takes          string       `json:"takes"`
	Unit           string       `json:"unit,omitempty"`
	Min            *int64       `json:"min,omitempty"`
	Max            *int64       `json:"max,omitempty"`
	Choices        []choiceJSON `json:"choices,omitempty"`
	Default        string       `json:"default"`
	DefaultIn      *defaultJSON `json:"default_in_some_modes,omitempty"`
	Modes          []string     `json:"modes"`
	Effective      []string     `json:"effective_in"`
	Excludes       []string     `json:"excludes,omitempty"`
	Requires       []string     `json:"requires,omitempty"`
	UselessWithout []string     `json:"useless_without,omitempty"`
	MultipleOf     string       `json:"multiple_of,omitempty"`
	Alias          string       `json:"alias,omitempty"`
	Change         string       `json:"change"`
	Kernel         string       `json:"kernel,omitempty"`
	Words          []wordJSON   `json:"words"`
}

type choiceJSON struct {
	Name   string `json:"name"`
	Number int64  `json:"number"`
	Doc    string `json:"doc"`
	Kernel string `json:"kernel,omitempty"`
}

type defaultJSON struct {
	Modes []string `json:"modes"`
	Value string   `json:"value"`
}

// wordJSON is how one backend spells an option; without a name it cannot.
type wordJSON struct {
	Backend string `json:"backend"`
	Name    string `json:"name,omitempty"`
	Limits  string `json:"limits,omitempty"`
}

type blockJSON struct {
	Name       string          `json:"name"`
	Title      string          `json:"title"`
	In         []string        `json:"in,omitempty"`
	Doc        string          `json:"doc"`
	Attributes []attributeJSON `json:"attributes,omitempty"`
	Blocks     []string        `json:"blocks,omitempty"`
}

type attributeJSON struct {
	Name     string `json:"name"`
	Takes    string `json:"takes"`
	Doc      string `json:"doc"`
	Required bool   `json:"required,omitempty"`
	Secret   bool   `json:"secret,omitempty"`
}

// NewExplainJSON tells a program about words of the language.
func NewExplainJSON(words Words) ExplainJSON {
	shown := ExplainJSON{
		FormatVersion: FormatVersion, Modes: []modeJSON{}, Options: []optionJSON{}, Blocks: []blockJSON{},
	}
	for _, m := range words.Modes {
		shown.Modes = append(shown.Modes, modeJSON{
			Name: m.String(), Number: int(m), Doc: m.Doc(), NeedsSwitch: m.NeedsSwitch(), Options: optionsIn(m),
		})
	}
	for _, o := range words.Options {
		shown.Options = append(shown.Options, newOptionJSON(o))
	}
	for _, b := range words.Blocks {
		shown.Blocks = append(shown.Blocks, newBlockJSON(b))
	}
	return shown
}

func newOptionJSON(o *schema.Option) optionJSON {
	shown := optionJSON{
		Name: o.Name, Scope: scope(o), Doc: o.Doc, Takes: takes(o), Unit: o.Unit.String(), Default: o.Default,
		Modes: modeNames(o.Modes), Effective: modeNames(o.Effective), Excludes: o.Excludes, Requires: o.Requires,
		UselessWithout: o.UselessWithout, MultipleOf: o.MultipleOf, Alias: o.Alias,
		Change: interruption(o.Change), Kernel: o.Kernel, Words: []wordJSON{},
	}
	if o.Kind == schema.Number {
		shown.Min, shown.Max = &o.Min, &o.Max
	}
	if o.ModeDefault.Modes != 0 {
		shown.DefaultIn = &defaultJSON{Modes: modeNames(o.ModeDefault.Modes), Value: o.ModeDefault.Value}
	}
	for _, c := range o.Choices {
		shown.Choices = append(shown.Choices, choiceJSON(c))
	}
	for _, s := range sayings(o) {
		shown.Words = append(shown.Words, wordJSON{Backend: s.backend, Name: s.word.Name, Limits: s.limits()})
	}
	return shown
}

func modeNames(set schema.ModeSet) []string {
	names := []string{}
	for _, m := range set.Modes() {
		names = append(names, m.String())
	}
	return names
}

func newBlockJSON(b schema.BlockDoc) blockJSON {
	shown := blockJSON{Name: b.Name, Title: b.Title(), In: b.In, Doc: b.Doc, Blocks: b.Blocks}
	for _, a := range b.Attributes {
		shown.Attributes = append(shown.Attributes, attributeJSON{Name: a.Name, Takes: a.Kind, Doc: a.Doc, Required: a.Required, Secret: a.Secret})
	}
	return shown
}
