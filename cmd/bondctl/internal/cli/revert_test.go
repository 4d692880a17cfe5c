package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
)

// newest is the id in the first line below the head of a history.
func newest(m *machine) string {
	id, _, _ := strings.Cut(strings.Split(m.out.String(), "\n")[1], " ")
	return id
}

// A transaction that was confirmed is undone by one of its own, and that by another.
func TestRollbackOfWhatWasConfirmed(t *testing.T) {
	m, k := newApply(t, "--no-guard")
	write(t, filepath.Join(m.Root, "etc/network/interfaces"), "source interfaces.d/*\n")
	before := portrait(t, m, k)
	require.Equal(t, codeDone, Run(m.Env), m.err.String())
	after := portrait(t, m, k)
	require.NotEqual(t, before, after)

	require.Equal(t, codeDone, m.again("history"))
	first := newest(m)
	require.Equal(t, codeError, m.again("rollback", first, "--via", "bond0", "--auto-approve"))
	assert.Contains(t, m.err.String(), "which carries this session: say --confirm-within")
	require.Equal(t, codeDone, m.again("rollback", first, "--no-guard", "--auto-approve"), m.err.String())
	assert.Contains(t, m.out.String(), "- remove  /etc/network/interfaces.d/bondctl")
	assert.Equal(t, before, portrait(t, m, k))

	require.Equal(t, codeDone, m.again("history"))
	second := newest(m)
	require.NotEqual(t, first, second)
	require.Equal(t, codeDone, m.again("rollback", second, "--no-guard", "--auto-approve"), m.err.String())
	assert.Equal(t, after, portrait(t, m, k))
}

// What network-scripts took up is undone with them, though NetworkManager shall have
// their files by now.
func TestRollbackByWhoTookItUp(t *testing.T) {
	m, k := newApply(t)
	before := portrait(t, m, k)
	require.Equal(t, codeDone, m.again("apply", "--backend", "ifcfg", "--auto-approve", "--no-guard"), m.err.String())
	require.Equal(t, codeDone, m.again("history"))
	first := newest(m)
	enabled := filepath.Join(m.Root, "etc/systemd/system/multi-user.target.wants/NetworkManager.service")
	write(t, enabled, "")
	require.Equal(t, codeDone, m.again("rollback", first, "--no-guard", "--auto-approve"), m.err.String())
	require.NoError(t, os.RemoveAll(filepath.Join(m.Root, "etc/systemd")))
	assert.Equal(t, before, portrait(t, m, k))
}

// bridged is a kernel whose bond0 has become the port of a bridge.
type bridged struct{ Kernel }

func (b bridged) Observe() (*kernel.State, error) {
	state, err := b.Kernel.Observe()
	if err == nil {
		if l, ok := state.Link("bond0"); ok {
			l.Master = "vmbr0"
		}
	}
	return state, err
}

// What somebody has done with a bond since cannot be made again by anybody: whoever
// asks to go back is told, and nothing is changed.
func TestRollbackOfWhatWasConfirmedLosesNothing(t *testing.T) {
	for _, command := range []string{"rollback", "release --restore"} {
		m, k := newApply(t, "--no-guard")
		require.Equal(t, codeDone, Run(m.Env), m.err.String())
		require.Equal(t, codeDone, m.again("history"))
		first := newest(m)
		m.Kernel = func() (Kernel, error) { return bridged{openFake{k}}, nil }
		before := portrait(t, m, k)
		args := append(strings.Fields(command), "--auto-approve", "--no-guard")
		if command == "rollback" {
			args = append(args, first)
		}
		assert.Equal(t, codeError, m.again(args...))
		assert.Contains(t, m.err.String(), "error: Link that could not be restored\n")
		assert.Contains(t, m.err.String(), "vmbr0, which is no bond. Take it out first", command)
		assert.Contains(t, m.err.String(), "bondctl: this host cannot go back to what it was; nothing was changed\n")
		assert.Equal(t, before, portrait(t, m, k))
	}
}
