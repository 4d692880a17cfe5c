package monitor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

// dialled is a world whose traffic goes over the modem.
func dialled(t *testing.T) *world {
	t.Helper()
	w := withModem(t)
	w.cut("fibre")
	w.cut("cable")
	w.run(10 * time.Second)
	w.makeLink("modem")
	w.run(10 * time.Second)
	require.Equal(t, "modem", w.state.Active)
	w.log = nil
	return w
}

// What is set up is taken down when the host has its own routes again, and what comes
// after sets it up anew.
func TestWhatIsLeftIsTakenDown(t *testing.T) {
	w := dialled(t)
	before := w.told(schema.EventTeardown, "modem")
	w.put(Input{Kind: Left})
	assert.Equal(t, before+1, w.told(schema.EventTeardown, "modem"))
	w.put(Input{Kind: Left})
	assert.Equal(t, before+1, w.told(schema.EventTeardown, "modem"), "once")
	w.removeLink("modem")
	w.log = nil
	w.restart(t, "one")
	w.run(10 * time.Second)
	assert.Equal(t, "modem", w.state.Activating)
	assert.Equal(t, 2, w.told(schema.EventSetup, "modem"))
	w.mend("fibre")
	w.run(10 * time.Second)
	assert.Equal(t, "fibre", w.state.Active)
	assert.Equal(t, 2, w.told(schema.EventConnected, "fibre"), "as after a fresh start")
}

// Nobody knows how a modem is that was on when the machine went down.
func TestWhatWasSetUpBeforeAnotherBoot(t *testing.T) {
	t.Run("it is not needed", func(t *testing.T) {
		w := dialled(t)
		w.removeLink("modem")
		w.mend("fibre")
		before := w.told(schema.EventTeardown, "modem")
		w.restart(t, "two")
		w.restart(t, "three")
		w.run(time.Minute)
		assert.Equal(t, "fibre", w.state.Active)
		assert.Equal(t, before+1, w.told(schema.EventTeardown, "modem"), "once")
		w.restart(t, "three")
		w.run(time.Minute)
		assert.Equal(t, before+1, w.told(schema.EventTeardown, "modem"))
	})
	t.Run("it is needed", func(t *testing.T) {
		w := dialled(t)
		before := w.told(schema.EventTeardown, "modem")
		w.removeLink("modem")
		setUp := w.told(schema.EventSetup, "modem")
		w.restart(t, "two")
		for range 20 {
			if w.state.Activating == "" {
				w.run(time.Second)
			}
		}
		assert.Equal(t, setUp+1, w.told(schema.EventSetup, "modem"))
		w.makeLink("modem")
		w.run(10 * time.Second)
		assert.Equal(t, "modem", w.state.Active)
		assert.Equal(t, before, w.told(schema.EventTeardown, "modem"))
	})
}
