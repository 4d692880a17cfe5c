package hostfs

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestApplyMakesEveryChange(t *testing.T) {
	for name, bulk := range map[string]int{"with fsync": bulkThreshold, "with syncfs": 0} {
		t.Run(name, func(t *testing.T) {
			h := newHost(t)
			h.bulk = bulk
			s := newStory(h)

			applied, err := h.Apply(s.changes, "")

			require.NoError(t, err)
			assert.Equal(t, s.after, h.snapshot())
			assert.Equal(t, []string{
				"/etc/network/interfaces.d/bond0", "/etc/wpa.conf", "/etc/gone.conf",
				"/etc/network/interfaces.d/wlan0", "/etc/systemd/network/bond0.netdev",
			}, applied.Changed())

			require.NoError(t, applied.Undo())
			assert.Equal(t, s.before, h.snapshot())
		})
	}
}

func TestApplyTwiceChangesNothing(t *testing.T) {
	h := newHost(t)
	s := newStory(h)
	kept, err := os.Stat(h.at("/etc/network/interfaces"))
	require.NoError(t, err)
	_, err = h.Apply(s.changes, "")
	require.NoError(t, err)
	written, err := os.Stat(h.at("/etc/wpa.conf"))
	require.NoError(t, err)

	again, err := h.Apply(s.changes, backupDir)

	require.NoError(t, err)
	assert.Empty(t, again.Changed())
	assert.Equal(t, s.after, h.snapshot(), "not even a backup")
	for path, was := range map[string]os.FileInfo{"/etc/network/interfaces": kept, "/etc/wpa.conf": written} {
		now, err := os.Stat(h.at(path))
		require.NoError(t, err)
		assert.True(t, os.SameFile(was, now), path)
		assert.Equal(t, was.ModTime(), now.ModTime(), path)
	}
}

func TestApplyRewritesForModeAlone(t *testing.T) {
	h := newHost(t)
	h.put("/etc/psk", "secret\n", 0o644)

	applied, err := h.Apply([]Change{{Path: "/etc/psk", Content: []byte("secret\n"), Mode: 0o600}}, "")

	require.NoError(t, err)
	assert.Equal(t, []string{"/etc/psk"}, applied.Changed())
	assert.True(t, strings.HasPrefix(h.snapshot()["/etc/psk"], "-rw------- "))
}

func TestApplyWritesEmptyFiles(t *testing.T) {
	h := newHost(t)
	h.put("/etc/full", "something\n", 0o644)

	_, err := h.Apply([]Change{{Path: "/etc/full", Mode: 0o644}, {Path: "/etc/empty", Mode: 0o644}}, "")

	require.NoError(t, err)
	for _, path := range []string{"/etc/full", "/etc/empty"} {
		f, exists, err := h.Read(path)
		require.NoError(t, err)
		assert.True(t, exists)
		assert.Empty(t, f.Content)
	}
}

func TestApplyKeepsModesWhateverTheUmask(t *testing.T) {
	for _, mask := range []int{0, 0o077, 0o777} {
		t.Run(fmt.Sprintf("%03o", mask), func(t *testing.T) {
			h := newHost(t)
			s := newStory(h)
			withUmask(t, mask)

			_, err := h.Apply(s.changes, "")

			require.NoError(t, err)
			assert.Equal(t, s.after, h.snapshot())
		})
	}
}

// A secret must not be readable by others in any state that another process could see.
func TestApplyNeverShowsASecret(t *testing.T) {
	h := newHost(t)
	h.put("/etc/psk", "old secret", 0o600)
	withUmask(t, 0)
	looked := 0
	h.before = func(string, string) error {
		looked++
		for path, state := range h.snapshot() {
			if strings.Contains(state, "secret") {
				assert.True(t, strings.HasPrefix(state, "-rw------- "), "%s %s", path, state)
			}
			if strings.HasPrefix(path, backupDir) {
				assert.Regexp(t, "^(-rw-------|drwx------) ", state, path)
			}
		}
		return nil
	}
	_, err := h.Apply([]Change{
		{Path: "/etc/psk", Content: []byte("new secret"), Mode: 0o600},
		{Path: "/etc/other/psk", Content: []byte("other secret"), Mode: 0o600},
	}, backupDir)

	require.NoError(t, err)
	assert.Greater(t, looked, 30)
	require.NoError(t, h.Restore(backupDir))
}

