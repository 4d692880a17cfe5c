package checkpoint

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
)

func TestBeginWritesTheJournal(t *testing.T) {
	m := newMachine(t)

	tx, err := m.locked().Begin(aMinute)

	require.NoError(t, err)
	now := m.clock.Now()
	assert.Equal(t, Journal{
		FormatVersion: 1, ID: "20261127T211453Z", Sequence: 1, State: Prepared,
		Owner: anna, Process: m.self, Version: "1.2.3", BootID: "boot-1", Created: now.Wall,
		Window: time.Minute, Ceiling: now.Boot + 10*time.Minute,
		What: "applying bond.hcl", Backend: "ifupdown", Managers: map[string]string{"ifupdown": "ifupdown"}, Links: []string{"bond0", "eth0"},
		History: []Record{{State: Prepared, At: now.Wall, Boot: now.Boot, BootID: "boot-1"}},
	}, tx.Journal())
	assert.Equal(t, tx.Journal(), m.journal(tx.ID()))
	current, open, err := m.Current()
	require.NoError(t, err)
	assert.True(t, open)
	assert.Equal(t, tx.ID(), current.ID)
}

func TestOneTransactionAtATime(t *testing.T) {
	for _, c := range []struct {
		state State
		want  string
	}{
		{Prepared, "is prepared; wait until it is done, or undo it with: bondctl rollback 20261127T211453Z"},
		{Armed, "is armed; wait until it is done, or undo it with: bondctl rollback 20261127T211453Z"},
		{Applying, "is applying; wait until it is done, or undo it with: bondctl rollback 20261127T211453Z"},
		{Awaiting, "is awaiting until 2026-11-27 21:15:53 UTC, 50s from now; " +
			"keep it with: bondctl confirm 20261127T211453Z; or undo it with: bondctl rollback 20261127T211453Z"},
	} {
		m := newMachine(t)
		m.bring(c.state).lock.Release()
		m.clock.pass(10 * time.Second)

		_, err := m.locked().Begin(aMinute)

		var open *OpenError
		require.ErrorAs(t, err, &open)
		assert.Equal(t, c.state, open.Journal.State)
		assert.Equal(t, "transaction 20261127T211453Z of root (by sudo of anna, pts/0, from 192.0.2.7) is open since 2026-11-27 21:14:53 UTC and "+c.want, err.Error())
		all, err := m.List()
		require.NoError(t, err)
		assert.Len(t, all, 1)
	}
}

// A process that is killed before its guard is alive leaves a transaction that
// has changed nothing. It is in nobody's way, and the next one closes it.
func TestAnAbandonedTransaction(t *testing.T) {
	m := newMachine(t)
	lock, err := m.Lock(anna, "applying bond.hcl", 0)
	require.NoError(t, err)
	defer lock.Release()
	left, err := lock.Begin(aMinute)
	require.NoError(t, err)
	_, open, err := m.Current()
	require.NoError(t, err)
	assert.True(t, open, "its process lives")

	left.journal.Process.Start++ // another process had the number
	require.NoError(t, m.save(&left.journal))
	_, open, err = m.Current()
	require.NoError(t, err)
	assert.False(t, open)
	_, err = lock.Begin(aMinute)
	require.NoError(t, err)
	j, err := m.read(left.ID())
	require.NoError(t, err)
	assert.Equal(t, RolledBack, j.State)
	assert.Equal(t, "the process that applied it ended", j.Outcome.Reason)
}

func TestRequests(t *testing.T) {
	m := newMachine(t)
	lock := m.locked()
	for _, r := range []Request{
		{},
		{Window: time.Minute},
		{ApplyWithin: time.Minute},
		{Window: -1, ApplyWithin: time.Minute},
		{Window: maxWindow + 1, ApplyWithin: time.Minute},
		{Window: time.Minute, ApplyWithin: maxWindow + 1},
	} {
		_, err := lock.Begin(r)
		require.ErrorContains(t, err, "give more than 0s and at most 24h0m0s")
	}
	all, err := m.List()
	require.NoError(t, err)
	assert.Empty(t, all)
}

