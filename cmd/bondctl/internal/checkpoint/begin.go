package checkpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"time"
)

// maxWindow bounds windows, extensions and applying: a change that nobody confirmed within a day is not
// waited for any longer.
const maxWindow = 24 * time.Hour

// Request is what a transaction begins with.
type Request struct {
	// Window is how long the change shall live unconfirmed.
	Window time.Duration
	// ApplyWithin is how long everything up to Awaiting may take, from Begin on.
	ApplyWithin time.Duration
	// Backend, Formers, Managers and Links are for the journal.
	Backend  string
	Formers  []string
	Managers map[string]string
	// TookOver is set where files of others are changed.
	TookOver bool
	Links    []string
	// Plan tells which saved plan is carried out, empty for none.
	Plan string
}

func (r Request) check() error {
	for _, d := range []struct {
		name string
		time.Duration
	}{{"window", r.Window}, {"time to apply", r.ApplyWithin}} {
		if d.Duration <= 0 || d.Duration > maxWindow {
			return fmt.Errorf("the %s is %s: give more than 0s and at most %s", d.name, d.Duration, maxWindow)
		}
	}
	return nil
}

// Current gives the open transaction, and whether there is one.
func (s *Store) Current() (Journal, bool, error) {
	all, err := s.List()
	if err != nil {
		return Journal{}, false, err
	}
	j, open := s.firstOpen(all)
	return j, open, nil
}

func (s *Store) firstOpen(all []Journal) (Journal, bool) {
	for _, j := range all {
		if j.Open() && !s.abandoned(&j) {
			return j, true
		}
	}
	return Journal{}, false
}

// abandoned tells that nobody needs to see to an open transaction: it has changed nothing, and the process that
// began it is no more. If that was killed before the guard was alive, nobody else will close it.
func (s *Store) abandoned(j *Journal) bool {
	return !j.Touched() && !j.Process.runs(s.self.BootID)
}

// Begin writes the journal of a new transaction: it is Prepared. While another is open, the error is an
// [OpenError]. The lock is expected back within ApplyWithin; the guard ends a process that keeps it longer.
func (l *Lock) Begin(r Request) (*Transaction, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	if l.file == nil {
		return nil, errors.New("the lock was given back: take it again")
	}
	all, err := l.store.List()
	if err != nil {
		return nil, err
	}
	if j, open := l.store.firstOpen(all); open {
		return nil, l.store.openError(j)
	}
	if err := l.closeAbandoned(all); err != nil {
		return nil, err
	}
	l.store.prune(all)
	j, err := l.prepare(r, all)
	if err != nil {
		return nil, fmt.Errorf("beginning a transaction: %w", err)
	}
	l.limit(j.Ceiling)
	return &Transaction{store: l.store, lock: l, journal: j}, nil
}

// closeAbandoned closes what was left open and has changed nothing.
func (l *Lock) closeAbandoned(all []Journal) error {
	for _, j := range all {
		if !j.Open() {
			continue
		}
		if err := l.RollBack(j.ID, applierEnded, nil); err != nil {
			return err
		}
	}
	return nil
}

func (l *Lock) prepare(r Request, before []Journal) (Journal, error) {
	s, now := l.store, l.store.clock.Now()
	id, err := s.makeTransactionDir(now.Wall)
	if err != nil {
		return Journal{}, err
	}
	j := Journal{
		FormatVersion: journalVersion, ID: id, Sequence: 1, State: Prepared,
		Owner: l.holder.Who, Process: s.self, Version: s.config.Version, BootID: now.BootID, Created: wallOf(now.Wall),
		Window: r.Window, Ceiling: now.Boot + r.ApplyWithin,
		What: l.holder.What, Backend: r.Backend, Formers: r.Formers, Managers: r.Managers,
		TookOver: r.TookOver, Links: r.Links, Plan: r.Plan,
		History: []Record{recordOf(Prepared, now)},
	}
	if len(before) > 0 {
		j.Sequence = before[0].Sequence + 1
	}
	return j, s.save(&j)
}

// makeTransactionDir makes the directory of a new transaction, and with it the id.
func (s *Store) makeTransactionDir(now time.Time) (string, error) {
	if _, err := s.state.Lstat(transactionsDir); errors.Is(err, fs.ErrNotExist) {
		if err := s.durably("the directory of all transactions", func() error {
			return makeDir(s.state, transactionsDir, secretDir)
		}); err != nil {
			return "", err
		}
	}
	stem := now.UTC().Format(idTime)
	id := stem
	for n := 2; s.taken(id); n++ {
		id = fmt.Sprintf("%s-%d", stem, n)
	}
	err := s.durably("the directory of the transaction", func() error {
		return makeDir(s.state, path.Join(transactionsDir, id), secretDir)
	})
	return id, err
}

func (s *Store) taken(id string) bool {
	_, err := s.state.Lstat(path.Join(transactionsDir, id))
	return err == nil
}

// OpenTransaction gives the open transaction as the error that keeps another
// from beginning, nil where none is open.
func (s *Store) OpenTransaction() (*OpenError, error) {
	j, open, err := s.Current()
	if err != nil || !open {
		return nil, err
	}
	return s.openError(j), nil
}

func (s *Store) openError(j Journal) *OpenError {
	return &OpenError{Journal: j, Left: max(0, j.Deadline-s.clock.Now().Boot)}
}
