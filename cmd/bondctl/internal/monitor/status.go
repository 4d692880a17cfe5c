package monitor

import (
	"time"

	"github.com/bondctl/bondctl/schema"
)

// Status is how a route is.
type Status string

// The ways that a route can be.
const (
	// Unknown is not judged yet.
	Unknown Status = "unknown"
	// Absent cannot be asked: there is no link, or no carrier, address or gateway.
	Absent Status = "absent"
	// Unverified is there and has no checks: it is trusted.
	Unverified Status = "unverified"
	// Good passes all checks, and Suspect has missed the last one or few.
	Good    Status = "good"
	Suspect Status = "suspect"
	// Bad has failed a check.
	Bad Status = "bad"
)

// Statuses lists them all.
func Statuses() []Status { return []Status{Unknown, Absent, Unverified, Good, Suspect, Bad} }

// Usable tells whether traffic can be left to the route.
func (s Status) Usable() bool { return s == Good || s == Suspect || s == Unverified }

// gone tells whether the route is known not to carry.
func (s Status) gone() bool { return s == Absent || s == Bad }

// judged gives the status of a route as its path and checks are now.
func (w *way) judged() Status {
	switch {
	case !w.Path.Told:
		return Unknown
	case w.Path.Lacks(w.set.Gateway) != "":
		return Absent
	case len(w.Checks) == 0:
		return Unverified
	}
	status := Good
	for _, c := range w.Checks {
		switch {
		case c.Verdict == Failed:
			return Bad
		case c.Verdict != Passing:
			status = Unknown
		case c.Misses > 0 && status == Good:
			status = Suspect
		}
	}
	return status
}

// missed tells whether the last of any check was missed.
func (w *way) missed() bool {
	for _, c := range w.Checks {
		if c.Misses > 0 {
			return true
		}
	}
	return false
}

// proven tells whether the route passes now: all checks passed that were asked
// since a moment, or there is nothing to ask.
func (w *way) proven(since Moment) bool {
	if w.Status != Good {
		return w.Status == Unverified
	}
	for _, c := range w.Checks {
		if c.Passed < since {
			return false
		}
	}
	return true
}

// How failures are held against a route. Each doubles the time that it must be
// good before traffic returns to it, and is forgiven after some time. Where the route
// in use is dead they are not held: a short time is enough, however often it failed.
const (
	forgiving   = 10 * time.Minute
	longestHold = time.Hour
	settling    = 250 * time.Millisecond
	// flapping is how many failures are flapping.
	flapping = 3
)

// flaps is how many failures are not forgiven yet.
func (w *way) flaps(now Moment) int {
	return max(0, w.Flaps-int(now.Sub(w.FlappedAt)/forgiving))
}

// held is how long the route must be good before traffic returns to it.
func (w *way) held(minGood time.Duration, now Moment) time.Duration {
	flaps := w.flaps(now)
	if flaps == 0 {
		return minGood
	}
	return max(doubled(minGood, flaps-1), doubled(settling, flaps))
}

func doubled(d time.Duration, times int) time.Duration {
	for range times {
		if d = 2 * d; d >= longestHold {
			return longestHold
		}
	}
	return d
}

// usableFor tells whether the route has been usable for a time that may shrink
// with the failures that are forgiven, and wants to be called when it will be.
func (t *turn) usableFor(w *way, hold func(*way) time.Duration) bool {
	ready := w.UsableSince.Add(hold(w))
	if t.Now >= ready {
		return true
	}
	t.waitUntil(ready)
	t.waitUntil(w.FlappedAt.Add((t.Now.Sub(w.FlappedAt)/forgiving + 1) * forgiving))
	return false
}

// notice finds how each route is now, and what has become of it.
func (t *turn) notice() {
	for _, w := range t.ways {
		was := w.Status
		w.Status = w.judged()
		switch {
		case w.Status == Suspect && was != Suspect:
			t.tell(schema.EventSuspect, w, t.because(w))
		case w.UsableSince != 0 && w.Status.gone():
			t.failed(w)
		}
		if w.Status.Usable() && w.UsableSince == 0 {
			w.UsableSince, t.keep = t.Now, true
		}
	}
}

// failed counts a failure. A link that somebody was told to take down has not failed,
// nor has a route whose checks are new and not judged yet.
func (t *turn) failed(w *way) {
	w.UsableSince, t.keep = 0, true
	if w.Status == Absent && w.set.BroughtUp && !w.SetUp {
		return
	}
	left := w.flaps(t.Now)
	w.Flapping = w.Flapping && left >= flapping
	w.Flaps, w.FlappedAt = left+1, t.Now
	if w.Flaps >= flapping && !w.Flapping {
		w.Flapping = true
		t.tell(schema.EventFlapping, w, t.because(w)+", for the third time of late; traffic returns after it was good for "+w.held(t.settings.MinGood, t.Now).String())
	}
}