func TestWhatIsKept(t *testing.T) {
	m := newMachine(t)
	tx := m.bring(Prepared)
	require.NoError(t, tx.Put("kernel.json", []byte("one")))
	require.NoError(t, tx.Put("kernel.json", []byte("two")))
	require.NoError(t, tx.Put("plan", nil))

	again, err := m.Load(tx.ID())
	require.NoError(t, err)
	kernel, err := again.Get("kernel.json")
	require.NoError(t, err)
	assert.Equal(t, "two", string(kernel))
	plan, err := again.Get("plan")
	require.NoError(t, err)
	assert.Empty(t, plan)
	_, err = again.Get("manager")
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, again.Put("plan", nil), "was loaded without the lock, and can only be read")
	require.ErrorContains(t, again.Applying(), "was loaded without the lock, and can only be read")
	for _, name := range []string{"", "..", ".x", "a/b", "../journal.json", "Kernel", "journal.json", "files", "guard", "guard.log"} {
		require.ErrorContains(t, tx.Put(name, nil), "cannot be the name of something to keep")
		_, err := tx.Get(name)
		require.ErrorContains(t, err, "cannot be the name of something to keep")
	}
}

func TestFilesAreRestored(t *testing.T) {
	m := newMachine(t)
	tx := m.bring(Awaiting)
	require.Equal(t, "new\n", m.get("/etc/bond"))
	again, err := m.Load(tx.ID())
	require.NoError(t, err)
	require.ErrorContains(t, tx.SaveFiles(nil), "the lock for "+tx.ID()+" was given back")
	tx.lock = m.locked()
	require.ErrorContains(t, tx.SaveFiles(nil), "is awaiting: files are saved before anything is changed")
	for range 2 {
		require.NoError(t, again.RestoreFiles())
		assert.Equal(t, "old\n", m.get("/etc/bond"))
	}
}

func TestNothingAfterTheCeiling(t *testing.T) {
	for _, c := range []struct {
		state State
		next  func(*Transaction) error
	}{{Armed, (*Transaction).Applying}, {Applying, (*Transaction).Awaiting}} {
		m := newMachine(t)
		tx := m.bring(c.state)
		m.clock.pass(aMinute.ApplyWithin)
		require.ErrorContains(t, c.next(tx), "took longer than it may until everything is applied")
		assert.Equal(t, c.state, m.journal(tx.ID()).State)
	}
}

func TestHistory(t *testing.T) {
	m := newMachine(t)
	m.keep = 3
	var want []string
	for i := range 8 {
		tx := m.bring(Awaiting)
		if i%2 == 0 {
			_, err := m.Confirm("", ben)
			require.NoError(t, err)
		} else {
			require.NoError(t, m.RollBack("", ben, "tired of it", m.undo))
		}
		want = append([]string{tx.ID()}, want...)
		if i == 4 {
			m.clock.step(-time.Hour) // newest first goes by what happened, not by the clock
		}
	}
	m.bring(Awaiting)
	all, err := m.List()
	require.NoError(t, err)
	var ids []string
	for _, j := range all {
		ids = append(ids, j.ID)
	}
	assert.Equal(t, append([]string{"20261127T201453Z-4"}, want[:3]...), ids)
	entries, err := os.ReadDir(filepath.Join(m.dir, stateDir, transactionsDir))
	require.NoError(t, err)
	assert.Len(t, entries, 4)
}

func TestTheOpenOneIsNeverPruned(t *testing.T) {
	m := newMachine(t)
	m.keep = 0
	for range 3 {
		tx := m.bring(Awaiting)
		lock := m.locked()
		_, err := lock.Begin(aMinute)
		require.Error(t, err)
		lock.Release()
		_, err = m.Confirm(tx.ID(), ben)
		require.NoError(t, err)
	}
}

