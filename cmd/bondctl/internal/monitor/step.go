package monitor

import (
	"fmt"
	"slices"

	"github.com/bondctl/bondctl/schema"
)

// way is a route as it is described and what is known of it.
type way struct {
	*RouteState
	set *Route
}

// turn is one step under way.
type turn struct {
	settings *Settings
	State
	// ways are in the order of the document.
	ways    []*way
	actions []Action
	// byPerson is set where a person has just said where traffic goes.
	byPerson bool
	// assert is set where the kernel may not be as it was left.
	assert bool
	// wake is the earliest moment that is waited for, 0 for none.
	wake Moment
	// keep is set where the state is worth keeping on disk.
	keep bool
}

// Step takes what has come in, and gives the next state and what is to be done.
// Neither the state given nor the settings are changed. An input from before the
// last one counts as of the same moment.
func (s *Settings) Step(before State, in Input) (State, []Action) {
	t := &turn{settings: s, State: before.clone()}
	t.Now = max(in.At, t.Now)
	if in.Kind == Started {
		t.start(in)
	}
	t.pair()
	if len(s.Routes) == 0 {
		return t.State, nil
	}
	if in.Kind == Left {
		t.leave()
		return t.State, t.actions
	}
	t.take(in)
	t.decide()
	t.schedule()
	return t.State, t.actions
}

// pair has each route beside its settings.
func (t *turn) pair() {
	t.adopt(t.settings)
	for i := range t.Routes {
		t.ways = append(t.ways, &way{RouteState: &t.Routes[i], set: &t.settings.Routes[i]})
	}
}

// start begins after a restart. Moments of an earlier boot mean nothing, and none are still
// to come: a container that was started again has the boot of its host and may have a clock
// that begins anew (time_namespaces(7)). Then only what is not measured in time is kept: how
// often routes failed, and a person's word.
func (t *turn) start(in Input) {
	if t.Boot == in.Boot && t.Now <= in.At {
		for i := range t.Routes {
			for j := range t.Routes[i].Checks {
				t.Routes[i].Checks[j].Asking = false
			}
		}
		return
	}
	t.Now = in.At
	kept := State{Boot: in.Boot, Now: in.At, Pin: t.Pin}
	for _, r := range t.Routes {
		fresh := RouteState{Name: r.Name, Link: r.Link, Gateway: r.Gateway, Status: Unknown, Flaps: r.Flaps, Flapping: r.Flapping, WasSetUp: r.SetUp || r.WasSetUp}
		if r.Flaps > 0 {
			fresh.FlappedAt = in.At
		}
		kept.Routes = append(kept.Routes, fresh)
	}
	t.State = kept
}

// take notes what has come in.
func (t *turn) take(in Input) {
	w := t.way(in.Route)
	switch in.Kind {
	case Checked:
		if w != nil {
			t.checked(w, in)
		}
	case CameLate:
		if w != nil {
			t.cameLate(w, in)
		}
	case PathChanged:
		if w != nil {
			t.pathChanged(w, in.Path)
		}
	case BondFailover:
		if w != nil {
			w.startOver(t.Now)
		}
	case Switched:
		t.switched(in.Route)
	case Stalled:
		t.Stalled = t.Now
	case Started, Reloaded:
		t.keep, t.assert = true, true
	case Tick, Left, Continued:
	}
}

// way finds a route by its name, nil where there is none.
func (t *turn) way(name string) *way {
	i := slices.IndexFunc(t.ways, func(w *way) bool { return w.Name == name })
	if i < 0 {
		return nil
	}
	return t.ways[i]
}

// pathChanged takes what the kernel says of a route's path.
func (t *turn) pathChanged(w *way, path Path) {
	old := w.Path
	if path.Told = true; path == old {
		return
	}
	w.Path, w.PathSince = path, t.Now
	was, is := old.Lacks(w.set.Gateway) == "", path.Lacks(w.set.Gateway) == ""
	switch {
	case was && is && old.Index == path.Index:
		t.gatewayChanged(w, old, path)
		w.startOver(t.Now)
	case old.Index != path.Index:
		w.forget(Unjudged)
		if w.UsableSince != 0 && w.judged() == Unknown {
			t.failed(w)
		}
	case was && !is:
		w.forget(Failed)
	case is:
		w.startOver(t.Now)
	}
}

func (t *turn) gatewayChanged(w *way, old, path Path) {
	if old.Gateway == path.Gateway {
		return
	}
	t.do(Action{Kind: Arrange, Order: slices.Clone(t.Order)}, Action{Kind: Warm, Route: w.Name})
	t.tell(schema.EventGatewayChanged, w, fmt.Sprintf("the gateway of %s was %s and is %s", w.Link, old.Gateway, path.Gateway))
}

// switched follows a person's word, which forgives the route that it names its failures.
func (t *turn) switched(route string) {
	if route != "" && t.way(route) == nil {
		t.note("there is no route %q in %s: nothing was changed", route, t.settings.Fallback)
		return
	}
	t.Pin, t.byPerson, t.keep = route, true, true
	w := t.way(route)
	if w == nil {
		return
	}
	w.Flaps = 0
	if !w.Status.Usable() && !w.set.BroughtUp {
		t.note("%s is %s: traffic moves there when it passes", route, t.state(w))
	}
}

// do adds actions.
func (t *turn) do(actions ...Action) { t.actions = append(t.actions, actions...) }

// note is for the log.
func (t *turn) note(format string, values ...any) {
	t.do(Action{Kind: Note, Text: fmt.Sprintf(format, values...)})
}

// tell tells a route's handlers.
func (t *turn) tell(name string, w *way, reason string) { t.tellMove(name, w, reason, "", "") }

func (t *turn) tellMove(name string, w *way, reason, from, to string) {
	evidence := []Finding{t.finding(w)}
	for _, other := range []string{from, to} {
		if o := t.way(other); o != nil && o != w {
			evidence = append(evidence, t.finding(o))
		}
	}
	t.do(Action{Kind: Emit, Route: w.Name, Event: &Event{
		Name: name, Fallback: t.settings.Fallback, Family: t.settings.Family, Route: w.Name, At: t.Now,
		From: from, To: to, Reason: reason, Evidence: evidence,
	}})
}

// waitUntil wants to be called at a moment, if it is not past.
func (t *turn) waitUntil(m Moment) {
	if m > t.Now && (t.wake == 0 || m < t.wake) {
		t.wake = m
	}
}
