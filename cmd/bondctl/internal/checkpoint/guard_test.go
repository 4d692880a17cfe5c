package checkpoint

import (
	"context"
	"errors"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// inTime runs a test in a bubble, on a machine whose clock has the bubble's time.
func inTime(t *testing.T, f func(m *machine)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t)
		m.clock.started = time.Now()
		f(m)
	})
}

// guarded runs the guard beside the test. The channel tells the time, on CLOCK_BOOTTIME, when it ended.
func (m *machine) guarded(id string) <-chan time.Duration {
	ended := make(chan time.Duration, 1)
	go func() {
		assert.NoError(m.t, m.Guard(m.t.Context(), id, m.undo))
		ended <- m.clock.Now().Boot
	}()
	return ended
}

func TestGuardRollsBackWhenTheWindowEnds(t *testing.T) {
	inTime(t, func(m *machine) {
		t := m.t
		tx := m.bring(Awaiting)
		deadline := m.journal(tx.ID()).Deadline

		ended := <-m.guarded(tx.ID())

		assert.Equal(t, deadline, ended, "at the deadline, and not a tick after it")
		m.isRolledBack(tx.ID())
		assert.Equal(t, Outcome{By: theGuard, Reason: "nobody confirmed it within 1m0s"}, m.journal(tx.ID()).Outcome)
	})
}

func TestGuardLeavesWhatIsConfirmed(t *testing.T) {
	inTime(t, func(m *machine) {
		t := m.t
		tx := m.bring(Awaiting)
		ended := m.guarded(tx.ID())
		time.Sleep(59 * time.Second)
		_, err := m.Confirm("", ben)
		require.NoError(t, err)

		<-ended

		assert.Equal(t, Confirmed, m.journal(tx.ID()).State)
		assert.Zero(t, m.undone())
	})
}

func TestGuardSeesThatTheWindowWasExtended(t *testing.T) {
	inTime(t, func(m *machine) {
		t := m.t
		tx := m.bring(Awaiting)
		began := m.clock.Now().Boot
		ended := m.guarded(tx.ID())
		time.Sleep(30 * time.Second)
		_, err := m.Extend("", ben, 2*time.Minute)
		require.NoError(t, err)

		assert.Equal(t, began+150*time.Second, <-ended)
		m.isRolledBack(tx.ID())
	})
}

// In suspend the guard's timers stand still and CLOCK_BOOTTIME does not.
func TestGuardAfterSuspend(t *testing.T) {
	inTime(t, func(m *machine) {
		t := m.t
		tx := m.bring(Awaiting)
		began := time.Now()
		ended := m.guarded(tx.ID())
		time.Sleep(10*time.Second + time.Millisecond)
		m.clock.pass(8 * time.Hour)

		<-ended

		m.isRolledBack(tx.ID())
		assert.LessOrEqual(t, time.Since(began), 10*time.Second+time.Millisecond+guardPulse)
	})
}

func TestGuardWhenTheClockIsSet(t *testing.T) {
	for _, by := range []time.Duration{-time.Hour, time.Hour} {
		inTime(t, func(m *machine) {
			t := m.t
			tx := m.bring(Awaiting)
			deadline := m.journal(tx.ID()).Deadline
			ended := m.guarded(tx.ID())
			time.Sleep(time.Second)
			m.clock.step(by)
			assert.Equal(t, deadline, <-ended)
		})
	}
}

func TestGuardAtTheCeiling(t *testing.T) {
	for _, s := range []State{Prepared, Armed, Applying} {
		inTime(t, func(m *machine) {
			t := m.t
			tx := m.bring(s)
			tx.lock.Release()
			ceiling := m.journal(tx.ID()).Ceiling

			assert.Equal(t, ceiling, <-m.guarded(tx.ID()))

			m.isRolledBack(tx.ID())
			assert.Equal(t, "applying it took too long", m.journal(tx.ID()).Outcome.Reason)
		})
	}
}

