package ledger

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
)

const path = "/var/lib/bondctl/ledger.json"

func open(t *testing.T, root, boot string) *Ledger[string] {
	t.Helper()
	files, err := hostfs.Open(root)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, files.Close()) })
	l, err := Open[string](files, path, boot)
	require.NoError(t, err)
	return l
}

func TestLaterProcessesOfTheBootRemember(t *testing.T) {
	root := t.TempDir()
	first := open(t, root, "this boot")
	assert.Empty(t, first.Entries())
	require.NoError(t, first.Write([]string{"one", "two"}))

	assert.Equal(t, []string{"one", "two"}, open(t, root, "this boot").Entries())
	assert.Empty(t, open(t, root, "the next boot").Entries())
}

func TestAnEmptyLedgerHasNoFile(t *testing.T) {
	root := t.TempDir()
	l := open(t, root, "this boot")
	require.NoError(t, l.Write([]string{"one"}))
	assert.FileExists(t, filepath.Join(root, path))
	require.NoError(t, l.Write(nil))
	assert.NoFileExists(t, filepath.Join(root, path))
	assert.Empty(t, l.Entries())
}

func TestWhatCannotBeReadIsNotOverwritten(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, path)), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(root, path), []byte("{"), 0o600))
	files, err := hostfs.Open(root)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, files.Close()) })
	_, err = Open[string](files, path, "this boot")
	require.ErrorContains(t, err, path)
	assert.ErrorContains(t, err, "remove it")
}

func TestWhatCannotBeWrittenIsNotRemembered(t *testing.T) {
	root := t.TempDir()
	l := open(t, root, "this boot")
	require.NoError(t, os.WriteFile(filepath.Join(root, "var"), nil, 0o600))
	require.Error(t, l.Write([]string{"one"}))
	assert.Empty(t, l.Entries())
}