func TestApplyNeedsNoMoreThanSomeDescriptors(t *testing.T) {
	h := newHost(t)
	var changes []Change
	for i := range 2*maxOpen + 50 {
		changes = append(changes, Change{Path: fmt.Sprintf("/hosts/%d/etc/bond", i), Content: []byte("new"), Mode: 0o644})
	}
	h.put("/hosts/7/etc/bond", "old", 0o600)
	before := h.snapshot()

	applied, err := h.Apply(changes, backupDir)
	require.NoError(t, err)
	paths, err := h.List("/hosts")
	require.NoError(t, err)
	assert.Len(t, paths, len(changes))

	require.NoError(t, h.Restore(backupDir))
	assert.Equal(t, before, h.snapshot().without(underVar))
	require.NoError(t, applied.Undo(), "undoing what is undone is nothing to do")
	assert.Equal(t, before, h.snapshot().without(underVar))
}

func TestApplyRefusesWhatItCannotMean(t *testing.T) {
	ok := Change{Path: "/etc/a", Content: []byte("x"), Mode: 0o644}
	for name, c := range map[string]struct {
		changes []Change
		backup  string
		want    string
	}{
		"relative path":    {[]Change{{Path: "etc/a", Mode: 0o644}}, "", "begin it with /"},
		"dotdot":           {[]Change{{Path: "/etc/../../a", Mode: 0o644}}, "", "write /a if"},
		"double slash":     {[]Change{{Path: "/etc//a", Mode: 0o644}}, "", "write /etc/a if"},
		"trailing slash":   {[]Change{{Path: "/etc/a/", Mode: 0o644}}, "", "write /etc/a if"},
		"root":             {[]Change{{Path: "/", Mode: 0o644}}, "", "name a file below it"},
		"empty":            {[]Change{{Mode: 0o644}}, "", "begin it with /"},
		"NUL":              {[]Change{{Path: "/etc/a\x00b", Mode: 0o644}}, "", "NUL"},
		"twice":            {[]Change{ok, ok}, "", "given twice"},
		"write and remove": {[]Change{ok, {Path: "/etc/a", Remove: true}}, "", "given twice"},
		"file under file":  {[]Change{{Path: "/etc/a/b/c", Mode: 0o644}, ok}, "", "cannot be a file while /etc/a/b/c"},
		"no mode":          {[]Change{{Path: "/etc/a"}}, "", "permission bits such as 0644"},
		"setuid":           {[]Change{{Path: "/etc/a", Mode: os.ModeSetuid | 0o755}}, "", "permission bits"},
		"remove with text": {[]Change{{Path: "/etc/a", Remove: true, Content: []byte("x")}}, "", "give one of the two"},
		"relative backup":  {[]Change{ok}, "backups/1", "begin it with /"},
		"change in backup": {[]Change{{Path: "/var/b/1/a", Mode: 0o644}}, "/var/b/1", "name another backup"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHost(t)
			before := h.snapshot()

			_, err := h.Apply(c.changes, c.backup)

			require.ErrorContains(t, err, c.want)
			assert.Equal(t, before, h.snapshot())
		})
	}
}

func TestApplyNamesOfAnyLength(t *testing.T) {
	h := newHost(t)
	long := "/" + strings.Repeat("n", 255)

	applied, err := h.Apply([]Change{{Path: long, Content: []byte("x"), Mode: 0o644}}, "")
	require.NoError(t, err)
	_, err = h.Apply([]Change{{Path: long, Content: []byte("y"), Mode: 0o644}}, backupDir)
	require.NoError(t, err)
	require.NoError(t, h.Restore(backupDir))
	require.NoError(t, applied.Undo())

	_, err = h.Apply([]Change{{Path: long + "n", Content: []byte("x"), Mode: 0o644}}, "")
	require.ErrorContains(t, err, "file name too long")
}

