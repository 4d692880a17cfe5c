package cli

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// checkedByPrograms is a fallback whose verifier and one of whose handlers name programs that are
// not there.
const checkedByPrograms = `
fallback "internet" {
  route "cable" {
    interface = "bond0"
    gateway   = "192.0.2.1"
    verify "exec" { command = ["/nonexistent/probe", "--brief"] }
    verify "exec" { command = ["/bin/sh", "-c", "true"] }
    handler "exec" { command = ["/etc"] }
    handler "log" {}
  }
}
`

// A plan for the running host says which programs cannot be run there; a plan for an image
// does not.
func TestPlanSaysWhichProgramsCannotBeRun(t *testing.T) {
	m, _ := newHost(t, "plan", "--backend", "ifupdown")
	write(t, "bondctl.hcl", attic+checkedByPrograms)
	require.Equal(t, codeDone, Run(m.Env), m.err.String())
	assert.Contains(t, m.err.String(), "Program cannot be run")
	assert.Contains(t, m.err.String(), "/nonexistent/probe: no such file or directory. Until it can, this verifier")
	assert.Contains(t, m.err.String(), "/etc: is a directory. Until it can, this handler does nothing.")
	assert.NotContains(t, m.err.String(), "/bin/sh:")

	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown", "--root", t.TempDir()), m.err.String())
	assert.NotContains(t, m.err.String(), "Program cannot be run")
}
