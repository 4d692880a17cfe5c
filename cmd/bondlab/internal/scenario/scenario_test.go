package scenario

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const script = `# A cable is pulled.
#
# stories: attic cellar
# consumers: ifupdown netplan
# stories: roof
# consumers: ifcfg-rh
# test: attic/netplan roof

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

func parsed(t *testing.T, name, script string) []Run {
	t.Helper()
	s, err := Parse(name, []byte(script))
	require.NoError(t, err)
	return s.Runs()
}

func TestScenarioRunsOncePerStoryAndConsumer(t *testing.T) {
	assert.Equal(t, []string{
		"pull/attic/ifupdown", "pull/attic/netplan", "pull/cellar/ifupdown", "pull/cellar/netplan", "pull/roof/ifcfg-rh",
	}, names(parsed(t, "pull", script)))
}

func TestRunsOfMakeTest(t *testing.T) {
	assert.Equal(t, []string{"pull/attic/netplan", "pull/roof/ifcfg-rh"}, names(OfTest(parsed(t, "pull", script))))
	assert.Equal(t, []string{"boot"}, names(OfTest(parsed(t, "boot", "# test: boot\nexec true\n"))))
	assert.Empty(t, OfTest(parsed(t, "boot", "exec true\n")))
}

func TestSetsApart(t *testing.T) {
	all := append(parsed(t, "speed", "# only: bench\n# stories: attic\n# consumers: netplan\n# test: attic\n"), parsed(t, "pull", script)...)
	apart, err := Select(all, "bench", nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"speed/attic/netplan"}, names(apart))
	assert.Contains(t, names(OfTest(all)), "speed/attic/netplan")
	for ask, want := range map[string][]string{
		"":          names(parsed(t, "pull", script)),
		"netplan":   {"pull/attic/netplan", "pull/cellar/netplan"},
		"*/attic":   {"pull/attic/ifupdown", "pull/attic/netplan"},
		"speed":     {"speed/attic/netplan"},
		"speed/*/*": {"speed/attic/netplan"},
	} {
		selected, err := Select(all, "", strings.Fields(ask))
		require.NoError(t, err)
		assert.Equal(t, want, names(selected), ask)
	}
	of, err := Select(all, "bench", []string{"netplan"})
	require.NoError(t, err)
	assert.Equal(t, []string{"speed/attic/netplan"}, names(of))
}

func TestScenarioWithoutStoriesRunsOnce(t *testing.T) {
	assert.Equal(t, []string{"boot"}, names(parsed(t, "boot", "exec true\n")))
}

func TestHeadsThatMeanNothing(t *testing.T) {
	for _, c := range []struct{ name, script, want string }{
		{"a/b", "", `"a/b" is no name of a scenario`},
		{"x", "# stories: attic\n# consumers: dhcpcd\n", `scenario x: there is no consumer "dhcpcd"`},
		{"x", "# consumers: netplan\n", "scenario x: a line of consumers belongs to the line of stories before it"},
		{"x", "# stories: attic\n# consumers: netplan\n# test: attic/keyfile\n", "scenario x: no run is called x/attic/keyfile"},
	} {
		_, err := Parse(c.name, []byte(c.script))
		assert.EqualError(t, err, c.want)
	}
}

func TestSelect(t *testing.T) {
	all := append(parsed(t, "pull", script), Run{Scenario: "boot"})
	for _, c := range []struct {
		name string
		ask  []string
		want []string
	}{
		{"nothing means all", nil, names(all)},
		{"a scenario", []string{"boot"}, []string{"boot"}},
		{"a story of it", []string{"pull/attic"}, []string{"pull/attic/ifupdown", "pull/attic/netplan"}},
		{"one run", []string{"pull/cellar/netplan"}, []string{"pull/cellar/netplan"}},
		{"one consumer of a scenario", []string{"pull/*/netplan"}, []string{"pull/attic/netplan", "pull/cellar/netplan"}},
		{"one consumer", []string{"ifcfg-rh"}, []string{"pull/roof/ifcfg-rh"}},
		{"twice the same", []string{"boot", "boot"}, []string{"boot"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Select(all, "", c.ask)
			require.NoError(t, err)
			assert.Equal(t, c.want, names(got))
		})
	}
	_, err := Select(all, "", []string{"pull/attic/netplan/more"})
	assert.EqualError(t, err, "there is no scenario pull/attic/netplan/more")
}

func TestScriptIsCutWhereTheMachineEnds(t *testing.T) {
	const whole = "world story.hcl\nenv A=1\nreboot\nawait all\nenv B=2\n  poweroff\nexec cat motd\n-- motd --\nreboot\n"
	const files = "-- motd --\nreboot\n"
	assert.Equal(t, []Part{
		{"world story.hcl\nenv A=1\n" + files, Reboot},
		{"env A=1\nawait all\nenv B=2\n" + files, PowerCut},
		{"env A=1\nenv B=2\nexec cat motd\n" + files, ""},
	}, Split(whole))
	assert.Equal(t, []Part{{Script: "exec true\n"}}, Split("exec true\n"))
}

func TestEveryConsumerIsFoundByItsName(t *testing.T) {
	for _, c := range Consumers() {
		found, ok := LookupConsumer(c.Name)
		assert.True(t, ok)
		assert.Equal(t, c, found)
	}
	_, ok := LookupConsumer("dhcpcd")
	assert.False(t, ok)
}
