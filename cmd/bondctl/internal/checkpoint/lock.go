package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

const lockFile = "lock"

// lockPoll is how often a lock in other hands is tried: flock(2) cannot wait with a limit.
const lockPoll = 50 * time.Millisecond

// Holder is who has the lock, as the lock file says while it is held.
type Holder struct {
	Who     Actor     `json:"who"`
	What    string    `json:"what"` // such as "rolling back 20261127T211453Z"
	Process Process   `json:"process"`
	Since   time.Time `json:"since"`
	// Limit is when, on CLOCK_BOOTTIME, the holder must be done; 0 for no limit. The guard ends a process
	// that holds the lock longer.
	Limit time.Duration `json:"limit_boottime_ns,omitempty"`
}

// late tells whether the holder should have been done.
func (h Holder) late(now Instant) bool {
	return h.Limit != 0 && h.Process.BootID == now.BootID && now.Boot >= h.Limit
}

// FileLock is flock(2) on a file that says whose it is. It ends with the process, if not before.
type FileLock struct {
	file   *os.File // nil once released
	holder Holder
}

// Lock is the right to change a transaction.
type Lock struct {
	FileLock
	store *Store
}

// LockFile takes a lock at once or not at all: then the error is a [LockedError]. The file is made where it is
// missing, and stays; its directory must be there, and root's alone to write to. What says in messages what the
// lock is for: "watching /etc/bondctl". A clock that is nil is that of the machine.
func LockFile(name string, who Actor, what string, clock Clock) (*FileLock, error) {
	if clock == nil {
		var err error
		if clock, err = MachineClock(); err != nil {
			return nil, err
		}
	}
	process, err := self(clock.Now().BootID)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, secretFile)
	if err != nil {
		return nil, fmt.Errorf("opening the lock: %w", err)
	}
	return take(f, Holder{Who: who, What: what, Process: process, Since: wallOf(clock.Now().Wall)}, clock.Now())
}

// take locks a file and signs it, or closes it.
func take(f *os.File, holder Holder, now Instant) (*FileLock, error) {
	if err := flock(f, unix.LOCK_EX); err != nil {
		defer func() { _ = f.Close() }() // it was only read
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, lockedBy(f, now)
		}
		return nil, fmt.Errorf("taking the lock: %w", err)
	}
	lock := &FileLock{file: f, holder: holder}
	lock.sign()
	return lock, nil
}

// Lock takes the lock, and waits for it if it must. What says in messages what the lock is for:
// "applying /etc/bondctl". When the wait is over, the error is a [LockedError].
func (s *Store) Lock(who Actor, what string, wait time.Duration) (*Lock, error) {
	patience := time.NewTimer(wait)
	defer patience.Stop()
	for {
		lock, err := s.tryLock(who, what)
		if _, locked := errors.AsType[*LockedError](err); !locked {
			return lock, err
		}
		select {
		case <-patience.C:
			return nil, err
		case <-time.After(lockPoll):
		}
	}
}

func (s *Store) tryLock(who Actor, what string) (*Lock, error) {
	f, err := s.state.OpenFile(lockFile, os.O_RDWR|os.O_CREATE, secretFile)
	if err != nil {
		return nil, fmt.Errorf("opening the lock: %w", err)
	}
	now := s.clock.Now()
	lock, err := take(f, Holder{Who: who, What: what, Process: s.self, Since: wallOf(now.Wall)}, now)
	if err != nil {
		return nil, err
	}
	return &Lock{FileLock: *lock, store: s}, nil
}

// flock takes a lock at once or not at all.
func flock(f *os.File, how int) error {
	return unix.Flock(int(f.Fd()), how|unix.LOCK_NB)
}

// lockedBy reads who has the lock. The file is empty for an instant after the lock was taken.
func lockedBy(f *os.File, now Instant) *LockedError {
	locked := &LockedError{}
	text, err := io.ReadAll(f)
	if err != nil || json.Unmarshal(text, &locked.Holder) != nil {
		return &LockedError{}
	}
	locked.Late = locked.Holder.late(now)
	return locked
}

// sign writes down who has the lock. On a full disk that fails: then nobody can be named in messages, but
// the lock is held all the same.
func (l *FileLock) sign() {
	text, err := json.Marshal(l.holder)
	if err == nil && l.file.Truncate(0) == nil {
		_, _ = l.file.WriteAt(text, 0)
	}
}

// limit sets when, on CLOCK_BOOTTIME, the lock must be given back.
func (l *FileLock) limit(at time.Duration) {
	l.holder.Limit = at
	l.sign()
}

// Release gives the lock back. Releasing twice does nothing. The name goes before the lock, so that no
// successor is taken for this process, which the guard might kill. A child between fork and exec has the
// file open as well, so closing alone would not end the lock.
func (l *FileLock) Release() {
	if l.file == nil {
		return
	}
	_ = l.file.Truncate(0)
	_ = flock(l.file, unix.LOCK_UN)
	_ = l.file.Close()
	l.file = nil
}

// read gives a journal that nobody else changes.
func (l *Lock) read(id string) (Journal, error) {
	if l.file == nil {
		return Journal{}, fmt.Errorf("the lock for %s was given back: take it again", id)
	}
	return l.store.read(id)
}

// advance makes a transition, which is on disk when it returns nil.
func (l *Lock) advance(j *Journal, to State) error {
	if err := j.advance(to, l.store.clock.Now()); err != nil {
		return err
	}
	return l.store.save(j)
}
