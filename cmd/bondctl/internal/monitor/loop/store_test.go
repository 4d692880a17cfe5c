package loop

import (
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/handler"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
)

func quiet(error) {}

func openStore(t *testing.T, root string, report func(error)) *Store {
	t.Helper()
	s, err := OpenStore(root, "/var/lib/bondctl/monitor", report)
	require.NoError(t, err)
	return s
}

// What is kept last is what the next process finds.
func TestStoreKeepsTheNewest(t *testing.T) {
	root := t.TempDir()
	s := openStore(t, root, quiet)
	found, err := s.Load()
	require.NoError(t, err)
	assert.Zero(t, found, "nothing was kept yet")
	var newest Kept
	var saved atomic.Int32
	for n := range 100 {
		newest = Kept{
			Fallbacks: []KeptState{{Fallback: "internet", Family: "ipv4", State: monitor.State{Active: "lte", Now: monitor.Moment(n)}}},
			Untold:    []handler.Event{{ID: "A", Sequence: uint64(n + 1), Name: "failed"}},
		}
		s.Keep(newest, func() { saved.Add(1) })
	}
	require.NoError(t, s.Close())
	assert.EqualValues(t, 100, saved.Load(), "each was called back")

	s = openStore(t, root, quiet)
	found, err = s.Load()
	require.NoError(t, err)
	assert.Equal(t, newest, found)
	require.NoError(t, s.Close())
}

// A file that cannot be read is told, and stays until there is something to keep.
func TestStoreDoesNotTrustAnyFile(t *testing.T) {
	for content, told := range map[string]string{
		`{"format_version":1,"fallb`: "cannot be read",
		`{"format_version":99}`:      "is of version 99",
	} {
		root := t.TempDir()
		file := filepath.Join(root, "var/lib/bondctl/monitor", stateFile)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		s := openStore(t, root, quiet)
		found, err := s.Load()
		require.ErrorContains(t, err, told)
		assert.Zero(t, found)
		require.NoError(t, s.Close())
		after, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, content, string(after))
	}
}

// A disk that does not take the state is told, and Keep does not wait for it.
func TestStoreTellsWhyItDoesNotSave(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, "var"), nil, 0o600)) // a file where a directory belongs
	told := make(chan error, 100)
	s := openStore(t, root, func(err error) { told <- err })
	gone := make(chan struct{})
	s.Keep(Kept{Fallbacks: []KeptState{{Fallback: "internet"}}}, func() { close(gone) })
	select {
	case err := <-told:
		require.Error(t, err)
	case <-time.After(time.Minute):
		require.Fail(t, "nothing was told")
	}
	<-gone
	assert.Error(t, s.Close())
}
