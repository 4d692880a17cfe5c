package checkpoint

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestConfirm(t *testing.T) {
	for name, id := range map[string]func(*Transaction) string{
		"by id":        (*Transaction).ID,
		"the open one": func(*Transaction) string { return "" },
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			tx := m.bring(Awaiting)
			m.clock.pass(time.Second)

			c, err := m.Confirm(id(tx), ben)

			require.NoError(t, err)
			assert.False(t, c.Already)
			j := m.journal(tx.ID())
			assert.Equal(t, c.Journal, j)
			assert.Equal(t, Confirmed, j.State)
			assert.Equal(t, Outcome{By: ben}, j.Outcome)
			assert.False(t, j.Open())
		})
	}
}

// The window is half open: at its end, and not only after it, the rollback wins.
func TestConfirmAtTheDeadline(t *testing.T) {
	for name, c := range map[string]struct {
		after time.Duration
		want  string
	}{
		"at once":               {0, ""},
		"a nanosecond before":   {time.Minute - 1, ""},
		"at the deadline":       {time.Minute, "not confirmed: too late: the window of transaction 20261127T211453Z ended at 2026-11-27 21:15:53 UTC, and the rollback wins"},
		"a nanosecond after it": {time.Minute + 1, "too late"},
		"after a night asleep":  {8 * time.Hour, "too late"},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			tx := m.bring(Awaiting)
			m.clock.pass(c.after)
			j := m.journal(tx.ID())
			judged := Judge(&j, m.clock.Now(), true)

			_, err := m.Confirm("", ben)
			_, extended := m.Extend("", ben, time.Hour)

			if c.want == "" {
				require.NoError(t, err)
				assert.Equal(t, Wait, judged.Action)
				return
			}
			require.ErrorIs(t, err, ErrTooLate)
			require.ErrorContains(t, err, c.want)
			require.ErrorIs(t, extended, ErrTooLate)
			assert.Equal(t, RollBack, judged.Action, "the guard says the opposite")
			assert.Equal(t, Awaiting, m.journal(tx.ID()).State)
		})
	}
}

func TestSettingTheClockChangesNothing(t *testing.T) {
	for _, by := range []time.Duration{-time.Hour, time.Hour, 24 * 365 * time.Hour} {
		m := newMachine(t)
		tx := m.bring(Awaiting)
		m.clock.step(by)
		j := m.journal(tx.ID())
		assert.Equal(t, Wait, Judge(&j, m.clock.Now(), true).Action)
		_, err := m.Confirm("", ben)
		require.NoError(t, err)
	}
}

func TestConfirmOnlyWhatAwaitsIt(t *testing.T) {
	for _, s := range []State{Prepared, Armed, Applying} {
		m := newMachine(t)
		tx := m.bring(s)
		tx.lock.Release()
		_, err := m.Confirm("", ben)
		require.EqualError(t, err, "not confirmed: transaction "+tx.ID()+" is "+string(s)+": wait until it is awaiting")
		_, err = m.Extend("", ben, time.Hour)
		require.EqualError(t, err, "not extended: transaction "+tx.ID()+" is "+string(s)+": wait until it is awaiting")
	}
}

func TestConfirmAfterARestart(t *testing.T) {
	m := newMachine(t)
	m.bring(Awaiting)
	m.restart("boot-2")
	_, err := m.Confirm("", ben)
	require.ErrorIs(t, err, ErrTooLate)
	require.ErrorContains(t, err, "the machine was restarted since transaction 20261127T211453Z was applied")
}

func TestConfirmTwice(t *testing.T) {
	m := newMachine(t)
	tx := m.bring(Awaiting)
	_, err := m.Confirm(tx.ID(), anna)
	require.NoError(t, err)

	c, err := m.Confirm(tx.ID(), ben)

	require.NoError(t, err)
	assert.True(t, c.Already)
	assert.Equal(t, anna, c.Journal.Outcome.By)
}

func TestNoneOpen(t *testing.T) {
	m := newMachine(t)
	_, err := m.Confirm("", ben)
	require.EqualError(t, err, "no transaction is open, and there was none yet")

	tx := m.bring(Awaiting)
	_, err = m.Confirm("", ben)
	require.NoError(t, err)
	_, err = m.Confirm("", anna)
	require.EqualError(t, err, "no transaction is open: transaction "+tx.ID()+" was confirmed at 2026-11-27 21:14:53 UTC by ben (pts/1)")

	tx = m.bring(Awaiting)
	require.NoError(t, m.RollBack("", ben, "tired of it", m.undo))
	for _, id := range []string{"", tx.ID()} {
		_, confirm := m.Confirm(id, anna)
		_, extend := m.Extend(id, anna, time.Minute)
		for _, err := range []error{confirm, extend, m.RollBack(id, anna, "me too", m.undo), m.GiveUp(id, anna)} {
			require.ErrorContains(t, err, "transaction 20261127T211453Z-2 was rolled back at 2026-11-27 21:14:53 UTC by ben (pts/1), because tired of it")
		}
	}
	assert.Equal(t, 1, m.undone())
}

func TestRollBackAfterConfirm(t *testing.T) {
	m := newMachine(t)
	tx := m.bring(Awaiting)
	_, err := m.Confirm("", ben)
	require.NoError(t, err)

	err = m.RollBack(tx.ID(), anna, "changed my mind", m.undo)

	var closed *ClosedError
	require.ErrorAs(t, err, &closed)
	assert.Equal(t, Confirmed, closed.Journal.State)
	assert.Zero(t, m.undone())
}

