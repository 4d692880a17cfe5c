package machine

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
)

func TestSummaryCountsWhatNeverRan(t *testing.T) {
	var page bytes.Buffer
	err := summarise(&page, "there", 3, [][]scenario.Outcome{
		{{Run: "boot", Passed: true, Seconds: 4.8}},
		{{Run: "options/zeros/netplan", Seconds: 31, Words: "miimon of bond0 is 0"}},
	})
	require.EqualError(t, err, "2 of 3 runs failed")
	assert.Equal(t, `ok      4.8 s  boot                                                 
FAIL   31.0 s  options/zeros/netplan                                miimon of bond0 is 0
1 of 3 passed; journals and captures are in there
`, page.String())
}

func TestSummaryOfSuccess(t *testing.T) {
	require.NoError(t, summarise(&bytes.Buffer{}, "there", 1, [][]scenario.Outcome{{{Run: "boot", Passed: true}}}))
}

func TestEveryScenarioOfTheRepositoryCanBeSelected(t *testing.T) {
	s, err := findSource()
	require.NoError(t, err)
	runs, err := s.runs(nil)
	require.NoError(t, err)
	assert.Contains(t, runs, scenario.Run{Scenario: "failover", Story: "seed001_raspberry", Backend: "keyfile"})
	for _, run := range runs {
		if run.Story != "" {
			assert.FileExists(t, s.path("corpus", run.Story+".hcl"))
		}
	}
}

func TestProbeKnowsAKernelThatRan(t *testing.T) {
	assert.True(t, complainsOfNoDisk("[    1.0] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)\r\n"))
	assert.False(t, complainsOfNoDisk("SeaBIOS (version 1.16.2-debian-1.16.2-1)\r\n"))
}
