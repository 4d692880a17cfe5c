package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestUnitsAreInstalledOnce(t *testing.T) {
	m := newMachine(t)
	m.Self = []string{"/usr/bin/bondctl"}
	require.Equal(t, codeDone, m.again("install-units"), m.err.String())
	assert.Equal(t, "bondctl-recover.service is installed and enabled.\nbondctl-monitor.service is installed; systemctl enable --now bondctl-monitor starts it.\n", m.out.String())
	require.Equal(t, codeDone, m.again("install-units"), m.err.String())
	assert.Equal(t, "bondctl-recover.service was installed and enabled before.\nbondctl-monitor.service was installed before.\n", m.out.String())

	units := filepath.Join(m.Root, unitDir)
	text, err := os.ReadFile(filepath.Join(units, "bondctl-monitor.service"))
	require.NoError(t, err)
	assert.Contains(t, string(text), "\nExecStart=/usr/bin/bondctl ")
	enabled, err := os.ReadDir(filepath.Join(m.Root, bootDir))
	require.NoError(t, err)
	require.Len(t, enabled, 1, "only the recovery is begun without being asked for")
	assert.Equal(t, "bondctl-recover.service", enabled[0].Name())
}

// Whether there is a guard or not, a power cut within the apply is recovered from.
func TestApplyInstallsTheRecovery(t *testing.T) {
	for _, how := range []string{"--no-guard", "--confirm-within=10m"} {
		t.Run(how, func(t *testing.T) {
			m, _ := newApply(t, how)
			m.Self = guardProcess(m.Root)
			require.NoError(t, os.MkdirAll(filepath.Join(m.Root, bootedBySystemd), 0o755))
			require.NotEmpty(t, runUntilNamed(m, "after the files"))
			assert.FileExists(t, filepath.Join(m.Root, bootDir, "bondctl-recover.service"))
			require.Equal(t, codeDone, m.again("rollback"), m.err.String())
		})
	}
}
