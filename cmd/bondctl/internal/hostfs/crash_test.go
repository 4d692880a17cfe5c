package hostfs

import (
	"errors"
	"io/fs"
	"path"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// killed is what a process that is killed leaves behind: nothing more happens, not even undoing.
type killed struct{}

// killAt ends the process that the hook is in, ahead of its nth operation.
func killAt(n int) hook {
	count := 0
	return func(string, string) error {
		if count == n {
			panic(killed{})
		}
		count++
		return nil
	}
}

// runKilled tells whether f was killed before it ended.
func (h *host) runKilled(at int, f func() error) (wasKilled bool) {
	h.t.Helper()
	h.before = killAt(at)
	defer func() {
		h.before = nil
		if r := recover(); r != nil {
			require.Equal(h.t, killed{}, r)
			wasKilled = true
		}
	}()
	require.NoError(h.t, f())
	return false
}

// leftByKill tells what a killed Apply may leave beside files: backups, and temporaries that no network
// system reads.
func leftByKill(p string) bool {
	_, temporary := temporaryOf(path.Base(p))
	return temporary || underVar(p)
}

func TestKilledAnywhereInApplyThenRestored(t *testing.T) {
	for _, bulk := range []int{bulkThreshold, 0} {
		n := 0
		for ; ; n++ {
			h := newHost(t)
			s := newStory(h)
			h.bulk = bulk
			if !h.runKilled(n, func() error { _, err := h.Apply(s.changes, backupDir); return err }) {
				break
			}

			err := h.Restore(backupDir)

			h.isRestored(s, err, n)
		}
		t.Logf("%d instants to be killed at", n)
	}
}

// isRestored insists on the old tree. Without a complete backup nothing was staged yet, and there is
// nothing to restore.
func (h *host) isRestored(s story, err error, n int) {
	h.t.Helper()
	if !errors.Is(err, ErrIncompleteBackup) && !errors.Is(err, fs.ErrNotExist) {
		require.NoError(h.t, err, "instant %d", n)
	}
	require.Equal(h.t, s.before, h.snapshot().without(underVar), "instant %d: %v", n, err)
}

func TestKilledAnywhereInApplyIsNeverHalfAFile(t *testing.T) {
	for n := 0; ; n++ {
		h := newHost(t)
		s := newStory(h)
		if !h.runKilled(n, func() error { _, err := h.Apply(s.changes, ""); return err }) {
			t.Logf("%d instants to be killed at", n)
			return
		}
		for p, state := range h.snapshot().without(leftByKill) {
			if state != s.before[p] {
				assert.Equal(t, s.after[p], state, "instant %d: %s is neither old nor new", n, p)
			}
		}
	}
}

func TestKilledAnywhereInRestoreThenRestored(t *testing.T) {
	for n := 0; ; n++ {
		h := newHost(t)
		s := newStory(h)
		_, err := h.Apply(s.changes, backupDir)
		require.NoError(t, err)
		wasKilled := h.runKilled(n, func() error { return h.Restore(backupDir) })

		require.NoError(t, h.Restore(backupDir), "instant %d", n)

		require.Equal(t, s.before, h.snapshot().without(underVar), "instant %d", n)
		if !wasKilled {
			t.Logf("%d instants to be killed at", n)
			return
		}
	}
}