// The applier of this test never lived: nobody has that process.
func TestGuardWhenTheApplierDies(t *testing.T) {
	for _, s := range course {
		inTime(t, func(m *machine) {
			t := m.t
			m.self.Start++
			began := m.clock.Now().Boot
			tx := m.bring(s)
			tx.lock.Release()

			ended := <-m.guarded(tx.ID())

			m.isRolledBack(tx.ID())
			if s == Awaiting {
				assert.Equal(t, began+time.Minute, ended, "who applied it need not stay")
				return
			}
			assert.Equal(t, began, ended, "%s: at once", s)
			assert.Equal(t, "the process that applied it ended", m.journal(tx.ID()).Outcome.Reason)
		})
	}
}

// An applier that is alive but stopped keeps the lock. Here it is the test itself, which nobody may end.
func TestGuardWaitsForTheLock(t *testing.T) {
	inTime(t, func(m *machine) {
		t := m.t
		tx := m.bring(Applying)
		ended := m.guarded(tx.ID())
		time.Sleep(aMinute.ApplyWithin + time.Minute)
		assert.Equal(t, Applying, m.journal(tx.ID()).State)

		tx.lock.Release()

		<-ended
		m.isRolledBack(tx.ID())
	})
}

// Whoever has the lock when the window ends may be about to confirm.
func TestGuardJudgesAgainUnderTheLock(t *testing.T) {
	inTime(t, func(m *machine) {
		t := m.t
		tx := m.bring(Awaiting)
		ended := m.guarded(tx.ID())
		lock, err := m.Lock(ben, "confirming", 0)
		require.NoError(t, err)
		time.Sleep(time.Minute - 1)
		_, err = lock.Confirm(tx.ID())
		require.NoError(t, err)
		time.Sleep(time.Second)
		lock.Release()

		<-ended

		assert.Equal(t, Confirmed, m.journal(tx.ID()).State)
		assert.Zero(t, m.undone())
	})
}

// Or about to extend: the verdict was right when it was made, and is not any more.
func TestGuardSeesWhatHappenedWhileItWaited(t *testing.T) {
	inTime(t, func(m *machine) {
		t := m.t
		tx := m.bring(Awaiting)
		began := m.clock.Now().Boot
		m.clock.pass(time.Minute)
		g := &guard{store: m.Store, id: tx.ID(), undo: m.undo}
		lock, err := m.Lock(ben, "extending", 0)
		require.NoError(t, err)
		pause, _ := g.round()
		require.Equal(t, lockPoll, pause, "the window has ended, and the lock is taken")
		j := m.journal(tx.ID())
		j.setDeadline(m.clock.Now(), time.Minute)
		require.NoError(t, m.save(&j))
		lock.Release()

		assert.Zero(t, g.rollBack())

		assert.Equal(t, Awaiting, m.journal(tx.ID()).State)
		assert.Equal(t, began+2*time.Minute, <-m.guarded(tx.ID()))
	})
}

func TestGuardTriesAnIncompleteRollbackAgain(t *testing.T) {
	inTime(t, func(m *machine) {
		t := m.t
		tx := m.bring(Awaiting)
		m.failWith(errors.New("NetworkManager does not answer"))
		ended := m.guarded(tx.ID())
		time.Sleep(time.Minute + 5*time.Second)
		assert.Equal(t, RollbackIncomplete, m.journal(tx.ID()).State)
		m.failWith(nil)

		<-ended

		m.isRolledBack(tx.ID())
		assert.Equal(t, 3, m.undone(), "at 60 s, 62 s and 66 s")
	})
}

func TestGuardLeavesAHopelessRollbackToAPerson(t *testing.T) {
	inTime(t, func(m *machine) {
		t := m.t
		tx := m.bring(Awaiting)
		m.failWith(errors.New("NetworkManager does not answer"))

		<-m.guarded(tx.ID())

		assert.Equal(t, maxAttempts, m.undone())
		j := m.journal(tx.ID())
		assert.Equal(t, RollbackIncomplete, j.State)
		assert.Equal(t, "NetworkManager does not answer", j.Outcome.Error)
		m.failWith(nil)
		require.NoError(t, m.RollBack("", ben, "", m.undo))
		m.isRolledBack(tx.ID())
	})
}

