package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func TestOutlastsLooksAtAllAboveAProgram(t *testing.T) {
	require.NoError(t, Outlasts("/usr/bin/env"))
	home := t.TempDir() // below a directory that everybody can write, or not root's
	program := filepath.Join(home, "bondctl")
	write(t, program, "")
	require.Error(t, Outlasts(program))
	require.ErrorIs(t, Outlasts(filepath.Join(home, "none")), os.ErrNotExist)
	link := filepath.Join(home, "link")
	require.NoError(t, os.Symlink("/usr/bin/env", link))
	assert.NoError(t, Outlasts(link), "what it leads to counts")
	assert.NoError(t, isRoots("/"))
	assert.ErrorContains(t, isRoots("/tmp"), "/tmp can be written by others (mode 0777)")
}

func TestFileSystemsThatABootBeginsWithout(t *testing.T) {
	const ext4 = 0xef53
	tests := []struct {
		on   unix.Statfs_t
		want string
	}{
		{unix.Statfs_t{Type: ext4}, ""},
		{unix.Statfs_t{Type: unix.TMPFS_MAGIC}, "in memory"},
		{unix.Statfs_t{Type: unix.NFS_SUPER_MAGIC}, "before the network is"},
		{unix.Statfs_t{Type: unix.FUSE_SUPER_MAGIC}, "before the network is"},
		{unix.Statfs_t{Type: unix.CIFS_SUPER_MAGIC}, "before the network is"},
		{unix.Statfs_t{Type: ext4, Flags: unix.ST_NOEXEC}, "noexec"},
	}
	for _, c := range tests {
		if err := isLocal(c.on); c.want == "" {
			assert.NoError(t, err)
		} else {
			assert.ErrorContains(t, err, c.want)
		}
	}
}

// scratch has bondctl in a place that a boot does not have, and systemd.
func scratch(t *testing.T, stateDir error) *machine {
	t.Helper()
	m, _ := newApply(t, "--no-guard")
	m.Self, m.Proc = []string{"/tmp/bondctl"}, fstest.MapFS{"self/exe": {Data: []byte("the program")}}
	m.Outlasts = func(name string) error {
		if name == "/tmp/bondctl" {
			return errors.New("/tmp/bondctl is in a scratch directory")
		}
		return stateDir
	}
	require.NoError(t, os.MkdirAll(filepath.Join(m.Root, bootedBySystemd), 0o755))
	return m
}

// recovers gives the program that the recovery at boot runs.
func recovers(t *testing.T, m *machine) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(m.Root, unitDir, "bondctl-recover.service"))
	require.NoError(t, err)
	var program string
	for line := range strings.Lines(string(text)) {
		_, _ = fmt.Sscanf(line, "ExecStart=%s recover", &program)
	}
	return program
}

func TestApplyCopiesAProgramThatDoesNotOutlastARestart(t *testing.T) {
	m := scratch(t, nil)
	require.Equal(t, codeDone, Run(m.Env), m.err.String())
	assert.Contains(t, m.err.String(), "/tmp/bondctl is in a scratch directory: the guard and the recovery at boot run a copy, /var/lib/bondctl/bondctl")
	copied := filepath.Join(m.Root, programCopy)
	assert.Equal(t, copied, recovers(t, m))
	text, err := os.ReadFile(copied)
	require.NoError(t, err)
	assert.Equal(t, "the program", string(text))
	info, err := os.Stat(copied)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o755), info.Mode())
}

func TestApplyRefusesWhereNothingOutlastsARestart(t *testing.T) {
	m := scratch(t, errors.New("/var/lib/bondctl is mounted noexec"))
	require.Equal(t, codeError, Run(m.Env))
	assert.Contains(t, m.err.String(), "/var/lib/bondctl is mounted noexec: install -m 0755 /tmp/bondctl /usr/local/sbin/bondctl, and run that")
}

// On a machine whose disk is its memory no change outlasts a restart.
func TestApplyCopiesNothingInMemory(t *testing.T) {
	m := scratch(t, fmt.Errorf("it is %w", errInMemory))
	require.Equal(t, codeDone, Run(m.Env), m.err.String())
	assert.Equal(t, "/tmp/bondctl", recovers(t, m))
	assert.NoFileExists(t, filepath.Join(m.Root, programCopy))
}

func TestUnitsOfThisHostAreNotInstalledForAScratchDirectory(t *testing.T) {
	m := scratch(t, nil)
	assert.Equal(t, codeError, m.again("install-units"))
	assert.Contains(t, m.err.String(), "install -m 0755 /tmp/bondctl /usr/local/sbin/bondctl, and run that")
	assert.NoFileExists(t, filepath.Join(m.Root, unitDir, "bondctl-recover.service"))
	image := t.TempDir()
	assert.Equal(t, codeDone, m.again("install-units", "--root", image), m.err.String())
}
