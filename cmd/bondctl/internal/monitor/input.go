package monitor

import "time"

// InputKind says what has come in.
type InputKind string

// What can come in.
const (
	// Started begins or goes on after a restart, with Boot.
	Started InputKind = "started"
	// Tick is a moment that was waited for; it has nothing else to say.
	Tick InputKind = "tick"
	// Checked is what came of a check, with Route, Check, Asked and Answers.
	Checked InputKind = "checked"
	// CameLate is that targets of a check have answered after their time, with Route,
	// Check, Asked and Answers: misses that were counted before, with when they came.
	CameLate InputKind = "came_late"
	// PathChanged is what the kernel now says of a route's path, with Route and Path.
	PathChanged InputKind = "path"
	// BondFailover is that a bond below a route has another active slave, with Route.
	BondFailover InputKind = "bond_failover"
	// Switched is a person's word, with Route, or without one to choose as ever.
	Switched InputKind = "switched"
	// Left is that nothing watches any more, and the host has its own routes again.
	Left InputKind = "left"
	// Stalled is that this machine stood still until now: a timer was late.
	Stalled InputKind = "stalled"
	// Reloaded is that the settings are new.
	Reloaded InputKind = "reloaded"
	// Continued is that a history goes on in a new file, with Boot and what is Known.
	Continued InputKind = "continued"
)

// Input is one thing that has come in.
type Input struct {
	Kind InputKind `json:"kind"`
	At   Moment    `json:"at"`
	// Overdue is the moment that was waited for, where it had come before this and its
	// Tick had not: a timer was late. 0 where none was; nothing is decided by it.
	Overdue Moment `json:"overdue,omitzero"`
	// Boot is the kernel's boot_id.
	Boot string `json:"boot,omitzero"`
	// Known is what an earlier monitor has left at a start, with a zero state for nothing,
	// and nil where that is not told; or what an earlier file of a history ended with.
	// [Settings.Step] takes it as the state before.
	Known *State `json:"known,omitzero"`
	// Wall is what the clock on the wall showed; nothing is decided by it.
	Wall  time.Time `json:"wall,omitzero"`
	Route string    `json:"route,omitzero"`
	Check string    `json:"check,omitzero"`
	// Asked is when the check began.
	Asked   Moment   `json:"asked,omitzero"`
	Answers []Answer `json:"answers,omitzero"`
	Path    Path     `json:"path,omitzero"`
	// Told is set where the kernel told of a change, which was not found by a look at its
	// state; nothing is decided by it.
	Told bool `json:"told,omitzero"`
}

// Outcome is what came of one target, or of one check.
type Outcome string

// The outcomes. Nothing is concluded from an unclear one: the machine stood still,
// or the question could not be put.
const (
	Hit     Outcome = "hit"
	Miss    Outcome = "miss"
	Unclear Outcome = "unclear"
)

// Answer is what came of one target.
type Answer struct {
	Target  string  `json:"target"`
	Outcome Outcome `json:"outcome"`
	// Took is the time until the answer, in nanoseconds, 0 where none came.
	Took time.Duration `json:"took,omitzero"`
	// Late is the time until an answer that came too late, in nanoseconds, 0 for none:
	// it is a miss, and not a loss. What is kept of a target has it until an answer
	// comes in time.
	Late time.Duration `json:"late,omitzero"`
	// Said is what came instead.
	Said string `json:"said,omitzero"`
	// At is when it was asked.
	At Moment `json:"at,omitzero"`
}

// Instead says what came instead of an answer in time, empty for one.
func (a Answer) Instead() string {
	if a.Late > 0 {
		return "late: " + a.Late.Round(time.Millisecond).String()
	}
	return a.Said
}
