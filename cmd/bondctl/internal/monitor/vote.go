package monitor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// isDead tells whether a target that was missed over a route is held to be dead there.
// It is where at least two routes ask it, it answers over none, and another target
// answered over this one no earlier: then the path is there and the target is not.
// What answers over another route says nothing of this one. Once dead it stays so
// while the last word of another target over this route is an answer, which may be
// asked far less often. The gateway is another host on each route.
func (t *turn) isDead(w *way, check *Check, target string) bool {
	if target == "" || strings.HasPrefix(target, schema.GatewayTarget) {
		return false
	}
	asking, answering := t.asking(check, target)
	if answering {
		return false
	}
	if w.holdsDead(check, target) {
		return w.speaks(check, target, 0)
	}
	last, ok := w.last(check, target)
	return ok && asking >= 2 && w.speaks(check, target, last.At)
}

// asking is over how many routes a target is asked, and whether it answers over any.
func (t *turn) asking(check *Check, target string) (routes int, answering bool) {
	for _, w := range t.ways {
		if last, ok := w.last(check, target); ok && w.Path.Lacks(w.set.Gateway) == "" {
			routes++
			answering = answering || last.Outcome == Hit
		}
	}
	return routes, answering
}

// holdsDead tells whether a target is held to be dead on the route since the last
// answers came in.
func (w *way) holdsDead(check *Check, target string) bool {
	return slices.Contains(w.Dead, check.targetName(target))
}

// targetName tells a target from others, and from itself where another kind of
// question is put to it.
func (c *Check) targetName(target string) string {
	if port := c.Verifier.Port.Value; port != 0 {
		return fmt.Sprintf("%s port %d of %s", c.Verifier.Kind.Value, port, target)
	}
	return c.Verifier.Kind.Value + " " + target
}

// last finds the last answer of a target to checks of the same kind.
func (w *way) last(check *Check, target string) (Answer, bool) {
	var last Answer
	found := false
	w.eachAnswer(func(asked *Check, a Answer) {
		if asked.asksAs(check) && a.Target == target && a.At >= last.At {
			last, found = a, true
		}
	})
	return last, found
}

// speaks tells whether another target answered over the route, asked no earlier.
func (w *way) speaks(check *Check, target string, since Moment) bool {
	found := false
	w.eachAnswer(func(asked *Check, a Answer) {
		same := asked.asksAs(check) && a.Target == target
		near := strings.HasPrefix(a.Target, schema.GatewayTarget) // it answers while all beyond is dead
		found = found || (!same && !near && a.Outcome == Hit && a.At >= since)
	})
	return found
}

func (w *way) eachAnswer(do func(*Check, Answer)) {
	for i := range w.Checks {
		for _, a := range w.Checks[i].Answers {
			do(&w.set.Checks[i], a)
		}
	}
}

// asksAs tells whether two checks ask the same of a target.
func (c *Check) asksAs(other *Check) bool {
	return c.Verifier.Kind.Value == other.Verifier.Kind.Value && c.Verifier.Port.Value == other.Verifier.Port.Value
}

// dead lists the targets that are dead on a route, in the order of their names.
func (t *turn) dead(w *way) []string {
	var dead []string
	w.eachAnswer(func(c *Check, a Answer) {
		if a.Outcome == Miss && t.isDead(w, c, a.Target) {
			dead = append(dead, c.targetName(a.Target))
		}
	})
	slices.Sort(dead)
	return slices.Compact(dead)
}

// countDead says once of each target that it is dead, and once that it is not.
func (t *turn) countDead() {
	var dead []string
	for _, w := range t.ways {
		w.Dead = t.dead(w)
		dead = append(dead, w.Dead...)
	}
	slices.Sort(dead)
	dead = slices.Compact(dead)
	for _, name := range dead {
		if !slices.Contains(t.Dead, name) {
			t.note("%s answers over no route, and other targets do: it is left out of the count; name another target if it is gone for good", name)
		}
	}
	for _, name := range t.Dead {
		if !slices.Contains(dead, name) {
			t.note("%s counts again", name)
		}
	}
	t.Dead = dead
}
