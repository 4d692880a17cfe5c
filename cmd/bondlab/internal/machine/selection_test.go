package machine

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondlab/internal/scenario"
	"github.com/bondctl/bondctl/generators/all"
	"github.com/bondctl/bondctl/schema"
)

func everyRun(t *testing.T) []scenario.Run {
	t.Helper()
	s, err := findSource()
	require.NoError(t, err)
	runs, err := s.runs()
	require.NoError(t, err)
	return runs
}

func story(t *testing.T, name string) *schema.Document {
	t.Helper()
	s, err := findSource()
	require.NoError(t, err)
	text, err := os.ReadFile(s.path("corpus", name+".hcl"))
	require.NoError(t, err)
	doc, diags := schema.DecodeAndValidate([]schema.Source{{Name: name, Bytes: text}}, schema.Inputs{Name: name})
	require.False(t, diags.HasErrors(), diags)
	return doc.Static()
}

func TestEveryRunHasItsStory(t *testing.T) {
	s, err := findSource()
	require.NoError(t, err)
	for _, run := range everyRun(t) {
		if run.Story != "" {
			assert.FileExists(t, s.path("corpus", run.Story+".hcl"))
		}
	}
}

// make test touches every backend, every consumer, every mode and every story
// of a seed.
func TestSelectionOfMakeTestLeavesNothingOut(t *testing.T) {
	backends, consumers, modes, stories := map[string]bool{}, map[string]bool{}, map[schema.Mode]bool{}, map[string]bool{}
	for _, run := range scenario.OfTest(everyRun(t)) {
		stories[run.Story] = true
		consumer, ok := scenario.LookupConsumer(run.Consumer)
		if !ok {
			continue
		}
		consumers[consumer.Name], backends[consumer.Backend] = true, true
		for _, bond := range story(t, run.Story).Bonds {
			mode, _ := bond.Mode()
			modes[mode] = true
		}
	}
	for _, name := range all.Names() {
		assert.True(t, backends[name], "backend %s", name)
	}
	for _, consumer := range scenario.Consumers() {
		assert.True(t, consumers[consumer.Name], "consumer %s", consumer.Name)
	}
	for _, mode := range schema.Modes() {
		assert.True(t, modes[mode], "mode %s", mode)
	}
	for _, seed := range []string{"seed000_homeplug", "seed001_raspberry", "seed004_rhel"} {
		assert.True(t, stories[seed], seed)
	}
}

// The stories of the scenario options set every option of the driver in every
// mode in which it does something, to a value that the driver does not have anyway.
func TestEveryOptionIsReadBackInEveryMode(t *testing.T) {
	type pair struct {
		option string
		mode   schema.Mode
	}
	set := map[pair]bool{}
	note := func(mode schema.Mode, settings schema.Settings) {
		for _, s := range settings {
			if !s.Option.IsDefault(mode, s.Value) || s.Option.Name == "mode" {
				set[pair{s.Option.Name, mode}] = true
			}
		}
	}
	for _, run := range everyRun(t) {
		if run.Scenario != "options" {
			continue
		}
		for _, bond := range story(t, run.Story).Bonds {
			mode, _ := bond.Mode()
			note(mode, bond.Settings)
			for _, slave := range bond.Slaves {
				note(mode, slave.Settings)
			}
		}
	}
	for _, option := range schema.Options() {
		for _, mode := range schema.Modes() {
			// An alias is read back under the name of what it stands for, and
			// the only other value of use_carrier can hang the kernel.
			if option.Alias == "" && option.Name != "use_carrier" && option.Scope != schema.ModuleScope && option.Effective.Has(mode) {
				assert.True(t, set[pair{option.Name, mode}], "%s in %s", option.Name, mode)
			}
		}
	}
}
