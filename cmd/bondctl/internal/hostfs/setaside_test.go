package hostfs

import (
	"errors"
	"io/fs"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSetAsideMovesWhatIsNoFile(t *testing.T) {
	h := newHost(t)
	h.put("/etc/a", "a\n", 0o644)
	require.NoError(t, os.Symlink("/etc/a", h.at("/etc/link")))

	moved, err := h.SetAside("/etc/link", "/etc/.link")
	require.NoError(t, err)
	assert.True(t, moved)
	target, err := os.Readlink(h.at("/etc/.link"))
	require.NoError(t, err)
	assert.Equal(t, "/etc/a", target)

	for _, p := range []string{"/etc/a", "/etc/link", "/var/none"} {
		moved, err := h.SetAside(p, p+".aside")
		require.NoError(t, err)
		assert.False(t, moved, p)
	}

	require.NoError(t, os.Mkdir(h.at("/etc/dir"), 0o755))
	_, err = h.SetAside("/etc/dir", "/etc/.link")
	require.ErrorIs(t, err, fs.ErrExist)
	_, err = h.SetAside("/etc/dir", "/var/dir")
	require.ErrorContains(t, err, "name one beside it")
}

// threeSaved is a host whose three files were saved and then changed.
func threeSaved(t *testing.T) *host {
	t.Helper()
	h := newHost(t)
	paths := []string{"/etc/a", "/etc/b", "/etc/c"}
	for _, p := range paths {
		h.put(p, "old\n", 0o640)
	}
	require.NoError(t, h.Save(backupDir, paths))
	for _, p := range paths {
		h.put(p, "new\n", 0o644)
	}
	return h
}

func (h *host) content(p string) string {
	h.t.Helper()
	text, err := os.ReadFile(h.at(p))
	require.NoError(h.t, err)
	return string(text)
}

func TestRestoreEachLetsNoFileKeepTheOthers(t *testing.T) {
	h := threeSaved(t)
	require.NoError(t, os.Remove(h.at("/etc/b")))
	require.NoError(t, os.Mkdir(h.at("/etc/b"), 0o755))

	err := h.RestoreEach(backupDir, nil)

	require.ErrorContains(t, err, "/etc/b is a directory")
	assert.Equal(t, "old\n", h.content("/etc/a"))
	assert.Equal(t, "old\n", h.content("/etc/c"))
	require.NoError(t, os.Remove(h.at("/etc/b")))
	require.NoError(t, h.RestoreEach(backupDir, nil))
	assert.Equal(t, "old\n", h.content("/etc/b"))
}

func TestRestoreEachGoesOnBesideADamagedCopy(t *testing.T) {
	h := threeSaved(t)
	copies, err := fs.Glob(os.DirFS(h.at(backupDir)), "*b*")
	require.NoError(t, err)
	require.Len(t, copies, 1)
	require.NoError(t, os.Remove(h.at(backupDir+"/"+copies[0])))

	require.ErrorContains(t, h.RestoreEach(backupDir, nil), "of /etc/b is missing")
	assert.Equal(t, []string{"old\n", "new\n", "old\n"}, []string{h.content("/etc/a"), h.content("/etc/b"), h.content("/etc/c")})
}

func TestRestoreEachLeavesAloneWhatIsExcepted(t *testing.T) {
	h := threeSaved(t)
	require.NoError(t, h.RestoreEach(backupDir, []string{"/etc/b"}))
	assert.Equal(t, []string{"old\n", "new\n", "old\n"}, []string{h.content("/etc/a"), h.content("/etc/b"), h.content("/etc/c")})
}

// Whatever the disk refuses for one file, the error has it, for the caller may make room.
func TestRestoreEachPassesOnWhatFails(t *testing.T) {
	h := threeSaved(t)
	full := errors.New("no space left")
	h.before = func(doing, p string) error {
		if doing == "creating" && p[:len("/etc/.b")] == "/etc/.b" {
			return full
		}
		return nil
	}
	require.ErrorIs(t, h.RestoreEach(backupDir, nil), full)
	assert.Equal(t, []string{"old\n", "new\n", "old\n"}, []string{h.content("/etc/a"), h.content("/etc/b"), h.content("/etc/c")})
}
