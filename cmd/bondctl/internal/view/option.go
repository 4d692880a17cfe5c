package view

import (
	"fmt"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// fact is one row of what is told about an option.
type fact struct{ name, text string }

// optionFacts tells about an option what is not in its one sentence.
func optionFacts(o *schema.Option) []fact {
	facts := []fact{
		{"Belongs to", scope(o)},
		{"Takes", takes(o)},
		{"Default", defaults(o)},
		{"Modes", modesOf(o)},
		{"Changing it", interruption(o.Change)},
		{"Not with", strings.Join(o.Excludes, ", ")},
		{"Needs", strings.Join(o.Requires, " or ")},
		{"Useless without", strings.Join(o.UselessWithout, ", ")},
		{"Whole ticks of", o.MultipleOf},
		{"Same as", o.Alias},
		{"Linux", since(o.Kernel)},
	}
	if o.ResetByMode {
		facts = append(facts, fact{"Reset", "a change of mode sets it to its default"})
	}
	kept := facts[:0]
	for _, f := range facts {
		if f.text != "" {
			kept = append(kept, f)
		}
	}
	return kept
}

func scope(o *schema.Option) string {
	return [...]string{"the bond", "each slave", "the bonding module"}[o.Scope]
}

// takes says what may be written for the option.
func takes(o *schema.Option) string {
	text := o.Range()
	if o.Unit != schema.NoUnit {
		text += `, or a duration such as "` + (10 * o.Unit.Duration()).String() + `"`
	}
	return text
}

func defaults(o *schema.Option) string {
	text := o.Default
	if text == "" {
		text = "not set"
	}
	if o.ModeDefault.Modes != 0 {
		text += fmt.Sprintf("; %s in %s", o.ModeDefault.Value, o.ModeDefault.Modes)
	}
	return text
}

// modesOf says in which modes the driver takes the option, and where it does something.
func modesOf(o *schema.Option) string {
	text := "all"
	if o.Modes != schema.AllModes {
		text = "accepted only in " + o.Modes.String()
	}
	if o.Effective != o.Modes {
		text += "; does something in " + o.Effective.String()
	}
	return text
}

// interruption says what traffic notices when a running bond's option is changed.
func interruption(c schema.Change) string {
	return [...]string{
		"in place, traffic goes on",
		"bond down for a moment",
		"bounces every slave: each is released and enslaved again",
		"bond down, and bounces every slave: each is released and enslaved again",
		"recreated: the bond is made anew",
	}[c]
}

func since(version string) string {
	if version == "" {
		return ""
	}
	return version + " and later"
}

// saying is how one backend is told an option, or that it cannot be.
type saying struct {
	backend string
	word    schema.Word
	// byCommand is set where a command of the file says it, not a key.
	byCommand bool
	// notBy names a consumer of the backend's files that drops it.
	notBy string
}

// sayings tells how each backend is told the option, in the order of the list
// of backends. What ifenslave does not understand, an interfaces file says by
// a command.
func sayings(o *schema.Option) []saying {
	ifupdown := saying{backend: "ifupdown", word: o.Word(schema.Ifenslave)}
	if command := o.Word(schema.IPRoute2); ifupdown.word.Name == "" && command.Name != "" {
		command.Why = ifupdown.word.Why
		ifupdown.word, ifupdown.byCommand = command, true
	}
	// What is said once the bond is up, ifupdown2 hears too.
	whenUp := ifupdown.byCommand && (o.ResetByMode || o.Kind == schema.LinkName)
	if ifupdown.word.Name != "" && o.Word(schema.Ifupdown2).Name == "" && !whenUp {
		ifupdown.notBy = schema.Ifupdown2.String()
	}
	return []saying{
		ifupdown,
		{backend: "ifcfg", word: o.Word(schema.BondingOpts)},
		{backend: "netplan", word: o.Word(schema.Netplan)},
		{backend: "keyfile", word: o.Word(schema.NetworkManager)},
		{backend: "networkd", word: o.Word(schema.Networkd)},
		{backend: "modprobe", word: o.Word(schema.Module)},
	}
}

// limits says what of the option a word cannot carry.
func (s saying) limits() string {
	var parts []string
	if s.byCommand {
		parts = append(parts, "by an ip link command in the stanza")
	}
	if s.word.OnSlave {
		parts = append(parts, "in the slave's file")
	}
	if s.word.NoZero {
		parts = append(parts, "cannot say 0, false or none")
	}
	if s.word.Only != nil {
		parts = append(parts, only(s.word.Only))
	}
	if s.word.Since != "" {
		parts = append(parts, "since "+s.word.Since)
	}
	if s.notBy != "" {
		parts = append(parts, s.notBy+" drops it")
	}
	if s.word.Why != "" {
		parts = append(parts, s.word.Why)
	}
	return strings.Join(parts, "; ")
}

func only(values []string) string {
	if len(values) == 0 {
		return "it has no effect there"
	}
	return "only " + strings.Join(values, ", ")
}

// optionsIn lists the options of bonds and slaves that do something in a mode.
func optionsIn(m schema.Mode) []string {
	var names []string
	for _, o := range schema.Options() {
		if o.Effective.Has(m) && o.Scope != schema.ModuleScope {
			names = append(names, o.Name)
		}
	}
	return names
}

// switchNeeds says what a mode demands of the switch.
func switchNeeds(m schema.Mode) string {
	if m.NeedsSwitch() {
		return "its ports must be configured as one group"
	}
	return "any, as it is"
}
