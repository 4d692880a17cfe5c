package checkpoint

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
)

// fillDisk leaves no room but that which the transaction has kept.
func (m *machine) fillDisk(id string) {
	write := m.files.Put
	m.place = func(c hostfs.Change) error {
		if m.hasRoom(id) {
			return fmt.Errorf("writing: %w", unix.ENOSPC)
		}
		return write(c)
	}
}

func (m *machine) hasRoom(id string) bool {
	_, err := os.Stat(filepath.Join(m.dir, stateDir, transactionsDir, id, roomFile))
	return err == nil
}

// A disk that is full in the window keeps nobody from deciding.
func TestAFullDiskInTheWindow(t *testing.T) {
	for name, decide := range map[string]func(*machine, string) (State, error){
		"roll back": func(m *machine, id string) (State, error) {
			return RolledBack, m.RollBack(id, ben, "tired of it", m.undo)
		},
		"confirm": func(m *machine, id string) (State, error) {
			_, err := m.Confirm(id, ben)
			return Confirmed, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			id := m.bring(Awaiting).ID()
			require.True(t, m.hasRoom(id))
			m.fillDisk(id)
			want, err := decide(m, id)
			require.NoError(t, err)
			assert.Equal(t, want, m.journal(id).State)
		})
	}
}

// On the way forward the room is not used: an apply that has none fails.
func TestAFullDiskWhileApplying(t *testing.T) {
	m := newMachine(t)
	tx := m.bring(Applying)
	m.fillDisk(tx.ID())
	require.ErrorIs(t, tx.Awaiting(), unix.ENOSPC)
	assert.True(t, m.hasRoom(tx.ID()))
	require.NoError(t, tx.lock.RollBack(tx.ID(), "the disk is full", m.undo))
	assert.Equal(t, RolledBack, m.journal(tx.ID()).State)
}

// What has ended needs no room any more.
func TestRoomIsGivenBack(t *testing.T) {
	m := newMachine(t)
	id := m.bring(Awaiting).ID()
	_, err := m.Confirm(id, ben)
	require.NoError(t, err)
	assert.False(t, m.hasRoom(id))
}

func TestRoomIsGivenOnce(t *testing.T) {
	m := newMachine(t)
	id := m.bring(Awaiting).ID()
	tries := 0
	full := func() error { tries++; return unix.EDQUOT }
	require.ErrorIs(t, m.withRoom(id, full), unix.EDQUOT)
	assert.Equal(t, 2, tries)
	require.ErrorIs(t, m.withRoom(id, full), unix.EDQUOT)
	assert.Equal(t, 3, tries)
}
