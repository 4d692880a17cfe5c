package monitor

import (
	"slices"
	"time"

	"github.com/bondctl/bondctl/schema"
)

// Simulation is what would have been decided of one fallback in one family.
type Simulation struct {
	Fallback string
	Family   schema.Family
	// Span is the time from the first record to the last, over all boots.
	Span time.Duration
	// Checks is how many checks were recorded, and Foreign how many of those are of
	// routes or verifiers that the settings do not have.
	Checks, Foreign int
	// Recorded are the decisions that the history has, and Decided those that the
	// settings lead to.
	Recorded, Decided []Dated
}

// Dated is a decision with the time that the clock on the wall showed, zero where
// the history does not tell.
type Dated struct {
	Decision
	Wall time.Time
}

// Moved tells whether traffic went elsewhere.
func (d Dated) Moved() bool { return d.From != d.To }

// Simulate takes what was recorded of the fallback for what comes in. Checks come
// when they came, whatever pace the settings have.
func (s *Settings) Simulate(records []Record) Simulation {
	own := slices.DeleteFunc(slices.Clone(records), func(record Record) bool {
		return record.Fallback != s.Fallback || record.Family != s.Family.String()
	})
	r := replay{settings: s, Simulation: Simulation{Fallback: s.Fallback, Family: s.Family}, left: leftAfter(own)}
	for i, record := range own {
		if record.Kind == Started {
			r.start(record.Input)
			r.left = leftAfter(own[i+1:])
		}
		if record.Kind == Continued {
			r.goOn(record.Input)
		}
		r.take(record)
	}
	return r.Simulation
}

// leftAfter is the moment whose state the next start goes on with, 0 where that is not told.
func leftAfter(records []Record) Moment {
	next := slices.IndexFunc(records, func(r Record) bool { return r.Kind == Started })
	if next < 0 || records[next].Known == nil {
		return 0
	}
	return records[next].Known.Now
}

// replay is a simulation under way.
type replay struct {
	Simulation
	settings *Settings
	state    State
	// wake is the moment that the core waits for, 0 for none.
	wake Moment
	// left is the moment whose state the next start goes on with, 0 where that is not told,
	// and known that state, nil before then.
	left  Moment
	known *State
	// begun is the moment at which the history goes on, where no start has come since.
	begun Moment
	// wall and since are the last start, by both clocks.
	wall  time.Time
	since Moment
	last  Moment
}

func (r *replay) take(record Record) {
	in := record.Input
	if r.left != 0 && r.known == nil && in.At > r.left {
		r.leave()
	}
	r.tick(in.punctual())
	if r.last != 0 && in.At > r.last {
		r.Span += in.At.Sub(r.last)
	}
	r.last = max(r.last, in.At)
	if in.Kind == Checked {
		r.Checks++
		if !r.settings.has(in.Route, in.Check) {
			r.Foreign++
		}
	}
	if record.Decided != nil {
		r.Recorded = append(r.Recorded, r.dated(*record.Decided))
	}
	if in.Kind != Tick { // it has ticks of its own
		r.step(in)
	}
}

// tick has all timers come until a moment.
func (r *replay) tick(until Moment) {
	for r.wake != 0 && r.wake <= until {
		r.step(Input{Kind: Tick, At: r.wake})
	}
}

// leave remembers the state that the next start goes on with.
func (r *replay) leave() {
	r.tick(r.left)
	known := r.state
	r.known = &known
}

// punctual is until when all timers had come before this came in.
func (in Input) punctual() Moment {
	if in.Overdue != 0 {
		return min(in.At, in.Overdue-1)
	}
	return in.At
}

// start goes on after a time in which nothing ran, perhaps in another boot, whose
// clock begins anew. What other settings have led to is not what was known: that counts
// only where nothing came before.
func (r *replay) start(in Input) {
	switch first := r.state.Now == 0; {
	case in.Known == nil:
	case first, in.Known.Now == 0, in.Known.Now < r.begun:
		r.state = *in.Known
	default:
		if r.known == nil {
			r.leave()
		}
		r.state = *r.known
	}
	r.wake, r.known, r.begun = 0, nil, 0
	if in.Boot != r.state.Boot || in.At < r.last {
		r.last = 0
	}
	if !in.Wall.IsZero() {
		r.wall, r.since = in.Wall, in.At
	}
}

// goOn takes up what an earlier file has ended with, unless that was replayed too.
func (r *replay) goOn(in Input) {
	if r.state.Now == 0 && in.Known != nil {
		r.state, r.begun = *in.Known, in.At
		r.wall, r.since = in.Wall, in.At
	}
}

func (r *replay) step(in Input) {
	before := r.state.Last
	var actions []Action
	r.state, actions = r.settings.Step(r.state, in)
	r.wake = 0
	for _, a := range actions {
		if a.Kind == Wake {
			r.wake = a.At
		}
	}
	if last := r.state.Last; last != nil && last != before {
		r.Decided = append(r.Decided, r.dated(*last))
	}
}

func (r *replay) dated(d Decision) Dated {
	dated := Dated{Decision: d}
	if !r.wall.IsZero() {
		dated.Wall = r.wall.Add(d.At.Sub(r.since))
	}
	return dated
}

// has tells whether the settings have a check of a route.
func (s *Settings) has(route, check string) bool {
	return slices.ContainsFunc(s.Routes, func(r Route) bool {
		return r.Name == route && slices.ContainsFunc(r.Checks, func(c Check) bool { return c.Name == check })
	})
}
