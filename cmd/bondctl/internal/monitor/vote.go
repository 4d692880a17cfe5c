package monitor

import (
	"slices"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// isDead tells whether a target answers over no route although at least two ask
// it, and another target answered over one of them no earlier: then the path is
// there and the target is not. The gateway is another host on each route.
func (t *turn) isDead(check *Check, target string) bool {
	if target == "" || strings.HasPrefix(target, schema.GatewayTarget) {
		return false
	}
	asking, speaking := 0, false
	for _, w := range t.ways {
		last, ok := w.last(check, target)
		switch {
		case !ok || w.Path.Lacks(w.set.Gateway) != "":
			continue
		case last.Outcome == Hit:
			return false
		}
		asking++
		speaking = speaking || w.speaks(check, target, last.At)
	}
	return asking >= 2 && speaking
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

// countDead says once of each target that it is dead, and once that it is not.
func (t *turn) countDead() {
	var dead []string
	for _, w := range t.ways {
		w.eachAnswer(func(c *Check, a Answer) {
			name := c.Verifier.Kind.Value + " " + a.Target
			if a.Outcome == Miss && !slices.Contains(dead, name) && t.isDead(c, a.Target) {
				dead = append(dead, name)
			}
		})
	}
	slices.Sort(dead)
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
