package scenario

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const script = `# A cable is pulled.
#
# stories: attic cellar
# backends: ifupdown netplan

world story.hcl
# stories: none
`

func names(runs []Run) []string {
	var names []string
	for _, r := range runs {
		names = append(names, r.Name())
	}
	return names
}

func TestScenarioRunsOncePerStoryAndBackend(t *testing.T) {
	s, err := Parse("pull", []byte(script))
	require.NoError(t, err)
	assert.Equal(t, []string{"pull/attic/ifupdown", "pull/attic/netplan", "pull/cellar/ifupdown", "pull/cellar/netplan"}, names(s.Runs()))
}

func TestScenarioWithoutStoriesRunsOnce(t *testing.T) {
	s, err := Parse("boot", []byte("exec true\n"))
	require.NoError(t, err)
	assert.Equal(t, []string{"boot"}, names(s.Runs()))
}

func TestScenarioNameIsOnePart(t *testing.T) {
	_, err := Parse("a/b", nil)
	assert.ErrorContains(t, err, `"a/b"`)
}

func TestSelect(t *testing.T) {
	pull, err := Parse("pull", []byte(script))
	require.NoError(t, err)
	all := append(pull.Runs(), Run{Scenario: "boot"})
	for _, c := range []struct {
		name string
		ask  []string
		want []string
	}{
		{"nothing means all", nil, names(all)},
		{"a scenario", []string{"boot"}, []string{"boot"}},
		{"a story of it", []string{"pull/attic"}, []string{"pull/attic/ifupdown", "pull/attic/netplan"}},
		{"one run", []string{"pull/cellar/netplan"}, []string{"pull/cellar/netplan"}},
		{"one backend", []string{"pull/*/netplan"}, []string{"pull/attic/netplan", "pull/cellar/netplan"}},
		{"twice the same", []string{"boot", "boot"}, []string{"boot"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Select(all, c.ask)
			require.NoError(t, err)
			assert.Equal(t, c.want, names(got))
		})
	}
	_, err = Select(all, []string{"pull/attic/netplan/more"})
	assert.EqualError(t, err, "there is no scenario pull/attic/netplan/more")
}

func TestSplitDealsEveryRunOnce(t *testing.T) {
	runs := []Run{{Scenario: "a"}, {Scenario: "b"}, {Scenario: "c"}}
	assert.Equal(t, [][]Run{{runs[0], runs[2]}, {runs[1]}}, Split(runs, 2))
	assert.Len(t, Split(runs, 9), 3)
	assert.Len(t, Split(runs, 0), 1)
	assert.Empty(t, Split(nil, 2))
}
