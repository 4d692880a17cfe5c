package plan_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/generators/gentest"
)

// Between random documents: any prefix of the way is undone, the second plan
// is empty, and the order of blocks does not matter.
func TestNetworkBetweenRandomDocuments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, to := gentest.Random(t, "from"), gentest.Random(t, "to")
		k := hostOf(t, from, to)
		reach(t, k, from)
		standBy(t, k)
		have := observe(t, k)
		changes := instead(t, k, from, to)
		names := plan.Reach(between(from, to), have)
		require.Empty(t, plan.Losses(plan.Before(have, names), observe(t, k)), "what a plan has made can go again")
		undo(t, from, to, changes[:rapid.IntRange(0, len(changes)).Draw(t, "cut off after")], names)

		slices.Reverse(to.Bonds)
		turned, _ := plan.Network(between(from, to), have)
		require.Equal(t, text(changes), text(turned))
	})
}
