package handler

import (
	"fmt"
	"time"
)

// Outcome is what came of an event, or of the queue.
type Outcome uint8

// The outcomes. After all but Retrying and Unsaved an event no longer waits.
const (
	// Delivered is an event that the handler has taken.
	Delivered Outcome = iota
	// Retrying is an event that it has not, and is offered again.
	Retrying
	// Failed is an event that is not offered any more.
	Failed
	// Expired is an event that is too old.
	Expired
	// Overtaken is an instruction that a newer one, or a restart of the host, has made void.
	Overtaken
	// Coalesced is an event that a newer one stands for.
	Coalesced
	// Dropped is an event for which there is no room, or no handler any more.
	Dropped
	// Noted is what a handler had to say.
	Noted
	// Damaged is a line of the queue that could not be read.
	Damaged
	// Unsaved is a queue that cannot be put on disk and lives in memory.
	Unsaved
	// Saved is one that is on disk again.
	Saved
)

// Report is something about the queue that somebody should know.
type Report struct {
	Outcome Outcome
	// Handler names the handler, by its place in the document, and Event what it was told; empty for the queue's own.
	Handler string
	Event   Event
	// Attempts is how often the event was offered.
	Attempts int
	// Late tells that it was delivered well after it happened.
	Late bool
	// Wait is the time until it is offered again.
	Wait time.Duration
	// Text is what a handler had to say.
	Text string
	// Err says why.
	Err error
}

// String tells it in one sentence.
func (r Report) String() string {
	switch r.Outcome {
	case Delivered:
		return r.about(r.lateness())
	case Retrying:
		return r.about(fmt.Sprintf("try %d failed, the next is in %s: %v", r.Attempts, r.Wait, r.Err))
	case Failed:
		return r.about(fmt.Sprintf("given up after try %d: %v", r.Attempts, r.Err))
	case Expired:
		return r.about("too old to be told any more")
	case Overtaken:
		return r.about(fmt.Sprintf("not done: %v", r.Err))
	case Coalesced:
		return r.about("a newer one stands for it")
	case Dropped:
		return r.about(fmt.Sprintf("dropped: %v", r.Err))
	case Noted:
		return r.about(r.Text)
	case Damaged:
		return fmt.Sprintf("a line of the queue is lost: %v", r.Err)
	case Unsaved:
		return fmt.Sprintf("degraded: events are not saved, and are lost when bondctl ends: %v", r.Err)
	case Saved:
		return "events are saved again"
	}
	return ""
}

func (r Report) lateness() string {
	if r.Late {
		return "delivered late, of " + r.Event.At.Time.Format(time.RFC3339)
	}
	return "delivered"
}

func (r Report) about(text string) string {
	if r.Event.Name == "" {
		return fmt.Sprintf("%s: %s", r.Handler, text)
	}
	return fmt.Sprintf("%s: event %d, %s: %s", r.Handler, r.Event.Sequence, r.Event.Name, text)
}

// Counts are how many events came to which end since the process began.
type Counts struct {
	Delivered uint64 `json:"delivered"`
	// Late is how many of those were.
	Late uint64 `json:"late"`
	// Retried are tries that failed and were not the last.
	Retried   uint64 `json:"retried"`
	Failed    uint64 `json:"failed"`
	Expired   uint64 `json:"expired"`
	Overtaken uint64 `json:"overtaken"`
	Coalesced uint64 `json:"coalesced"`
	Dropped   uint64 `json:"dropped"`
}

func (c *Counts) add(r Report) {
	switch r.Outcome {
	case Delivered:
		c.Delivered++
		if r.Late {
			c.Late++
		}
	case Retrying:
		c.Retried++
	case Failed:
		c.Failed++
	case Expired:
		c.Expired++
	case Overtaken:
		c.Overtaken++
	case Coalesced:
		c.Coalesced++
	case Dropped:
		c.Dropped++
	case Noted, Damaged, Unsaved, Saved:
	}
}
