package cli

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// passing are the parts of events that differ from run to run.
var passing = []struct {
	found *regexp.Regexp
	shown string
}{
	{regexp.MustCompile(`[0-9]{8}T[0-9]{6}Z(-[0-9]+)?`), "ID"},
	{regexp.MustCompile(`"deadline":"[^"]+"`), `"deadline":"DEADLINE"`},
	{regexp.MustCompile(`"bondctl_version":"[^"]+"`), `"bondctl_version":"VERSION"`},
}

// events compares what was told with a golden file. UPDATE=1 writes that instead.
func events(t *testing.T, name string, m *machine) {
	t.Helper()
	here, err := os.Getwd()
	require.NoError(t, err)
	got := strings.NewReplacer(m.Root, "ROOT", here, "HERE").Replace(m.out.String())
	for _, part := range passing {
		got = part.found.ReplaceAllString(got, part.shown)
	}
	for line := range strings.Lines(got) {
		require.True(t, json.Valid([]byte(line)), line)
	}
	path := filepath.Join(sourceDir, "testdata", name+".jsonl")
	if os.Getenv("UPDATE") != "" {
		require.Empty(t, os.Getenv("CI"), "golden files are not updated in CI")
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run with UPDATE=1 to make the golden file, and read it")
	assert.Equal(t, string(want), got)
}

// sourceDir is where the tests begin; each of them goes elsewhere.
var sourceDir, _ = os.Getwd()

func TestEventsOfAConfirmedChange(t *testing.T) {
	m, _ := newApply(t, "--confirm-within", "10m", "--json")
	code := during(t, m, func(other *machine) {
		require.Equal(t, codeDone, other.again("confirm"), other.err.String())
	})
	assert.Equal(t, codeDone, code)
	assert.Empty(t, m.err.String())
	events(t, "confirmed", m)
}

func TestEventsOfAChangeThatFails(t *testing.T) {
	m, k := newApply(t, "--no-guard", "--json")
	count := 0
	k.Before(func(string) error {
		if count++; count == 3 {
			return errors.New("the driver says no")
		}
		return nil
	})
	assert.Equal(t, codeRolledBack, Run(m.Env))
	events(t, "failed", m)
}

func TestEventsOfARollback(t *testing.T) {
	m, _ := newApply(t, "--confirm-within", "10m", "--json")
	code := during(t, m, func(other *machine) {
		require.Equal(t, codeDone, other.again("rollback"), other.err.String())
	})
	assert.Equal(t, codeRolledBack, code)
	events(t, "rolled_back", m)
}

func TestEventsOfAnIncompleteRollback(t *testing.T) {
	m, k := newApply(t, "--confirm-within", "10m", "--json")
	code := during(t, m, func(other *machine) {
		k.Before(func(string) error { return errors.New("the driver says no") })
		require.Equal(t, codeIncomplete, other.again("rollback"))
	})
	assert.Equal(t, codeIncomplete, code)
	k.Before(nil)
	assert.Regexp(t, `\n{"type":"rollback_incomplete",.*"message":"the rollback of \w+ is incomplete: .*the driver says no.*"}\n{"type":"error",.*"exit_code":5}\n$`, m.out.String())
	require.Equal(t, codeDone, m.again("rollback"), m.err.String())
}

// What is wrong with the document, or with the host, is told in the same lines.
func TestEventsOfWhatCannotBeApplied(t *testing.T) {
	m, _ := newApply(t, "--json")
	write(t, "bondctl.hcl", strings.Replace(attic, "mode ", "mdoe ", 1))
	assert.Equal(t, codeInvalid, Run(m.Env))
	events(t, "invalid", m)

	write(t, "bondctl.hcl", strings.ReplaceAll(attic, "eth1", "eth7"))
	assert.Equal(t, codeError, m.again("apply", "--backend", "ifupdown", "--json", "--auto-approve"))
	events(t, "no_such_link", m)
}

// A second Ctrl-C leaves the rollback to the guard and quits.
func TestTheSecondInterruptLeavesTheRollbackToTheGuard(t *testing.T) {
	m, k := newApply(t, "--confirm-within", "10m")
	before := portrait(t, m, k)
	signals := make(chan os.Signal)
	m.Signals = func() <-chan os.Signal { return signals }
	reached, quit, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	code := during(t, m, func(*machine) {
		k.Before(func(string) error {
			k.Before(nil)
			close(reached)
			<-quit
			close(ended)
			runtime.Goexit() // as the process would end
			return nil
		})
		signals <- os.Interrupt
		<-reached
		signals <- os.Interrupt
	})
	assert.Equal(t, codeLocked, code)
	assert.Contains(t, m.err.String(), "interrupted; rolling back\n")
	assert.Contains(t, m.err.String(), "bondctl: interrupted again: the guard goes on rolling back, and bondctl status tells when it is done\n")
	require.Equal(t, codeLocked, m.again("status"))
	assert.Contains(t, m.out.String(), "is rolling-back")
	close(quit)
	<-ended
	require.Eventually(t, func() bool { return m.again("status") == codeDone || m.again("rollback") == codeDone }, patience, pulse)
	assert.Equal(t, before, portrait(t, m, k))
}

// Without a guard there is nobody to leave it to.
func TestTheSecondInterruptWithoutAGuardChangesNothing(t *testing.T) {
	m, k := newApply(t, "--no-guard")
	before := portrait(t, m, k)
	signals := make(chan os.Signal)
	m.Signals = func() <-chan os.Signal { return signals }
	count := 0
	k.Before(func(string) error {
		switch count++; count {
		case 3:
			return errors.New("the driver says no")
		case 4:
			signals <- os.Interrupt
			signals <- os.Interrupt
		}
		return nil
	})
	assert.Equal(t, codeRolledBack, Run(m.Env), m.err.String())
	assert.Contains(t, m.err.String(), "it is rolled back already; Ctrl-C once more leaves the rest to the guard\nthere is no guard to leave the rollback to: it goes on\n")
	assert.Equal(t, before, portrait(t, m, k))
}
