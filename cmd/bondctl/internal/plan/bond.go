package plan

import (
	"fmt"
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// makeBond makes a bond that is missing, and anew where an option can be set
// only then.
func (p *planner) makeBond(l *Link) {
	now := p.now.links[l.Name]
	made := Change{Verb: MakeBond, Link: l.Name, Settings: creation(l.Options), Effect: None}
	if now == nil {
		p.do(made)
		return
	}
	for _, s := range p.changed(l, now) {
		if s.Option.Change == schema.Creation {
			why := fmt.Sprintf("%s can be set only when the bond is made", s.Option.Name)
			p.keep(l.Name)
			p.do(Change{Verb: Delete, Link: l.Name, Effect: Recreated, Why: why})
			made.Effect, made.Why = Recreated, why
			p.do(made)
			return
		}
	}
}

// keep adds to what is wanted the VLANs on a link that are not described, as
// they are: they go with it and must come back.
func (p *planner) keep(name string) {
	for _, vlan := range p.now.above[name] {
		if p.want.find(vlan) == nil {
			p.want.Links = append(p.want.Links, p.now.asIs(vlan))
			p.want.sort()
		}
		p.keep(vlan)
	}
}

// creation are the settings that a bond is made with: those that differ from
// what a fresh one has, for an old driver may not know the others. Slaves and
// hence an active one are not there yet.
func creation(options schema.Settings) schema.Settings {
	mode := modeOf(options)
	var settings schema.Settings
	for _, s := range options {
		sayable := !isMomentary(s) && s.Option.Modes.Has(mode)
		if sayable && (s.Option.Change == schema.EmptyDown || !isFresh(s, mode)) {
			settings = settings.With(s)
		}
	}
	return settings
}

func isFresh(s schema.Setting, mode schema.Mode) bool {
	return s.Option.IsDefault(mode, s.Value)
}

func modeOf(settings schema.Settings) schema.Mode {
	setting, _ := settings.Get("mode")
	return schema.Mode(setting.Value.Number()) //nolint:gosec // an enumeration of seven
}

// changed gives the settings of a bond that differ from what the driver tells.
// Of what it does not tell nothing is known, and nothing is changed; nor can
// an option be that neither the mode before nor the one afterwards has.
func (p *planner) changed(l *Link, now *kernel.Link) schema.Settings {
	mode := modeOf(l.Options)
	var changed schema.Settings
	for _, s := range l.Options {
		value, told := now.Bond.Value(s.Option)
		within := s.Option.Modes.Has(mode) || s.Option.Modes.Has(now.Bond.Mode())
		if told && within && !value.Equal(s.Value) {
			changed = changed.With(s)
		}
	}
	return changed
}

// reshape changes the options of a bond that is there. What the driver demands
// decides what it costs: nothing, the bond down for a moment, or all slaves
// released and taken back.
func (p *planner) reshape(l *Link) {
	now := p.now.links[l.Name]
	changed := slices.DeleteFunc(p.changed(l, now), isMomentary)
	if len(changed) == 0 {
		return
	}
	effect, why := demand(slices.MaxFunc(changed, func(a, b schema.Setting) int { return int(a.Option.Change) - int(b.Option.Change) }).Option)
	if slices.ContainsFunc(changed, empties) {
		for _, slave := range slices.Clone(p.now.slaves[l.Name]) {
			p.do(Change{Verb: Release, Link: slave, On: l.Name, Effect: effect, Why: why})
		}
	}
	if slices.ContainsFunc(changed, downs) && now.Up {
		p.dropRoutes(l.Name, effect, why)
		p.do(Change{Verb: Down, Link: l.Name, Effect: effect, Why: why})
	}
	for _, message := range messages(l.Options, changed, now.Bond.Mode()) {
		p.do(Change{Verb: SetBond, Link: l.Name, Settings: message, Was: was(message, now.Bond), Effect: effect, Why: why})
	}
}

// activate chooses the active slave, once all slaves are there and have their
// priorities.
func (p *planner) activate(l *Link) {
	now := p.now.links[l.Name]
	for _, s := range p.changed(l, now) {
		if isMomentary(s) && slices.Contains(p.now.slaves[l.Name], s.Value.String()) {
			choice := schema.Settings{s}
			p.do(Change{Verb: SetBond, Link: l.Name, Settings: choice, Was: was(choice, now.Bond), Effect: InPlace})
		}
	}
}

func isMomentary(s schema.Setting) bool { return s.Option.Name == schema.ActiveSlave }

func empties(s schema.Setting) bool {
	return s.Option.Change == schema.Empty || s.Option.Change == schema.EmptyDown
}

func downs(s schema.Setting) bool {
	return s.Option.Change == schema.Down || s.Option.Change == schema.EmptyDown
}

// demand says what the change of an option costs, and why.
func demand(o *schema.Option) (Effect, string) {
	switch o.Change {
	case schema.Down:
		return BondDown, fmt.Sprintf("the driver changes %s only while the bond is down", o.Name)
	case schema.Empty, schema.EmptyDown:
		return BondDown, fmt.Sprintf("the driver changes %s only while the bond has no slaves", o.Name)
	case schema.Creation:
		return Recreated, fmt.Sprintf("%s can be set only when the bond is made", o.Name)
	case schema.Live:
	}
	return InPlace, ""
}

// was gives what the driver told of the options of a message.
func was(message schema.Settings, bond *kernel.Bond) schema.Settings {
	var settings schema.Settings
	for _, s := range message {
		if value, ok := bond.Value(s.Option); ok {
			settings = settings.With(schema.Setting{Option: s.Option, Value: value})
		}
	}
	return settings
}

// messages divides changes into those that the driver takes one after the
// other. What is switched off goes first and in reverse order of the table, for
// the driver refuses an option whose ground is gone: a delay without miimon.
func messages(wanted, changed schema.Settings, old schema.Mode) []schema.Settings {
	if mode, ok := changed.Get("mode"); ok {
		return nonEmpty(beforeMode(wanted, changed, old), schema.Settings{mode}, afterMode(wanted))
	}
	var list []schema.Settings
	var on schema.Settings
	for _, s := range slices.Backward(changed) {
		if s.Value.IsZero() {
			list = append(list, schema.Settings{s})
		} else {
			on = on.With(s)
		}
	}
	return append(list, nonEmpty(withDelays(on, wanted))...)
}

func nonEmpty(list ...schema.Settings) []schema.Settings {
	return slices.DeleteFunc(list, func(s schema.Settings) bool { return len(s) == 0 })
}

// beforeMode gives what can be said only before the mode changes: what the mode
// that is wanted does not have, as an earlier state may want it, and delays
// that will have no ground.
func beforeMode(wanted, changed schema.Settings, old schema.Mode) schema.Settings {
	mode := modeOf(wanted)
	before := slices.DeleteFunc(slices.Clone(changed), func(s schema.Setting) bool {
		return s.Option.Modes.Has(mode) && (!isDelay(s.Option) || !s.Value.IsZero())
	})
	for _, o := range schema.OptionsOf(schema.BondScope) {
		if isPreference(o) && o.Modes.Has(old) && !o.Modes.Has(mode) {
			none, _ := o.Parse("")
			before = before.With(schema.Setting{Option: o, Value: none})
		}
	}
	return before
}

// isPreference tells whether an option names a slave that the driver remembers,
// without telling so, while there is no such slave.
func isPreference(o *schema.Option) bool {
	return o.Kind == schema.LinkName && o.Name != schema.ActiveSlave
}

// isDelay tells whether the driver keeps an option as a number of another's ticks.
func isDelay(o *schema.Option) bool { return o.MultipleOf != "" }

// tick is what a delay is a multiple of, 0 while that is off.
func tick(o *schema.Option, settings schema.Settings) int64 {
	base, _ := settings.Get(o.MultipleOf)
	return base.Value.Number()
}

// afterMode gives what must be said once the mode has changed, which sets some
// options by itself: all that the mode has, but for delays that have no ground.
func afterMode(wanted schema.Settings) schema.Settings {
	mode := modeOf(wanted)
	var all schema.Settings
	for _, s := range wanted {
		switch {
		case s.Option.Change == schema.EmptyDown || s.Option.Change == schema.Creation || isMomentary(s):
		case !s.Option.Modes.Has(mode):
		case isDelay(s.Option) && tick(s.Option, wanted) == 0:
		default:
			all = all.With(s)
		}
	}
	return all
}

// withDelays adds the delays to a change of their tick: the driver keeps the
// numbers of ticks.
func withDelays(on, wanted schema.Settings) schema.Settings {
	for _, s := range wanted {
		if _, changes := on.Get(s.Option.MultipleOf); changes && isDelay(s.Option) && !s.Value.IsZero() {
			on = on.With(s)
		}
	}
	return on
}
