package checkpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"time"
)

// Transaction is one apply. It belongs to one goroutine.
type Transaction struct {
	store   *Store
	lock    *Lock // nil for one that is only read
	journal Journal
}

// ID gives the transaction's id.
func (t *Transaction) ID() string { return t.journal.ID }

// Journal gives what was known when the transaction was begun, loaded, or last changed through it.
func (t *Transaction) Journal() Journal { return t.journal }

// FilesDir is where the saved files lie in the target root: a backup of package hostfs.
func (t *Transaction) FilesDir() string { return t.store.path(t.ID(), filesDir) }

// SaveFiles keeps the files at the paths, or their absence, for RestoreFiles, and room to put them back. They
// are on disk when it returns.
func (t *Transaction) SaveFiles(paths []string) error {
	j, err := t.held()
	if err != nil {
		return err
	}
	if j.Touched() {
		return fmt.Errorf("transaction %s is %s: files are saved before anything is changed", j.ID, j.State)
	}
	err = t.store.durably("the saved files", func() error { return t.store.files.Save(t.FilesDir(), paths) })
	if err != nil {
		return err
	}
	return t.keepRoom()
}

// RestoreFiles makes the files what they were when they were saved, but for those to be left alone. One that
// cannot be restored does not keep the others from it. Doing so twice does nothing the second time.
func (t *Transaction) RestoreFiles(except ...string) error {
	return t.store.files.RestoreEach(t.FilesDir(), except)
}

var attachment = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,63}$`)

// ownNames are the files of a transaction that are not attachments.
func ownNames() []string {
	return []string{journalFile, filesDir, guardFile, guardLog, roomFile}
}

func checkName(name string) error {
	if !attachment.MatchString(name) || slices.Contains(ownNames(), name) {
		return fmt.Errorf("%q cannot be the name of something to keep: take small letters, digits, dots and hyphens, and none of %q",
			name, ownNames())
	}
	return nil
}

// Put keeps something beside the journal: the kernel's state, the plan. Nobody but root can read it, and it
// is on disk when Put returns.
func (t *Transaction) Put(name string, content []byte) error {
	if err := checkName(name); err != nil {
		return err
	}
	if _, err := t.held(); err != nil {
		return err
	}
	return t.store.durably("what is kept as "+name, func() error { return t.store.write(t.ID(), name, content) })
}

// Get gives what was kept. What was never kept is fs.ErrNotExist.
func (t *Transaction) Get(name string) ([]byte, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	file, exists, err := t.store.files.Read(t.store.path(t.ID(), name))
	switch {
	case err != nil:
		return nil, err
	case !exists:
		return nil, fmt.Errorf("transaction %s has no %s: %w", t.ID(), name, fs.ErrNotExist)
	}
	return file.Content, nil
}

// WithoutGuard makes a prepared transaction Armed without a guard, for those who ask for that: only the
// recovery at boot is left to undo it.
func (t *Transaction) WithoutGuard() error {
	return t.advance(Armed, func(j *Journal, _ Instant) error {
		j.Unguarded = true
		return nil
	})
}

// Applying comes before the first change of a file or of the kernel. The guard must be alive.
func (t *Transaction) Applying() error {
	return t.advance(Applying, func(j *Journal, now Instant) error {
		if err := j.belowCeiling(now); err != nil {
			return err
		}
		if j.Unguarded {
			return nil
		}
		alive, err := t.store.GuardAlive(j.ID)
		if err == nil && !alive {
			err = fmt.Errorf("the guard of %s is gone, and nothing was changed yet: arm it again", j.ID)
		}
		return err
	})
}

// Awaiting comes after the last change, when all was verified: the window starts. The lock should be given
// back then, for whoever confirms needs it.
func (t *Transaction) Awaiting() error {
	return t.advance(Awaiting, func(j *Journal, now Instant) error {
		if err := j.belowCeiling(now); err != nil {
			return err
		}
		j.setDeadline(now, j.Window)
		return nil
	})
}

// advance makes a transition after edit has approved of it.
func (t *Transaction) advance(to State, edit func(*Journal, Instant) error) error {
	j, err := t.held()
	if err != nil {
		return err
	}
	if err := j.State.check(to); err != nil {
		return fmt.Errorf("transaction %s: %w", j.ID, err)
	}
	if err := edit(&j, t.store.clock.Now()); err != nil {
		return err
	}
	if err := t.lock.advance(&j, to); err != nil {
		return err
	}
	t.journal = j
	return nil
}

// held gives the journal as it is on disk, and insists on the lock.
func (t *Transaction) held() (Journal, error) {
	if t.lock == nil {
		return Journal{}, errors.New("the transaction was loaded without the lock, and can only be read")
	}
	return t.lock.read(t.ID())
}

func (j *Journal) belowCeiling(now Instant) error {
	if now.Boot >= j.Ceiling {
		return fmt.Errorf("transaction %s took longer than it may until everything is applied: it is rolled back", j.ID)
	}
	return nil
}

func (j *Journal) setDeadline(now Instant, window time.Duration) {
	j.Deadline = now.Boot + window
	j.Until = wallOf(now.Wall.Add(window))
}
