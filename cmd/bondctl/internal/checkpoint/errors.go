package checkpoint

import (
	"errors"
	"fmt"
	"time"
)

// ErrTooLate is a confirmation, or an extension, when the rollback has won.
var ErrTooLate = errors.New("too late")

// JournalError is a journal that cannot be understood. Whether its transaction is open cannot be told, so
// nothing new begins beside it.
type JournalError struct {
	Path string
	Err  error
}

// Error says which file it is and what can be done.
func (e *JournalError) Error() string {
	return fmt.Sprintf("the journal %s cannot be used: %v; look at the directory it is in: files/ has the old files; "+
		"move it away when there is nothing to restore", e.Path, e.Err)
}

// Unwrap gives what is wrong with it.
func (e *JournalError) Unwrap() error { return e.Err }

// LockedError is the lock in somebody else's hands.
type LockedError struct {
	// Holder is who has it; its Who is zero if that could not be read.
	Holder Holder
	// Late tells that the holder should have been done by now.
	Late bool
}

// Error says whose the lock is and what to do.
func (e *LockedError) Error() string {
	h := e.Holder
	if h.Process.PID == 0 {
		return "another bondctl is at work: wait until it is done, then try again"
	}
	text := fmt.Sprintf("%s is %s since %s (process %d)", h.Who, h.What, clockTime(h.Since), h.Process.PID)
	if e.Late {
		return fmt.Sprintf("%s, which should be over by now: if it hangs, end it with kill -9 %d; then undo what it left with: bondctl rollback",
			text, h.Process.PID)
	}
	return text + ": wait until it is done, then try again"
}

// OpenError is another transaction that has to end before one can begin.
type OpenError struct {
	Journal Journal
	// Left is how much of the window is left.
	Left time.Duration
}

// Error says whose the transaction is, since when, until when, and how to end it.
func (e *OpenError) Error() string {
	j := &e.Journal
	text := fmt.Sprintf("transaction %s of %s is open since %s and is %s", j.ID, j.Owner, clockTime(j.Created), j.State)
	undo := fmt.Sprintf("undo it with: bondctl rollback %s", j.ID)
	switch j.State {
	case Awaiting:
		return fmt.Sprintf("%s until %s, %s from now; keep it with: bondctl confirm %s; or %s",
			text, clockTime(j.Until), e.Left.Round(time.Second), j.ID, undo)
	case RollbackIncomplete:
		return fmt.Sprintf("%s (%s); try again with: bondctl rollback %s", text, j.Outcome.Error, j.ID)
	case RollingBack:
		return fmt.Sprintf("%s; wait until it is done; if nobody does it, %s", text, undo)
	case Prepared, Armed, Applying, Confirmed, RolledBack:
	}
	return text + "; wait until it is done, or " + undo
}

// NoneOpenError is a command for the open transaction when there is none.
type NoneOpenError struct {
	// Last is the newest transaction, nil if there was never one.
	Last *Journal
}

// Error says what became of the last one.
func (e *NoneOpenError) Error() string {
	if e.Last == nil {
		return "no transaction is open, and there was none yet"
	}
	return "no transaction is open: " + ending(e.Last)
}

// ClosedError is a command for a transaction that has ended.
type ClosedError struct {
	Journal Journal
}

// Error says how it ended.
func (e *ClosedError) Error() string {
	return ending(&e.Journal)
}

// IncompleteError is a rollback that could not restore everything.
type IncompleteError struct {
	ID  string
	Err error
}

// Error says what failed and how to try again.
func (e *IncompleteError) Error() string {
	return fmt.Sprintf("the rollback of %s is incomplete: %v; see to that, then try again with: bondctl rollback %s", e.ID, e.Err, e.ID)
}

// Unwrap gives what failed.
func (e *IncompleteError) Unwrap() error { return e.Err }

// ending tells how a closed transaction ended.
func ending(j *Journal) string {
	switch {
	case j.State == Confirmed:
		return fmt.Sprintf("transaction %s was confirmed at %s by %s", j.ID, clockTime(j.Since()), j.Outcome.By)
	case j.State == RolledBack:
		return fmt.Sprintf("transaction %s was rolled back at %s by %s, because %s", j.ID, clockTime(j.Since()), j.Outcome.By, j.Outcome.Reason)
	case j.Outcome.GivenUp:
		return fmt.Sprintf("transaction %s was given up by %s after an incomplete rollback (%s)", j.ID, j.Outcome.By, j.Outcome.Error)
	}
	return fmt.Sprintf("transaction %s is %s", j.ID, j.State)
}

// clockTime is a moment for people: in UTC, as logs and the ids have it.
func clockTime(t time.Time) string {
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}
