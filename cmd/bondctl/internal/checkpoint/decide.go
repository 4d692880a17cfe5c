package checkpoint

import (
	"errors"
	"fmt"
	"time"
)

// patience is how long a decision waits for the lock: others hold it for an instant, or for the length of
// an apply or a rollback, which nobody wants to wait for in silence.
const patience = 3 * time.Second

// Confirmation is a transaction that stays.
type Confirmation struct {
	Journal Journal
	// Already tells that it was confirmed before: by Journal.Outcome.By.
	Already bool
}

// Confirm keeps what was applied. Without an id it confirms the open transaction. It must be Awaiting, and
// the window must not have ended: at the deadline and after it the rollback wins ([ErrTooLate]). Of two at
// once, one confirms and the other is told so; neither is an error.
func (s *Store) Confirm(id string, by Actor) (Confirmation, error) {
	var c Confirmation
	err := s.decide(id, by, "confirming", func(l *Lock, id string) (err error) {
		c, err = l.Confirm(id)
		return err
	})
	return c, err
}

// Extend gives an open window more time, counted from now. Without an id it is that of the open transaction.
func (s *Store) Extend(id string, by Actor, more time.Duration) (Journal, error) {
	var j Journal
	err := s.decide(id, by, "extending", func(l *Lock, id string) (err error) {
		j, err = l.Extend(id, more)
		return err
	})
	return j, err
}

// RollBack undoes a transaction: see [Lock.RollBack]. Without an id it is the open one.
func (s *Store) RollBack(id string, by Actor, reason string, undo Undo) error {
	return s.decide(id, by, "rolling back", func(l *Lock, id string) error {
		return l.RollBack(id, reason, undo)
	})
}

// GiveUp closes an incomplete rollback that nobody shall try again. What it could not restore stays as it is.
func (s *Store) GiveUp(id string, by Actor) error {
	return s.decide(id, by, "giving up", func(l *Lock, id string) error {
		j, err := l.read(id)
		switch {
		case err != nil:
			return err
		case !j.Open():
			return &ClosedError{Journal: j}
		case j.State != RollbackIncomplete:
			return fmt.Errorf("transaction %s is %s: only an incomplete rollback can be given up", j.ID, j.State)
		}
		j.Outcome.By, j.Outcome.GivenUp = by, true
		return s.save(&j)
	})
}

// decide does something to a transaction under the lock. The id is settled before the lock is taken, so that
// two who mean the open transaction mean the same.
func (s *Store) decide(id string, by Actor, what string, f func(*Lock, string) error) error {
	j, err := s.resolve(id)
	if err != nil {
		return err
	}
	lock, err := s.Lock(by, what+" "+j.ID, patience)
	if err != nil {
		return s.whyLocked(j.ID, err)
	}
	defer lock.Release()
	return f(lock, j.ID)
}

// whyLocked adds to a lock in other hands what has begun meanwhile.
func (s *Store) whyLocked(id string, err error) error {
	_, locked := errors.AsType[*LockedError](err)
	j, unread := s.read(id)
	if locked && unread == nil && j.State == RollingBack {
		return fmt.Errorf("%w: transaction %s is being rolled back, because %s (%w)", ErrTooLate, id, j.Outcome.Reason, err)
	}
	return err
}

// Confirm is [Store.Confirm] for the holder of the lock.
func (l *Lock) Confirm(id string) (Confirmation, error) {
	j, err := l.read(id)
	if err != nil {
		return Confirmation{}, err
	}
	if j.State == Confirmed {
		return Confirmation{Journal: j, Already: true}, nil
	}
	if err := j.inWindow(l.store.clock.Now()); err != nil {
		return Confirmation{}, fmt.Errorf("not confirmed: %w", err)
	}
	j.Outcome = Outcome{By: l.holder.Who}
	if err := l.advance(&j, Confirmed); err != nil {
		return Confirmation{}, fmt.Errorf("not confirmed: %w", err)
	}
	return Confirmation{Journal: j}, nil
}

// Extend is [Store.Extend] for the holder of the lock.
func (l *Lock) Extend(id string, more time.Duration) (Journal, error) {
	j, err := l.read(id)
	if err != nil {
		return Journal{}, err
	}
	now := l.store.clock.Now()
	if err := j.inWindow(now); err != nil {
		return Journal{}, fmt.Errorf("not extended: %w", err)
	}
	left := j.Deadline - now.Boot
	if more <= left || more > maxWindow {
		return Journal{}, fmt.Errorf("not extended to %s from now: give more than the %s that are left, and at most %s",
			more, left.Round(time.Second), maxWindow)
	}
	j.setDeadline(now, more)
	return j, l.store.save(&j)
}

// inWindow refuses a decision before or after the window. At the deadline itself, the guard rolls back.
func (j *Journal) inWindow(now Instant) error {
	switch {
	case !j.Open():
		return &ClosedError{Journal: *j}
	case j.State == RollingBack, j.State == RollbackIncomplete:
		return fmt.Errorf("%w: transaction %s is %s, because %s", ErrTooLate, j.ID, j.State, j.Outcome.Reason)
	case j.State != Awaiting:
		return fmt.Errorf("transaction %s is %s: wait until it is %s", j.ID, j.State, Awaiting)
	case j.BootID != now.BootID:
		return fmt.Errorf("%w: the machine was restarted since transaction %s was applied, and the rollback wins", ErrTooLate, j.ID)
	case now.Boot >= j.Deadline:
		return fmt.Errorf("%w: the window of transaction %s ended at %s, and the rollback wins", ErrTooLate, j.ID, clockTime(j.Until))
	}
	return nil
}
