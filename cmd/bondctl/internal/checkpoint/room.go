package checkpoint

import (
	"crypto/rand"
	"errors"
	"path"
	"slices"

	"golang.org/x/sys/unix"
)

// roomFile takes up as much of the disk as the way back needs, and is removed when there is no other room for it:
// a disk that fills up in the window must not keep the old files from coming back.
const roomFile = "room"

const (
	// roomForJournals is for journals, and for what others wrote to the files meanwhile.
	roomForJournals = 64 << 10
	// block is that of most file systems: no file takes up less.
	block = 4 << 10
)

// keepRoom takes up room for the saved files. It is filled with noise, for there are file systems that need no room for zeros.
func (t *Transaction) keepRoom() error {
	files, _, err := t.store.files.Saved(t.FilesDir())
	if err != nil {
		return err
	}
	size := roomForJournals
	for _, f := range files {
		size += (len(f.Content)/block + 1) * block
	}
	noise := make([]byte, size)
	_, _ = rand.Read(noise) // it never fails
	return t.store.durably("the room for the way back", func() error { return t.store.write(t.ID(), roomFile, noise) })
}

// WithRoom does something on the way back that needs room on the disk. Where there is none, it does so once more
// in the room that was kept for it beside the journal.
func (t *Transaction) WithRoom(do func() error) error {
	return t.store.withRoom(t.ID(), do)
}

func (s *Store) withRoom(id string, do func() error) error {
	err := do()
	if isFull(err) && s.giveRoom(id) {
		return do()
	}
	return err
}

func isFull(err error) bool {
	return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT)
}

// giveRoom tells whether there was any to give.
func (s *Store) giveRoom(id string) bool {
	return s.state.Remove(path.Join(transactionsDir, id, roomFile)) == nil
}

// needsRoom tells whether a state may use the room: on the way forward it has to be left for the way back.
func (s State) needsRoom() bool {
	return slices.Contains([]State{Confirmed, RollingBack, RolledBack, RollbackIncomplete}, s)
}
