package control

import (
	"slices"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/schema"
)

// Snapshot is what a running monitor tells of itself. Times are those of the clock
// on the wall, and lengths of time are in nanoseconds.
type Snapshot struct {
	FormatVersion string `json:"format_version"`
	// Taken is when it was told.
	Taken time.Time `json:"time"`
	About
	// Degraded says what does not work now, a sentence each.
	Degraded  []string   `json:"degraded"`
	Fallbacks []Fallback `json:"fallbacks"`
	Queue
}

// About is which program runs, and with what.
type About struct {
	PID     int    `json:"pid"`
	Version string `json:"bondctl_version"`
	// Since is when it began, and Loaded when the document was last read.
	Since    time.Time `json:"since"`
	Loaded   time.Time `json:"loaded"`
	Document string    `json:"document"`
}

// Fallback is one fallback in one family as it stands.
type Fallback struct {
	Fallback string `json:"fallback"`
	Family   string `json:"family"`
	// Active is the route that carries traffic, empty before anything is known, and
	// Since since when.
	Active string    `json:"active"`
	Since  time.Time `json:"since,omitzero"`
	// ByHand is set where traffic returns only when a person says so, and Pin is the
	// route that a person has chosen, empty for none.
	ByHand bool   `json:"by_hand,omitzero"`
	Pin    string `json:"pin,omitzero"`
	// Doubt is since when the active route is in doubt, zero where it is not.
	Doubt   time.Time `json:"in_doubt_since,omitzero"`
	AllDown bool      `json:"all_down"`
	// Activating is the route that is being brought up, and Until when it must pass.
	Activating string    `json:"activating,omitzero"`
	Until      time.Time `json:"activating_until,omitzero"`
	// Dead are the targets that answer over no route.
	Dead []string `json:"dead_targets,omitzero"`
	// Routes are in the order of the document.
	Routes []Route `json:"routes"`
	// Last is the last decision, nil before the first.
	Last *Decision `json:"last_decision,omitzero"`
}

// Route is what is known of a route.
type Route struct {
	Route string `json:"route"`
	// Link and Gateway are where it leads, empty in a decision's evidence.
	Link    string         `json:"interface,omitzero"`
	Gateway string         `json:"gateway,omitzero"`
	Status  monitor.Status `json:"status"`
	// Text says it in a sentence.
	Text string `json:"text"`
	// UsableSince is zero where it is not usable.
	UsableSince time.Time `json:"usable_since,omitzero"`
	// Flaps is how often it has failed, less what time has forgiven. Because of that
	// it must be good for Held before traffic returns, of which Left is left.
	Flaps  int           `json:"flaps,omitzero"`
	Held   time.Duration `json:"held_ns,omitzero"`
	Left   time.Duration `json:"held_left_ns,omitzero"`
	Checks []Check       `json:"checks"`
}

// Check is what is known of a check, beside the thresholds.
type Check struct {
	Check   string          `json:"check"`
	Verdict monitor.Verdict `json:"verdict"`
	Misses  int             `json:"misses"`
	Fall    int             `json:"fall"`
	Hits    int             `json:"hits"`
	Rise    int             `json:"rise"`
	// Passed is when the last that passed was asked, zero for never.
	Passed time.Time `json:"passed,omitzero"`
	// Loss in percent and Latency are those within the window.
	Loss    int           `json:"loss_percent,omitzero"`
	Latency time.Duration `json:"latency_ns,omitzero"`
	// Stale is set where no clear answer has come for longer than it should take.
	Stale bool `json:"stale,omitzero"`
	// Unclear is why nothing can be concluded from the last check, empty where it was clear.
	Unclear string   `json:"unclear,omitzero"`
	Answers []Answer `json:"answers"`
}

// Answer is what last came of a target.
type Answer struct {
	Target  string          `json:"target"`
	Outcome monitor.Outcome `json:"outcome"`
	Took    time.Duration   `json:"took_ns,omitzero"`
	// Late is the time until an answer that came too late, 0 for none.
	Late time.Duration `json:"late_ns,omitzero"`
	// Said is what came instead of an answer.
	Said  string    `json:"said,omitzero"`
	Asked time.Time `json:"asked,omitzero"`
}

// Decision is where traffic went, and why.
type Decision struct {
	Time  time.Time     `json:"time"`
	Cause monitor.Cause `json:"cause"`
	From  string        `json:"from"`
	To    string        `json:"to"`
	// Reason says it in a sentence.
	Reason string `json:"reason"`
	// LastPassed is when the last check that From passed was asked, zero for never.
	LastPassed time.Time `json:"last_passed,omitzero"`
	// Evidence is what was known of every route.
	Evidence []Route `json:"evidence"`
}

