package program

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatCanBeRun(t *testing.T) {
	dir := t.TempDir()
	plain, script := filepath.Join(dir, "plain"), filepath.Join(dir, "script")
	require.NoError(t, os.WriteFile(plain, nil, 0o600))
	require.NoError(t, os.WriteFile(script, []byte("#!/bin/sh\n"), 0o700))
	link := filepath.Join(dir, "link")
	require.NoError(t, os.Symlink("nowhere", link))

	require.NoError(t, Ready("/bin/sh"))
	require.NoError(t, Ready(script))
	require.EqualError(t, Ready(plain), "nobody may execute it")
	require.EqualError(t, Ready(dir), "is a directory")
	require.EqualError(t, Ready(link), "no such file or directory")
	require.EqualError(t, Ready(filepath.Join(plain, "below")), "not a directory")
	assert.EqualError(t, Ready(filepath.Join(dir, "missing")), "no such file or directory")
}
