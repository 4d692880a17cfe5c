package generators

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestCommentOut(t *testing.T) {
	got := CommentOut([]byte("a\nb\n c\nd\ne"), []Lines{{2, 3}, {5, 9}})
	assert.Equal(t, "a\n"+takenBegin+"#b\n# c\n"+takenEnd+"d\n"+takenBegin+"#e\n"+takenEnd, string(got))
	assert.Equal(t, "a\nb", string(CommentOut([]byte("a\nb"), nil)))
}

// What the first mark says brings the file back, but for a line break that its
// last line did not have.
func TestCommentOutIsUndoneAsTheMarkSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOf(rapid.SampledFrom([]string{"a", "#b", "", " # c", "d \\"})).Draw(t, "lines")
		text := strings.Join(lines, "\n")
		first := rapid.IntRange(1, 6).Draw(t, "first")
		taken := CommentOut([]byte(text), []Lines{{first, first + rapid.IntRange(0, 6).Draw(t, "more")}})
		assert.Equal(t, strings.TrimSuffix(text, "\n"), strings.TrimSuffix(undone(string(taken)), "\n"))
	})
}

func undone(text string) string {
	var b strings.Builder
	inside := false
	for line := range strings.Lines(text) {
		switch {
		case line == takenBegin || line == takenEnd:
			inside = line == takenBegin
		case inside:
			b.WriteString(line[1:])
		default:
			b.WriteString(line)
		}
	}
	return b.String()
}
