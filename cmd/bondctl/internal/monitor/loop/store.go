package loop

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"sync"
	"time"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
)

const (
	stateFile = "state.json"
	// stateVersion changes with what an older version could not read.
	stateVersion = 1
	// saveAgain is when a disk is tried again that did not take the state.
	saveAgain = 10 * time.Second
)

// kept is the file.
type kept struct {
	FormatVersion int `json:"format_version"`
	Kept
}

// Store keeps what is known on disk. It writes in a goroutine of its own,
// always the newest.
type Store struct {
	files *hostfs.Root
	path  string
	// report takes why the state is not saved, nil once it is.
	report func(error)
	wanted chan struct{}
	ended  chan struct{}

	mu sync.Mutex
	// newest is nil where nothing was kept yet, and waiting are called once it is saved.
	newest  *Kept
	waiting []func()
}

// OpenStore keeps the state in a directory below root, which is made where it is
// missing. Report is called from another goroutine.
func OpenStore(root, dir string, report func(error)) (*Store, error) {
	files, err := hostfs.Open(root)
	if err != nil {
		return nil, err
	}
	s := &Store{files: files, path: path.Join(dir, stateFile), report: report, wanted: make(chan struct{}, 1), ended: make(chan struct{})}
	go s.serve()
	return s, nil
}

// Load reads what an earlier process has left. What cannot be read is an error, and
// nothing is known then.
func (s *Store) Load() (Kept, error) {
	file, found, err := s.files.Read(s.path)
	if err != nil || !found {
		return Kept{}, err
	}
	var k kept
	if err := json.Unmarshal(file.Content, &k); err != nil {
		return Kept{}, fmt.Errorf("%s cannot be read, and all routes are judged anew: %w", s.path, err)
	}
	if k.FormatVersion != stateVersion {
		return Kept{}, fmt.Errorf("%s is of version %d, and this bondctl reads %d: all routes are judged anew", s.path, k.FormatVersion, stateVersion)
	}
	return k.Kept, nil
}

// Keep has what is known saved, and returns at once. It calls then from another goroutine
// when that is on disk, or could not be put there.
func (s *Store) Keep(k Kept, then func()) {
	s.mu.Lock()
	s.newest = &k
	s.waiting = append(s.waiting, then)
	s.mu.Unlock()
	select {
	case s.wanted <- struct{}{}:
	default: // it is going to be saved already
	}
}

// Close saves what is not saved yet. Nothing may be kept afterwards.
func (s *Store) Close() error {
	close(s.wanted)
	<-s.ended
	return errors.Join(s.save(), s.files.Close())
}

func (s *Store) serve() {
	defer close(s.ended)
	var again <-chan time.Time
	for {
		select {
		case _, ok := <-s.wanted:
			if !ok {
				return
			}
		case <-again:
		}
		again = nil
		err := s.save()
		if err != nil {
			again = time.After(saveAgain)
		}
		s.report(err)
	}
}

// save writes the newest state, all or nothing.
func (s *Store) save() error {
	s.mu.Lock()
	newest, waiting := s.newest, s.waiting
	s.waiting = nil
	s.mu.Unlock()
	defer func() {
		for _, then := range waiting {
			then()
		}
	}()
	if newest == nil {
		return nil
	}
	content, err := json.Marshal(kept{stateVersion, *newest})
	if err != nil {
		return fmt.Errorf("writing down the state: %w", err)
	}
	return s.files.Put(hostfs.Change{Path: s.path, Content: append(content, '\n'), Mode: 0o600})
}
