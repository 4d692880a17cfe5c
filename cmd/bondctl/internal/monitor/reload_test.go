package monitor

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

func TestAReloadKeepsCountersAndTraffic(t *testing.T) {
	w := twoLines(t)
	w.cut("fibre")
	w.run(10 * time.Second)
	w.log = nil
	reordered := *w.settings
	reordered.Routes = slices.Clone(w.settings.Routes)
	slices.Reverse(reordered.Routes)
	slices.Reverse(w.lines)
	w.settings = &reordered
	misses := w.state.Routes[0].Checks[0].Misses
	w.put(Input{Kind: Reloaded})
	assert.Equal(t, misses, w.state.Routes[1].Checks[0].Misses)
	w.mend("fibre")
	w.run(5 * time.Minute)
	w.happens(t, "40.00 arrange cable fibre")
	assert.Equal(t, "cable", w.state.Active)
	assert.Equal(t, Good, w.state.Routes[1].Status)
}

func TestAReloadWithOtherTargetsIsNoFailure(t *testing.T) {
	w := twoLines(t)
	for _, another := range []string{"192.0.2.3", "192.0.2.4", "192.0.2.5"} {
		s := read(t, change(uplinks, bothTargets, `targets = ["192.0.2.1", "`+another+`"]`))[0]
		s.Routes = s.Routes[:2]
		w.settings = &s
		w.put(Input{Kind: Reloaded})
		require.Equal(t, Unknown, w.state.Routes[0].Status)
		w.run(30 * time.Second)
	}
	for _, r := range w.state.Routes {
		assert.Zero(t, r.Flaps, r.Name)
		assert.Equal(t, Good, r.Status)
	}
	assert.Zero(t, w.told(schema.EventFlapping, "fibre"))

	s := read(t, change(uplinks, bothTargets, `targets = ["192.0.2.9"]`))[0]
	s.Routes = s.Routes[:2]
	w.settings, w.lines[0].silent = &s, []string{"192.0.2.9"}
	w.put(Input{Kind: Reloaded})
	w.run(30 * time.Second)
	assert.Equal(t, "cable", w.state.Active)
	assert.Equal(t, 1, w.state.Routes[0].Flaps, "but it is one where the other target does not answer")
}

func TestAReloadWithoutTheActiveRoute(t *testing.T) {
	w := withModem(t)
	fewer := *w.settings
	fewer.Routes = fewer.Routes[1:]
	w.settings, w.lines = &fewer, w.lines[1:]
	w.put(Input{Kind: Reloaded})
	w.happens(t, `
		30.00 arrange cable modem
		30.00 setup cable
		30.00 connected cable`)
}
