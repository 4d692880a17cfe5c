package monitor

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Finding is what was known of a route.
type Finding struct {
	Route  string `json:"route"`
	Status Status `json:"status"`
	// Text says it in a sentence.
	Text string `json:"text"`
	// UsableSince is 0 where it is not usable.
	UsableSince Moment `json:"usable_since,omitzero"`
	Flaps       int    `json:"flaps,omitzero"`
	// Held is how long it must be good before traffic returns to it, in nanoseconds.
	Held time.Duration `json:"held,omitzero"`
	// Left is how much of that is left of a route that is better than the active one
	// and usable, in nanoseconds, and 0 of any other.
	Left   time.Duration  `json:"left,omitzero"`
	Checks []CheckFinding `json:"checks,omitzero"`
}

// CheckFinding is what was known of a check, beside the thresholds.
type CheckFinding struct {
	Check   string  `json:"check"`
	Verdict Verdict `json:"verdict"`
	Misses  int     `json:"misses"`
	Fall    int     `json:"fall"`
	Hits    int     `json:"hits"`
	Rise    int     `json:"rise"`
	// Passed is when the last that passed was asked, 0 for never.
	Passed Moment `json:"passed,omitzero"`
	// Loss in percent and Latency, the mean time of an answer, are those within the
	// window.
	Loss    int           `json:"loss,omitzero"`
	Latency time.Duration `json:"latency,omitzero"`
	Answers []Answer      `json:"answers,omitzero"`
	// Unclear is why nothing can be concluded from the last check, empty where it was clear.
	Unclear string `json:"unclear,omitzero"`
	// Stale is set where no clear answer has come for longer than two checks take.
	Stale bool `json:"stale,omitzero"`
}

// Findings is what is known of each route at a moment, in the order of the
// settings.
func (s *Settings) Findings(state State, now Moment) []Finding {
	t := &turn{settings: s, State: state.clone()}
	t.Now = max(now, t.Now)
	t.pair()
	all := make([]Finding, len(t.ways))
	for i, w := range t.ways {
		all[i] = t.finding(w)
	}
	return all
}

// finding is what is known of a route now.
func (t *turn) finding(w *way) Finding {
	f := Finding{Route: w.Name, Status: w.judged(), Text: t.because(w), UsableSince: w.UsableSince, Flaps: w.flaps(t.Now), Held: t.held(w), Left: t.left(w)}
	if !f.Status.Usable() {
		f.UsableSince = 0
	}
	for i, c := range w.Checks {
		set := &w.set.Checks[i]
		f.Checks = append(f.Checks, CheckFinding{
			Check: c.Check, Verdict: c.Verdict, Misses: c.Misses, Fall: set.Fall, Hits: c.Hits, Rise: set.Rise,
			Passed: c.Passed, Loss: c.loss(), Latency: c.latency(), Answers: slices.Clone(c.Answers),
			Unclear: c.Why, Stale: t.stale(w, set, &c),
		})
	}
	return f
}

// left is how long a better route must still be good before traffic returns to it.
func (t *turn) left(w *way) time.Duration {
	if !t.returnsTo(w) || t.Active == "" || !w.Status.Usable() || !slices.Contains(t.better(), w) {
		return 0
	}
	return max(0, w.UsableSince.Add(t.held(w)).Sub(t.Now))
}

// stale tells whether the last clear answer of a check is older than it should be:
// two checks and their time-out ago, where the route can be asked.
func (t *turn) stale(w *way, check *Check, tally *Tally) bool {
	if w.Path.Lacks(w.set.Gateway) != "" || len(tally.Answers) == 0 {
		return false
	}
	pace := check.Standby
	if w.Name == t.Active {
		pace = check.Interval
	}
	var last Moment
	for _, a := range tally.Answers {
		last = max(last, a.At)
	}
	return t.Now.Sub(last) > 2*max(pace, check.Timeout)+check.Timeout+lost
}

// because says why a route is as it is.
func (t *turn) because(w *way) string { return w.Name + " is " + t.state(w) }

func (t *turn) state(w *way) string {
	switch status := w.judged(); status {
	case Unknown:
		return "not judged yet" + t.unclear(w)
	case Absent:
		return fmt.Sprintf("absent: %s has %s", w.Link, w.Path.Lacks(w.set.Gateway))
	case Unverified:
		return "there, and has no verifier"
	case Bad, Suspect:
		return string(status) + ": " + strings.Join(t.complaints(w), "; ")
	case Good:
	}
	return "good"
}

// unclear says why the checks of a route are not judged, empty where that is not known.
func (t *turn) unclear(w *way) string {
	var all []string
	for _, c := range w.Checks {
		if c.Why != "" {
			all = append(all, c.Check+": "+c.Why)
		}
	}
	if len(all) == 0 {
		return ""
	}
	return ": " + strings.Join(all, "; ")
}

// hardlyEver is how many unclear answers in a row come of no passing trouble.
const hardlyEver = 3

// Unjudged says which checks give no clear answer, a sentence each: what is wrong is
// wrong with this host, and no path is judged by it.
func (s *State) Unjudged() []string {
	var all []string
	for _, r := range s.Routes {
		for _, c := range r.Checks {
			if c.Unclear >= hardlyEver {
				all = append(all, fmt.Sprintf("%s of %s: %s", c.Check, r.Name, c.Why))
			}
		}
	}
	return all
}

// complaints says what each check has against a route.
func (t *turn) complaints(w *way) []string {
	var all []string
	for i, c := range w.Checks {
		if text := c.complaint(&w.set.Checks[i], t.Now); text != "" {
			all = append(all, c.Check+": "+text)
		}
	}
	return all
}

// complaint says what a check has against its route, empty for nothing.
func (c *Tally) complaint(check *Check, now Moment) string {
	lossy, slow := c.exceeds(check, now)
	switch {
	case lossy:
		return fmt.Sprintf("%d %% lost within %s, and %d %% are too much", c.loss(), check.Window, check.MaxLoss)
	case slow:
		return fmt.Sprintf("answers take %s within %s, and %s is too much", c.latency().Round(time.Millisecond), check.Window, check.MaxLatency)
	case c.Misses > 0:
		return fmt.Sprintf("missed %d in a row of %d that decide%s", c.Misses, check.Fall, c.said())
	case c.Verdict == Failed:
		return fmt.Sprintf("passed %d in a row of %d that decide", c.Hits, check.Rise)
	}
	return ""
}

// said tells what came of the targets instead of answers.
func (c *Tally) said() string {
	var said []string
	for _, a := range c.Answers {
		if text := a.Instead(); a.Outcome == Miss && text != "" {
			said = append(said, a.Target+": "+text)
		}
	}
	if len(said) == 0 {
		return ""
	}
	return " (" + strings.Join(said, "; ") + ")"
}

// reason says why traffic moves.
func (t *turn) reason(from, to *way, cause Cause) string {
	switch cause {
	case ByPerson:
		return "somebody said so"
	case FailBack:
		return fmt.Sprintf("%s is better than %s and has been %s for %s", to.Name, from.Name, t.state(to), t.Now.Sub(to.UsableSince).Round(time.Millisecond))
	case Failover, First, NoWay:
	}
	return fmt.Sprintf("%s; %s is %s", t.because(from), to.Name, t.state(to))
}
