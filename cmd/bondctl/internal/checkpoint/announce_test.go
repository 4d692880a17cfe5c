package checkpoint

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// announced collects what everybody is told, each with the time since now.
func (m *machine) announced() func() []string {
	began := m.clock.Now().Boot
	var told []string
	m.config.Announce = func(text string) {
		m.mu.Lock()
		defer m.mu.Unlock()
		told = append(told, fmt.Sprintf("%s: %s", m.clock.Now().Boot-began, text))
	}
	return func() []string {
		m.mu.Lock()
		defer m.mu.Unlock()
		return told
	}
}

const (
	warning = "In 10s the network of this host goes back to what it was before transaction 20261127T211453Z of root (by sudo of anna, pts/0, from 192.0.2.7).\n" +
		"To keep it as it is: bondctl confirm 20261127T211453Z"
	leaving = "The network of this host goes back to what it was before transaction 20261127T211453Z of root (by sudo of anna, pts/0, from 192.0.2.7):\n"
)

func TestEverybodyIsWarnedBeforeTheWindowEnds(t *testing.T) {
	inTime(t, func(m *machine) {
		tx := m.bring(Awaiting)
		told := m.announced()
		m.AnnounceWindow(tx.Journal())
		<-m.guarded(tx.ID())
		assert.Equal(m.t, []string{
			"0s: root (by sudo of anna, pts/0, from 192.0.2.7) has changed the network of this host (transaction 20261127T211453Z).\n" +
				"It goes back to what it was at 2026-11-27 21:15:53 UTC, unless somebody says: bondctl confirm 20261127T211453Z",
			"50s: " + warning,
			"1m0s: " + leaving + "the guard rolls it back, because nobody confirmed it within 1m0s.",
		}, told())
	})
}

// Who gives more time is warned again.
func TestEverybodyIsWarnedOfEachDeadline(t *testing.T) {
	inTime(t, func(m *machine) {
		tx := m.bring(Awaiting)
		told := m.announced()
		ended := m.guarded(tx.ID())
		time.Sleep(55 * time.Second)
		_, err := m.Extend("", ben, time.Minute)
		require.NoError(m.t, err)
		time.Sleep(55 * time.Second)
		_, err = m.Confirm("", ben)
		require.NoError(m.t, err)
		<-ended
		assert.Equal(m.t, []string{"50s: " + warning, "1m45s: " + warning}, told())
	})
}

// A rollback is announced once, however often it is tried, and not at all where
// nothing was changed.
func TestEverybodyIsToldOfARollbackOnce(t *testing.T) {
	m := newMachine(t)
	told := m.announced()
	m.failWith(errors.New("the driver says no"))
	tx := m.bring(Awaiting)
	require.Error(t, m.RollBack("", ben, "it was asked for", m.undo))
	m.failWith(nil)
	require.NoError(t, m.RollBack("", ben, "it was asked for", m.undo))
	m.isRolledBack(tx.ID())
	assert.Equal(t, []string{"0s: " + leaving + "ben (pts/1) rolls it back, because it was asked for."}, told())

	m = newMachine(t)
	told = m.announced()
	m.bring(Armed).lock.Release()
	require.NoError(t, m.RollBack("", ben, "it was asked for", m.undo))
	assert.Empty(t, told())
}

func TestOfAShortWindowAThirdIsLeftToWarn(t *testing.T) {
	inTime(t, func(m *machine) {
		short := aMinute
		short.Window = 6 * time.Second
		lock := m.locked()
		tx, err := lock.Begin(short)
		require.NoError(m.t, err)
		require.NoError(m.t, tx.SaveFiles([]string{"/etc/bond"}))
		for _, s := range course[1:] {
			require.NoError(m.t, m.step(tx, s))
		}
		told := m.announced()
		<-m.guarded(tx.ID())
		require.Len(m.t, told(), 2)
		assert.Contains(m.t, told()[0], "4s: In 2s the network")
	})
}
