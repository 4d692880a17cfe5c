package monitor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestFindingsTellHowLongARouteIsHeld(t *testing.T) {
	w := twoLines(t)
	w.cut("fibre")
	w.run(10 * time.Second)
	w.mend("fibre")
	w.run(14 * time.Second)
	before := w.state.clone()
	found := w.settings.Findings(w.state, w.now.Add(time.Second))
	assert.Equal(t, before, w.state, "nothing is changed by looking")
	assert.Equal(t, Good, found[0].Status)
	assert.Equal(t, 20*time.Second, found[0].Held)
	assert.Equal(t, 9*time.Second+20*time.Millisecond, found[0].Left.Round(time.Millisecond))
	assert.Zero(t, found[1].Left, "it carries")

	w.settings.ByHand = true
	assert.Zero(t, w.settings.Findings(w.state, w.now)[0].Left, "traffic does not return by itself")
}

func TestFindingsTellWhatIsStale(t *testing.T) {
	w := twoLines(t)
	stale := func(later time.Duration) (all []bool) {
		for _, f := range w.settings.Findings(w.state, w.now.Add(later)) {
			all = append(all, f.Checks[0].Stale)
		}
		return all
	}
	assert.Equal(t, []bool{false, false}, stale(0))
	assert.Equal(t, []bool{true, true}, stale(time.Hour))
	w.carrier("cable", false)
	assert.Equal(t, []bool{true, false}, stale(time.Hour), "nobody can ask over what is absent")
}
