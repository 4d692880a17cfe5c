package schema

import "strconv"

// settingRules look at one setting in the light of the option table. The
// first finding about a setting is enough: the others would follow from it.
var settingRules = []func(*finder, *Bond, Setting) (found bool){
	(*finder).refusedInMode,
	(*finder).refusedTogether,
	(*finder).refusedAlone,
	(*finder).roundedDown,
	(*finder).idleInMode,
	(*finder).idleAlone,
}

// settings applies the table's rules to the options of a bond and its slaves.
func (f *finder) settings(b *Bond) {
	f.settingsOf(b, b.Settings)
	for _, slave := range b.Slaves {
		f.settingsOf(b, slave.Settings)
	}
}

func (f *finder) settingsOf(b *Bond, settings Settings) {
	for _, s := range settings {
		if s.Bad {
			continue
		}
		for _, rule := range settingRules {
			if rule(f, b, s) {
				break
			}
		}
		for _, rule := range valueRules {
			rule(f, b, s)
		}
	}
}

// refusedInMode: the driver refuses an option in a foreign mode whatever its
// value, its default included (EACCES).
func (f *finder) refusedInMode(b *Bond, s Setting) bool {
	mode, ok := b.sureMode()
	if !ok || s.Option.Modes.Has(mode) {
		return false
	}
	f.refuse(s.NameRange, "Option not accepted in this mode", "%s works only in mode %s; %s is %s. Remove it, or change the mode.",
		s.Option.Name, s.Option.Modes, b.Name.Value, b.modeText(mode))
	return true
}

// refusedTogether: the driver refuses a message with both (EINVAL), and what
// is set one after the other switches the first off without a word.
func (f *finder) refusedTogether(b *Bond, s Setting) bool {
	var others []string
	for _, name := range s.Option.Excludes {
		other, ok := b.Settings.Get(name)
		if ok && !other.Bad && !other.Value.IsZero() && comesAfter(other.Option, s.Option) {
			others = append(others, name)
		}
	}
	if s.Value.IsZero() || len(others) == 0 {
		return false
	}
	f.refuse(s.NameRange, "Options exclude each other",
		"%s cannot be used together with %s: set at once the driver refuses them, and set in turn the last one switches the other off. Keep one kind of monitoring.",
		s.Option.Name, andList(others))
	return true
}

// comesAfter tells which of two options is later in the table.
func comesAfter(a, b *Option) bool {
	for _, o := range options {
		if o == a || o == b {
			return o == b
		}
	}
	return false
}

// refusedAlone: what the option requires is not there. What is counted in
// ticks of another option is refused without it even when it is 0 (EPERM).
func (f *finder) refusedAlone(b *Bond, s Setting) bool {
	if len(s.Option.Requires) == 0 || (s.Value.IsZero() && s.Option.MultipleOf == "") {
		return false
	}
	if b.presence(s.Option.Requires...) != absent {
		return false
	}
	needed := orList(s.Option.Requires)
	remedy := "Set " + needed + ", or remove " + s.Option.Name + "."
	if mode, ok := b.sureMode(); ok && !acceptsAny(mode, s.Option.Requires) {
		remedy = "Mode " + mode.String() + " does not accept " + needed + ": remove " + s.Option.Name + ", or change the mode."
	}
	f.refuse(s.NameRange, "Missing option", "%s needs %s, and %s has none or 0.%s %s",
		s.Option.Name, needed, b.Name.Value, ticksText(s.Option), remedy)
	return true
}

func ticksText(o *Option) string {
	if o.MultipleOf == "" {
		return ""
	}
	return " The driver counts it in ticks of " + o.MultipleOf + " and refuses it, even as 0, while there are none."
}

func acceptsAny(mode Mode, names []string) bool {
	for _, name := range names {
		if optionsByName[name].Modes.Has(mode) {
			return true
		}
	}
	return false
}

