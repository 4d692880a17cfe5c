package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What others can write is not applied by root: it names commands to run.
func TestADocumentThatOthersCanWriteIsRefused(t *testing.T) {
	const open, remedy = " can be written by others (mode ", "), and apply runs as root what they put there: chmod go-w "
	cases := map[string]struct {
		spoil []func(*testing.T)
		args  []string
		said  string
	}{
		"by the group":       {steps{opened("bondctl.hcl", 0o664)}, nil, "bondctl.hcl" + open + "0664" + remedy + "bondctl.hcl\n"},
		"by everybody":       {steps{opened("bondctl.hcl", 0o646)}, nil, "bondctl.hcl" + open + "0646" + remedy + "bondctl.hcl\n"},
		"its directory":      {steps{opened(".", 0o777)}, nil, open + "0777" + remedy + "/"},
		"a directory above":  {steps{opened(".", 0o770), sub}, []string{"-c", "sub/bondctl.hcl"}, open + "0770" + remedy + "/"},
		"what a link names":  {steps{opened(".", 0o770), linked}, nil, open + "0770" + remedy + "/"},
		"one of a directory": {steps{sub, opened("sub/more.hcl", 0o622)}, []string{"-c", "sub"}, "sub/more.hcl" + open},
		"a file it reads":    {steps{reads, opened("secret", 0o660)}, nil, "bondctl: secret" + open},
		"variables":          {steps{opened("some.vars", 0o602)}, []string{"--var-file", "some.vars"}, "some.vars" + open},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			m, k := newApply(t, append([]string{"--no-guard"}, c.args...)...)
			for _, step := range c.spoil {
				step(t)
			}
			before := portrait(t, m, k)
			assert.Equal(t, codeError, Run(m.Env))
			assert.Contains(t, m.err.String(), c.said)
			assert.Equal(t, before, portrait(t, m, k))
			assert.Equal(t, codeDone, m.again(append([]string{"plan", "--backend", "ifupdown"}, c.args...)...), "a plan runs nothing")
		})
	}
}

// steps make a document one that others can write.
type steps = []func(*testing.T)

// opened gives a file or directory a mode; a file is made where none is.
func opened(name string, mode os.FileMode) func(*testing.T) {
	return func(t *testing.T) {
		t.Helper()
		if _, err := os.Stat(name); err != nil {
			write(t, name, "")
		}
		require.NoError(t, os.Chmod(name, mode))
	}
}

// sub has the document in a directory of its own.
func sub(t *testing.T) {
	t.Helper()
	require.NoError(t, os.Mkdir("sub", 0o755))
	require.NoError(t, os.Rename("bondctl.hcl", "sub/bondctl.hcl"))
}

// linked has the document here as a link to one elsewhere.
func linked(t *testing.T) {
	t.Helper()
	elsewhere, err := filepath.Abs("bondctl.hcl")
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	require.NoError(t, os.Symlink(elsewhere, "bondctl.hcl"))
}

// reads has the document read another file.
func reads(t *testing.T) {
	t.Helper()
	write(t, "secret", "x")
	write(t, "bondctl.hcl", attic+"locals { secret = file(\"secret\") }\n")
}

func TestADocumentOfSomebodyElseIsRefused(t *testing.T) {
	if os.Getuid() != 0 {
		require.Empty(t, os.Getenv("BONDCTL_NO_SKIP"), "needs a file of another user: run the tests as root")
		t.Skip("needs a file of another user: run the tests as root")
	}
	m, k := newApply(t, "--no-guard")
	require.NoError(t, os.Chown("bondctl.hcl", 1234, 0))
	before := portrait(t, m, k)
	assert.Equal(t, codeError, Run(m.Env))
	assert.Contains(t, m.err.String(), "bondctl.hcl belongs to user 1234, who is neither root nor has called sudo, and apply runs as root what they put there: chown root bondctl.hcl\n")
	assert.Equal(t, before, portrait(t, m, k))

	require.NoError(t, os.Chown("bondctl.hcl", 0, 0))
	require.NoError(t, os.Chown(".", 1234, 0))
	assert.Equal(t, codeError, m.again("apply", "--backend", "ifupdown", "--auto-approve", "--no-guard"))
	assert.Contains(t, m.err.String(), " belongs to user 1234, who is neither root nor has called sudo, and apply runs as root what they put there: keep the document where only root can write, as in /etc/bondctl\n")

	m.LookupEnv = func(name string) (string, bool) { return "1234", name == "SUDO_UID" }
	assert.Equal(t, codeDone, m.again("apply", "--backend", "ifupdown", "--auto-approve", "--no-guard"), m.err.String())
}

// A saved plan is applied without another look at the document.
func TestADocumentThatOthersCanWriteIsNotSavedAsAPlan(t *testing.T) {
	m, _ := newApply(t)
	write(t, filepath.Join(m.Root, "etc/machine-id"), "0123456789abcdef0123456789abcdef\n")
	require.NoError(t, os.Chmod("bondctl.hcl", 0o666))
	assert.Equal(t, codeError, m.again("plan", "--backend", "ifupdown", "--out", "change.plan"))
	assert.Contains(t, m.err.String(), "bondctl.hcl can be written by others (mode 0666), and apply runs as root what they put there: chmod go-w bondctl.hcl\n")
	assert.NoFileExists(t, "change.plan")
}
