package checkpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
)

const (
	transactionsDir = "transactions"
	journalFile     = "journal.json"
	filesDir        = "files"
)

// Config is what Open needs to know.
type Config struct {
	// Root is the target root, in which files are saved and restored: "/".
	Root string
	// Dir is the state directory, seen from Root: "/var/lib/bondctl".
	Dir string
	// Version is the version of bondctl, for the journal.
	Version string
	// Clock tells the time; nil for that of this machine.
	Clock Clock
	// Tell takes what the guard has to say while it works; nil for silence.
	Tell func(text string)
	// Announce takes what everybody who is logged in shall know, and returns at
	// once; nil for silence.
	Announce func(text string)
	// Point is called before and after everything that must be on disk, so that a test can end the
	// process there; nil outside of tests.
	Point func(name string)
}

// Store is the state directory with its transactions. Its methods may be called at the same time.
type Store struct {
	config Config
	clock  Clock
	self   Process
	state  *os.Root
	files  *hostfs.Root
	launch launcher
	keep   int // keptClosed, but in tests
	// place is files.Put, but in tests.
	place func(hostfs.Change) error
}

// Open opens the state directory, and makes it when it is missing.
func Open(config Config) (*Store, error) {
	clock := config.Clock
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
	state, err := openStateDir(config.Root, config.Dir)
	if err != nil {
		return nil, err
	}
	files, err := hostfs.Open(config.Root)
	if err != nil {
		return nil, errors.Join(err, state.Close())
	}
	if config.Point != nil {
		files.Points(config.Point, config.Dir) // the store's own steps are points anyway
	}
	return &Store{
		config: config, clock: clock, self: process, state: state, files: files,
		launch: launcherOf(systemdDir), keep: keptClosed, place: files.Put,
	}, nil
}

// Close lets the store go. No method may be called afterwards.
func (s *Store) Close() error {
	return errors.Join(s.files.Close(), s.state.Close())
}

// BootID tells this boot of the machine from others.
func (s *Store) BootID() string { return s.self.BootID }

// path is where something of a transaction lies in the target root.
func (s *Store) path(id string, names ...string) string {
	return path.Join(append([]string{s.config.Dir, transactionsDir, id}, names...)...)
}

// durably does one thing that is on disk when it has returned nil.
func (s *Store) durably(name string, f func() error) error {
	s.point("before " + name)
	err := f()
	s.point("after " + name)
	return err
}

func (s *Store) point(name string) {
	if s.config.Point != nil {
		s.config.Point(name)
	}
}

func (s *Store) tell(format string, args ...any) {
	if s.config.Tell != nil {
		s.config.Tell(fmt.Sprintf(format, args...))
	}
}

// write makes a file of a transaction, all or nothing.
func (s *Store) write(id, name string, content []byte) error {
	return s.place(hostfs.Change{Path: s.path(id, name), Content: content, Mode: secretFile})
}

// save writes a journal in its present state.
func (s *Store) save(j *Journal) error {
	text, err := j.encode()
	if err != nil {
		return err
	}
	write := func() error { return s.write(j.ID, journalFile, text) }
	return s.durably("the journal says "+string(j.State), func() error {
		if j.State.needsRoom() {
			err = s.withRoom(j.ID, write)
		} else {
			err = write()
		}
		if err != nil {
			return fmt.Errorf("writing down that %s is %s: %w", j.ID, j.State, err)
		}
		if j.State.final() {
			s.giveRoom(j.ID)
		}
		return nil
	})
}

// readTries is how often a journal is read anew that was replaced while it was read.
const readTries = 5

// read gives the journal of a transaction. It needs no lock: a journal is replaced in one step.
func (s *Store) read(id string) (Journal, error) {
	if !isID(id) {
		return Journal{}, fmt.Errorf("%q is no id of a transaction: an id looks like %s", id, idTime)
	}
	var file hostfs.File
	var exists bool
	var err error
	for range readTries {
		if file, exists, err = s.files.Read(s.path(id, journalFile)); err == nil {
			break
		}
	}
	switch {
	case err != nil:
		return Journal{}, fmt.Errorf("reading the journal: %w", err)
	case !exists:
		return Journal{}, fmt.Errorf("there is no transaction %s: %w", id, fs.ErrNotExist)
	}
	j, err := decode(file.Content)
	if err == nil && j.ID != id {
		err = fmt.Errorf("it is that of %s", j.ID)
	}
	if err != nil {
		return Journal{}, &JournalError{Path: s.path(id, journalFile), Err: err}
	}
	return j, nil
}
