package checkpoint

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// rollbackLimit is how long a rollback may hold the lock. After that it counts as hanging: the guard ends
// the process that does it, and takes it up itself.
const rollbackLimit = 5 * time.Minute

// undoLimit is how long an undo may wait for others, such as a network manager. It is less, so that what hangs
// ends by itself where no other guard is there to end it, and the rollback is incomplete and tried again.
const undoLimit = rollbackLimit - time.Minute

// Undo makes everything that a transaction can have changed what it was: it is given nothing but what was put
// beside the journal. It must be idempotent: killed half way, it is called again, by another process or after
// a restart, and what is as it was already is to be left alone. A restart gives a fresh kernel, so that only
// files are left to restore then. When the context ends, it waits for nobody any more, and does the rest.
type Undo func(context.Context, *Transaction) error

// RollBack undoes an open transaction, whatever its state, and takes up a rollback that was cut off. That it
// is RollingBack is on disk before undo is called; then it is RolledBack, or RollbackIncomplete with an
// [IncompleteError]. Before Applying nothing can have been changed, and undo is not called.
//
// A disk that takes no more journal does not keep undo from being called: a wrong journal can be put right,
// a machine that is locked out cannot.
func (l *Lock) RollBack(id, reason string, undo Undo) error {
	j, err := l.read(id)
	if err != nil {
		return err
	}
	if !j.Open() {
		return &ClosedError{Journal: j}
	}
	l.limit(l.store.clock.Now().Boot + rollbackLimit)
	begun := l.beginRollBack(&j, reason)
	undone := l.undo(j, undo)
	return l.endRollBack(&j, begun, undone)
}

// beginRollBack keeps the reason of a rollback that was cut off.
func (l *Lock) beginRollBack(j *Journal, reason string) error {
	if j.State == RollingBack {
		return nil
	}
	if j.State != RollbackIncomplete {
		j.Outcome.Reason = reason
	}
	if j.State != RollbackIncomplete && j.Touched() {
		l.store.announceRollback(j, l.holder.Who)
	}
	j.Outcome.By, j.Outcome.Error = l.holder.Who, ""
	return l.advance(j, RollingBack)
}

func (l *Lock) undo(j Journal, undo Undo) error {
	if !j.Touched() {
		return nil
	}
	l.store.point("before the undo")
	ctx, cancel := context.WithTimeoutCause(context.Background(), undoLimit, fmt.Errorf("undoing took longer than %s", undoLimit))
	defer cancel()
	err := undo(ctx, &Transaction{store: l.store, lock: l, journal: j})
	l.store.point("after the undo")
	return err
}

func (l *Lock) endRollBack(j *Journal, begun, undone error) error {
	if undone != nil {
		j.Outcome.Error = undone.Error()
		return &IncompleteError{ID: j.ID, Err: errors.Join(undone, l.advance(j, RollbackIncomplete))}
	}
	if err := l.advance(j, RolledBack); err != nil {
		return fmt.Errorf("everything of %s is as it was, but its journal does not say so: %w", j.ID, errors.Join(begun, err))
	}
	return nil
}
