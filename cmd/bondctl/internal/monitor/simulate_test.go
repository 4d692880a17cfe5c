package monitor

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// recorded begins to write a history.
func recorded(t require.TestingT, w *world) *bytes.Buffer {
	var history bytes.Buffer
	recorder, err := NewRecorder(&history)
	require.NoError(t, err)
	w.recorder = recorder
	return &history
}

func TestAHistoryReplayedGivesTheSameDecisions(t *testing.T) {
	described := read(t, uplinks)[0]
	rapid.Check(t, func(r *rapid.T) {
		f := newFate(r, described)
		f.world = newWorld(f.settings)
		history := recorded(r, f.world)
		f.begin()
		happenings := f.happenings()
		delete(happenings, "")
		delete(happenings, "other order") // a simulation has one document
		happenings["killed"] = f.killed
		happenings["the file is full"] = func(r *rapid.T) { f.inNewFile(r, history) }
		r.Repeat(happenings)
		f.run(time.Minute)

		f.replayed(r, history)
	})
}

// inNewFile has the history go on in a new file: what came before is not in it.
func (w *world) inNewFile(t require.TestingT, history *bytes.Buffer) {
	history.Reset()
	recorder, err := NewRecorder(history)
	require.NoError(t, err)
	require.NoError(t, recorder.Continue(&Standing{Settings: *w.settings, State: w.state}, time.Time{}))
	w.recorder, w.decided = recorder, nil
}

// replayed insists that a history gives the decisions that were taken.
func (w *world) replayed(t require.TestingT, history *bytes.Buffer) {
	records, err := ReadHistory(history)
	require.NoError(t, err)
	simulation := w.settings.Simulate(records)
	require.Len(t, simulation.Decided, len(w.decided))
	for i, d := range w.decided {
		require.Equal(t, d, simulation.Decided[i].Decision)
		require.Equal(t, d, simulation.Recorded[i].Decision)
	}
	require.Zero(t, simulation.Foreign)
}

// What comes in at the very moment that is waited for may come before its tick or
// after it, and that decides.
func TestAReplayKeepsTheOrderOfOneMoment(t *testing.T) {
	for name, happens := range map[string]func(*world){
		"after the tick": func(w *world) { // that has given up bringing the fibre up
			w.carrier("fibre", false)
			w.run(time.Minute)
			require.Empty(t, w.state.Activating)
			w.makeLink("fibre")
			w.removeLink("fibre")
			require.Equal(t, 1, w.state.Routes[0].Flaps, "nobody brings it up any more")
		},
		"before the tick": func(w *world) {
			w.carrier("fibre", false)
			w.run(time.Minute - 1)
			w.now++
			w.makeLink("fibre")
			w.removeLink("fibre")
			require.Equal(t, 2, w.state.Routes[0].Flaps, "it was still being brought up")
		},
		"after a restart": func(w *world) { // no input has come since the tick
			w.carrier("fibre", false)
			w.run(time.Minute)
			w.now += 10 * second
			w.restart(t, "one")
			w.run(52 * time.Second)
			w.makeLink("fibre")
			w.removeLink("fibre")
			require.Equal(t, 2, w.state.Routes[0].Flaps, "it is brought up again, a minute after that was given up")
		},
		"after a tick that was not saved": func(w *world) {
			w.carrier("fibre", false)
			before := w.state
			w.run(time.Minute)
			w.tellPath(1)
			w.now += 10 * second
			w.resume(t, "one", before)
			w.run(52 * time.Second)
			w.makeLink("fibre")
			w.removeLink("fibre")
			require.Equal(t, 1, w.state.Routes[0].Flaps, "it was given up only now")
		},
		"long after a tick that has not come": func(w *world) {
			w.carrier("fibre", false)
			w.removeLink("cable")
			w.makeLink("cable")
			w.run(10 * time.Second)
			w.now += Moment(time.Minute)
			w.put(Input{Kind: Stalled})
			require.Equal(t, FailBack, w.state.Last.Cause)
			require.Equal(t, w.now, w.state.Last.At, "the cable was good for long enough before")
		},
	} {
		t.Run(name, func(t *testing.T) {
			settings := read(t, uplinks)[0]
			for i := range settings.Routes {
				settings.Routes[i].Checks = nil
			}
			settings.Routes[0].BroughtUp = true
			w := newWorld(&settings)
			history := recorded(t, w)
			w.begin()
			happens(w)
			w.put(Input{Kind: Switched, Route: "modem"})
			w.run(time.Minute)
			require.Equal(t, ByPerson, w.decided[len(w.decided)-1].Cause)
			w.replayed(t, history)
		})
	}
}

// A history that begins with a restart has what was known then.
func TestALaterHistoryStandsForItself(t *testing.T) {
	w := twoLines(t)
	w.cut("fibre")
	w.run(10 * time.Second)
	require.Equal(t, "cable", w.state.Active)
	w.now++
	history := recorded(t, w)
	w.restart(t, "one")
	w.mend("fibre")
	w.run(time.Minute)
	require.Len(t, w.decided, 1, "it does not choose a first route again")
	require.Equal(t, FailBack, w.decided[0].Cause)
	w.replayed(t, history)
}

