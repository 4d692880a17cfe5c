package handler

import (
	"context"
	"fmt"
	"slices"

	"github.com/bondctl/bondctl/schema"
)

// stormLimit is how many events may wait for a handler before those of one kind are coalesced.
const stormLimit = 16

// lane is what one handler is still to be told. Its fields are guarded by the set's mutex.
type lane struct {
	// name is its place in the document: what the queue's file knows it by.
	name            string
	fallback, route string
	handler         *Handler
	// waiting is in the order of events. The first is under way while busy is set.
	waiting []entry
	busy    bool
	// attempt is how often the event under way was tried, and callOff ends its trying.
	attempt int
	callOff context.CancelCauseFunc
	// ready has something in it when there may be an event to begin with.
	ready chan struct{}
	// stop ends its worker; gone is set when nobody may touch its events any more.
	stop   context.CancelFunc
	gone   bool
	counts Counts
}

// entry is an event with what it takes of the queue, in bytes.
type entry struct {
	event Event
	size  int
}

// lanesOf makes a lane for each handler block, in the order of the document.
func lanesOf(fallbacks []*schema.Fallback, options func(name string) Options) ([]*lane, error) {
	var all []*lane
	for _, f := range fallbacks {
		for _, r := range f.Routes {
			place := f.Name.Value + "/" + r.Name.Value
			seen := map[string]int{}
			for _, described := range r.Handlers {
				seen[described.Kind.Value]++
				name := laneName(place, described.Kind.Value, seen[described.Kind.Value])
				h, err := New(described, options(name))
				if err != nil {
					return nil, fmt.Errorf("handler %s: %w", name, err)
				}
				all = append(all, &lane{
					name: name, fallback: f.Name.Value, route: r.Name.Value, handler: h, ready: make(chan struct{}, 1),
				})
			}
		}
	}
	return all, nil
}

// laneName names a handler by its place: "internet/fiber/webhook", and "internet/fiber/webhook 2" for the second.
func laneName(place, kind string, number int) string {
	if number == 1 {
		return place + "/" + kind
	}
	return fmt.Sprintf("%s/%s %d", place, kind, number)
}

func find(lanes []*lane, name string) *lane {
	if i := slices.IndexFunc(lanes, func(l *lane) bool { return l.name == name }); i >= 0 {
		return lanes[i]
	}
	return nil
}

func (l *lane) wants(e Event) bool {
	return e.Fallback == l.fallback && (e.Route == "" || e.Route == l.route) && l.handler.Wants(e.Name)
}

// first is the index of the first event that is not under way.
func (l *lane) first() int {
	if l.busy {
		return 1
	}
	return 0
}

// replaceable gives the index of an event that a new one takes the place of, or -1.
func (l *lane) replaceable(e Event) int {
	if e.Lasting() && len(l.waiting)-l.first() < stormLimit {
		return -1
	}
	for i := l.first(); i < len(l.waiting); i++ {
		if l.waiting[i].event.sameKind(e) {
			return i
		}
	}
	return -1
}

// remove takes an event out.
func (l *lane) remove(i int) entry {
	removed := l.waiting[i]
	l.waiting = slices.Delete(l.waiting, i, i+1)
	return removed
}

// nudge has the worker look.
func (l *lane) nudge() { signal(l.ready) }

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // it has one already
	}
}
