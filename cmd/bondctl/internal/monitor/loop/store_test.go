package loop

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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
	assert.Empty(t, found, "nothing was kept yet")
	var newest []Kept
	for n := range 100 {
		newest = []Kept{{Fallback: "internet", Family: "ipv4", State: monitor.State{Active: "lte", Now: monitor.Moment(n)}}}
		s.Keep(newest)
	}
	require.NoError(t, s.Close())

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
		assert.Empty(t, found)
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
	s.Keep([]Kept{{Fallback: "internet"}})
	select {
	case err := <-told:
		require.Error(t, err)
	case <-time.After(time.Minute):
		require.Fail(t, "nothing was told")
	}
	assert.Error(t, s.Close())
}
