package monitor

import "time"

// lost is how long after its timeout a check that was begun counts as never begun:
// whoever asks has not come back.
const lost = 2 * time.Second

// schedule begins the checks that are due, and says when to be called next.
func (t *turn) schedule() {
	for _, w := range t.ways {
		if w.Path.Lacks(w.set.Gateway) != "" {
			continue
		}
		for i := range w.Checks {
			t.ask(w, &w.set.Checks[i], &w.Checks[i])
		}
	}
	if t.wake != 0 {
		t.do(Action{Kind: Wake, At: t.wake})
	}
}

// ask begins a check if it is due.
func (t *turn) ask(w *way, check *Check, tally *Tally) {
	if tally.Asking {
		back := tally.Asked.Add(check.Timeout + lost)
		if t.Now < back {
			t.waitUntil(back)
			return
		}
		t.note("%s of %s was begun and never came back; it is asked again", check.Name, w.Name)
	}
	due := t.due(w, check, tally)
	if t.Now < due {
		t.waitUntil(due)
		return
	}
	tally.Asking, tally.Asked = true, t.Now
	t.do(Action{Kind: Probe, Route: w.Name, Check: check.Name})
	t.waitUntil(t.Now.Add(check.Timeout + lost))
}

// due is when a check is begun next. What was asked before the doubt began is
// asked again at once.
func (t *turn) due(w *way, check *Check, tally *Tally) Moment {
	if tally.Asked == 0 || (tally.Asked < t.Doubt && tally.Misses == 0) {
		return t.Now
	}
	switch {
	case t.hurries(w, tally):
		return tally.Asked.Add(check.Suspect)
	case w.Name == t.Active:
		return check.nextInPhase(tally.Asked, check.Interval)
	}
	return check.nextInPhase(tally.Asked, check.Standby)
}

// hurries tells whether a check is asked at the faster pace now, at which each question
// follows the one before and waits for no phase.
func (t *turn) hurries(w *way, tally *Tally) bool {
	doubtful := t.Doubt != 0 || w.Status == Suspect || tally.Verdict == Unjudged || w.Name == t.Activating || t.Now < w.Hurry
	return doubtful || (tally.Verdict == Failed && tally.Hits > 0)
}
