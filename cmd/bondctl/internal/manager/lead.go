package manager

import (
	"cmp"
	"context"
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/schema"
)

// Leader is a manager that makes some of the changes itself, or has them made:
// those that are no request to the kernel, or that it would undo if they were.
type Leader interface {
	Manager
	// Insists tells whether it brings back what somebody else changes of its
	// links: then the way back begins with it, and not with the kernel.
	Insists() bool
	// Lead divides the changes of a plan between bondctl and the manager, and
	// adds what the manager has to be told. It is pure.
	Lead(s Situation, changes []plan.Change) []plan.Change
	// Carry makes a change that is the manager's.
	Carry(ctx context.Context, c plan.Change) error
}

// Writer is a leader whose programs write files that are no part of a plan.
type Writer interface {
	Leader
	// Writes lists those that the changes lead to: they are kept with the plan's,
	// for the way back.
	Writes(changes []plan.Change) []string
}

// Situation is what a manager leads in.
type Situation struct {
	Files plan.Files
	Want  *plan.Wanted
	Now   *kernel.State
	Facts Facts
	// Profiles are the files of the profiles that links shall be up by. A link
	// that is not named has the one that the backend writes.
	Profiles map[string]string
	// Taken are the links that another manager has had so far.
	Taken []string
	// Stations are the links that join a wireless network.
	Stations []string
	// Doc is the document that is wanted, and Known what [Manager.Remember] gave of
	// an earlier state that is wanted instead.
	Doc   *schema.Document
	Known []byte
}

// Insists implements [Leader].
func (*profileManager) Insists() bool { return true }

// Lead implements [Leader]. What the driver takes on a running bond is changed
// by bondctl, and NetworkManager takes the rest of the profile over in place:
// addresses, routes, resolvers (nm_device_reapply of its source). A link whose
// slaves, mode and the like change NetworkManager activates anew, for it takes
// a slave that somebody else has released back.
func (m *profileManager) Lead(s Situation, changes []plan.Change) []plan.Change {
	l := leading{Situation: s, profiles: m.profiles, anew: map[string]plan.Effect{}, remade: map[string]bool{}, done: map[string]bool{}, going: map[string][]plan.Change{}}
	l.written, l.removed = m.profiles.touched(s.Files, s.Want)
	if len(changes)+len(l.written)+len(l.removed) == 0 {
		return changes
	}
	l.findAnew(changes)
	strangers := l.strangers()
	if l.canStartAnew(strangers) {
		return l.assume(changes, strangers)
	}
	l.takeFrom(strangers)
	if len(l.written) > 0 {
		l.do(plan.Change{Verb: plan.Read, Files: l.written, Effect: plan.None})
	}
	l.take()
	for _, c := range changes {
		l.divide(c)
	}
	for _, link := range s.Want.Links {
		l.rest(link)
	}
	for _, file := range l.removed {
		l.forget(l.profiles.link(file), plan.None)
	}
	return l.led
}

// leading divides one plan.
type leading struct {
	Situation
	profiles         profiles
	written, removed []string
	// anew are the links that NetworkManager activates, with what traffic notices.
	anew map[string]plan.Effect
	// remade are those bonds among them that are deleted first.
	remade map[string]bool
	// done are the links of which NetworkManager has been told.
	done map[string]bool
	// going are the addresses and routes that cards lose when they are activated.
	going map[string][]plan.Change
	led   []plan.Change
}

func (l *leading) do(c plan.Change) {
	c.By = networkManager
	l.led = append(l.led, c)
}

// take has NetworkManager care for links that another manager has had. It
// has read their profiles by then, and makes up none of its own.
func (l *leading) take() {
	var left []string
	for _, d := range l.Facts.Devices {
		if !d.Managed && l.wanted(d.Link) != nil && slices.Contains(l.Taken, d.Link) {
			left = append(left, d.Link)
		}
	}
	if len(left) > 0 {
		l.do(plan.Change{Verb: plan.Manage, Links: left, Effect: plan.None})
	}
}

// wanted finds a link that shall be, nil for any other.
func (l *leading) wanted(name string) *plan.Link {
	for _, w := range l.Want.Links {
		if w.Name == name && !w.Absent {
			return w
		}
	}
	return nil
}

// findAnew finds the links that cannot be changed in place.
func (l *leading) findAnew(changes []plan.Change) {
	for _, c := range changes {
		name := l.activates(c)
		if l.wanted(name) == nil {
			continue
		}
		l.anew[name] = plan.Worst([]plan.Change{{Effect: cmp.Or(l.anew[name], plan.None)}, c})
		if staysSet(c) {
			l.anew[name], l.remade[name] = plan.Recreated, true
		}
	}
}

