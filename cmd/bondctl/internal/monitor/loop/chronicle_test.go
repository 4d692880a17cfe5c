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

// Each file of a history stands for itself: it begins with the path of every route.
func TestChronicleIsPutAside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.jsonl")
	c, err := OpenChronicle(path, func(err error) { assert.NoError(t, err) })
	require.NoError(t, err)
	c.limit = 2000
	s := &monitor.Read(decode(t, two), verify.Name)[0]
	moment := monitor.Moment(time.Hour)
	record := func(in monitor.Input) {
		moment = moment.Add(time.Second)
		in.At = moment
		c.Record(s, in, nil)
	}
	record(monitor.Input{Kind: monitor.Started, Boot: "this"})
	for _, route := range []string{"fiber", "lte"} {
		record(monitor.Input{Kind: monitor.PathChanged, Route: route, Path: monitor.Path{Told: true, Index: 2, Carrier: true, Addressed: true}})
	}
	for range 100 {
		record(monitor.Input{Kind: monitor.Checked, Route: "fiber", Check: s.Routes[0].Checks[0].Name, Asked: moment, Answers: []monitor.Answer{{Target: "192.0.2.1", Outcome: monitor.Hit}}})
	}
	require.NoError(t, c.Close())

	for _, file := range []string{path, path + ".1"} {
		records := readHistory(t, file)
		require.Greater(t, len(records), 3, file)
		assert.Equal(t, monitor.Started, records[0].Kind)
		assert.Equal(t, []string{"fiber", "lte"}, []string{records[1].Route, records[2].Route})
		assert.Equal(t, monitor.Checked, records[3].Kind)
		assert.GreaterOrEqual(t, records[3].At, records[2].At)
	}
	info, err := os.Stat(path + ".1")
	require.NoError(t, err)
	assert.Less(t, info.Size(), int64(3000))
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
