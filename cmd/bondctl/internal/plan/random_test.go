package plan_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/schema"
)

// Between random documents: any prefix of the way is undone, the second plan
// is empty, and the order of blocks does not matter.
func TestNetworkBetweenRandomDocuments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := gentest.Random(t, "from")
		to, turned := gentest.RandomTurned(t, "to")
		k := hostOf(t, from, to)
		reach(t, k, from)
		standBy(t, k)
		have := observe(t, k)
		changes := instead(t, k, from, to)
		names := plan.Reach(between(from, to), have)
		require.Empty(t, plan.Losses(plan.Before(have, names), observe(t, k)), "what a plan has made can go again")
		leadsToTheSame(t, from, turned, portrait(observe(t, k)), changes)
		undo(t, from, to, changes[:rapid.IntRange(0, len(changes)).Draw(t, "cut off after")], names)
	})
}

// leadsToTheSame wants of a document with its blocks in another order the same state,
// by the same changes.
func leadsToTheSame(t *rapid.T, from, turned *schema.Document, state string, changes []plan.Change) {
	k := hostOf(t, from, turned)
	reach(t, k, from)
	standBy(t, k)
	require.Equal(t, sorted(changes), sorted(instead(t, k, from, turned)))
	require.Equal(t, state, portrait(observe(t, k)))
}

func sorted(changes []plan.Change) []string {
	return slices.Sorted(strings.Lines(text(changes)))
}
