package hostfs

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// write is the change that the tests below try to lead astray.
func write(p string) []Change {
	return []Change{{Path: p, Content: []byte("ours\n"), Mode: 0o644}}
}

func TestNoSymbolicLinkIsFollowed(t *testing.T) {
	for name, c := range map[string]struct {
		link, to, path, want string
	}{
		"target":               {"/etc/a", "/etc/victim", "/etc/a", "/etc/a is a symbolic link, which is neither followed nor replaced"},
		"target, relative":     {"/etc/a", "victim", "/etc/a", "name the file that it points to"},
		"target, dangling":     {"/etc/a", "nowhere", "/etc/a", "/etc/a is a symbolic link"},
		"parent":               {"/etc/dir", "/victims", "/etc/dir/a", "/etc/dir is a symbolic link, which is not followed"},
		"parent, relative":     {"/etc/dir", "../victims", "/etc/dir/a", "name the directory that it points to"},
		"parent, dangling":     {"/etc/dir", "nowhere", "/etc/dir/a", "/etc/dir is a symbolic link"},
		"grandparent":          {"/etc/dir", "../victims", "/etc/dir/deep/a", "/etc/dir is a symbolic link"},
		"parent, out of root":  {"/etc/dir", "../../../../../../tmp", "/etc/dir/a", "/etc/dir is a symbolic link"},
		"target, self-looping": {"/etc/a", "a", "/etc/a", "/etc/a is a symbolic link"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHost(t)
			h.put("/etc/victim", "theirs\n", 0o644)
			h.put("/victims/deep/a", "theirs\n", 0o644)
			require.NoError(t, os.Symlink(c.to, h.at(c.link)))
			before := h.snapshot()

			_, err := h.Apply(write(c.path), "")
			require.ErrorContains(t, err, c.want)
			_, err = h.Apply([]Change{{Path: c.path, Remove: true}}, "")
			require.ErrorContains(t, err, c.want)
			_, _, err = h.Read(c.path)
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, h.Save(backupDir, []string{c.path}), c.want)

			assert.Equal(t, before, h.snapshot())
		})
	}
}

func TestOnlyRegularFilesAreReplaced(t *testing.T) {
	h := newHost(t)
	require.NoError(t, os.MkdirAll(h.at("/etc/dir"), 0o755))
	require.NoError(t, unix.Mkfifo(h.at("/etc/pipe"), 0o600))
	h.put("/etc/file", "x", 0o644)
	before := h.snapshot()
	for path, want := range map[string]string{
		"/etc/dir":    "/etc/dir is a directory, not a file",
		"/etc/pipe":   "/etc/pipe is not a regular file",
		"/etc/file/a": "/etc/file is not a directory",
		"/etc/pipe/a": "/etc/pipe is not a directory",
	} {
		_, err := h.Apply(write(path), "")
		require.ErrorContains(t, err, want)
		_, _, err = h.Read(path)
		require.ErrorContains(t, err, want)
	}
	assert.Equal(t, before, h.snapshot())
}

func TestBackupThroughALinkIsRefused(t *testing.T) {
	h := newHost(t)
	h.put("/etc/a", "theirs\n", 0o644)
	require.NoError(t, os.Symlink("etc", h.at("/var")))
	before := h.snapshot()

	_, err := h.Apply(write("/etc/a"), backupDir)

	require.ErrorContains(t, err, "/var is a symbolic link")
	require.ErrorContains(t, h.Restore(backupDir), "/var is a symbolic link")
	assert.Equal(t, before, h.snapshot())
}

func TestReadOnlyDirectory(t *testing.T) {
	h := newHost(t)
	h.put("/etc/open/a", "old\n", 0o644)
	h.put("/etc/closed/a", "old\n", 0o644)
	require.NoError(t, os.Chmod(h.at("/etc/open"), 0o777))
	require.NoError(t, os.Chmod(h.at("/etc/closed"), 0o555))
	before := h.snapshot()

	err := h.asOrdinaryUser(func() error {
		_, err := h.Apply(append(write("/etc/open/new"), write("/etc/closed/a")...), "")
		return err
	})

	require.ErrorIs(t, err, os.ErrPermission)
	require.ErrorContains(t, err, "replacing /etc/closed/a: creating /etc/closed/.a.bondctl-")
	assert.Equal(t, before, h.snapshot())
}

// Who may not give a file away must not take it over either.
func TestAnOwnerThatCannotBeKept(t *testing.T) {
	if os.Geteuid() != 0 {
		require.Empty(t, os.Getenv("BONDCTL_NO_SKIP"), "needs a file of another user: run the tests as root")
		t.Skip("needs a file of another user: run the tests as root")
	}
	h := newHost(t)
	h.put("/etc/a", "root's\n", 0o644)
	require.NoError(t, os.Chmod(h.at("/etc"), 0o777))
	before := h.snapshot()

	err := h.asOrdinaryUser(func() error {
		_, err := h.Apply(write("/etc/a"), "")
		return err
	})

	require.ErrorIs(t, err, os.ErrPermission)
	require.ErrorContains(t, err, "setting the owner of")
	assert.Equal(t, before, h.snapshot())
	assert.NotContains(t, err.Error(), h.dir, "paths are the target's")
}
