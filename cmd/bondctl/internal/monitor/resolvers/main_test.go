package resolvers

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/netnstest"
)

// TestMain has the tests run in a network namespace of their own, for their links.
func TestMain(m *testing.M) {
	if netnstest.Inside() {
		os.Exit(m.Run())
	}
	os.Exit(netnstest.Rerun())
}

const (
	memory   = "/var/lib/bondctl/monitor/resolvers.json"
	thisBoot = "this boot"
)

// newRoot is the root of a host that has a directory for its resolvers.
func newRoot(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(root, "etc"), 0o755))
	return root
}

// openHost is a new process's.
func openHost(t *testing.T, c Config) *Host {
	t.Helper()
	h, err := Open(c)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, h.Close()) })
	return h
}
