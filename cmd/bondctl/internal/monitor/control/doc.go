// Package control lets other programs of the same user, and root's, ask a running
// monitor how things stand and tell it what to do, over a unix socket.
//
// A connection carries one request and one answer, each a line of JSON that begins
// with its format_version. Whoever connects is known by the kernel's own word
// (SO_PEERCRED, unix(7)).
package control

import "time"

// FormatVersion stands first in requests and answers. Its first number changes when
// something is removed or means something else.
const FormatVersion = "1.0"

// Socket is the name of the socket in the run directory.
const Socket = "monitor.sock"

// What a request may ask for.
const (
	askSnapshot = "snapshot"
	askSwitch   = "switch"
	askReload   = "reload"
)

// request is what is asked.
type request struct {
	FormatVersion string `json:"format_version"`
	Request       string `json:"request"`
	// Fallback and Route are for a switch. Without a route the monitor chooses as ever.
	Fallback string `json:"fallback,omitzero"`
	Route    string `json:"route,omitzero"`
}

// answer is what came of it.
type answer struct {
	FormatVersion string `json:"format_version"`
	// Error says why it was refused, empty where it was not, and Invalid that the
	// document is why.
	Error   string `json:"error,omitzero"`
	Invalid bool   `json:"invalid,omitzero"`
	// Snapshot is how things stand afterwards.
	Snapshot *Snapshot `json:"snapshot,omitzero"`
}

// The limits of one connection. A request is short, and a snapshot has a few
// kilobytes for each route.
const (
	longestRequest = 64 << 10
	longestAnswer  = 16 << 20
	// listening is how long a request may take to arrive and an answer to leave, and
	// working how long it may take to be carried out.
	listening = 5 * time.Second
	working   = time.Minute
	// mostAtOnce is how many connections are served at the same time.
	mostAtOnce = 16
)

// InvalidError is a reload that was refused because the document is not valid. It
// says what is wrong with it.
type InvalidError struct{ Text string }

// Error gives the text.
func (e *InvalidError) Error() string { return e.Text }

// RefusedError is what the monitor would not do, in its own words.
type RefusedError struct{ Text string }

// Error gives the text.
func (e *RefusedError) Error() string { return e.Text }
