package monitor

import "github.com/bondctl/bondctl/schema"

// ActionKind says what is to be done.
type ActionKind string

// What can be wanted. Actions are carried out in their order.
const (
	// Arrange has the kernel prefer the routes as in Order: what carries traffic
	// first. Better metrics are written before worse ones are taken away.
	Arrange ActionKind = "arrange"
	// Emit tells the handlers of Route of Event.
	Emit ActionKind = "emit"
	// Probe begins Check of Route now; what comes of it comes in as [Checked].
	Probe ActionKind = "probe"
	// Warm asks for the link-layer address of Route's next hop, so that the first
	// packet over it does not wait for one.
	Warm ActionKind = "warm"
	// CloseSockets ends the connections that are bound to the address of Route,
	// which would hang there for minutes (tcp_retries2 in ip-sysctl).
	CloseSockets ActionKind = "close_sockets"
	// UseResolvers has names resolved by the resolvers of Route.
	UseResolvers ActionKind = "use_resolvers"
	// Persist keeps the state on disk.
	Persist ActionKind = "persist"
	// Note is for the log: Text.
	Note ActionKind = "note"
	// Wake wants a [Tick] at At; it takes the place of an earlier one.
	Wake ActionKind = "wake"
)

// Action is one thing to be done.
type Action struct {
	Kind  ActionKind `json:"kind"`
	Route string     `json:"route,omitzero"`
	Check string     `json:"check,omitzero"`
	Order []string   `json:"order,omitzero"`
	Event *Event     `json:"event,omitzero"`
	Text  string     `json:"text,omitzero"`
	At    Moment     `json:"at,omitzero"`
}

// Event is what handlers are told.
type Event struct {
	// Name is one of [schema.Events].
	Name     string        `json:"event"`
	Fallback string        `json:"fallback"`
	Family   schema.Family `json:"family"`
	// Route is whose handlers are told. That all are down concerns the handlers of
	// every route: Route is then the one that is kept.
	Route string `json:"route"`
	At    Moment `json:"at"`
	// From and To are the routes that traffic left and took, where it moved.
	From string `json:"from,omitzero"`
	To   string `json:"to,omitzero"`
	// Reason says in a sentence why.
	Reason   string    `json:"reason"`
	Evidence []Finding `json:"evidence"`
}

// Cause is why traffic moved.
type Cause string

// The causes.
const (
	// Failover leaves a route that has failed.
	Failover Cause = "failover"
	// FailBack returns to a better route.
	FailBack Cause = "fail_back"
	// ByPerson follows a person's word.
	ByPerson Cause = "by_person"
	// First takes the first route that was found good.
	First Cause = "first"
	// NoWay keeps a route although it has failed, for no other passes.
	NoWay Cause = "no_way"
)

// Decision is where traffic goes, and why.
type Decision struct {
	At    Moment `json:"at"`
	Cause Cause  `json:"cause"`
	// From is empty for the first decision, and To the same as From where traffic
	// stays.
	From   string `json:"from,omitzero"`
	To     string `json:"to"`
	Reason string `json:"reason"`
	// LastPassed is when the last check that From passed was asked, 0 where none
	// was: from then to At nothing was known to pass.
	LastPassed Moment `json:"last_passed,omitzero"`
	// Evidence is what was known of every route.
	Evidence []Finding `json:"evidence"`
}
