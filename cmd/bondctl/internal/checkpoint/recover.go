package checkpoint

import (
	"errors"
	"fmt"
	"time"
)

// bootPatience is how long the recovery at boot waits for the lock. Nobody should have it.
const bootPatience = 10 * time.Second

// Recovery is what the recovery at boot found.
type Recovery struct {
	// RolledBack are the transactions that a restart had left unconfirmed.
	RolledBack []string
	// Guarded is a transaction of this boot that is in its guard's hands; Unguarded is one whose guard
	// is not alive, which a person should confirm or roll back.
	Guarded, Unguarded []string
}

// Recover rolls back what another boot left open, whatever its state. The kernel is fresh, so undoFiles has
// only files to restore. It is meant to run before the network comes up. An open transaction of this boot
// is left to its guard.
func (s *Store) Recover(undoFiles Undo) (Recovery, error) {
	var found Recovery
	all, err := s.List()
	errs := []error{err} // a journal that cannot be used does not keep the others from their rollback
	for _, j := range all {
		if j.Open() {
			errs = append(errs, s.recover(j, undoFiles, &found))
		}
	}
	return found, errors.Join(errs...)
}

func (s *Store) recover(j Journal, undoFiles Undo, found *Recovery) error {
	now := s.clock.Now()
	if j.BootID == now.BootID {
		alive, err := s.GuardAlive(j.ID)
		if alive {
			found.Guarded = append(found.Guarded, j.ID)
		} else {
			found.Unguarded = append(found.Unguarded, j.ID)
		}
		return err
	}
	lock, err := s.Lock(theRecovery, "rolling back "+j.ID, bootPatience)
	if err != nil {
		return fmt.Errorf("rolling back %s: %w", j.ID, err)
	}
	defer lock.Release()
	verdict := Judge(&j, now, false)
	err = lock.RollBack(j.ID, verdict.Reason, undoFiles)
	if _, closed := errors.AsType[*ClosedError](err); closed {
		return nil
	}
	if err == nil {
		found.RolledBack = append(found.RolledBack, j.ID)
	}
	return err
}
