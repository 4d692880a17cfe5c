package checkpoint

import (
	"fmt"
	"slices"
)

// State is how far a transaction has come.
type State string

// The states, in the order in which a transaction goes through them.
const (
	// Prepared: the journal is on disk; nothing was changed.
	Prepared State = "prepared"
	// Armed: the guard is alive; nothing was changed.
	Armed State = "armed"
	// Applying: files and kernel may be anything between old and new.
	Applying State = "applying"
	// Awaiting: everything is new and was verified; the window runs.
	Awaiting State = "awaiting"
	// Confirmed: the new configuration stays.
	Confirmed State = "confirmed"
	// RollingBack: the old configuration is being restored.
	RollingBack State = "rolling-back"
	// RolledBack: everything is as it was.
	RolledBack State = "rolled-back"
	// RollbackIncomplete: something could not be restored; it can be tried again.
	RollbackIncomplete State = "rollback-incomplete"
)

// transitions lists what may follow a state. What is not here is an error.
var transitions = map[State][]State{
	Prepared:           {Armed, RollingBack},
	Armed:              {Applying, RollingBack},
	Applying:           {Awaiting, RollingBack},
	Awaiting:           {Confirmed, RollingBack},
	Confirmed:          nil,
	RollingBack:        {RolledBack, RollbackIncomplete},
	RolledBack:         nil,
	RollbackIncomplete: {RollingBack},
}

// check refuses a transition that the table does not have.
func (s State) check(next State) error {
	if slices.Contains(transitions[s], next) {
		return nil
	}
	return fmt.Errorf("a transaction that is %s cannot become %s", s, next)
}

// known tells whether s is one of the states.
func (s State) known() bool {
	_, ok := transitions[s]
	return ok
}

// final tells whether nothing can follow s.
func (s State) final() bool {
	return s.known() && len(transitions[s]) == 0
}
