package gentest

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bondctl/bondctl/schema"
)

// TestCorpusHasEveryOption holds the corpus to the option table: who adds a
// row adds a case.
func TestCorpusHasEveryOption(t *testing.T) {
	set := map[*schema.Option]bool{}
	modes := map[schema.Mode]bool{}
	for _, c := range Corpus(t) {
		for _, b := range c.Decode(t).Bonds {
			mode, _ := b.Mode()
			modes[mode] = true
			for _, s := range b.Settings {
				set[s.Option] = true
			}
			for _, slave := range b.Slaves {
				for _, s := range slave.Settings {
					set[s.Option] = true
				}
			}
		}
	}
	for _, o := range schema.Options() {
		assert.Equal(t, o.Scope != schema.ModuleScope, set[o], "%s in the corpus", o.Name)
	}
	for _, m := range schema.Modes() {
		assert.True(t, modes[m], "no bond of the corpus has the mode %s", m)
	}
}
