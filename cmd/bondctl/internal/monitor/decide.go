package monitor

import (
	"slices"
	"time"

	"github.com/bondctl/bondctl/schema"
)

// decide finds how the routes are, and has traffic go where it should.
func (t *turn) decide() {
	t.notice()
	t.presume()
	t.doubt()
	if to, cause := t.choose(); to != nil {
		t.move(to, cause)
	}
	t.giveUp()
	t.activate()
	t.hold()
	t.arrange()
	t.announce()
	if t.keep {
		t.do(Action{Kind: Persist})
	}
}

// presume takes the first usable route for the one that carries traffic, and before
// anything is known the first, as the kernel does with the metrics that the host has
// set up.
func (t *turn) presume() {
	if t.Active != "" {
		return
	}
	first := t.ways[0]
	if i := slices.IndexFunc(t.ways, func(w *way) bool { return w.Status.Usable() }); i >= 0 {
		first = t.ways[i]
	}
	t.Active, t.Since, t.Announced = first.Name, t.Now, false
}

// active is the route that carries traffic.
func (t *turn) active() *way { return t.way(t.Active) }

// doubt notes since when the active route is in doubt. Then the others are asked
// at once, and their next hops sought.
func (t *turn) doubt() {
	a := t.active()
	doubtful := a.Status == Suspect || a.Status.gone() || (a.Status == Unknown && a.missed())
	switch {
	case !doubtful:
		t.Doubt = 0
	case t.Doubt == 0:
		t.Doubt = t.Now
		for _, w := range t.ways {
			if w != a && w.Path.Lacks(w.set.Gateway) == "" {
				t.do(Action{Kind: Warm, Route: w.Name})
			}
		}
	}
}

// preferred lists the routes, the best first: that which a person has chosen, then
// in the order of the document.
func (t *turn) preferred() []*way {
	if pinned := t.way(t.Pin); pinned != nil {
		others := slices.DeleteFunc(slices.Clone(t.ways), func(w *way) bool { return w == pinned })
		return append([]*way{pinned}, others...)
	}
	return t.ways
}

// better lists the routes before the active one.
func (t *turn) better() []*way {
	all := t.preferred()
	return all[:slices.Index(all, t.active())]
}

// choose finds another route for the traffic, nil for none.
func (t *turn) choose() (*way, Cause) {
	switch a := t.active(); {
	case a.Status.gone():
		return t.refuge(), t.escape()
	case t.byPerson:
		if to := t.wanted(); to != nil && to != a {
			return to, ByPerson
		}
	case !a.Status.Usable():
		return nil, ""
	}
	if w := t.way(t.Activating); w != nil && w != t.active() && w.proven(0) && t.usableFor(w, t.heldIfFailed) {
		return w, FailBack
	}
	return t.improvement(), FailBack
}

// escape is why the active route is left where it is gone.
func (t *turn) escape() Cause {
	if !t.Announced {
		return First
	}
	return Failover
}

// refuge is the best route that passes now. One that has failed of late and was not
// good for long is taken only where there is no other; then it waits no longer than
// settling, for whatever it may do next, the active route is dead already.
func (t *turn) refuge() *way {
	var proven []*way
	for _, w := range t.preferred() {
		if w.Name != t.Active && w.proven(t.Doubt) {
			proven = append(proven, w)
		}
	}
	for _, hold := range []func(*way) time.Duration{t.heldIfFailed, t.settlingIfFailed} {
		for _, w := range proven {
			if t.usableFor(w, hold) {
				return w
			}
		}
	}
	return nil
}

// heldIfFailed is no time for a route that has not failed of late.
func (t *turn) heldIfFailed(w *way) time.Duration {
	if w.flaps(t.Now) == 0 {
		return 0
	}
	return t.held(w)
}

func (t *turn) held(w *way) time.Duration { return w.held(t.settings.MinGood, t.Now) }

func (t *turn) settlingIfFailed(w *way) time.Duration { return min(settling, t.heldIfFailed(w)) }

// wanted is where a person's word leads: to the route that it names if that is
// usable, or to the best.
func (t *turn) wanted() *way {
	if w := t.way(t.Pin); w != nil {
		if !w.Status.Usable() {
			return nil
		}
		return w
	}
	for _, w := range t.ways {
		if w.Status == Good || w.Status == Unverified {
			return w
		}
	}
	return nil
}

// returnsTo tells whether traffic returns to a better route by itself: to that which a
// person has chosen in any case.
func (t *turn) returnsTo(w *way) bool { return !t.settings.ByHand || w.Name == t.Pin }

