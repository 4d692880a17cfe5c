package handler

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
	"github.com/bondctl/bondctl/schema"
)

// messageVersion is that of an event as handlers outside of this program see it. What is added to it later does
// not change it.
const messageVersion = 1

// reasonLimit in bytes keeps what a verifier had to say from filling the queue.
const reasonLimit = 1 << 10

// The address families of an event.
const (
	IPv4 = "ipv4"
	IPv6 = "ipv6"
)

// Event is one change of a path.
type Event struct {
	// ID is the same whenever the event is handed over, and no other event's: a
	// key for who must not act twice. [Set.Complete] makes one.
	ID string `json:"id"`
	// Sequence rises from event to event of one queue, over restarts too. Complete sets it.
	Sequence uint64 `json:"sequence"`
	// Name is one of [schema.Events].
	Name string `json:"event"`
	// Host is where it happened. Complete sets it.
	Host string `json:"host,omitempty"`
	// Fallback and Route say whose event it is. One without a route concerns every
	// route of the fallback, and is told to the handlers of each.
	Fallback string `json:"fallback"`
	Route    string `json:"route,omitempty"`
	// Link is that of the route.
	Link string `json:"interface,omitempty"`
	// Family is [IPv4] or [IPv6], and empty where both are meant.
	Family string `json:"family,omitempty"`
	// Gateway is the next hop, invalid for none.
	Gateway netip.Addr `json:"gateway,omitzero"`
	// Previous is the route that had the traffic before.
	Previous string `json:"previous_route,omitempty"`
	// Reason is why, for people.
	Reason string `json:"reason,omitempty"`
	// Up and Down are the routes of the fallback by their state, in its order.
	Up   []string `json:"up"`
	Down []string `json:"down"`
	// At is when it happened. Complete takes the present where it is zero.
	At Moment `json:"at"`
	// Coalesced is how many earlier events of the same name, route and family this
	// one stands for, and First when the first of them happened.
	Coalesced int    `json:"coalesced,omitempty"`
	First     Moment `json:"first,omitzero"`
}

// Moment is when something happened, by the clock that people read and by the one that never steps.
type Moment struct {
	Time time.Time `json:"time"`
	// Synchronized tells whether the wall clock was set by another clock before;
	// where it was not, Time can be off by any length.
	Synchronized bool `json:"synchronized"`
	// MaxError is the most that the kernel thought it to be off, where it was synchronized (adjtimex(2)).
	MaxError time.Duration `json:"max_error_ns,omitempty"`
	// Boot is CLOCK_BOOTTIME in the boot BootID.
	Boot   time.Duration `json:"boottime_ns"`
	BootID string        `json:"boot_id"`
}

// Now reads the clocks.
func Now(clock checkpoint.Clock) Moment {
	now := clock.Now()
	m := Moment{Time: now.Wall.UTC().Truncate(time.Millisecond), Boot: now.Boot, BootID: now.BootID}
	var kernel unix.Timex // Modes is 0: nothing is set
	if _, err := unix.Adjtimex(&kernel); err == nil && kernel.Status&unix.STA_UNSYNC == 0 {
		m.Synchronized = true
		m.MaxError = time.Duration(kernel.Maxerror) * time.Microsecond
	}
	return m
}

// IsZero tells whether it is no moment at all.
func (m Moment) IsZero() bool { return m == Moment{} }

// until gives the time between two moments, never less than 0. Within a boot no
// step of the wall clock changes it.
func (m Moment) until(later Moment) time.Duration {
	if m.BootID == later.BootID {
		return max(later.Boot-m.Boot, 0)
	}
	return max(later.Time.Sub(m.Time), 0)
}

// message is the event as handlers outside of this program see it: one line of JSON.
func (e Event) message() ([]byte, error) {
	text, err := json.Marshal(struct {
		FormatVersion int `json:"format_version"`
		Event
	}{messageVersion, e})
	if err != nil {
		return nil, fmt.Errorf("writing the event %s: %w", e.ID, err)
	}
	return append(text, '\n'), nil
}

// sameKind tells whether two events differ in time and circumstances alone.
func (e Event) sameKind(other Event) bool {
	return e.Name == other.Name && e.Fallback == other.Fallback && e.Route == other.Route && e.Family == other.Family
}

// standingFor gives the event as it also stands for an earlier one.
func (e Event) standingFor(earlier Event) Event {
	e.Coalesced += 1 + earlier.Coalesced
	e.First = earlier.At
	if earlier.Coalesced > 0 {
		e.First = earlier.First
	}
	return e
}

// instructs tells whether the event asks for something to be done: it is no use
// when the host has been restarted since.
func (e Event) instructs() bool { return e.Name == schema.EventSetup || e.Name == schema.EventTeardown }

// Lasting tells whether an event is worth a place on the disk.
func (e Event) Lasting() bool { return e.Name != schema.EventChecked }

// shortened gives the beginning of a text, and never half a character.
func shortened(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= reasonLimit {
		return text
	}
	end := reasonLimit
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "..."
}