// A file of a history that goes on where another was full stands for itself, and adds
// nothing where both are replayed.
func TestAHistoryOfTwoFiles(t *testing.T) {
	w := twoLines(t)
	history := recorded(t, w)
	w.restart(t, "one")
	w.run(time.Minute)
	w.cut("fibre")
	w.run(10 * time.Second)
	require.Equal(t, "cable", w.state.Active)
	first, decided := bytes.Clone(history.Bytes()), w.decided

	w.inNewFile(t, history)
	w.mend("fibre")
	w.run(time.Minute)
	require.Len(t, w.decided, 1)
	require.Equal(t, FailBack, w.decided[0].Cause)
	both := slices.Concat(first, history.Bytes())
	w.replayed(t, history)
	w.decided = slices.Concat(decided, w.decided)
	w.replayed(t, bytes.NewBuffer(both))
}

// A patient document would have stayed where a hasty one moved.
func TestOtherThresholds(t *testing.T) {
	hasty := read(t, change(uplinks, bothTargets, bothTargets+"\nfall = 2"))[0]
	w := newWorld(&hasty)
	history := recorded(t, w)
	w.begin()
	for range 5 {
		w.run(5 * time.Minute)
		w.cut("fibre")
		w.run(3500 * time.Millisecond)
		w.mend("fibre")
	}
	w.run(10 * time.Minute)
	records, err := ReadHistory(history)
	require.NoError(t, err)
	moves := func(dated []Dated) int {
		count := 0
		for _, d := range dated {
			if d.Moved() {
				count++
			}
		}
		return count
	}
	same := hasty.Simulate(records)
	assert.Equal(t, 10, moves(same.Recorded))
	assert.Equal(t, 10, moves(same.Decided))
	assert.InDelta(t, (35*time.Minute + 17*time.Second).Seconds(), same.Span.Seconds(), 1)

	patient := read(t, change(uplinks, bothTargets, bothTargets+"\nfall = 6"))[0]
	assert.Zero(t, moves(patient.Simulate(records).Decided))

	quick := read(t, change(uplinks, bothTargets, bothTargets+"\nfall = 2", `"20s"`, `"10500ms"`))[0].Simulate(records)
	require.Equal(t, FailBack, quick.Decided[2].Cause)
	assert.Equal(t, "fibre is better than cable and has been good for 10.5s", quick.Decided[2].Reason, "it wakes between two checks")

	other := read(t, change(uplinks, "192.0.2.1", "192.0.2.9"))[0]
	foreign := other.Simulate(records)
	assert.Equal(t, foreign.Checks, foreign.Foreign)
	assert.NotZero(t, foreign.Foreign)
}

func TestWhatIsNoHistory(t *testing.T) {
	header := `{"format_version":"1.0","kind":"bondctl monitor history"}` + "\n"
	for name, c := range map[string]struct{ text, want string }{
		"empty":        {"", "not a history"},
		"another file": {"bond {}\n", "not a history"},
		"another kind": {`{"format_version":"1.0"}` + "\n", "not a history"},
		"of later":     {`{"format_version":"2.0","kind":"bondctl monitor history"}` + "\n", "this version of bondctl reads 1.x"},
		"broken":       {header + "{}\n{]\n{}\n", "line 3 is no record"},
		"endless":      {header + strings.Repeat("x", longestLine+1<<17), "line 2: it is longer"},
	} {
		_, err := ReadHistory(strings.NewReader(c.text))
		require.ErrorContains(t, err, c.want, name)
	}
	records, err := ReadHistory(strings.NewReader(header + `{"kind":"tick"}` + "\n" + `{"kind":"ti`))
	require.NoError(t, err)
	assert.Len(t, records, 1, "a last line that is not whole")
}

// FuzzReadHistory finds no text that breaks the reader, or what it reads the core.
func FuzzReadHistory(f *testing.F) {
	f.Add([]byte(`{"format_version":"1.0","kind":"bondctl monitor history"}
{"fallback":"internet","family":"ipv4","kind":"started","at":1,"boot":"one"}
{"fallback":"internet","family":"ipv4","kind":"path","at":2,"route":"fibre","path":{"index":1,"carrier":true,"addressed":true,"gateway":"10.0.0.1"}}
{"fallback":"internet","family":"ipv4","kind":"checked","at":3,"route":"fibre","check":"icmp 192.0.2.1, 192.0.2.2","asked":2,"answers":[{"target":"192.0.2.1","outcome":"hit"}]}
`))
	settings := read(f, uplinks)[0]
	f.Fuzz(func(_ *testing.T, text []byte) {
		records, err := ReadHistory(bytes.NewReader(text))
		if err != nil {
			return
		}
		for _, r := range records {
			if r.At > Moment(time.Minute) || r.At < 0 || r.Known != nil {
				return // as many ticks as that take their time
			}
		}
		settings.Simulate(records)
	})
}
