package ifupdown

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/gentest"
)

// Besides, what is commented out can be brought back.
func TestLetGoLeavesNothing(t *testing.T) {
	gentest.LetGo(t, Backend(), gentest.Foreign{
		Check: func(t require.TestingT, files []generators.File, edits []generators.Edit, _ generators.Taking) {
			for _, e := range edits {
				at := slices.IndexFunc(files, func(f generators.File) bool { return f.Path == e.Path })
				assert.Equal(t, string(files[at].Content), undone(string(e.Content)))
			}
		},
	})
}

// FuzzLetGo wants that what is commented out can be brought back, that nothing
// is left to be let go, and that places are in the file.
func FuzzLetGo(f *testing.F) {
	f.Add(seed000(f), "em1 bond0")
	for _, c := range letGoCases {
		f.Add(c.text, c.links)
	}
	for _, c := range understoodCases {
		f.Add(c.text, "eth0 bond0")
	}
	f.Fuzz(func(t *testing.T, text, links string) {
		if strings.Contains(text, begin) || strings.Contains(text, end) || strings.Contains(text, instead) || strings.Contains(text, addedMark) {
			return
		}
		taking := generators.Taking{Links: strings.Fields(links), Own: true}
		edits, diags := Backend().TakeOver([]generators.File{mainOf(text)}, taking)
		for _, d := range diags {
			assert.LessOrEqual(t, d.Subject.Start.Line, strings.Count(text, "\n")+1)
		}
		for _, e := range edits {
			assert.NotEmpty(t, e.Links)
			assert.Equal(t, strings.TrimSuffix(text, "\n"), strings.TrimSuffix(undone(string(e.Content)), "\n"))
			again, _ := Backend().TakeOver([]generators.File{mainOf(string(e.Content))}, taking)
			assert.Empty(t, again)
		}
	})
}