// roundedDown: the driver keeps a whole number of ticks.
func (f *finder) roundedDown(b *Bond, s Setting) bool {
	tick, ok := b.number(s.Option.MultipleOf)
	if !ok || tick == 0 || s.Value.Number()%tick == 0 {
		return false
	}
	report, refusal := f.warn, ""
	if s.Option.WholeTicks {
		report, refusal = f.refuse, " NetworkManager refuses it."
	}
	report(s.Range, "Not a multiple of "+s.Option.MultipleOf, "The driver counts %s in ticks of %s, which is %d, and makes %d of %s.%s Write a multiple of %d.",
		s.Option.Name, s.Option.MultipleOf, tick, s.Value.Number()/tick*tick, s.Value, refusal, tick)
	return true
}

// idleInMode: the driver takes the option and does nothing with it.
func (f *finder) idleInMode(b *Bond, s Setting) bool {
	mode, ok := b.sureMode()
	if !ok || s.Option.Effective.Has(mode) || s.Option.IsDefault(mode, s.Value) {
		return false
	}
	f.warn(s.NameRange, "Option without effect", "%s does something only in mode %s; %s is %s. Remove it, or change the mode.",
		s.Option.Name, s.Option.Effective, b.Name.Value, b.modeText(mode))
	return true
}

// idleAlone: the option only refines another, which is not there.
func (f *finder) idleAlone(b *Bond, s Setting) bool {
	mode, ok := b.sureMode()
	if !ok || len(s.Option.UselessWithout) == 0 || s.Option.IsDefault(mode, s.Value) {
		return false
	}
	if b.presence(s.Option.UselessWithout...) != absent {
		return false
	}
	needed := orList(s.Option.UselessWithout)
	f.warn(s.NameRange, "Option without effect", "%s does nothing without %s. Set %s, or remove %s.",
		s.Option.Name, needed, needed, s.Option.Name)
	return true
}

// aliasesAgree: the driver keeps one number for both names, and the last
// writer wins.
func (f *finder) aliasesAgree(b *Bond) {
	for _, s := range b.Settings {
		if s.Bad || s.Option.Alias == "" {
			continue
		}
		first, ok := b.Settings.Get(s.Option.Alias)
		if ok && !first.Bad && !first.Value.Equal(s.Value) {
			f.refuse(s.Range, "Two values for one option", "%s and %s are two names of one number in the driver, and cannot be %s and %s. Remove one.",
				s.Option.Name, s.Option.Alias, s.Value, first.Value)
		}
	}
}

// presence tells whether a bond has an option that is not off.
type presence uint8

const (
	absent presence = iota
	doubtful
	present
)

// presence gives the best of several options.
func (b *Bond) presence(names ...string) presence {
	best := absent
	for _, name := range names {
		best = max(best, b.presenceOf(optionsByName[name]))
	}
	return best
}

func (b *Bond) presenceOf(o *Option) presence {
	setting, set := b.Settings.Get(o.Name)
	mode, sure := b.sureMode()
	switch {
	case set && setting.Bad, !set && (b.unread.attrs || !sure):
		return doubtful
	case set && !setting.Value.IsZero():
		return present
	case !set && !o.isOff(o.DefaultIn(mode)):
		return present
	}
	return absent
}

// isOff tells whether a default means that the option does nothing.
func (o *Option) isOff(text string) bool {
	value, err := o.Parse(text)
	return err != nil || value.IsZero()
}

// number gives what an option comes to, set or by default; false where it is
// not known.
func (b *Bond) number(name string) (int64, bool) {
	setting, set := b.Settings.Get(name)
	if set {
		return setting.Value.Number(), !setting.Bad
	}
	mode, sure := b.sureMode()
	o, known := Lookup(name)
	if !known || !sure || b.unread.attrs {
		return 0, false
	}
	n, err := strconv.ParseInt(o.DefaultIn(mode), 10, 64)
	return n, err == nil
}

// sureMode gives the bond's mode, and false where it was refused or may be
// misspelt.
func (b *Bond) sureMode() (Mode, bool) {
	mode, ok := b.Mode()
	_, set := b.Settings.Get("mode")
	return mode, ok && (set || !b.unread.attrs)
}

// modeText names a bond's mode for a sentence.
func (b *Bond) modeText(mode Mode) string {
	if _, set := b.Settings.Get("mode"); !set {
		return mode.String() + ", for it has no mode"
	}
	return mode.String()
}
