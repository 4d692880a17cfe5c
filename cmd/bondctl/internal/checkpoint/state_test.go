package checkpoint

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var allStates = []State{Prepared, Armed, Applying, Awaiting, Confirmed, RollingBack, RolledBack, RollbackIncomplete}

func TestTransitions(t *testing.T) {
	legal := []string{
		"prepared armed", "armed applying", "applying awaiting", "awaiting confirmed",
		"prepared rolling-back", "armed rolling-back", "applying rolling-back", "awaiting rolling-back",
		"rolling-back rolled-back", "rolling-back rollback-incomplete", "rollback-incomplete rolling-back",
	}
	found := 0
	for _, from := range allStates {
		for _, to := range allStates {
			err := from.check(to)
			if slices.Contains(legal, string(from+" "+to)) {
				found++
				require.NoError(t, err)
				continue
			}
			require.EqualError(t, err, "a transaction that is "+string(from)+" cannot become "+string(to))
		}
	}
	assert.Equal(t, len(legal), found)
	require.Error(t, State("foreign").check(Armed))
}

func TestFinalStates(t *testing.T) {
	for _, s := range allStates {
		assert.Equal(t, s == Confirmed || s == RolledBack, s.final(), s)
		assert.True(t, s.known())
	}
	assert.False(t, State("foreign").known())
	assert.False(t, State("foreign").final())
}

// Each step is tried from each state: what the table does not have changes nothing.
func TestStepsOutOfOrderChangeNothing(t *testing.T) {
	for _, from := range course {
		for _, to := range course[1:] {
			m := newMachine(t)
			tx := m.bring(from)
			tx.lock.Release()
			lock := m.locked()
			tx.lock = lock
			before := m.journal(tx.ID())

			err := m.tryStep(tx, to)

			if from.check(to) == nil || to == Armed { // arming again is for a guard that died
				require.NoError(t, err, "%s to %s", from, to)
				continue
			}
			require.ErrorContains(t, err, "cannot become "+string(to), "from %s", from)
			assert.Equal(t, before, m.journal(tx.ID()), "from %s", from)
		}
	}
}

func (m *machine) tryStep(tx *Transaction, to State) error {
	switch to {
	case Armed:
		return tx.Arm(m.t.Context(), []string{"guard"})
	case Applying:
		return tx.Applying()
	case Awaiting:
		return tx.Awaiting()
	case Prepared, Confirmed, RollingBack, RolledBack, RollbackIncomplete:
	}
	return nil
}