// takeFrom has the strangers activated too. A bond whose profile gets another UUID
// goes when NetworkManager reads that.
func (l *leading) takeFrom(strangers []string) {
	for _, d := range l.Facts.Devices {
		if _, known := l.anew[d.Link]; known || !slices.Contains(strangers, d.Link) {
			continue
		}
		l.anew[d.Link] = l.interruption(l.wanted(d.Link))
		if l.profiles.isFor(d.File, l.profile(d.Link)) && !d.External && l.anew[d.Link] == plan.BondDown {
			l.anew[d.Link] = plan.Recreated
		}
	}
}

// interruption is what traffic notices of activating a link anew.
func (l *leading) interruption(w *plan.Link) plan.Effect {
	now, there := l.Now.Link(w.Name)
	carries := slices.ContainsFunc(l.Now.Addresses, func(a kernel.Address) bool { return a.Link == w.Name })
	switch {
	case !there || !now.Up || now.Master == "" && !carries:
		return plan.None
	case now.Bond != nil:
		return plan.BondDown
	}
	return plan.Bounces(w.Name)
}

// profile is the file of the profile that a link shall be up by.
func (l *leading) profile(link string) string {
	if file, ok := l.Profiles[link]; ok {
		return file
	}
	return l.profiles.file(link)
}

// activates names the link that must be activated for a change, empty for a
// change in place.
func (l *leading) activates(c plan.Change) string {
	switch c.Verb { //nolint:exhaustive // all others are made in place
	case plan.MakeBond, plan.MakeVLAN, plan.Up, plan.Enslave:
		return c.Link
	case plan.Release:
		if w := l.wanted(c.Link); w != nil && w.Master == c.On {
			return c.On // it comes back
		}
		return c.Link
	case plan.Down:
		if w := l.wanted(c.Link); w != nil && w.Up {
			return c.Link
		}
	case plan.SetBond:
		if c.Effect != plan.InPlace {
			return c.Link
		}
	}
	return ""
}

// divide gives a change to who makes it.
func (l *leading) divide(c plan.Change) {
	activated := l.activates(c)
	_, anew := l.anew[activated]
	_, ofAnew := l.anew[c.Link]
	switch {
	case anew:
		l.activate(activated, c)
	case c.Verb == plan.Delete && l.isForgotten(c.Link), c.Verb == plan.Release && l.isForgotten(c.Link):
		l.forget(c.Link, c.Effect)
		if c.Verb == plan.Delete {
			l.do(c)
		}
	case ofAnew && c.Verb != plan.SetSlave && c.Verb != plan.AwaitCarrier:
		l.brings(c)
	default:
		l.inPlace(c)
	}
}

// brings passes over what comes with the activation of a link, but for its settings,
// and for what a card loses by it.
func (l *leading) brings(c plan.Change) {
	if c.Verb == plan.RemoveAddress || c.Verb == plan.RemoveRoute {
		l.loses(c)
	}
	if c.Verb == plan.SetBond {
		l.activate(c.Link, c)
	}
	if c.Verb == plan.Delete { // to be made anew
		l.led = append(l.led, c)
	}
}

// loses names what a card loses, once it is activated: NetworkManager takes that away
// with the profile that it was up by, unless it is somebody else's.
func (l *leading) loses(c plan.Change) {
	switch w := l.wanted(c.Link); {
	case w == nil || w.Kind != "":
	case l.done[c.Link]:
		l.do(c)
	default:
		l.going[c.Link] = append(l.going[c.Link], c)
	}
}

// activate has a link activated once, at the first change that needs it. It
// names the settings that come with it.
func (l *leading) activate(name string, c plan.Change) {
	w := l.wanted(name)
	if c.Verb == plan.Down && w.Master != "" { // its enslaving follows
		return
	}
	if !l.done[name] {
		l.done[name] = true
		if l.remade[name] {
			l.led = append(l.led, plan.Change{Verb: plan.Delete, Link: name, Effect: plan.Recreated, Why: "NetworkManager sets none of a bond's options back to what the driver has by itself where that wants a bond without slaves"})
		}
		l.do(plan.Change{Verb: plan.Activate, Link: name, On: w.Master, Effect: l.anew[name], Why: c.Why, Files: []string{l.profile(name)}, Moves: l.moves(w)})
		for _, gone := range l.going[name] {
			l.do(gone)
		}
	}
	for i := range l.led {
		if l.led[i].Verb == plan.Activate && l.led[i].Link == name && c.Link == name && (c.Verb == plan.SetBond || c.Verb == plan.MakeBond) {
			l.led[i].Settings = with(l.led[i].Settings, c.Settings)
			l.led[i].Was = with(l.led[i].Was, c.Was)
		}
	}
	if now, ok := l.Now.Link(name); ok && now.Bond != nil {
		l.follow(now.Name)
	}
}

