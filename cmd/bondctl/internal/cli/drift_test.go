package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// editOurs changes a word of bondctl's own file by hand.
func editOurs(t *testing.T, m *machine, old, fresh string) {
	t.Helper()
	file := filepath.Join(m.Root, interfaces)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(text), old)
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(text), old, fresh, 1)), 0o600))
}

// A file that somebody has edited was never applied, so what differs from it in the
// kernel is not what somebody has changed there.
func TestPlanTellsAnEditedFileFromAChangedKernel(t *testing.T) {
	m, k := newApply(t, "--no-guard")
	require.Equal(t, codeDone, Run(m.Env), m.err.String())
	editOurs(t, m, "bond-miimon 100", "bond-miimon 250")
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown", "--via", "console"), m.err.String())
	assert.Contains(t, m.out.String(), "Edited since bondctl applied it: /etc/network/interfaces.d/bondctl. Whether\nthe running kernel was changed outside bondctl cannot be told from that.\n")
	assert.NotContains(t, m.out.String(), "to go back would be to")
	assert.Contains(t, m.out.String(), "\n-    bond-miimon 250\n+    bond-miimon 100\n")

	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown", "--json"), m.err.String())
	var shown struct {
		Drift  []any    `json:"drift"`
		Edited []string `json:"edited_files"`
	}
	require.NoError(t, json.Unmarshal(m.out.Bytes(), &shown))
	assert.Empty(t, shown.Drift)
	assert.Equal(t, []string{"/" + interfaces}, shown.Edited)

	require.Equal(t, codeDone, m.again("apply", "--backend", "ifupdown", "--auto-approve", "--no-guard"), m.err.String())
	require.NoError(t, k.Down("eth1"))
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown"), m.err.String())
	assert.NotContains(t, m.out.String(), "Edited since")
	assert.Contains(t, m.out.String(), "Changed outside bondctl; to go back would be to")
}

// What keeps the kernel from what bondctl's own files say was changed outside it too,
// though the document has no more use for the link. All else that differs is told beside it.
func TestPlanTellsWhatIsInTheWayOfItsFiles(t *testing.T) {
	m, k := newApply(t, "--no-guard")
	require.Equal(t, codeDone, Run(m.Env), m.err.String())
	require.NoError(t, k.AddBond("bond9", nil))
	require.NoError(t, k.Release("eth1"))
	require.NoError(t, k.Enslave("eth1", "bond9"))
	require.NoError(t, k.Down("eth0"))
	write(t, "bondctl.hcl", strings.Replace(attic, "  slave \"eth1\" {}\n", "", 1))
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown", "--via", "console"), m.err.String())
	assert.Contains(t, m.out.String(), "Changed outside bondctl; to go back would be to\n\n  ~   in place  set eth0 up\n")
	assert.Contains(t, m.out.String(), "Changed outside bondctl, in the way of what its files say:\n    Slave of another bond: eth1 is a slave of bond9, which is not described.")
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown", "--json"), m.err.String())
	assert.Contains(t, m.out.String(), "\"drift_obstacles\": [\n    \"Slave of another bond: eth1 is a slave of bond9,")
}

// A change that was rolled back has written nothing that counts.
func TestPlanTellsAnEditedFileAfterARollback(t *testing.T) {
	m, _ := newApply(t, "--no-guard")
	require.Equal(t, codeDone, Run(m.Env), m.err.String())
	write(t, "bondctl.hcl", strings.Replace(attic, "100", "200", 1))
	m.Args = []string{"apply", "--backend", "ifupdown", "--auto-approve", "--confirm-within", "10m"}
	require.Equal(t, codeRolledBack, during(t, m, func(o *machine) {
		require.Equal(t, codeDone, o.again("plan", "--backend", "ifupdown"), o.err.String())
		assert.NotContains(t, o.out.String(), "Edited since", "it waits for confirmation")
		require.Equal(t, codeDone, o.again("rollback"), o.err.String())
	}))
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown"), m.err.String())
	assert.NotContains(t, m.out.String(), "Edited since")
	editOurs(t, m, "bond-miimon 100", "bond-miimon 250")
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown"), m.err.String())
	assert.Contains(t, m.out.String(), "Edited since")
}

func TestPlanMakesNoStateDirectory(t *testing.T) {
	m, _ := newApply(t)
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown"), m.err.String())
	assert.NoDirExists(t, filepath.Join(m.Root, stateDir))
}
