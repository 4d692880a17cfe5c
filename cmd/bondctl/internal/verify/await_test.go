package verify

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// counting passes at the third time, and tells how often it was asked.
func counting(t *testing.T) (v *Verifier, asked func() int) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "asked")
	v, err := New(shell(`echo >>"$1"; test "$(wc -l <"$1")" -ge 3`, file), Options{})
	require.NoError(t, err)
	return v, func() int {
		text, _ := os.ReadFile(file) // none was asked yet
		return strings.Count(string(text), "\n")
	}
}

func TestAwait(t *testing.T) {
	for most, passed := range map[int]bool{1: false, 2: false, 3: true, 9: true} {
		v, asked := counting(t)
		result := v.Await(t.Context(), Trial{Every: time.Millisecond, Most: most})
		assert.Equal(t, passed, result.Passed, result.String())
		assert.Equal(t, min(most, 3), asked())
	}
}

func TestATrialIsOverWithin(t *testing.T) {
	assert.Equal(t, 21*time.Second, Trial{Every: 10 * time.Second, Most: 3}.Within(time.Second))
	assert.Equal(t, 15*time.Second, Trial{Every: time.Second, Most: 3}.Within(5*time.Second), "a check begins when the one before is over")
}

func TestAwaitEndsWithItsContext(t *testing.T) {
	v, asked := counting(t)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for asked() == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	result := v.Await(ctx, Trial{Every: time.Hour, Most: 3})
	assert.False(t, result.Passed)
	assert.Equal(t, 1, asked())
}