// staysSet tells whether NetworkManager, which activates a bond anew, leaves an
// option as it was: fail_over_mac stays what it was when the profile says none
// (seen with 1.52).
func staysSet(c plan.Change) bool {
	return c.Verb == plan.SetBond && slices.ContainsFunc(c.Settings, func(s schema.Setting) bool {
		was, known := c.Was.Get(s.Option.Name)
		return known && !was.Value.Equal(s.Value) && s.Option.Change == schema.Empty && s.Value.String() == s.Option.Default
	})
}

// follow has the slaves of a bond brought back that NetworkManager releases
// when it activates the bond anew.
func (l *leading) follow(bond string) {
	for _, w := range l.Want.Links {
		now, ok := l.Now.Link(w.Name)
		if !ok || w.Absent || w.Master != bond || now.Master != bond || l.done[w.Name] {
			continue
		}
		l.done[w.Name] = true
		l.do(plan.Change{Verb: plan.Activate, Link: w.Name, On: bond, Effect: l.anew[bond], Files: []string{l.profile(w.Name)}})
	}
}

func with(settings, more schema.Settings) schema.Settings {
	for _, s := range more {
		settings = settings.With(s)
	}
	return settings
}

// moves tells whether an address that a link shall have is another one's now:
// NetworkManager would find it taken.
func (l *leading) moves(w *plan.Link) bool {
	return slices.ContainsFunc(l.Now.Addresses, func(a kernel.Address) bool {
		return a.Link != w.Name && slices.ContainsFunc(w.Addresses, func(wanted kernel.Address) bool { return wanted.Prefix.Addr() == a.Prefix.Addr() })
	})
}

// inPlace leaves a change to bondctl, but for addresses and routes: those are
// NetworkManager's, which would bring its own back.
func (l *leading) inPlace(c plan.Change) {
	switch c.Verb { //nolint:exhaustive // all others are bondctl's
	case plan.AddAddress, plan.RemoveAddress, plan.AddRoute, plan.RemoveRoute:
		if w := l.wanted(c.Link); w != nil && w.Master == "" {
			l.reapply(w)
			if again := slices.ContainsFunc(l.led, func(d plan.Change) bool { return d.By != "" && d.String() == c.String() }); !again {
				l.do(c) // the kernel may take an address away with another one; NetworkManager sees to that
			}
			return
		}
	}
	l.led = append(l.led, c)
}

func (l *leading) reapply(w *plan.Link) {
	if !l.done[w.Name] {
		l.done[w.Name] = true
		l.do(plan.Change{Verb: plan.Reapply, Link: w.Name, Effect: plan.InPlace, Files: []string{l.profile(w.Name)}, Moves: l.moves(w)})
	}
}

// rest tells NetworkManager of links whose profile is new and that no change
// has named yet. What can be new of a slave's or a station's profile it takes
// up only by activating it; its settings in the bond are set already.
func (l *leading) rest(w *plan.Link) {
	_, anew := l.anew[w.Name]
	changes := slices.Contains(l.written, l.profile(w.Name)) || slices.ContainsFunc(l.led, func(c plan.Change) bool { return c.Link == w.Name && c.By == "" })
	set := slices.ContainsFunc(l.led, func(c plan.Change) bool { return c.Link == w.Name && c.Verb == plan.SetSlave })
	switch {
	case w.Absent || l.done[w.Name]:
	case anew:
		l.activate(w.Name, plan.Change{Why: "it is up by another profile"})
	case !changes || set || l.profiles.made && w.Master != "":
	case w.Master != "" || slices.Contains(l.Stations, w.Name):
		l.anew[w.Name] = l.interruption(w)
		l.activate(w.Name, plan.Change{})
	default:
		l.reapply(w)
	}
}

// isForgotten tells whether the profile of a link goes.
func (l *leading) isForgotten(link string) bool {
	return slices.Contains(l.removed, l.profiles.file(link)) || l.profiles.made && l.wanted(link) == nil
}

// forget has the profile of a link forgotten, once, and the link given up.
func (l *leading) forget(link string, effect plan.Effect) {
	if !l.done[link] {
		l.done[link] = true
		l.do(plan.Change{Verb: plan.Forget, Link: link, Effect: effect, Files: []string{l.profiles.file(link)}})
	}
}
