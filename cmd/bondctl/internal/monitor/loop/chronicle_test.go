package loop

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/verify"
)

func readHistory(t *testing.T, path string) []monitor.Record {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	records, err := monitor.ReadHistory(file)
	require.NoError(t, err)
	return records
}

// Each file of a history stands for itself: it begins with what was known when the one
// before was full.
func TestChronicleIsPutAside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.jsonl")
	c, err := OpenChronicle(path, func(err error) { assert.NoError(t, err) })
	require.NoError(t, err)
	c.limit = 6000
	s := &monitor.Read(decode(t, two), verify.Name)[0]
	began, wall := monitor.Moment(time.Hour), time.Date(2026, 11, 29, 2, 0, 0, 0, time.UTC)
	now, state := began, monitor.State{}
	record := func(in monitor.Input) {
		now = now.Add(time.Second)
		in.At = now
		state, _ = s.Step(state, in)
		c.Record(monitor.Standing{Settings: *s, State: state}, in, nil)
	}
	record(monitor.Input{Kind: monitor.Started, Boot: "this", Wall: wall.Add(time.Second)})
	up := monitor.Path{Told: true, Index: 2, Carrier: true, Addressed: true}
	for _, route := range []string{"fiber", "lte"} {
		record(monitor.Input{Kind: monitor.PathChanged, Route: route, Path: up})
	}
	for range 100 {
		record(monitor.Input{Kind: monitor.Checked, Route: "fiber", Check: s.Routes[0].Checks[0].Name, Asked: now, Answers: []monitor.Answer{{Target: "192.0.2.1", Outcome: monitor.Hit}}})
	}
	require.NoError(t, c.Close())

	earlier, later := readHistory(t, path+".1"), readHistory(t, path)
	begins := later[0]
	require.Equal(t, monitor.Continued, begins.Kind)
	assert.Equal(t, earlier[len(earlier)-1].At, begins.At)
	assert.Equal(t, begins.At, begins.Known.Now)
	assert.Equal(t, up, begins.Known.Routes[1].Path)
	assert.True(t, begins.Wall.Equal(wall.Add(begins.At.Sub(began))), begins.Wall)
	require.Greater(t, len(later), 1)
	assert.Equal(t, monitor.Checked, later[1].Kind)
	assert.Equal(t, begins.At.Add(time.Second), later[1].At, "nothing is lost between them")
	info, err := os.Stat(path + ".1")
	require.NoError(t, err)
	assert.Less(t, info.Size(), int64(7000))
}

// An earlier history is not lost, and nothing is written through a link.
func TestChronicleBeginsAFileOfItsOwn(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "history.jsonl")
	require.NoError(t, os.WriteFile(path, []byte("earlier"), 0o600))
	c, err := OpenChronicle(path, quiet)
	require.NoError(t, err)
	require.NoError(t, c.Close())
	earlier, err := os.ReadFile(path + ".1")
	require.NoError(t, err)
	assert.Equal(t, "earlier", string(earlier))
	assert.Empty(t, readHistory(t, path))

	_, err = OpenChronicle(filepath.Join(dir, "nowhere", "history.jsonl"), quiet)
	assert.ErrorContains(t, err, "history")
}