// Queue is what handlers are still to be told.
type Queue struct {
	Handlers []Handler `json:"handlers"`
	// Unsaved is how many changes of the queue are not on disk.
	Unsaved int `json:"unsaved_events,omitzero"`
}

// Handler is how one handler's part of the queue is doing.
type Handler struct {
	// Name is its place in the document, and Handler where its events go.
	Name    string `json:"name"`
	Handler string `json:"handler"`
	// Waiting events are still to be told, the oldest of which happened at Oldest;
	// Attempts were made to tell that.
	Waiting  int       `json:"waiting"`
	Oldest   time.Time `json:"oldest,omitzero"`
	Attempts int       `json:"attempts,omitzero"`
	// Events came to these ends since the monitor began.
	Ends []End `json:"ends"`
}

// End is how many events came to one end: delivered, late (of those), retried,
// failed, expired, overtaken, coalesced or dropped.
type End struct {
	Outcome string `json:"outcome"`
	Events  uint64 `json:"events"`
}

// Events is how many events came to an end.
func (h Handler) Events(outcome string) uint64 {
	for _, e := range h.Ends {
		if e.Outcome == outcome {
			return e.Events
		}
	}
	return 0
}

// NewSnapshot puts together what a monitor tells of itself. It is pure.
func NewSnapshot(about About, standings []monitor.Standing, degraded []string, queue Queue, now checkpoint.Instant) *Snapshot {
	s := &Snapshot{FormatVersion: FormatVersion, Taken: now.Wall, About: about, Degraded: append([]string{}, degraded...), Fallbacks: make([]Fallback, len(standings)), Queue: queue}
	d := dates(now)
	for i := range standings {
		s.Fallbacks[i] = d.fallback(&standings[i])
	}
	return s
}

// dates gives moments of this boot by the clock on the wall.
type dates checkpoint.Instant

// date is zero for never.
func (d dates) date(m monitor.Moment) time.Time {
	if m == 0 {
		return time.Time{}
	}
	return d.Wall.Add(time.Duration(m) - d.Boot)
}

func (d dates) fallback(standing *monitor.Standing) Fallback {
	set, state := &standing.Settings, &standing.State
	f := Fallback{
		Fallback: set.Fallback, Family: set.Family.String(), Active: state.Active, Since: d.date(state.Since), ByHand: set.ByHand, Pin: state.Pin,
		Doubt: d.date(state.Doubt), AllDown: state.AllDown, Activating: state.Activating, Until: d.date(state.Until),
		Dead: slices.Clone(state.Dead), Routes: d.routes(set.Findings(*state, monitor.Moment(d.Boot))),
	}
	for i := range f.Routes {
		f.Routes[i].Link, f.Routes[i].Gateway = set.Routes[i].Link, nextHop(&set.Routes[i], state)
	}
	if last := state.Last; last != nil {
		f.Last = &Decision{
			Time: d.date(last.At), Cause: last.Cause, From: last.From, To: last.To, Reason: last.Reason,
			LastPassed: d.date(last.LastPassed), Evidence: d.routes(last.Evidence),
		}
	}
	return f
}

// nextHop is the gateway in use, or how it is to be known.
func nextHop(set *monitor.Route, state *monitor.State) string {
	for _, r := range state.Routes {
		if r.Name == set.Name && set.Gateway.Kind == schema.GatewayAuto && r.Path.Gateway.IsValid() {
			return r.Path.Gateway.String()
		}
	}
	return set.Gateway.String()
}

func (d dates) routes(findings []monitor.Finding) []Route {
	all := make([]Route, len(findings))
	for i, f := range findings {
		all[i] = Route{
			Route: f.Route, Status: f.Status, Text: f.Text, UsableSince: d.date(f.UsableSince), Flaps: f.Flaps, Held: f.Held, Left: f.Left,
			Checks: make([]Check, len(f.Checks)),
		}
		for j := range f.Checks {
			all[i].Checks[j] = d.check(&f.Checks[j])
		}
	}
	return all
}

func (d dates) check(f *monitor.CheckFinding) Check {
	c := Check{
		Check: f.Check, Verdict: f.Verdict, Misses: f.Misses, Fall: f.Fall, Hits: f.Hits, Rise: f.Rise, Passed: d.date(f.Passed),
		Loss: f.Loss, Latency: f.Latency, Stale: f.Stale, Unclear: f.Unclear, Answers: make([]Answer, len(f.Answers)),
	}
	for i, a := range f.Answers {
		c.Answers[i] = Answer{Target: a.Target, Outcome: a.Outcome, Took: a.Took, Late: a.Late, Said: a.Instead(), Asked: d.date(a.At)}
	}
	return c
}