func TestExtend(t *testing.T) {
	m := newMachine(t)
	tx := m.bring(Awaiting)
	m.clock.pass(40 * time.Second)

	j, err := m.Extend("", ben, 10*time.Minute)

	require.NoError(t, err)
	assert.Equal(t, m.clock.Now().Boot+10*time.Minute, j.Deadline)
	assert.Equal(t, m.clock.Now().Wall.Add(10*time.Minute), j.Until)
	assert.Equal(t, j, m.journal(tx.ID()))
	m.clock.pass(10*time.Minute - 1)
	assert.Equal(t, Wait, Judge(&j, m.clock.Now(), true).Action)
	m.clock.pass(1)
	assert.Equal(t, "nobody confirmed it within 10m40s", Judge(&j, m.clock.Now(), true).Reason)
}

func TestExtendWithinReason(t *testing.T) {
	m := newMachine(t)
	tx := m.bring(Awaiting)
	before := m.journal(tx.ID())
	m.clock.pass(20 * time.Second)
	for _, more := range []time.Duration{-time.Minute, 0, 40 * time.Second, maxWindow + 1} {
		_, err := m.Extend("", ben, more)
		require.ErrorContains(t, err, "from now: give more than the 40s that are left, and at most 24h0m0s")
	}
	assert.Equal(t, before, m.journal(tx.ID()))
}

// Many confirm, extend and guard at once, just when the window ends. Exactly one wins, and all say the same.
func TestConfirmRacesTheGuard(t *testing.T) {
	outcomes := map[State]int{}
	for i := range 20 {
		m := newMachine(t)
		tx := m.bring(Awaiting)
		m.clock.pass(time.Minute - 1)
		var confirmed, already, late int
		var mu sync.Mutex
		var all sync.WaitGroup
		for n := range 4 {
			all.Go(func() {
				if n == i%4 {
					m.clock.pass(1)
				}
				c, err := m.Confirm(tx.ID(), ben)
				mu.Lock()
				defer mu.Unlock()
				switch _, closed := errors.AsType[*ClosedError](err); {
				case errors.Is(err, ErrTooLate), closed:
					late++
				case c.Already:
					already++
				case err == nil:
					confirmed++
				default:
					assert.NoError(t, err)
				}
			})
		}
		all.Go(func() { assert.NoError(t, m.Guard(t.Context(), tx.ID(), m.undo)) })
		all.Wait()

		j := m.journal(tx.ID())
		outcomes[j.State]++
		if j.State == Confirmed {
			assert.Equal(t, 1, confirmed)
			assert.Equal(t, 3, already+late)
			assert.Zero(t, m.undone())
			assert.Equal(t, "new\n", m.get("/etc/bond"))
		} else {
			assert.Zero(t, confirmed+already)
			assert.Equal(t, 4, late)
			assert.Equal(t, 1, m.undone())
			m.isRolledBack(tx.ID())
		}
	}
	t.Log(outcomes)
}

// Whoever confirms while a rollback has the lock hears that it has begun.
func TestConfirmDuringTheRollback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t)
		tx := m.bring(Awaiting)
		undoing, proceed, done := make(chan bool), make(chan bool), make(chan error)
		go func() {
			done <- m.RollBack(tx.ID(), ben, "tired of it", func(context.Context, *Transaction) error {
				close(undoing)
				<-proceed
				return nil
			})
		}()
		<-undoing

		_, err := m.Confirm("", anna)

		require.ErrorIs(t, err, ErrTooLate)
		require.ErrorContains(t, err, "is being rolled back, because tired of it (ben (pts/1) is rolling back "+tx.ID()+" since")
		close(proceed)
		require.NoError(t, <-done)
	})
}

func TestGiveUp(t *testing.T) {
	m := newMachine(t)
	tx := m.bring(Awaiting)
	require.ErrorContains(t, m.GiveUp("", ben), "is awaiting: only an incomplete rollback can be given up")
	m.failWith(errors.New("bond0: no such device"))
	require.Error(t, m.RollBack("", ben, "tired of it", m.undo))
	lock := m.locked()
	_, err := lock.Begin(aMinute)
	require.EqualError(t, err, "transaction "+tx.ID()+" of root (by sudo of anna, pts/0, from 192.0.2.7) is open since 2026-11-27 21:14:53 UTC "+
		"and is rollback-incomplete (bond0: no such device); try again with: bondctl rollback "+tx.ID())
	lock.Release()

	require.NoError(t, m.GiveUp("", anna))

	j := m.journal(tx.ID())
	assert.False(t, j.Open())
	assert.Equal(t, Done, Judge(&j, m.clock.Now(), false).Action)
	m.restart("boot-2")
	assert.Equal(t, Done, Judge(&j, m.clock.Now(), false).Action)
	_, err = m.Recover(m.undo)
	require.NoError(t, err)
	assert.Equal(t, 1, m.undone())
	_, err = m.Confirm("", ben)
	require.ErrorContains(t, err, "was given up by root (by sudo of anna, pts/0, from 192.0.2.7) after an incomplete rollback (bond0: no such device)")
	m.bring(Awaiting)
}
