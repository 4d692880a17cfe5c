package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/importing"
	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// atticText is [attic] as it is written.
const atticText = `bond "bond0" {
  mode    = "active-backup"
  miimon  = 100
  primary = "eth0"

  slave "eth0" {}
  slave "eth1" {}

  ipv4 {
    addresses = ["192.0.2.10/24"]
    gateway   = "192.0.2.1"
  }
}
`

func TestImportOfTheKernel(t *testing.T) {
	m, k := newHost(t, "import", "--from", "kernel")
	applied(t, m, k)
	before := k.String()
	require.Equal(t, codeDone, Run(m.Env), m.err.String())
	assert.Equal(t, before, k.String())
	assert.Empty(t, m.err.String())
	assert.Equal(t, "# Imported from the running kernel, which knows neither resolvers nor credentials.\n"+
		"# Review it; bondctl plan then shows what applying it would change.\n\n"+strings.Replace(atticText,
		`  slave "eth0" {}
  slave "eth1" {}
`, `  # First, for bond0 has its address: a bond takes that of its first slave.
  slave "eth1" {}
  slave "eth0" {}
`, 1), m.out.String())

	m.out.Reset()
	require.NoError(t, k.AddLink("br0", "bridge"))
	require.NoError(t, k.AddVLAN("stray", "br0", 5))
	assert.Equal(t, codeDone, m.again("import", "--from", "kernel", "--json", "eth1"))
	assert.Contains(t, m.out.String(), `"text": "stray is not described: it is VLAN 5 on br0`)
}

// Of a host that nobody has touched since, the plan for what was imported is empty. Of
// the kernel's bond the slave is first whose address it has: here that is another
// than in the files.
func TestPlanAfterImportIsEmpty(t *testing.T) {
	m, k := newHost(t)
	applied(t, m, k)
	write(t, filepath.Join(m.Root, "usr/sbin/ifup"), "")
	write(t, filepath.Join(m.Root, "etc/network/interfaces"), "source interfaces.d/*\n")
	write(t, filepath.Join(m.Root, "run/network/ifstate"), "bond0=bond0\n")
	for from, left := range map[string]string{
		"ifupdown": "Nothing to do: the files of ifupdown and the running kernel are as described.\n",
		"auto":     "Nothing to do: the files of ifupdown and the running kernel are as described.\n",
		"kernel":   "\nPlan: files: 1 to replace.\nTraffic notices nothing.\n",
	} {
		require.NoError(t, os.Remove("bondctl.hcl"))
		require.Equal(t, codeDone, m.again("import", "--from", from, "--out", "bondctl.hcl"), m.err.String())
		m.out.Reset()
		require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown"), m.err.String())
		assert.True(t, strings.HasSuffix(m.out.String(), left), m.out.String())
	}
}

func TestImportTellsWhereFilesAndKernelDisagree(t *testing.T) {
	m, k := newHost(t)
	applied(t, m, k)
	write(t, filepath.Join(m.Root, "etc/network/interfaces"), "source interfaces.d/*\n")
	assert.Equal(t, codeDone, m.again("import", "--from", "ifupdown"), m.err.String())
	assert.NotContains(t, m.err.String(), "The running kernel")
	assert.True(t, strings.HasSuffix(m.out.String(), atticText))

	miimon, _ := schema.Lookup("miimon")
	value, err := miimon.Int(250)
	require.NoError(t, err)
	require.NoError(t, k.SetBond("bond0", schema.Settings{{Option: miimon, Value: value}}))
	assert.Equal(t, codeDone, m.again("import", "--from", "ifupdown"), m.err.String())
	assert.Contains(t, m.err.String(), "The running kernel is not what the files say; to apply the document would be to\n\n  ~   in place  set miimon 250 -> 100 of bond0\n")
	m.out.Reset()
	assert.Equal(t, codeDone, m.again("import", "--from", "ifupdown", "--json"), m.err.String())
	assert.Contains(t, m.out.String(), `"text": "set miimon 250 -> 100 of bond0"`)
}

func TestNothingToImport(t *testing.T) {
	m, _ := newHost(t, "import")
	assert.Equal(t, codeError, Run(m.Env))
	assert.Equal(t, "bondctl: there is nothing to import: no file of a network system describes a bond or a link below "+m.Root+"\n", m.err.String())
}

func TestSecretsAreStoredForRootAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "etc", "secrets")
	secret := importing.Secret{File: generators.File{Path: filepath.Join(dir, "wlan0.psk"), Mode: generators.Private, Content: []byte("one\n")}}
	require.NoError(t, store(dir, []importing.Secret{secret}))
	for _, name := range []string{dir, secret.Path} {
		info, err := os.Stat(name)
		require.NoError(t, err)
		assert.Zero(t, info.Mode().Perm()&0o077, name)
	}
	require.NoError(t, store(dir, []importing.Secret{secret}), "it is there already, the same")

	other := secret
	other.Content = []byte("another\n")
	fresh := secret
	fresh.Path = filepath.Join(dir, "wlan1.psk")
	require.ErrorIs(t, store(dir, []importing.Secret{fresh, other}), errExists)
	content, err := os.ReadFile(secret.Path)
	require.NoError(t, err)
	assert.Equal(t, "one\n", string(content))
	_, err = os.Stat(fresh.Path)
	require.ErrorIs(t, err, os.ErrNotExist, "all or none")
}
