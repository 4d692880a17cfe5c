package cli

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/checkpoint"
)

// intruders are what someone may put in the place of a file.
var intruders = map[string]func(name string) error{
	"a symbolic link": func(name string) error { return os.Symlink("/etc/hostname", name) },
	"a directory":     func(name string) error { return os.MkdirAll(filepath.Join(name, "inner"), 0o755) },
	"a pipe":          func(name string) error { return syscall.Mkfifo(name, 0o600) },
}

// What someone else puts in the place of a file is moved aside as it is, and no
// link is followed.
func TestRollbackMovesAsideWhatIsNoFile(t *testing.T) {
	for name, intrude := range intruders {
		t.Run(name, func(t *testing.T) {
			m, k := newApply(t, "--no-guard", "--take-over")
			file := filepath.Join(m.Root, interfaces)
			write(t, file, "# by hand\n")
			write(t, filepath.Join(m.Root, "etc/hostname"), "attic\n")
			before := portrait(t, m, k)
			require.NotEmpty(t, runUntilNamed(m, "after the manager"))
			require.NoError(t, os.Remove(file))
			require.NoError(t, intrude(file))
			was, err := os.Lstat(file)
			require.NoError(t, err)

			require.Equal(t, codeDone, m.again("rollback"), m.err.String())
			assert.Contains(t, m.err.String(), "someone else changed /"+interfaces+" meanwhile: that version is kept as /etc/network/interfaces.d/.bondctl.bondctl-")
			kept, err := filepath.Glob(filepath.Join(m.Root, "etc/network/interfaces.d/.bondctl.bondctl-*"))
			require.NoError(t, err)
			require.Len(t, kept, 1)
			is, err := os.Lstat(kept[0])
			require.NoError(t, err)
			assert.True(t, os.SameFile(was, is))
			require.NoError(t, os.RemoveAll(kept[0]))
			assert.Equal(t, before, portrait(t, m, k))
		})
	}
}

// Where a second intruder comes after the first was moved aside, both are kept.
func TestRollbackOverwritesNothingThatItKept(t *testing.T) {
	m, k := newApply(t, "--no-guard")
	file := filepath.Join(m.Root, interfaces)
	before := portrait(t, m, k)
	require.NotEmpty(t, runUntilNamed(m, "after the manager"))
	write(t, file, "# one\n")
	m.Args = []string{"rollback"}
	require.NotEmpty(t, runUntilNamed(m, "going back, before the manager"))
	require.NoError(t, os.Symlink("/etc/hostname", file))
	require.Equal(t, codeDone, m.again("rollback"), m.err.String())

	kept, err := filepath.Glob(filepath.Join(m.Root, "etc/network/interfaces.d/.bondctl.bondctl-*"))
	require.NoError(t, err)
	require.Len(t, kept, 2)
	text, err := os.ReadFile(kept[0])
	require.NoError(t, err)
	assert.Equal(t, "# one\n", string(text))
	target, err := os.Readlink(kept[1])
	require.NoError(t, err)
	assert.Equal(t, "/etc/hostname", target)
	for _, name := range kept {
		require.NoError(t, os.Remove(name))
	}
	assert.Equal(t, before, portrait(t, m, k))
}

// rebooted is the clock of the boot after the machine's own.
type rebooted struct{ checkpoint.Clock }

func (r rebooted) Now() checkpoint.Instant {
	now := r.Clock.Now()
	now.BootID = "the next"
	return now
}

// At boot it is the same.
func TestRecoveryMovesAsideWhatIsNoFile(t *testing.T) {
	m, _ := newApply(t, "--no-guard", "--take-over")
	file := filepath.Join(m.Root, interfaces)
	write(t, file, "# by hand\n")
	require.NotEmpty(t, runUntilNamed(m, "after the manager"))
	require.NoError(t, os.Remove(file))
	require.NoError(t, os.Symlink("/etc/hostname", file))
	clock, err := checkpoint.MachineClock()
	require.NoError(t, err)
	m.Clock = rebooted{clock}
	require.Equal(t, codeDone, m.again("recover"), m.err.String())
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "# by hand\n", string(text))
}
