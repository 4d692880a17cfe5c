package loop

import (
	"slices"
	"sync"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/handler"
)

// outbox has the events that handlers are still to be told. An event is told when the
// state that it follows from is on disk, and the event with it: a process that goes on after
// this one was killed then tells the same event, or comes to the same decision anew of
// which nobody was told. It stays until it is in the handlers' own queue on disk.
//
// Its methods may be called from any goroutine.
type outbox struct {
	mu     sync.Mutex
	events []handler.Event
	// told is how many of them, the first ones, the handlers were told.
	told int
}

// mostKept is how many events are kept that were told, where the disk does not take the
// handlers' queue.
const mostKept = 256

// take has an earlier process's events kept, which the handlers know, until they are saved.
func (o *outbox) take(told []handler.Event) {
	o.events, o.told = told, len(told)
}

func (o *outbox) put(e handler.Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.events = append(o.events, e)
}

// keeps gives what must be on disk before more is told, and the sequence number of the last
// event, 0 where none is left to tell.
func (o *outbox) keeps(saved uint64) (all []handler.Event, last uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	done := func(e handler.Event) bool { return e.Sequence < saved || !e.Lasting() }
	known := slices.DeleteFunc(slices.Clone(o.events[:o.told]), done)
	known = known[max(0, len(known)-mostKept):]
	o.events = append(known, o.events[o.told:]...)
	if o.told = len(known); o.told < len(o.events) {
		last = o.events[len(o.events)-1].Sequence
	}
	return slices.Clone(o.events), last
}

// waits tells whether events are to be told, and whether they must be kept first.
func (o *outbox) waits() (some, lasting bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	untold := o.events[o.told:]
	return len(untold) > 0, slices.ContainsFunc(untold, handler.Event.Lasting)
}

// tell tells the events up to a sequence number, in their order.
func (o *outbox) tell(handlers Handlers, last uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.told < len(o.events) && o.events[o.told].Sequence <= last {
		handlers.Tell(o.events[o.told])
		o.told++
	}
}
