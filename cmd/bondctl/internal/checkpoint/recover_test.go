package checkpoint

import (
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRecoverAfterARestart(t *testing.T) {
	for _, s := range course {
		m := newMachine(t)
		tx := m.bring(s)
		tx.lock.Release()
		m.restart("boot-2")

		found, err := m.Recover(m.undo)

		require.NoError(t, err)
		assert.Equal(t, Recovery{RolledBack: []string{tx.ID()}}, found)
		m.isRolledBack(tx.ID())
		j := m.journal(tx.ID())
		assert.Equal(t, Outcome{By: theRecovery, Reason: "the machine was restarted before it was confirmed"}, j.Outcome)
		assert.Equal(t, j.Touched(), m.undone() == 1, s)
		again, err := m.Recover(m.undo)
		require.NoError(t, err)
		assert.Empty(t, again)
	}
}

func TestRecoverTakesUpWhatWasCutOff(t *testing.T) {
	m := newMachine(t)
	tx := m.bring(Awaiting)
	m.cutOff(tx.ID())
	m.restart("boot-2")
	_, err := m.Recover(m.undo)
	require.NoError(t, err)
	m.isRolledBack(tx.ID())
	assert.Equal(t, "tired of it", m.journal(tx.ID()).Outcome.Reason)
}

func TestRecoverTriesAnIncompleteRollbackAgain(t *testing.T) {
	m := newMachine(t)
	tx := m.bring(Awaiting)
	m.failWith(errors.New("read-only file system"))
	require.Error(t, m.RollBack("", ben, "tired of it", m.undo))
	m.restart("boot-2")
	_, err := m.Recover(m.undo)
	require.ErrorContains(t, err, "read-only file system")
	m.restart("boot-3")
	m.failWith(nil)
	_, err = m.Recover(m.undo)
	require.NoError(t, err)
	m.isRolledBack(tx.ID())
}

func TestRecoverLeavesWhatIsClosed(t *testing.T) {
	m := newMachine(t)
	m.bring(Awaiting)
	_, err := m.Confirm("", ben)
	require.NoError(t, err)
	m.restart("boot-2")

	found, err := m.Recover(m.undo)

	require.NoError(t, err)
	assert.Empty(t, found)
	assert.Equal(t, "new\n", m.get("/etc/bond"))
	assert.Zero(t, m.undone())
}

func TestRecoverLeavesThisBootToItsGuard(t *testing.T) {
	m := newMachine(t)
	tx := m.bring(Awaiting)
	found, err := m.Recover(m.undo)
	require.NoError(t, err)
	assert.Equal(t, Recovery{Guarded: []string{tx.ID()}}, found)

	require.NoError(t, os.Remove(m.real(tx.ID(), guardFile)))
	found, err = m.Recover(m.undo)
	require.NoError(t, err)
	assert.Equal(t, Recovery{Unguarded: []string{tx.ID()}}, found)
	assert.Equal(t, Awaiting, m.journal(tx.ID()).State)
	assert.Zero(t, m.undone())
}

func TestRecoverInSpiteOfATornJournal(t *testing.T) {
	m := newMachine(t)
	tx := m.bring(Applying)
	m.put(stateDir+"/transactions/20200101T000000Z/journal.json", `{"format_ver`)
	tx.lock.Release()
	m.restart("boot-2")

	_, err := m.Recover(m.undo)

	require.ErrorContains(t, err, "20200101T000000Z/journal.json cannot be used")
	m.isRolledBack(tx.ID())
}

func TestRecoverOfNothing(t *testing.T) {
	found, err := newMachine(t).Recover(nil)
	require.NoError(t, err)
	assert.Empty(t, found)
}