// A directory without a journal is nothing, unless somebody took the journal away.
func TestDirectoriesWithoutAJournal(t *testing.T) {
	m := newMachine(t)
	m.put(stateDir+"/transactions/20200101T000000Z/.journal.json.bondctl-ABCDEFGHIJKLMNOPQRSTUVWXYZ", "torn")
	m.put(stateDir+"/transactions/20200102T000000Z/plan", "a plan")
	m.put(stateDir+"/transactions/.pruned-20200103T000000Z/files/manifest.json", "{}")
	m.put(stateDir+"/transactions/notes.txt", "mine")

	m.bring(Awaiting)

	entries, err := os.ReadDir(filepath.Join(m.dir, stateDir, transactionsDir))
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	assert.Equal(t, []string{"20200102T000000Z", "20261127T211453Z", "notes.txt"}, names)
}

func TestRollBackFromEverywhere(t *testing.T) {
	for _, s := range course {
		m := newMachine(t)
		tx := m.bring(s)
		tx.lock.Release()

		require.NoError(t, m.RollBack(tx.ID(), ben, "tired of it", func(ctx context.Context, tx *Transaction) error {
			assert.Equal(t, RollingBack, m.journal(tx.ID()).State, "it is on disk first")
			return m.undo(ctx, tx)
		}))

		m.isRolledBack(tx.ID())
		assert.Equal(t, Outcome{By: ben, Reason: "tired of it"}, m.journal(tx.ID()).Outcome)
		j := m.journal(tx.ID())
		assert.Equal(t, j.Touched(), m.undone() == 1, s)
	}
}

func TestIncompleteRollbackIsTriedAgain(t *testing.T) {
	m := newMachine(t)
	tx := m.bring(Awaiting)
	broken := errors.New("bond0: no such device")
	m.failWith(broken)

	err := m.RollBack("", ben, "tired of it", m.undo)

	var incomplete *IncompleteError
	require.ErrorAs(t, err, &incomplete)
	require.ErrorIs(t, err, broken)
	assert.Equal(t, fmt.Sprintf("the rollback of %s is incomplete: bond0: no such device; see to that, then try again with: bondctl rollback %[1]s", tx.ID()), err.Error())
	j := m.journal(tx.ID())
	assert.Equal(t, RollbackIncomplete, j.State)
	assert.Equal(t, Outcome{By: ben, Reason: "tired of it", Error: "bond0: no such device"}, j.Outcome)
	assert.True(t, j.Open())
	_, err = m.Confirm("", anna)
	require.ErrorContains(t, err, "too late: transaction "+tx.ID()+" is rollback-incomplete, because tired of it")

	m.failWith(nil)
	require.NoError(t, m.RollBack("", anna, "once more", m.undo))

	m.isRolledBack(tx.ID())
	assert.Equal(t, Outcome{By: anna, Reason: "tired of it"}, m.journal(tx.ID()).Outcome)
}

// A disk that takes no journal must not keep the machine locked out.
func TestRollBackWithoutAJournal(t *testing.T) {
	m := newMachine(t)
	tx := m.bring(Awaiting)
	guard := &guard{store: m.Store, id: tx.ID(), undo: m.undo}
	m.clock.pass(time.Minute)
	m.place = func(hostfs.Change) error { return unix.ENOSPC }

	pause, done := guard.round()
	assert.Equal(t, guardPulse, pause)
	assert.False(t, done)
	assert.Equal(t, 1, m.undone())
	assert.Equal(t, "old\n", m.get("/etc/bond"))
	assert.Contains(t, guard.said, "everything of "+tx.ID()+" is as it was, but its journal does not say so")
	_, _ = guard.round()
	m.place = m.files.Put
	_, _ = guard.round()

	m.isRolledBack(tx.ID())
	assert.Equal(t, 1, m.undone(), "what is undone stays undone")
	_, done = guard.round()
	assert.True(t, done)
}
