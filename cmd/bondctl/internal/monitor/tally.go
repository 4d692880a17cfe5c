package monitor

import (
	"slices"
	"time"

	"github.com/bondctl/bondctl/schema"
)

// Verdict is what the checks so far say.
type Verdict string

// The verdicts.
const (
	Unjudged Verdict = "unjudged"
	Passing  Verdict = "passing"
	Failed   Verdict = "failed"
)

// Tally is what is known of one check of a route.
type Tally struct {
	Check   string  `json:"check"`
	Verdict Verdict `json:"verdict"`
	// Misses and Hits are those in a row; one of them is 0.
	Misses int `json:"misses,omitzero"`
	Hits   int `json:"hits,omitzero"`
	// Asking is set while it is under way.
	Asking bool `json:"asking,omitzero"`
	// Asked is when it was last begun, and Passed when the last that passed was.
	Asked  Moment `json:"asked,omitzero"`
	Passed Moment `json:"passed,omitzero"`
	// Unclear is how many in a row were unclear, and Why what came instead the last
	// time, empty where that was clear.
	Unclear int    `json:"unclear,omitzero"`
	Why     string `json:"why,omitzero"`
	// Answers are the last clear ones, one for each target.
	Answers []Answer `json:"answers,omitzero"`
	// Window is what came of the checks within the window, the oldest first. It is
	// kept only where losses or slow answers are judged.
	Window []Sample `json:"window,omitzero"`
}

// Sample is what came of one check.
type Sample struct {
	At Moment `json:"at"`
	// Lost is set where it was missed, and too few targets have answered late.
	Lost bool `json:"lost,omitzero"`
	// Took is the sum of the times of all Answered targets, those that were late among them.
	Took     time.Duration `json:"took,omitzero"`
	Answered int           `json:"answered,omitzero"`
}

// A window is judged once it has a few checks and half of its time is seen: one
// lost packet is a loss of 100 % of what was sent. Of very many checks the oldest
// are forgotten.
const (
	fewestSamples = 3
	mostSamples   = 1000
)

// checked takes what came of a check. What was asked over another path says
// nothing, and misses while the machine stood still are not the path's.
func (t *turn) checked(w *way, in Input) {
	i := slices.IndexFunc(w.Checks, func(c Tally) bool { return c.Check == in.Check })
	if i < 0 {
		return
	}
	tally, check := &w.Checks[i], &w.set.Checks[i]
	tally.Asking = false
	if in.Asked < w.PathSince || w.Path.Lacks(w.set.Gateway) != "" {
		return
	}
	tally.Asked = max(tally.Asked, in.Asked)
	answers := t.clear(in)
	tally.remember(answers)
	t.countDead()
	outcome := w.judge(check, answers)
	before := tally.Verdict
	tally.count(check, outcome, in.Asked)
	tally.countUnclear(outcome, answers)
	tally.sample(check, outcome, in.Asked, answers)
	tally.conclude(check, t.Now)
	t.keep = t.keep || before != tally.Verdict
	t.tell(schema.EventChecked, w, check.Name+": "+string(outcome))
}

// cameLate takes answers that came when their time was over. The misses stay what they
// are, and are no losses.
func (t *turn) cameLate(w *way, in Input) {
	i := slices.IndexFunc(w.Checks, func(c Tally) bool { return c.Check == in.Check })
	if i < 0 || in.Asked < w.PathSince {
		return
	}
	tally, check := &w.Checks[i], &w.set.Checks[i]
	for _, a := range in.Answers {
		tally.takeLate(check, a, in.Asked)
	}
	before := tally.Verdict
	tally.conclude(check, t.Now)
	t.keep = t.keep || before != tally.Verdict
}

// takeLate notes that a target has answered late, unless it has answered in time since.
func (c *Tally) takeLate(check *Check, late Answer, asked Moment) {
	for i := range c.Answers {
		if a := &c.Answers[i]; a.Target == late.Target && a.Outcome == Miss && a.At >= asked {
			a.Late = late.Late
		}
	}
	for i := range c.Window {
		if s := &c.Window[i]; s.At == asked {
			s.answered(late.Late)
			s.Lost = s.Lost && s.Answered < check.needed(len(c.Answers))
		}
	}
}

func (s *Sample) answered(took time.Duration) { s.Took, s.Answered = s.Took+took, s.Answered+1 }

// clear gives the answers with their time; misses around a stall are unclear.
func (t *turn) clear(in Input) []Answer {
	answers := slices.Clone(in.Answers)
	for i := range answers {
		answers[i].At = in.Asked
		if answers[i].Outcome == Miss && in.Asked <= t.Stalled {
			answers[i].Outcome, answers[i].Said = Unclear, "this machine stood still"
		}
	}
	return answers
}

// remember keeps the clear answers.
func (c *Tally) remember(answers []Answer) {
	for _, a := range answers {
		if a.Outcome == Unclear {
			continue
		}
		i := slices.IndexFunc(c.Answers, func(old Answer) bool { return old.Target == a.Target })
		switch {
		case i < 0:
			c.Answers = append(c.Answers, a)
		case a.Outcome == Miss && a.Late == 0: // the one before may have said more
			a.Late = c.Answers[i].Late
			c.Answers[i] = a
		default:
			c.Answers[i] = a
		}
	}
	c.Answers = slices.DeleteFunc(c.Answers, func(old Answer) bool { // targets of an earlier document or gateway
		return !slices.ContainsFunc(answers, func(a Answer) bool { return a.Target == old.Target })
	})
}