func TestReadAndList(t *testing.T) {
	h := newHost(t)
	newStory(h)
	require.NoError(t, os.Symlink("wpa.conf", h.at("/etc/link.conf")))

	f, exists, err := h.Read("/etc/gone.conf")
	require.NoError(t, err)
	assert.True(t, exists)
	assert.Equal(t, "to be removed\n", string(f.Content))
	assert.Equal(t, os.FileMode(0o604), f.Mode)

	for _, absent := range []string{"/etc/none", "/none/at/all"} {
		_, exists, err = h.Read(absent)
		require.NoError(t, err)
		assert.False(t, exists)
	}

	files, err := h.ReadAll([]string{"/none/at/all", "/etc/wpa.conf", "/etc/none", "/etc/gone.conf"})
	require.NoError(t, err)
	require.Len(t, files, 2)
	assert.Equal(t, "/etc/wpa.conf", files[0].Path)
	assert.Equal(t, f, files[1])
	for refused, why := range map[string]string{"etc": "begin it with /", "/etc/link.conf": "symbolic link", "/etc": "is a directory"} {
		_, err = h.ReadAll([]string{"/etc/wpa.conf", refused})
		require.ErrorContains(t, err, why)
	}

	want := []string{
		"/etc/gone.conf", "/etc/network/interfaces", "/etc/network/interfaces.d/bond0", "/etc/wpa.conf",
	}
	for _, dir := range []string{"/", "/etc"} {
		paths, err := h.List(dir)
		require.NoError(t, err)
		assert.Equal(t, want, paths)
	}
	paths, err := h.List("/none")
	require.NoError(t, err)
	assert.Empty(t, paths)
	_, err = h.List("etc")
	require.ErrorContains(t, err, "begin it with /")
	_, _, err = h.Read("../etc")
	require.ErrorContains(t, err, "begin it with /")
}

func TestOpenNeedsADirectory(t *testing.T) {
	_, err := Open(t.TempDir() + "/none")
	require.ErrorContains(t, err, "opening the target root")
	require.ErrorIs(t, err, os.ErrNotExist)
}

// A change that names an owner gives the file to that one, new or not.
func TestAChangeMayNameTheOwner(t *testing.T) {
	h := newHost(t)
	owner := Owner{os.Geteuid(), os.Getegid()}
	if owner.UID == 0 {
		owner = Owner{56, 78}
	}
	newStory(h)
	changes := []Change{
		{Path: "/etc/wpa.conf", Content: []byte("new"), Mode: 0o640, Owner: &owner},
		{Path: "/etc/fresh.conf", Content: []byte("new"), Mode: 0o640, Owner: &owner},
	}
	_, err := h.Apply(changes, "")
	require.NoError(t, err)
	for _, c := range changes {
		f, exists, err := h.Read(c.Path)
		require.NoError(t, err)
		require.True(t, exists)
		assert.Equal(t, []int{owner.UID, owner.GID}, []int{f.UID, f.GID})
	}
	_, err = h.Apply([]Change{{Path: "/etc/wpa.conf", Remove: true, Owner: &owner}}, "")
	require.ErrorContains(t, err, "to be removed and yet has content, a mode or an owner")
}

// A set is half there between the changes of two names, and there is a point before
// each of them, in the way there and in the way back.
func TestPointsLieBetweenTheFilesOfASet(t *testing.T) {
	h := newHost(t)
	h.put("/etc/one", "old", 0o644)
	h.put("/etc/gone", "old", 0o644)
	var names []string
	h.Points(func(name string) { names = append(names, name) }, "/var")
	change := []Change{{Path: "/etc/one", Content: []byte("new"), Mode: 0o644}, {Path: "/etc/two", Content: []byte("new"), Mode: 0o644}, {Path: "/etc/gone", Remove: true}}

	_, err := h.Apply(change, backupDir)

	require.NoError(t, err)
	point := "before a name changes in /etc"
	require.Equal(t, []string{point, point, point}, names)
	require.NoError(t, h.Restore(backupDir))
	require.Equal(t, []string{point, point, point, point, point, point}, names)
}
