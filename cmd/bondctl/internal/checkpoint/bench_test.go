package checkpoint

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkCurrent looks for the open transaction among as many closed ones as are kept.
func BenchmarkCurrent(b *testing.B) {
	s, err := Open(Config{Root: b.TempDir(), Dir: stateDir, Clock: newClock()})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, s.Close()) })
	for range keptClosed {
		lock, err := s.Lock(anna, "applying bond.hcl", 0)
		require.NoError(b, err)
		tx, err := lock.Begin(aMinute)
		require.NoError(b, err)
		require.NoError(b, lock.RollBack(tx.ID(), "a rehearsal", nil))
		lock.Release()
	}
	for b.Loop() {
		_, _, err := s.Current()
		require.NoError(b, err)
	}
}