// judge says what the answers come to. A check whose targets are all dead is
// passed: it has nothing to say against the route, over which others answer.
func (w *way) judge(check *Check, answers []Answer) Outcome {
	var hits, unclear, counted int
	for _, a := range answers {
		if a.Outcome == Miss && w.holdsDead(check, a.Target) {
			continue
		}
		counted++
		switch a.Outcome {
		case Hit:
			hits++
		case Unclear:
			unclear++
		case Miss:
		}
	}
	switch needed := check.needed(counted); {
	case len(answers) == 0:
		return Unclear
	case counted == 0 || hits >= needed:
		return Hit
	case hits+unclear >= needed:
		return Unclear
	}
	return Miss
}

// count counts one check.
func (c *Tally) count(check *Check, outcome Outcome, asked Moment) {
	switch outcome {
	case Hit:
		c.Hits, c.Misses, c.Passed = c.Hits+1, 0, max(c.Passed, asked)
	case Miss:
		c.Misses, c.Hits = c.Misses+1, 0
	case Unclear:
	}
	switch {
	case c.Misses >= check.Fall:
		c.Verdict = Failed
	case c.Hits >= check.Rise, c.Hits > 0 && c.Verdict != Failed:
		c.Verdict = Passing
	}
}

// countUnclear keeps why nothing can be concluded.
func (c *Tally) countUnclear(outcome Outcome, answers []Answer) {
	if outcome != Unclear {
		c.Unclear, c.Why = 0, ""
		return
	}
	c.Unclear++
	c.Why = "it was asked for no target"
	if i := slices.IndexFunc(answers, func(a Answer) bool { return a.Outcome == Unclear }); i >= 0 {
		c.Why = answers[i].Said
	}
}

// sample keeps what came of a check where a window is judged.
func (c *Tally) sample(check *Check, outcome Outcome, asked Moment, answers []Answer) {
	if check.Window == 0 {
		c.Window = nil
		return
	}
	if outcome != Unclear {
		s := Sample{At: asked, Lost: outcome == Miss}
		for _, a := range answers {
			if a.Outcome == Hit {
				s.answered(a.Took)
			}
		}
		c.Window = append(c.Window, s)
		for _, a := range answers {
			if a.Late > 0 {
				c.takeLate(check, a, asked)
			}
		}
	}
	if surplus := len(c.Window) - mostSamples; surplus > 0 {
		c.Window = c.Window[surplus:]
	}
}

// conclude forgets what has left the window, and judges what is in it.
func (c *Tally) conclude(check *Check, now Moment) {
	c.Window = slices.DeleteFunc(c.Window, func(s Sample) bool { return now.Sub(s.At) > check.Window })
	if lossy, slow := c.exceeds(check, now); lossy || slow {
		c.Verdict = Failed
	}
}

// exceeds tells which of the check's limits its window exceeds.
func (c *Tally) exceeds(check *Check, now Moment) (lossy, slow bool) {
	if len(c.Window) < max(fewestSamples, check.Fall) || now.Sub(c.Window[0].At) < check.Window/2 {
		return false, false
	}
	lossy = check.MaxLoss > 0 && c.loss() >= check.MaxLoss
	slow = check.MaxLatency > 0 && c.latency() >= check.MaxLatency
	return lossy, slow
}

// loss is the percentage of checks within the window that were lost.
func (c *Tally) loss() int {
	if len(c.Window) == 0 {
		return 0
	}
	lost := 0
	for _, s := range c.Window {
		if s.Lost {
			lost++
		}
	}
	return 100 * lost / len(c.Window)
}

// latency is the mean time of an answer within the window.
func (c *Tally) latency() time.Duration {
	var sum time.Duration
	answered := 0
	for _, s := range c.Window {
		sum, answered = sum+s.Took, answered+s.Answered
	}
	if answered == 0 {
		return 0
	}
	return sum / time.Duration(answered)
}

// startOver forgets misses in a row, but no verdict, and has the route asked at
// once and faster for a while: something below it has changed, and what was asked
// before says nothing.
func (w *way) startOver(now Moment) {
	w.PathSince = now
	for i := range w.Checks {
		w.Checks[i].Misses, w.Checks[i].Asked, w.Checks[i].Asking = 0, 0, false
		w.Checks[i].Unclear, w.Checks[i].Why = 0, ""
	}
	w.Hurry = now.Add(hurry)
}

// hurry is how long a route is asked faster after something below it has changed.
const hurry = 5 * time.Second

// forget judges the checks anew: another link is unjudged, and one that was lost
// has failed until it has passed often enough.
func (w *way) forget(verdict Verdict) {
	for i := range w.Checks {
		w.Checks[i] = Tally{Check: w.Checks[i].Check, Verdict: verdict}
	}
	w.Hurry = 0
}
