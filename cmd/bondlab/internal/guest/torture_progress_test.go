package guest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
)

// anOrdeal is a walk whose results lie in a directory; another machine may have
// begun it.
func anOrdeal(results string) *ordeal {
	return &ordeal{stage: &stage{results: results}, fault: "kill", command: theApply, document: "/root/torture.hcl"}
}

func TestAWalkGoesOnWhereAnotherMachineStopped(t *testing.T) {
	results := t.TempDir()
	first := anOrdeal(results)
	require.NoError(t, first.takeUpProgress())
	assert.Zero(t, first.progress)
	require.NoError(t, first.advance())
	require.NoError(t, first.advance())

	second := anOrdeal(results)
	require.NoError(t, second.takeUpProgress())
	assert.Equal(t, progress{Tried: 2}, second.progress)
	require.NoError(t, second.conclude())
	require.NoError(t, second.tell())
	require.NoError(t, second.tell())
	assert.Equal(t, []scenario.Reading{{Fault: "kill apply", Points: 2}}, second.readings, "told once")

	third := anOrdeal(results)
	require.NoError(t, third.takeUpProgress())
	assert.True(t, third.Over)

	other := anOrdeal(results)
	other.only = "before enslave"
	require.NoError(t, other.takeUpProgress())
	assert.Zero(t, other.progress, "each fault has its own walk")
	require.NoError(t, other.advance())
	assert.True(t, other.Over, "one point was asked for")
}

func TestAWalkWithoutPointsFails(t *testing.T) {
	o := anOrdeal(t.TempDir())
	require.NoError(t, o.conclude())
	require.EqualError(t, o.tell(), "kill of apply: there was no point to try")
}

func TestAWalkThatMetNoGuardFails(t *testing.T) {
	o := anOrdeal(t.TempDir())
	o.fault = "kill-guard"
	require.NoError(t, o.advance())
	require.EqualError(t, o.tell(), "kill-guard of apply: at no point there was a guard to kill")
}
