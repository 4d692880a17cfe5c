package checkpoint

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What hangs in an undo ends before the process would be taken for one that hangs, and the guard tries again.
func TestAnUndoThatHangsIsTriedAgain(t *testing.T) {
	inTime(t, func(m *machine) {
		t := m.t
		tx := m.bring(Awaiting)
		var tries atomic.Int32
		hangs := func(ctx context.Context, tx *Transaction) error {
			if tries.Add(1) == 1 {
				<-ctx.Done()
				return context.Cause(ctx)
			}
			require.NoError(t, ctx.Err(), "each try has its own time")
			return m.undo(ctx, tx)
		}
		begun := m.journal(tx.ID()).Deadline

		require.NoError(t, m.Guard(t.Context(), tx.ID(), hangs))

		m.isRolledBack(tx.ID())
		assert.Equal(t, int32(2), tries.Load())
		assert.Less(t, m.clock.Now().Boot-begun, rollbackLimit)
	})
}