func TestGuardTakesUpARollbackThatWasCutOff(t *testing.T) {
	inTime(t, func(m *machine) {
		t := m.t
		tx := m.bring(Awaiting)
		m.cutOff(tx.ID())
		before := m.clock.Now().Boot

		assert.Equal(t, before, <-m.guarded(tx.ID()), "at once")

		m.isRolledBack(tx.ID())
		assert.Equal(t, Outcome{By: ben, Reason: "tired of it"}, m.journal(tx.ID()).Outcome)
	})
}

// cutOff leaves a rollback that someone began and did not end.
func (m *machine) cutOff(id string) {
	m.t.Helper()
	lock, err := m.Lock(ben, "rolling back", 0)
	require.NoError(m.t, err)
	defer lock.Release()
	j := m.journal(id)
	require.NoError(m.t, lock.beginRollBack(&j, "tired of it"))
}

func TestGuardLivesThroughBadReads(t *testing.T) {
	inTime(t, func(m *machine) {
		t := m.t
		tx := m.bring(Awaiting)
		journal := stateDir + "/transactions/" + tx.ID() + "/journal.json"
		whole := m.get(journal)
		ended := m.guarded(tx.ID())
		time.Sleep(10 * time.Second)
		m.put(journal, whole[:100])
		time.Sleep(10 * time.Second)
		require.NoError(t, os.Remove(m.real(tx.ID(), journalFile)))
		time.Sleep(10 * time.Second)
		m.put(journal, whole)

		<-ended

		m.isRolledBack(tx.ID())
	})
}

func TestGuardOfNothing(t *testing.T) {
	inTime(t, func(m *machine) {
		t := m.t
		tx := m.bring(Awaiting)
		ended := m.guarded(tx.ID())
		time.Sleep(10 * time.Second)
		require.NoError(t, os.RemoveAll(m.real(tx.ID())))
		<-ended
		assert.Zero(t, m.undone())
	})
}

func TestGuardIsToldToEnd(t *testing.T) {
	inTime(t, func(m *machine) {
		t := m.t
		tx := m.bring(Awaiting)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()

		err := m.Guard(ctx, tx.ID(), m.undo)

		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, Awaiting, m.journal(tx.ID()).State)
	})
}

// A rollback is carried through, whoever wants the guard to end.
func TestGuardEndsAfterItsRollback(t *testing.T) {
	inTime(t, func(m *machine) {
		t := m.t
		tx := m.bring(Awaiting)
		ctx, cancel := context.WithCancel(t.Context())
		err := m.Guard(ctx, tx.ID(), func(ctx context.Context, tx *Transaction) error {
			cancel()
			return m.undo(ctx, tx)
		})
		require.ErrorIs(t, err, context.Canceled)
		m.isRolledBack(tx.ID())
	})
}

// Two guards of one transaction undo it once. The second takes over the mark when the first dies.
func TestGuardStandsBy(t *testing.T) {
	inTime(t, func(m *machine) {
		t := m.t
		tx := m.bring(Applying)
		tx.lock.Release()
		require.NoError(t, os.Remove(m.real(tx.ID(), guardFile)), "the mark of the harness")
		ctx, kill := context.WithCancel(t.Context())
		first := make(chan error)
		go func() { first <- m.Guard(ctx, tx.ID(), m.undo) }()
		synctest.Wait()
		second := m.guarded(tx.ID())
		time.Sleep(10 * time.Second)
		kill()
		require.Error(t, <-first)
		time.Sleep(2 * time.Second)
		alive, err := m.GuardAlive(tx.ID())
		require.NoError(t, err)
		assert.True(t, alive)

		third := m.guarded(tx.ID())
		<-second
		<-third

		m.isRolledBack(tx.ID())
		assert.Equal(t, 1, m.undone())
		alive, err = m.GuardAlive(tx.ID())
		require.NoError(t, err)
		assert.False(t, alive)
	})
}
