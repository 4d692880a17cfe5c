package checkpoint

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// keptClosed is how many closed transactions stay for `bondctl history`, and for undoing one of them later.
const keptClosed = 50

// prunedMark begins the name of a directory that is being removed. It is no id, so a removal that was cut
// off leaves no half transaction, and is completed the next time.
const prunedMark = ".pruned-"

// List gives all transactions, newest first. A journal that cannot be used is a [JournalError], beside those
// that can.
func (s *Store) List() ([]Journal, error) {
	names, err := s.names()
	if err != nil {
		return nil, err
	}
	var all []Journal
	var errs []error
	for _, id := range names {
		j, err := s.read(id)
		switch {
		case err == nil:
			all = append(all, j)
		case !errors.Is(err, fs.ErrNotExist): // one without a journal never began, or is just gone
			errs = append(errs, err)
		}
	}
	slices.SortFunc(all, func(a, b Journal) int { return cmp.Compare(b.Sequence, a.Sequence) })
	return all, errors.Join(errs...)
}

// History is [Store.List] for a person. A transaction whose process died before it changed anything is shown as
// rolled back, which the next Begin writes into its journal.
func (s *Store) History() ([]Journal, error) {
	all, err := s.List()
	for i := range all {
		if j := &all[i]; j.Open() && s.abandoned(j) {
			j.State, j.Outcome.Reason = RolledBack, applierEnded
		}
	}
	return all, err
}

// names lists the directories of transactions.
func (s *Store) names() ([]string, error) {
	entries, err := s.entries()
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, name := range entries {
		if isID(name) {
			ids = append(ids, name)
		}
	}
	return ids, nil
}

func (s *Store) entries() ([]string, error) {
	entries, err := fs.ReadDir(s.state.FS(), transactionsDir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("listing the transactions: %w", err)
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, nil
}

// Load gives a transaction to read from: its journal, what was put beside it, its files.
func (s *Store) Load(id string) (*Transaction, error) {
	j, err := s.read(id)
	if err != nil {
		return nil, err
	}
	return &Transaction{store: s, journal: j}, nil
}

// resolve finds the transaction that a command means: the one with the id, or the open one without.
func (s *Store) resolve(id string) (Journal, error) {
	if id != "" {
		return s.read(id)
	}
	all, err := s.List()
	if err != nil {
		return Journal{}, err
	}
	if j, open := s.firstOpen(all); open {
		return j, nil
	}
	none := &NoneOpenError{}
	if len(all) > 0 {
		none.Last = &all[0]
	}
	return Journal{}, none
}

// prune removes closed transactions but the newest ones and those that took something over from others, and
// what a cut-off Begin or prune left. What cannot be removed is told, and is no reason to refuse a change.
func (s *Store) prune(all []Journal) {
	names, err := s.entries()
	if err != nil {
		s.tell("pruning the history: %v", err)
		return
	}
	closed := 0
	for _, j := range all {
		if j.Open() || j.TookOver && j.State == Confirmed {
			continue
		}
		if closed++; closed > s.keep {
			names = append(names, prunedMark+j.ID)
			s.removing(j.ID, func() error { return s.setAside(j.ID) })
		}
	}
	for _, name := range names {
		if strings.HasPrefix(name, prunedMark) || isID(name) && s.neverBegan(name) {
			s.removing(name, func() error { return s.state.RemoveAll(path.Join(transactionsDir, name)) })
		}
	}
}

// removing does one step of a removal. A removal that a power cut takes back is done again.
func (s *Store) removing(name string, step func() error) {
	if err := s.durably("a step of removing an old transaction", step); err != nil {
		s.tell("removing the old transaction %s: %v", name, err)
	}
}

func (s *Store) setAside(id string) error {
	err := s.state.Rename(path.Join(transactionsDir, id), path.Join(transactionsDir, prunedMark+id))
	return errors.Join(err, syncDir(s.state, transactionsDir))
}

// neverBegan tells a directory that was made for a transaction whose journal never came. Nothing but a
// temporary of the journal is in it; with anything else in it, somebody took the journal away.
func (s *Store) neverBegan(id string) bool {
	entries, err := fs.ReadDir(s.state.FS(), path.Join(transactionsDir, id))
	return err == nil && !slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return !strings.HasPrefix(e.Name(), "."+journalFile+".")
	})
}
