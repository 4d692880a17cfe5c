package schema_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Below a line of testdata/invalid that has a mistake stands a marker: a
// comment with signs under what is wrong, and what bondctl says about it.
//
//	lacp_rate = "fast"
//	# ^^^^^^^ error: Summary: Detail
//
// A mistake at the first column begins with the comment's own sign, and
// ">" is a place of no length, and each "v" stands for one more line. The markers of a file are everything that is
// found in it, in order. UPDATE=1 writes them.
func TestMistakesAreFoundWhereTheyAre(t *testing.T) {
	for name, text := range files(t, "invalid") {
		t.Run(name, func(t *testing.T) {
			plain := withoutMarkers(text)
			_, diags := decode(plain)
			require.NotEmpty(t, diags, "a document without mistakes belongs elsewhere")
			marked := withMarkers(plain, diags)
			if os.Getenv("UPDATE") != "" && os.Getenv("CI") == "" {
				require.NoError(t, os.WriteFile(filepath.Join("..", "testdata", "invalid", name), []byte(marked), 0o644))
				return
			}
			assert.Equal(t, text, marked)
		})
	}
}

// What stands in the corpus is right; a warning about it is a choice of its author.
func TestCorpusHasNoErrors(t *testing.T) {
	for name, text := range files(t, "corpus") {
		t.Run(name, func(t *testing.T) { documentOf(t, text) })
	}
}

func isMarker(line string) bool {
	said := strings.TrimLeft(strings.TrimPrefix(line, "#"), " ^>v")
	return strings.HasPrefix(line, "#") && (strings.HasPrefix(said, "error: ") || strings.HasPrefix(said, "warning: "))
}

func withoutMarkers(text string) string {
	lines := slices.DeleteFunc(strings.SplitAfter(text, "\n"), isMarker)
	return strings.Join(lines, "")
}

// withMarkers writes what was found below the lines where it was found; what
// has no place in the text comes last.
func withMarkers(text string, diags hcl.Diagnostics) string {
	at := map[int][]*hcl.Diagnostic{}
	lines := strings.SplitAfter(text, "\n")
	for _, d := range diags {
		line := len(lines)
		if d.Subject != nil && d.Subject.Filename == "test.hcl" {
			line = min(d.Subject.Start.Line, line)
		}
		at[line] = append(at[line], d)
	}
	var marked strings.Builder
	for i, line := range lines {
		marked.WriteString(line)
		slices.SortStableFunc(at[i+1], func(a, b *hcl.Diagnostic) int { return column(a) - column(b) })
		for _, d := range at[i+1] {
			marked.WriteString(marker(d))
		}
	}
	return marked.String()
}

func column(d *hcl.Diagnostic) int {
	if d.Subject == nil {
		return 0
	}
	return d.Subject.Start.Column
}

func marker(d *hcl.Diagnostic) string {
	signs := "#"
	if place := d.Subject; place != nil && place.Filename == "test.hcl" {
		signs = signsUnder(*place)
	}
	return fmt.Sprintf("%s %s: %s: %s\n", signs, severityText(d), d.Summary, strings.ReplaceAll(d.Detail, "\n", " "))
}

func signsUnder(place hcl.Range) string {
	signs := strings.Repeat("^", max(0, place.End.Column-place.Start.Column))
	switch {
	case place.End.Line != place.Start.Line:
		signs = "^" + strings.Repeat("v", place.End.Line-place.Start.Line)
	case signs == "":
		signs = ">"
	}
	if place.Start.Column == 1 {
		return "#" + signs[1:]
	}
	return "#" + strings.Repeat(" ", place.Start.Column-2) + signs
}
