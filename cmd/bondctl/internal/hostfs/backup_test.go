package hostfs

import (
	"encoding/json"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRestorePutsEverythingBack(t *testing.T) {
	for name, bulk := range map[string]int{"with fsync": bulkThreshold, "with syncfs": 0} {
		t.Run(name, func(t *testing.T) {
			h := newHost(t)
			h.bulk = bulk
			s := newStory(h)
			_, err := h.Apply(s.changes, backupDir)
			require.NoError(t, err)
			require.Equal(t, s.after, h.snapshot().without(underVar))

			require.NoError(t, h.Restore(backupDir))
			assert.Equal(t, s.before, h.snapshot().without(underVar))

			require.NoError(t, h.Restore(backupDir), "again")
			assert.Equal(t, s.before, h.snapshot().without(underVar))
		})
	}
}

func TestSavedBeforehandIsRestoredAfterwards(t *testing.T) {
	h := newHost(t)
	s := newStory(h)
	var paths []string
	for _, c := range s.changes {
		paths = append(paths, c.Path)
	}
	require.NoError(t, h.Save(backupDir, paths))
	_, err := h.Apply(s.changes, "")
	require.NoError(t, err)
	h.put("/etc/network/interfaces", "edited by hand\n", 0o666)
	require.NoError(t, os.Remove(h.at("/etc/wpa.conf")))

	require.NoError(t, h.Restore(backupDir))

	assert.Equal(t, s.before, h.snapshot().without(underVar))
}

func TestSavedTellsWhatWasThere(t *testing.T) {
	h := newHost(t)
	h.put("/etc/network/interfaces", "auto lo\n", 0o640)
	require.NoError(t, h.Save(backupDir, []string{"/etc/network/interfaces", "/etc/network/nothing"}))
	h.put("/etc/network/interfaces", "edited by hand\n", 0o666)

	files, absent, err := h.Saved(backupDir)
	require.NoError(t, err)
	require.Len(t, files, 1)
	assert.Equal(t, "/etc/network/interfaces", files[0].Path)
	assert.Equal(t, "auto lo\n", string(files[0].Content))
	assert.Equal(t, fs.FileMode(0o640), files[0].Mode)
	assert.Equal(t, []string{"/etc/network/nothing"}, absent)

	_, _, err = h.Saved("/var/nowhere")
	require.ErrorIs(t, err, fs.ErrNotExist)
}

func TestBackupIsSecretAndDescribed(t *testing.T) {
	h := newHost(t)
	s := newStory(h)
	withUmask(t, 0)

	_, err := h.Apply(s.changes, backupDir)

	require.NoError(t, err)
	for path, state := range h.snapshot() {
		if strings.HasPrefix(path, backupDir) {
			assert.Regexp(t, "^(-rw-------|drwx------) ", state, path)
		}
	}
	f, exists, err := h.Read(backupDir + "/manifest.json")
	require.NoError(t, err)
	require.True(t, exists)
	var m manifest
	require.NoError(t, json.Unmarshal(f.Content, &m))
	assert.Equal(t, []string{"/etc/systemd", "/etc/systemd/network"}, m.Missing)
	require.Len(t, m.Files, 5, "the unchanged file is not in it")
	owner, _, err := h.Read(backupDir + "/0001-wpa.conf")
	require.NoError(t, err)
	assert.Equal(t, "old psk\n", string(owner.Content))
	assert.Equal(t, "0640", m.Files[1].Mode)
	assert.Equal(t, checksum([]byte("old psk\n")), m.Files[1].SHA256)
	assert.Equal(t, record{Path: "/etc/network/interfaces.d/wlan0"}, m.Files[3])
}

func TestRestoreKeepsDirectoriesInUse(t *testing.T) {
	h := newHost(t)
	s := newStory(h)
	_, err := h.Apply(s.changes, backupDir)
	require.NoError(t, err)
	h.put("/etc/systemd/network/other.link", "someone's\n", 0o644)

	require.NoError(t, h.Restore(backupDir))

	now := h.snapshot().without(underVar)
	assert.Equal(t, []string{"/etc/systemd", "/etc/systemd/network", "/etc/systemd/network/other.link"},
		differing(s.before, now))
}

func TestRestoreSweepsOnlyItsOwnTemporaries(t *testing.T) {
	h := newHost(t)
	h.put("/etc/a", "old", 0o644)
	_, err := h.Apply([]Change{{Path: "/etc/a", Content: []byte("new"), Mode: 0o644}}, backupDir)
	require.NoError(t, err)
	others := []string{"/etc/" + temporaryName("b"), "/etc/.a.bondctl-short", "/etc/.a", "/etc/a.bondctl-" + strings.Repeat("A", 26)}
	for _, p := range others {
		h.put(p, "someone's", 0o644)
	}
	h.put("/etc/"+temporaryName("a"), "left by a killed process", 0o600)

	require.NoError(t, h.Restore(backupDir))

	paths, err := h.List("/etc")
	require.NoError(t, err)
	assert.ElementsMatch(t, append(others, "/etc/a"), paths)
}

func TestRestoreTouchesNothingWhenTheBackupIsBad(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(h *host)
		want  string
	}{
		"no backup":        {func(h *host) { _ = os.RemoveAll(h.at(backupDir)) }, "no such file or directory"},
		"no manifest":      {func(h *host) { _ = os.Remove(h.at(backupDir + "/manifest.json")) }, "never completed"},
		"manifest cut off": {func(h *host) { _ = os.Truncate(h.at(backupDir+"/manifest.json"), 100) }, "never completed"},
		"newer version": {func(h *host) {
			h.put(backupDir+"/manifest.json", `{"format_version": 2}`, 0o600)
		}, "use the bondctl that made it"},
		"copy elsewhere": {func(h *host) {
			h.put(backupDir+"/manifest.json",
				`{"format_version":1,"files":[{"path":"/etc/a","existed":true,"copy":"../x"}]}`, 0o600)
		}, "not in the backup"},
		"file elsewhere": {func(h *host) {
			h.put(backupDir+"/manifest.json", `{"format_version":1,"files":[{"path":"../a"}]}`, 0o600)
		}, "begin it with /"},
		"directory elsewhere": {func(h *host) {
			h.put(backupDir+"/manifest.json", `{"format_version":1,"missing_directories":[".."]}`, 0o600)
		}, "begin it with /"},
		"copy missing":  {func(h *host) { _ = os.Remove(h.at(backupDir + "/0001-wpa.conf")) }, "is missing"},
		"copy tampered": {func(h *host) { h.put(backupDir+"/0001-wpa.conf", "x", 0o600) }, "checksum"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHost(t)
			s := newStory(h)
			_, err := h.Apply(s.changes, backupDir)
			require.NoError(t, err)
			c.spoil(h)

			err = h.Restore(backupDir)

			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, "restoring "+backupDir)
			assert.Equal(t, s.after, h.snapshot().without(underVar))
		})
	}
}

func TestBackupNeedsADirectoryOfItsOwn(t *testing.T) {
	h := newHost(t)
	s := newStory(h)
	_, err := h.Apply(s.changes, backupDir)
	require.NoError(t, err)
	before := h.snapshot()

	_, err = h.Apply([]Change{{Path: "/etc/x", Content: []byte("x"), Mode: 0o644}}, backupDir)

	require.ErrorContains(t, err, "name a new directory")
	assert.Equal(t, before, h.snapshot())
	require.ErrorContains(t, h.Save("relative", []string{"/etc/x"}), "begin it with /")
	require.ErrorContains(t, h.Save("/var/b", []string{"/etc/x", "/etc/x"}), "given twice")
	require.ErrorContains(t, h.Restore("relative"), "begin it with /")
}
