package view

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor/control"
)

// snapshot is the one that control is tested with.
func snapshot(t *testing.T) *control.Snapshot {
	t.Helper()
	text, err := os.ReadFile("../monitor/control/testdata/snapshot.json")
	require.NoError(t, err)
	s := new(control.Snapshot)
	require.NoError(t, json.Unmarshal(text, s))
	return s
}

// golden holds what was printed against a file of testdata. UPDATE=1 writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE") != "" {
		require.Empty(t, os.Getenv("CI"), "golden files are not updated in CI")
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run with UPDATE=1 to make the golden file, and read it")
	assert.Equal(t, string(want), got)
}

func TestMonitorStatus(t *testing.T) {
	golden(t, "monitor_status.txt", printed(func(w *Page) { MonitorStatus(w, snapshot(t)) }))
}

// The rare things that a fallback can be in are all told.
func TestMonitorStatusInTrouble(t *testing.T) {
	s := snapshot(t)
	f := &s.Fallbacks[0]
	f.AllDown, f.Pin, f.Doubt, f.Dead = true, "fiber", s.Taken.Add(-3*time.Second), []string{"icmp 192.0.2.2"}
	f.Activating, f.Until = "gsm", s.Taken.Add(40*time.Second)
	f.Routes[0].Status, f.Routes[0].Text, f.Routes[0].Checks = monitor.Unverified, "fiber is there, and has no verifier", nil
	f.Routes[1].Checks[0].Loss, f.Routes[1].Checks[0].Answers[0] = 40, control.Answer{Target: "192.0.2.1", Outcome: monitor.Miss, Said: "a hostile \x1b[31m answer\n"}
	s.Fallbacks = append(s.Fallbacks, control.Fallback{Fallback: "home", Family: "ipv6"})
	golden(t, "monitor_trouble.txt", printed(func(w *Page) { MonitorStatus(w, s) }))
}

func TestMonitorStatusOfWhatIsNotJudged(t *testing.T) {
	s := snapshot(t)
	c := &s.Fallbacks[0].Routes[1].Checks[0]
	c.Stale, c.Unclear, c.Answers = true, "no such program", nil
	text := printed(func(w *Page) { MonitorStatus(w, s) })
	assert.Contains(t, text, "none yet, for no such program")
	assert.Contains(t, strings.Join(strings.Fields(text), " "), "stale: no clear answer to "+c.Check+" of late: no such program")
}

func TestMonitorStatusOfNothing(t *testing.T) {
	s := &control.Snapshot{About: control.About{Version: "v1.0.0", Document: "bond.hcl", PID: 7}}
	assert.Equal(t, "bondctl v1.0.0 watches bond.hcl since 0001-01-01 00:00:00 UTC (process 7).\nThe document has no fallback: nothing is watched.\n", printed(func(w *Page) { MonitorStatus(w, s) }))
}

func TestWhy(t *testing.T) {
	golden(t, "monitor_why.txt", printed(func(w *Page) { Why(w, snapshot(t)) }))
	golden(t, "monitor_why.json", printed(func(w *Page) { assert.NoError(t, JSON(w, NewWhyJSON(snapshot(t)))) }))
}

func TestWhyNothingWasDecided(t *testing.T) {
	assert.Equal(t, "The document has no fallback: nothing was decided.\n", printed(func(w *Page) { Why(w, &control.Snapshot{}) }))
	none := &control.Snapshot{Fallbacks: []control.Fallback{{Fallback: "internet", Family: "ipv4"}}}
	assert.Equal(t, "Fallback internet (ipv4): nothing was decided yet.\n", printed(func(w *Page) { Why(w, none) }))
}

func TestWhatWasDecided(t *testing.T) {
	cases := []struct {
		cause    monitor.Cause
		from, to string
		want     string
	}{
		{monitor.Failover, "fiber", "lte", "traffic moved from fiber to lte"},
		{monitor.FailBack, "lte", "fiber", "traffic returned from lte to fiber"},
		{monitor.FailBack, "lte", "lte", "traffic goes on over lte"},
		{monitor.ByPerson, "fiber", "lte", "traffic was moved by hand from fiber to lte"},
		{monitor.NoWay, "lte", "lte", "traffic was left with lte"},
		{monitor.First, "", "fiber", "traffic was first left to fiber"},
	}
	for _, c := range cases {
		assert.Equal(t, c.want, outcome(&control.Decision{Cause: c.cause, From: c.from, To: c.to}))
	}
}
