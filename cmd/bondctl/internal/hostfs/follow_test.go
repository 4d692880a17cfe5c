package hostfs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
)

// image is a root with links as systems have them, and files outside that none may reach.
func image(t *testing.T) fs.FS {
	t.Helper()
	top := t.TempDir()
	dir := filepath.Join(top, "image")
	for name, content := range map[string]string{"image/usr/lib/net/a": "a", "image/etc/net/b": "b", "outside": "secret", "etc/net/b": "the host's"} {
		require.NoError(t, os.MkdirAll(filepath.Join(top, filepath.Dir(name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(top, name), []byte(content), 0o644))
	}
	for name, target := range map[string]string{
		"lib": "usr/lib", "etc/absolute": "/etc/net/b", "etc/up": "../../../../../etc/net/b", "etc/out": "../../outside",
		"etc/chain": "absolute", "etc/net/dir": "/lib/net", "etc/loop": "loop", "etc/masked": "/dev/null",
	} {
		require.NoError(t, os.Symlink(target, filepath.Join(dir, name)))
	}
	root, err := hostfs.Open(dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, root.Close()) })
	return root.FS()
}

func TestFSFollowsLinksInsideTheRoot(t *testing.T) {
	fsys := image(t)
	for name, want := range map[string]string{
		"lib/net/a": "a", "etc/absolute": "b", "etc/up": "b", "etc/chain": "b", "etc/net/dir/a": "a",
	} {
		content, err := fs.ReadFile(fsys, name)
		require.NoError(t, err, name)
		assert.Equal(t, want, string(content), name)
		info, err := fs.Stat(fsys, name)
		require.NoError(t, err, name)
		assert.True(t, info.Mode().IsRegular(), name)
	}
	names, err := fs.Glob(fsys, "etc/net/*/*")
	require.NoError(t, err)
	assert.Equal(t, []string{"etc/net/dir/a"}, names)
	target, err := fs.ReadLink(fsys, "etc/masked")
	require.NoError(t, err)
	assert.Equal(t, "/dev/null", target)
	info, err := fs.Lstat(fsys, "etc/masked")
	require.NoError(t, err)
	assert.Equal(t, fs.ModeSymlink, info.Mode().Type())
}

func TestFSLeadsNowhereElse(t *testing.T) {
	fsys := image(t)
	for name, want := range map[string]error{
		"etc/out": fs.ErrNotExist, "etc/masked": fs.ErrNotExist, "etc/loop": syscall.ELOOP, "etc/net/b/c": syscall.ENOTDIR,
		"../outside": fs.ErrInvalid, "/etc/net/b": fs.ErrInvalid,
	} {
		_, err := fs.ReadFile(fsys, name)
		require.ErrorIs(t, err, want, name)
		var place *fs.PathError
		require.ErrorAs(t, err, &place)
		assert.Equal(t, name, place.Path)
	}
}

func TestFSIsAFileSystem(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "etc/net"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "etc/net/b"), []byte("b"), 0o644))
	root, err := hostfs.Open(dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, root.Close()) })
	require.NoError(t, fstest.TestFS(root.FS(), "etc/net/b"))
}
