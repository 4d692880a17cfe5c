package monitor

import (
	"bytes"
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
		delete(happenings, "other order") // a simulation has one document,
		delete(happenings, "stall")       // and its timers are never late
		r.Repeat(happenings)
		f.run(time.Minute)

		records, err := ReadHistory(history)
		require.NoError(r, err)
		simulation := f.settings.Simulate(records)
		require.Len(r, simulation.Decided, len(f.decided))
		for i, d := range f.decided {
			require.Equal(r, d, simulation.Decided[i].Decision)
			require.Equal(r, d, simulation.Recorded[i].Decision)
		}
		require.Zero(r, simulation.Foreign)
	})
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
			if r.At > Moment(time.Minute) || r.At < 0 {
				return // as many ticks as that take their time
			}
		}
		settings.Simulate(records)
	})
}
