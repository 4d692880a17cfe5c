package monitor

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// inPhase has all checks asked where the worlds of the tests begin, so that stories are
// told in whole seconds.
func inPhase(all []Settings) []Settings {
	for _, s := range all {
		for _, r := range s.Routes {
			for i := range r.Checks {
				r.Checks[i].Phase = 0
			}
		}
	}
	return all
}

// drawPhases gives each check a phase by chance.
func (s *Settings) drawPhases(r *rapid.T) {
	for _, route := range s.Routes {
		for i := range route.Checks {
			route.Checks[i].Phase = rapid.Uint64().Draw(r, "phase")
		}
	}
}

// However a phase and an interval are, a check is asked in its phase, later than it was
// and no later than its interval, and on time it keeps that interval.
func TestAPhaseIsKept(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		interval := time.Duration(rapid.Int64Range(1, int64(24*time.Hour)).Draw(r, "interval"))
		asked := Moment(rapid.Int64Range(1, int64(1000*24*time.Hour)).Draw(r, "asked"))
		c := Check{Phase: rapid.Uint64().Draw(r, "phase")}
		next := c.nextInPhase(asked, interval)
		require.Greater(r, next, asked)
		require.LessOrEqual(r, next, asked.Add(interval))
		require.Equal(r, within(interval, c.Phase), time.Duration(next)%interval)
		late := time.Duration(rapid.Int64Range(0, int64(interval)-1).Draw(r, "late"))
		require.Equal(r, next.Add(interval), c.nextInPhase(next.Add(late), interval))
	})
}

// tenLines are ten routes that are asked alike.
func tenLines() string {
	var links, routes strings.Builder
	for i := range 10 {
		fmt.Fprintf(&links, "ethernet \"eth%d\" {\n  ipv4 { dhcp = true }\n}\n", i)
		fmt.Fprintf(&routes, "  route \"line%d\" {\n    interface = \"eth%d\"\n    gateway = \"auto\"\n    verify \"icmp\" { targets = [\"192.0.2.1\"] }\n  }\n", i, i)
	}
	return links.String() + "fallback \"internet\" {\n" + routes.String() + "}\n"
}

// Equal checks of ten routes do not ask at once: whatever stands by is spread over its
// interval, and none waits longer than that.
func TestEqualChecksAreSpread(t *testing.T) {
	s := readSpread(t, tenLines())[0]
	w := newWorld(&s)
	w.begin()
	w.run(time.Minute)
	clear(w.asked)
	w.run(10 * time.Minute)
	var standing []time.Duration
	for name, moments := range w.asked {
		check := s.Routes[slices.IndexFunc(s.Routes, func(r Route) bool { return r.Name == name })].Checks[0]
		interval := check.Standby
		if name == w.state.Active {
			interval = check.Interval
		}
		require.Greater(t, len(moments), 10, name)
		for i, m := range moments[1:] {
			assert.Equal(t, interval, m.Sub(moments[i]), name)
		}
		if name != w.state.Active {
			standing = append(standing, time.Duration(moments[0])%interval)
		}
	}
	slices.Sort(standing)
	require.Len(t, standing, 9)
	interval := s.Routes[0].Checks[0].Standby
	for i, at := range standing {
		next := standing[(i+1)%len(standing)]
		gap := (next - at + interval) % interval
		assert.GreaterOrEqual(t, gap, interval/25, "evenly would be a tenth")
		assert.LessOrEqual(t, gap, interval/4)
	}
}

// Every check of a document has a phase of its own, whatever fallback and family it is of.
func TestPhasesDiffer(t *testing.T) {
	all := slices.Concat(read(t, uplinks), read(t, tenLines()))
	spread(all)
	seen := map[uint64]bool{}
	for _, s := range all {
		for _, r := range s.Routes {
			for _, c := range r.Checks {
				assert.False(t, seen[c.Phase], "%s of %s", c.Name, r.Name)
				seen[c.Phase] = true
			}
		}
	}
	assert.Len(t, seen, 13)
}
