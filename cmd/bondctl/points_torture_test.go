//go:build torture

package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An order strikes at its point, by number or by name, once, and not without one.
func TestAnOrderStrikesOnce(t *testing.T) {
	for _, c := range []struct {
		order  string
		struck []string
	}{
		{"note 2", []string{"before the start of the guard"}},
		{"note before the start", []string{"before the start of the guard"}},
		{"note before", []string{"before the journal says prepared"}},
		{"note 7", nil},
		{"dance 2", nil},
		{"", nil},
	} {
		order := filepath.Join(t.TempDir(), "apply")
		if c.order != "" {
			require.NoError(t, os.WriteFile(order, []byte(c.order), 0o600))
		}
		w := &walk{order: order}
		var struck []string
		at := ""
		faults["note"] = func() { struck = append(struck, at) }
		for _, at = range []string{"before the journal says prepared", "before the start of the guard", "after the start of the guard", "before the links"} {
			w.pass(at)
		}
		assert.Equal(t, c.struck, struck, c.order)
		passed, err := os.ReadFile(order + ".passed")
		require.NoError(t, err)
		assert.Equal(t, "before the journal says prepared\nbefore the start of the guard\nafter the start of the guard\nbefore the links\n", string(passed))
		assert.Equal(t, c.struck == nil && c.order != "", exists(order))
	}
}

// Only an apply that is to stand still is given little time.
func TestLimit(t *testing.T) {
	order := filepath.Join(t.TempDir(), "apply")
	assert.Zero(t, limitBy(order))
	for text, limit := range map[string]time.Duration{"stop 3": soon, "hold 3": 0, "kill 3": 0} {
		require.NoError(t, os.WriteFile(order, []byte(text), 0o600))
		assert.Equal(t, limit, limitBy(order), text)
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
