package templates

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

// TestStartersAreValid holds each starter to what it promises: it is
// formatted, valid as it stands, and gives no warning that its own comment
// does not ask for.
func TestStartersAreValid(t *testing.T) {
	for _, s := range Starters() {
		t.Run(s.Name, func(t *testing.T) {
			assert.NotContains(t, s.Summary, "#", "the first line is not \"# NAME: SUMMARY\"")
			assert.Equal(t, string(hclwrite.Format(s.Content)), string(s.Content), "not formatted")
			doc, diags := schema.DecodeAndValidate([]schema.Source{{Name: s.Name + ".hcl", Bytes: s.Content}}, schema.Inputs{
				Getenv: func(name string) (string, bool) { return "a pass-phrase", name == "BONDCTL_VAR_wifi_psk" },
			})
			require.False(t, diags.HasErrors(), "%v", diags)
			assert.NotEmpty(t, doc.Statements())
		})
	}
}

// TestEveryModeHasAStarter finds a starter named after each mode, in that mode.
func TestEveryModeHasAStarter(t *testing.T) {
	for _, mode := range schema.Modes() {
		s, ok := Lookup(mode.String())
		require.True(t, ok, "no starter %s", mode)
		doc, _ := schema.Decode([]schema.Source{{Name: s.Name, Bytes: s.Content}}, schema.Inputs{
			Getenv: func(string) (string, bool) { return "", false },
		})
		got, _ := doc.Bonds[0].Mode()
		assert.Equal(t, mode, got)
	}
}

// TestEveryStoryHasAStarter finds the five stories that bondctl began with.
func TestEveryStoryHasAStarter(t *testing.T) {
	for _, story := range []string{"homeplug-wifi", "raspberry-pi", "gsm-modem", "two-uplinks", "rhel-server"} {
		assert.True(t, slices.ContainsFunc(Starters(), func(s Starter) bool { return s.Name == story }), story)
	}
}

func TestLookupOfNothing(t *testing.T) {
	_, ok := Lookup("no-such-starter")
	assert.False(t, ok)
}

func TestUnitRunsTheProgram(t *testing.T) {
	text := string(Unit(RecoverUnit, "/opt/my tools/bondctl"))
	assert.Contains(t, text, "\nExecStart=/opt/my\\x20tools/bondctl recover\n")
	assert.Contains(t, text, "\nBefore=network-pre.target\n")
}

func TestTheMonitorsUnit(t *testing.T) {
	text := string(Unit(MonitorUnit, "/usr/bin/bondctl"))
	assert.Contains(t, text, "\nExecStart=/usr/bin/bondctl --config /etc/bondctl monitor $MONITOR_OPTIONS\n")
	assert.Contains(t, text, "\nExecReload=/usr/bin/bondctl monitor reload\n")
	assert.NotContains(t, text, "@")
}

// TestUnitsAreRight has systemd itself read the units.
func TestUnitsAreRight(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		require.Empty(t, os.Getenv("BONDCTL_NO_SKIP"), "needs systemd-analyze: install systemd")
		t.Skip("needs systemd-analyze: install systemd")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "bondctl")
	require.NoError(t, os.WriteFile(program, []byte("#!/bin/sh\n"), 0o755))
	for _, name := range []string{RecoverUnit, MonitorUnit} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), Unit(name, program), 0o600))
		said, err := exec.Command(analyze, "verify", "--man=no", "--recursive-errors=no", filepath.Join(dir, name)).CombinedOutput()
		require.NoError(t, err, "%s", said)
		assert.Empty(t, string(said), name)
	}
}
