package checkpoint

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func openAt(root, dir string) error {
	s, err := Open(Config{Root: root, Dir: dir, Clock: newClock()})
	if err != nil {
		return err
	}
	return s.Close()
}

func TestStateDirectoryIsMade(t *testing.T) {
	old := syscall.Umask(0o077)
	defer syscall.Umask(old)
	root := t.TempDir()

	require.NoError(t, openAt(root, stateDir))

	for p, want := range map[string]fs.FileMode{"/var": 0o755, "/var/lib": 0o755, stateDir: 0o700} {
		info, err := os.Lstat(filepath.Join(root, p))
		require.NoError(t, err)
		assert.Equal(t, want, info.Mode().Perm(), p)
	}
	require.NoError(t, openAt(root, stateDir), "it is there now")
}

func TestNothingOfATransactionIsReadableForOthers(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	m := newMachine(t)
	tx := m.bring(Applying)
	require.NoError(t, tx.Put("kernel.json", []byte("{}")))

	require.NoError(t, filepath.WalkDir(filepath.Join(m.dir, stateDir), func(p string, _ fs.DirEntry, _ error) error {
		info, err := os.Lstat(p)
		require.NoError(t, err)
		assert.Zero(t, info.Mode().Perm()&0o077, p)
		return nil
	}))
}

func TestHostileStateDirectories(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(t *testing.T, dir string)
		want    string
	}{
		"a link": {func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.Mkdir(dir+"-elsewhere", 0o700))
			require.NoError(t, os.Symlink(dir+"-elsewhere", dir))
		}, "/var/lib/bondctl is a symbolic link, which is not followed"},
		"a dangling link": {func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.Symlink("nowhere", dir))
		}, "/var/lib/bondctl is a symbolic link, which is not followed"},
		"behind a link": {func(t *testing.T, dir string) {
			t.Helper()
			lib := filepath.Dir(dir)
			require.NoError(t, os.Rename(lib, lib+"-elsewhere"))
			require.NoError(t, os.Symlink("lib-elsewhere", lib))
		}, "/var/lib is a symbolic link, which is not followed"},
		"a file": {func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.WriteFile(dir, nil, 0o600))
		}, "/var/lib/bondctl is not a directory: move it away"},
		"writable by the group": {func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.Mkdir(dir, 0o700))
			require.NoError(t, os.Chmod(dir, 0o770))
		}, "can be written by others (mode 0770): look at what is in it, then chmod it to 0700"},
		"writable by all, sticky": {func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.Mkdir(dir, 0o700))
			require.NoError(t, os.Chmod(dir, 0o707|fs.ModeSticky))
		}, "can be written by others (mode 0707)"},
		"somebody else's": {func(t *testing.T, dir string) {
			t.Helper()
			needsRoot(t)
			require.NoError(t, os.Mkdir(dir, 0o700))
			require.NoError(t, os.Chown(dir, 65534, 65534))
		}, "belongs to uid 65534, not to uid 0, who runs this: look at what is in it, then chown it or remove it"},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			require.NoError(t, os.MkdirAll(filepath.Join(root, "/var/lib"), 0o755))
			c.prepare(t, filepath.Join(root, stateDir))
			require.ErrorContains(t, openAt(root, stateDir), c.want)
		})
	}
}

func needsRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		require.Empty(t, os.Getenv("BONDCTL_NO_SKIP"), "needs a file of another user: run the tests as root")
		t.Skip("needs a file of another user: run the tests as root")
	}
}

func TestStateDirectoryMustBeAnAbsolutePath(t *testing.T) {
	for _, dir := range []string{"", "/", "var/lib/bondctl", "/var/../etc", "/var/lib/"} {
		require.ErrorContains(t, openAt(t.TempDir(), dir), "is no absolute path in the target root")
	}
	require.ErrorContains(t, openAt("/nonexistent", stateDir), "opening the target root")
}

// What is in the state directory is not followed either.
func TestATransactionBehindALink(t *testing.T) {
	m := newMachine(t)
	tx := m.bring(Awaiting)
	own := filepath.Join(m.dir, stateDir, transactionsDir)
	require.NoError(t, os.Rename(own, own+"-elsewhere"))
	require.NoError(t, os.Symlink(transactionsDir+"-elsewhere", own))

	_, err := m.Confirm(tx.ID(), ben)

	require.ErrorContains(t, err, "is a symbolic link")
}

// An ordinary user who only wants to look is told what is missing.
func TestStateDirectoryOfRootForOthers(t *testing.T) {
	needsRoot(t)
	m := newMachine(t)
	for _, p := range []string{m.dir, filepath.Dir(m.dir)} {
		require.NoError(t, os.Chmod(p, 0o755))
	}
	cmd := actor(t, "opener", m.dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	cmd.Stderr = nil
	program := filepath.Join(m.dir, "opener")
	content, err := os.ReadFile(cmd.Path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(program, content, 0o755))
	cmd.Path = program

	_, err = cmd.Output()

	var failed *exec.ExitError
	require.ErrorAs(t, err, &failed)
	assert.Contains(t, string(failed.Stderr), "opening the state directory: /var/lib/bondctl cannot be opened: ")
	assert.Contains(t, string(failed.Stderr), "permission denied: run this as root")
}
