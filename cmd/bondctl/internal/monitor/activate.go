package monitor

import (
	"fmt"
	"slices"
	"time"
)

// firstRetry is how long it takes until a route is brought up again after that came
// to nothing; each further time doubles it.
const firstRetry = time.Minute

// giveUp ends the bringing up of a route that takes too long, or that nobody needs
// any more.
func (t *turn) giveUp() {
	w := t.way(t.Activating)
	if w == nil {
		return
	}
	switch {
	case w.Name == t.Active && w.Status.Usable():
		t.Activating, t.Until, w.Tries, w.NotBefore, t.keep = "", 0, 0, 0, true
	case t.Now >= t.Until && !w.Status.Usable():
		w.Tries++
		w.NotBefore = t.Now.Add(doubled(firstRetry, w.Tries-1))
		t.endActivation(w, fmt.Sprintf("it did not pass within %s: %s; the next try is in %s", w.set.ActivateWithin, t.because(w), w.NotBefore.Sub(t.Now)))
	case w.Name != t.Active && !t.needs(w):
		t.endActivation(w, t.Active+" passes again")
	default:
		t.waitUntil(t.Until)
	}
}

func (t *turn) endActivation(w *way, reason string) {
	t.Activating, t.Until, t.keep = "", 0, true
	if w.Name != t.Active {
		t.tearDown(w, w, reason)
	} else {
		w.SetUp = false // it is told again with the next try, and nothing is taken down that is kept
	}
}

// needs tells whether traffic would go to a route if it passed.
func (t *turn) needs(w *way) bool {
	a := t.active()
	switch {
	case a.Status.gone():
		return true
	case !t.returnsTo(w):
		return false
	}
	for _, b := range t.better() {
		if b == w {
			return true
		}
		if b.Status.Usable() {
			return false // this one is going to carry
		}
	}
	return false
}

// activate begins to bring up the best route that would carry, and that somebody
// has to bring up first. While another route is there that may pass, nothing is
// brought up. The active one comes last, and only where its link is gone: what is
// kept is not taken down.
func (t *turn) activate() {
	if t.Activating != "" || (t.active().Status.gone() && t.hopes()) {
		return
	}
	others := slices.DeleteFunc(slices.Clone(t.preferred()), func(w *way) bool { return w.Name == t.Active })
	for _, w := range append(others, t.active()) {
		able := w.Status == Absent || (w.Status == Bad && w.Name != t.Active)
		if !w.set.BroughtUp || !able || !t.needs(w) {
			continue
		}
		if t.Now < w.NotBefore {
			t.waitUntil(w.NotBefore)
			continue
		}
		t.begin(w)
		return
	}
}

func (t *turn) begin(w *way) {
	t.Activating, t.Until, t.keep = w.Name, t.Now.Add(w.set.ActivateWithin), true
	t.waitUntil(t.Until)
	if w.Name == t.Active {
		w.SetUp = false
	}
	t.setUp(w, "it is needed: "+t.because(t.active()))
}
