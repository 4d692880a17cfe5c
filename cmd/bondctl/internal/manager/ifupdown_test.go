package manager

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/schema"
)

const office = `bond "bond0" {
  mode   = "active-backup"
  miimon = 100
  slave "eth0" {}
  slave "eth1" {}
  ipv4 { addresses = ["192.0.2.10/24"] }
  vlan "20" {
    ipv4 { addresses = ["198.51.100.10/24"] }
  }
}
ethernet "eth2" {
  ipv4 { addresses = ["203.0.113.1/24"] }
}
`

func decode(t *testing.T, text string) *schema.Document {
	t.Helper()
	return gentest.Decode(t, "test.hcl", []byte(text))
}

// host has a directory in which ifupdown keeps its states, as it writes them.
func host(t *testing.T, states string) (m Manager, read func(name string) string) {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "run/network")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ifstate"), []byte(states), 0o644))
	m, err := For("ifupdown", root)
	require.NoError(t, err)
	return m, func(name string) string {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		return string(text)
	}
}

func TestIfupdownLearnsWhatIsUpAndForgetsWhatIsGone(t *testing.T) {
	m, read := host(t, "lo=lo\neth0=home\nbond9=bond9\neth2=eth2\n")
	links := []string{"bond0", "bond0.20", "bond9", "eth0", "eth1", "eth2"}
	before, err := m.Remember(links)
	require.NoError(t, err)

	require.NoError(t, m.TakeUp(t.Context(), decode(t, office), []string{"bond9"}))
	assert.Equal(t, "lo=lo\neth2=eth2\nbond0=bond0\nbond0.20=bond0.20\n", read("ifstate"), "eth0 is up by its bond's stanza now")
	assert.Equal(t, "bond0\n", read("ifstate.bond0"))
	assert.Equal(t, "\n", read("ifstate.bond9"))

	require.NoError(t, m.Restore(t.Context(), links, before))
	assert.ElementsMatch(t, []string{"lo=lo", "eth0=home", "bond9=bond9", "eth2=eth2", ""}, lines(read("ifstate")))
	assert.Equal(t, "\n", read("ifstate.bond0"))
	assert.Equal(t, "home\n", read("ifstate.eth0"))

	require.NoError(t, m.Restore(t.Context(), links, before), "a second time changes nothing")
	assert.ElementsMatch(t, []string{"lo=lo", "eth0=home", "bond9=bond9", "eth2=eth2", ""}, lines(read("ifstate")))
}

func lines(text string) []string { return strings.Split(text, "\n") }

// Before ifupdown has run there is nothing to tell it.
func TestIfupdownThatHasNotRunIsToldNothing(t *testing.T) {
	root := t.TempDir()
	m, err := For("ifupdown", root)
	require.NoError(t, err)
	require.NoError(t, m.TakeUp(t.Context(), decode(t, office), nil))
	known, err := m.Remember([]string{"eth0"})
	require.NoError(t, err)
	assert.JSONEq(t, `{}`, string(known))
	found, err := os.ReadDir(root)
	require.NoError(t, err)
	assert.Empty(t, found)
}

func TestNobodyTakesUpACompanion(t *testing.T) {
	_, err := For("modprobe", "/")
	require.ErrorContains(t, err, "apply --root DIR writes its files")
}
