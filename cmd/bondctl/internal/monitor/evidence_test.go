package monitor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
	assert.Equal(t, 16*time.Second+20*time.Millisecond, found[0].Left.Round(time.Millisecond))
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

// late answers the last check of fibre after its time, once.
func (w *world) late(took time.Duration, targets ...string) {
	tally := w.state.Routes[0].Checks[0]
	in := Input{Kind: CameLate, Route: "fibre", Check: tally.Check, Asked: tally.Answers[0].At}
	for _, target := range targets {
		in.Answers = append(in.Answers, Answer{Target: target, Outcome: Miss, Late: took})
	}
	w.put(in)
}

const windowOfLoss = bothTargets + `
      max_loss = 100
      window   = "30s"`

// What comes late is a miss, no loss, and is told as what it is until an answer comes in time.
func TestLateAnswersAreNoLosses(t *testing.T) {
	w := twoLines(t, bothTargets, windowOfLoss)
	found := func() (Finding, CheckFinding) {
		f := w.settings.Findings(w.state, w.now)[0]
		return f, f.Checks[0]
	}
	w.cut("fibre")
	w.run(2100 * time.Millisecond)
	_, lost := found()
	require.Equal(t, 1, lost.Misses)
	require.Positive(t, lost.Loss)

	w.late(1200*time.Millisecond, "192.0.2.1")
	route, late := found()
	assert.Equal(t, 1, late.Misses, "its time was over")
	assert.Zero(t, late.Loss)
	assert.Greater(t, late.Latency, lost.Latency)
	assert.Equal(t, "fibre is suspect: icmp 192.0.2.1, 192.0.2.2: missed 1 in a row of 3 that decide (192.0.2.1: late: 1.2s; 192.0.2.2: no answer)", route.Text)

	w.mend("fibre")
	w.run(905 * time.Millisecond)
	route, late = found()
	require.Equal(t, 2, late.Misses, "what was asked before")
	assert.Contains(t, route.Text, "192.0.2.1: late: 1.2s", "still the last that is known")
	w.run(100 * time.Millisecond)
	_, well := found()
	assert.Empty(t, well.Answers[0].Instead())
	assert.Zero(t, w.moves)
}

// Where all must answer, all must have come late for nothing to be lost.
func TestLateAnswersOfAllThatMustAnswer(t *testing.T) {
	w := twoLines(t, bothTargets, windowOfLoss+`
      require = "all"`)
	w.cut("fibre")
	w.run(2100 * time.Millisecond)
	loss := func() int { return w.settings.Findings(w.state, w.now)[0].Checks[0].Loss }
	before := loss()
	require.Positive(t, before)
	w.late(1200*time.Millisecond, "192.0.2.1")
	assert.Equal(t, before, loss())
	w.late(1300*time.Millisecond, "192.0.2.2")
	assert.Zero(t, loss())
}

// Answers that are late over and over make a route fail by its latency.
func TestLateAnswersCountAsSlow(t *testing.T) {
	w := twoLines(t, bothTargets, bothTargets+`
      max_latency = "300ms"
      window      = "30s"`)
	for i := range 100 { // never three in a row
		_, fibre := w.line("fibre")
		fibre.dead = i%3 != 0
		w.run(time.Second)
		if w.state.Routes[0].Checks[0].Misses > 0 && w.state.Active == "fibre" {
			w.late(1200*time.Millisecond, "192.0.2.1", "192.0.2.2")
		}
	}
	assert.Equal(t, "cable", w.state.Active)
	assert.Contains(t, w.state.Last.Reason, "within 30s, and 300ms is too much")
}

// What was asked over another path says nothing.
func TestLateAnswersOfAnotherPath(t *testing.T) {
	w := twoLines(t)
	w.cut("fibre")
	w.run(2100 * time.Millisecond)
	before := w.state.clone()
	w.put(Input{Kind: CameLate, Route: "fibre", Check: "gone", Asked: w.now, Answers: []Answer{{Target: "192.0.2.1", Late: time.Second}}})
	w.put(Input{Kind: CameLate, Route: "fibre", Check: before.Routes[0].Checks[0].Check, Asked: before.Routes[0].PathSince - 1, Answers: []Answer{{Target: "192.0.2.1", Late: time.Second}}})
	assert.Equal(t, before.Routes, w.state.Routes)
}
