package ifcfg

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/gentest"
)

// Besides, no file mentions the links any more, and nothing is left to let go.
func TestAnyLinksAreLetGo(t *testing.T) {
	gentest.LetGo(t, Backend(), gentest.Foreign{
		StaysNamed: true,
		Check: func(t require.TestingT, files []generators.File, edits []generators.Edit, taking generators.Taking) {
			left := gentest.Edited(files, edits)
			for _, f := range left {
				for _, m := range Backend().Mentions(f) {
					assert.NotContains(t, taking.Links, m.Pattern)
				}
			}
			again, _ := Backend().TakeOver(left, taking)
			assert.Empty(t, again, "let go twice")
		},
	})
}
