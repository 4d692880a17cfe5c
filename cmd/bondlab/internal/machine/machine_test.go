package machine

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/jsonfile"
	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
)

// left writes outcomes as machines do.
func left(t *testing.T, share string, outcomes ...scenario.Outcome) {
	t.Helper()
	for _, o := range outcomes {
		require.NoError(t, jsonfile.Write(filepath.Join(share, scenario.Results, o.Run.Name(), scenario.OutcomeFile), o))
	}
}

var (
	boot  = scenario.Run{Scenario: "boot"}
	zeros = scenario.Run{Scenario: "options", Story: "zeros", Consumer: "netplan"}
	mtu   = scenario.Run{Scenario: "options", Story: "mtu", Consumer: "netplan"}
)

func TestSummaryCountsWhatNeverRan(t *testing.T) {
	share := t.TempDir()
	left(t, share, scenario.Outcome{Run: boot, Passed: true, Seconds: 4.8}, scenario.Outcome{Run: zeros, Seconds: 31, Words: "miimon of bond0 is 0"})
	var page bytes.Buffer
	err := summarise(&page, share, []scenario.Run{boot, zeros, mtu})
	require.EqualError(t, err, "2 of 3 runs failed")
	assert.Contains(t, page.String(), `
ok      4.8 s  boot
FAIL   31.0 s  options/zeros/netplan                              miimon of bond0 is 0
`)
	assert.Contains(t, page.String(), "\n1 passed, 2 failed\n")
	assert.FileExists(t, filepath.Join(share, tableFile))
}

func TestSummaryOfSuccess(t *testing.T) {
	share := t.TempDir()
	left(t, share, scenario.Outcome{Run: boot, Passed: true})
	require.NoError(t, summarise(&bytes.Buffer{}, share, []scenario.Run{boot}))
}

// signed makes a directory of results with a signature and a plan.
func signed(t *testing.T, parent, name, signature string, runs ...scenario.Run) string {
	t.Helper()
	dir := filepath.Join(parent, name)
	require.NoError(t, jsonfile.Write(filepath.Join(dir, scenario.PlanFile), scenario.Plan{Runs: runs}))
	require.NoError(t, os.WriteFile(filepath.Join(dir, signatureFile), []byte(signature), 0o600))
	return dir
}

func TestResumeTakesTheNewestOrderOfTheSameSources(t *testing.T) {
	parent := t.TempDir()
	signed(t, parent, "1", "same", boot, zeros)
	old := signed(t, parent, "2", "same", boot, zeros)
	signed(t, parent, "3", "other", boot, zeros)
	left(t, old, scenario.Outcome{Run: boot, Passed: true}, scenario.Outcome{Run: zeros})
	made := signed(t, parent, "4", "same", boot, zeros)

	got, err := goOn(made)
	require.NoError(t, err)
	assert.Equal(t, old, got)
	assert.NoDirExists(t, made)
	assert.DirExists(t, filepath.Join(old, scenario.Claims, boot.Claim()), "it has passed")
	assert.NoDirExists(t, filepath.Join(old, scenario.Claims, zeros.Claim()), "it has failed, and runs again")
}

func TestNothingToResume(t *testing.T) {
	parent := t.TempDir()
	signed(t, parent, "1", "other", boot)
	made := signed(t, parent, "2", "same", boot)
	got, err := goOn(made)
	require.NoError(t, err)
	assert.Equal(t, made, got)
}

// A run whose machine dies is tried once more, and then has failed.
func TestMachineThatDies(t *testing.T) {
	var words bytes.Buffer
	m := &machine{share: t.TempDir(), progress: &words, lost: map[string]int{}}
	claim := filepath.Join(m.share, scenario.Claims, zeros.Claim())
	die := func() bool {
		require.NoError(t, os.MkdirAll(claim, 0o755))
		require.NoError(t, os.MkdirAll(m.own(""), 0o755))
		require.NoError(t, os.WriteFile(m.own(scenario.NowFile), []byte(zeros.Name()), 0o600))
		return m.mourn()
	}
	assert.True(t, die())
	assert.NoDirExists(t, claim, "somebody takes it on again")
	assert.Contains(t, words.String(), "the machine died during options/zeros/netplan")
	assert.True(t, die())
	assert.DirExists(t, claim)
	all, err := outcomes(m.share, []scenario.Run{zeros})
	require.NoError(t, err)
	assert.Equal(t, []scenario.Outcome{{Run: zeros, Words: "the machine died twice"}}, all)
	assert.False(t, m.mourn(), "it died without a run")
	require.Error(t, summarise(&words, m.share, []scenario.Run{zeros}))
	assert.Contains(t, words.String(), "its machine died once")
}

func TestMachinesWriteWholeLines(t *testing.T) {
	var page bytes.Buffer
	l := &lines{to: &page}
	for _, text := range []string{"one\ntw", "o", "\nthree"} {
		_, err := fmt.Fprint(l, text)
		require.NoError(t, err)
	}
	assert.Equal(t, "one\ntwo\n", page.String())
}

func TestProbeKnowsAKernelThatRan(t *testing.T) {
	assert.True(t, complainsOfNoDisk("[    1.0] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)\r\n"))
	assert.False(t, complainsOfNoDisk("SeaBIOS (version 1.16.2-debian-1.16.2-1)\r\n"))
}

func TestResultsThatStoodStillAreRemoved(t *testing.T) {
	parent := t.TempDir()
	began := time.Now().Add(-time.Hour)
	for i := range mostResults + 3 {
		dir := filepath.Join(parent, fmt.Sprint(i))
		require.NoError(t, os.Mkdir(dir, 0o755))
		require.NoError(t, os.Chtimes(dir, began, began.Add(time.Duration(i)*time.Second)))
	}
	require.NoError(t, goesOn(filepath.Join(parent, "0")))
	require.NoError(t, prune(parent))
	left, err := os.ReadDir(parent)
	require.NoError(t, err)
	require.Len(t, left, mostResults)
	assert.DirExists(t, filepath.Join(parent, "0"))
	assert.NoDirExists(t, filepath.Join(parent, "3"))
	assert.DirExists(t, filepath.Join(parent, "4"))
}