// heldBefore is how long a route must be good before traffic returns to it: the one
// that a person has chosen only where it has failed since.
func (t *turn) heldBefore(w *way) time.Duration {
	if w.Name == t.Pin {
		return t.heldIfFailed(w)
	}
	return t.held(w)
}

// improvement is the best of the better routes that has been good long enough.
func (t *turn) improvement() *way {
	for _, w := range t.better() {
		if t.returnsTo(w) && w.proven(0) && t.usableFor(w, t.heldBefore) {
			return w
		}
	}
	return nil
}

// move has traffic go to another route: the kernel first, then whoever wants to
// know. The new route is in place before anything of the old one is taken away.
func (t *turn) move(to *way, cause Cause) {
	from := t.active()
	reason := t.reason(from, to, cause)
	t.decided(cause, from, to, reason)
	t.Active, t.Since, t.AllDown, t.Doubt = to.Name, t.Now, false, 0
	if t.Activating == to.Name {
		t.Activating, t.Until = "", 0
	}
	to.Tries, to.NotBefore = 0, 0
	t.arrange()
	t.do(Action{Kind: Warm, Route: to.Name}, Action{Kind: UseResolvers, Route: to.Name}, Action{Kind: CloseSockets, Route: from.Name})
	t.tearDown(from, to, reason)
	t.setUp(to, reason)
	t.Announced = cause != First
	switch cause {
	case Failover:
		t.tellMove(schema.EventFailed, from, reason, from.Name, to.Name)
		t.tellMove(schema.EventConnected, to, reason, from.Name, to.Name)
	case FailBack:
		t.tellMove(schema.EventRestored, to, reason, from.Name, to.Name)
	case ByPerson:
		t.tellMove(schema.EventConnected, to, reason, from.Name, to.Name)
	case First, NoWay: // announce tells of the first
	}
}

// setUp tells the handlers once that a route is going to carry.
func (t *turn) setUp(w *way, reason string) {
	if !w.SetUp {
		w.SetUp, w.WasSetUp, t.keep = true, false, true
		t.tell(schema.EventSetup, w, reason)
	}
}

// tearDown tells the handlers once that a route carries no more.
func (t *turn) tearDown(w, to *way, reason string) {
	if !w.SetUp {
		return
	}
	w.SetUp, t.keep = false, true
	t.tellMove(schema.EventTeardown, w, reason, w.Name, to.Name)
}

// decided keeps the decision and what it rests on.
func (t *turn) decided(cause Cause, from, to *way, reason string) {
	d := &Decision{At: t.Now, Cause: cause, From: from.Name, To: to.Name, Reason: reason}
	for _, c := range from.Checks {
		d.LastPassed = max(d.LastPassed, c.Passed)
	}
	for _, w := range t.ways {
		d.Evidence = append(d.Evidence, t.finding(w))
	}
	t.Last, t.keep = d, true
}

// hold keeps the active route where no other is left, and says so once.
func (t *turn) hold() {
	a := t.active()
	switch {
	case t.AllDown && a.Status.Usable():
		t.AllDown = false
		reason := "it passes again: " + t.because(a)
		t.decided(FailBack, a, a, reason)
		t.tell(schema.EventRestored, a, reason)
	case !t.AllDown && a.Status.gone() && t.Activating == "" && !t.hopes():
		t.AllDown = true
		reason := t.because(a) + ", and no other route passes"
		t.decided(NoWay, a, a, reason)
		t.tell(schema.EventAllDown, a, reason)
	}
}

// hopes tells whether a route may still pass.
func (t *turn) hopes() bool { return slices.ContainsFunc(t.ways, t.mayPass) }

// mayPass tells whether a route is not gone, and had no time yet to show that it passes
// since it was asked: when the doubt began, its path was found or this machine went on.
// One whose checks give no clear answer is no hope for longer than that.
func (t *turn) mayPass(w *way) bool {
	if w.Status.gone() {
		return false
	}
	until := max(t.Doubt, w.PathSince, t.Stalled).Add(w.set.judged())
	t.waitUntil(until)
	return t.Now < until
}

// announce tells once, after a fresh start, which route carries.
func (t *turn) announce() {
	a := t.active()
	if t.Announced || (a.Status != Good && a.Status != Unverified) {
		return
	}
	reason := t.because(a)
	if t.Last == nil || t.Last.To != a.Name {
		t.decided(First, a, a, reason)
	}
	t.Announced, t.keep = true, true
	t.setUp(a, reason)
	t.forgetSetUps()
	t.do(Action{Kind: UseResolvers, Route: a.Name})
	t.tell(schema.EventConnected, a, reason)
}
