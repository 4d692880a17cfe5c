package plan

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/generators"
)

const ours = "# Made by bondctl from bondctl.hcl; changes here are overwritten.\n"

func desired(path, content string) generators.File {
	return generators.File{Path: path, Mode: generators.Public, Content: []byte(content)}
}

func observed(path, content string) Observed {
	return Observed{Path: path, File: File{Mode: generators.Public, Content: []byte(content)}}
}

// summary writes a plan as one line for each step.
func summary(p Files) string {
	var b strings.Builder
	for _, s := range p.Steps {
		b.WriteString(s.Action.String() + " " + s.Path)
		if s.Foreign {
			b.WriteString(" (foreign)")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestFiles(t *testing.T) {
	private := observed("/etc/a", ours)
	private.Mode = generators.Private
	cases := []struct {
		name     string
		desired  []generators.File
		observed []Observed
		want     string
	}{
		{"an empty root", []generators.File{desired("/etc/b", ours), desired("/etc/a", ours)}, nil, "create /etc/a\ncreate /etc/b\n"},
		{"applied before", []generators.File{desired("/etc/a", ours)}, []Observed{observed("/etc/a", ours)}, "keep /etc/a\n"},
		{"the document changed", []generators.File{desired("/etc/a", ours+"b")}, []Observed{observed("/etc/a", ours)}, "replace /etc/a\n"},
		{
			"someone's own file is in the way",
			[]generators.File{desired("/etc/a", ours)},
			[]Observed{observed("/etc/a", "auto lo\n")},
			"replace /etc/a (foreign)\n",
		},
		{"someone changed the mode", []generators.File{desired("/etc/a", ours)}, []Observed{private}, "chmod /etc/a\n"},
		{"a bond is gone", nil, []Observed{observed("/etc/a", ours)}, "remove /etc/a\n"},
		{"a file of someone else's is beside", nil, []Observed{observed("/etc/a", "auto lo\n")}, ""},
		{"a file that only mentions us", nil, []Observed{observed("/etc/a", "auto lo\n"+ours)}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, summary(Towards(c.desired, c.observed)))
		})
	}
}

// carriedOut is what is on the target after a plan.
func carriedOut(p Files, before []Observed) []Observed {
	var after []Observed
	planned := map[string]bool{}
	for _, s := range p.Steps {
		planned[s.Path] = true
		if s.New != nil {
			after = append(after, Observed{Path: s.Path, File: *s.New})
		}
	}
	for _, old := range before {
		if !planned[old.Path] {
			after = append(after, old)
		}
	}
	return after
}

func TestASecondTimeChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		path := rapid.SampledFrom([]string{"/etc/a", "/etc/b", "/etc/c", "/etc/d"})
		content := rapid.SampledFrom([]string{"", "auto lo\n", ours, ours + "a\n"})
		var want []generators.File
		for _, p := range rapid.SliceOfDistinct(path, rapid.ID).Draw(t, "desired") {
			want = append(want, desired(p, content.Draw(t, "content")))
		}
		var found []Observed
		for _, p := range rapid.SliceOfDistinct(path, rapid.ID).Draw(t, "observed") {
			found = append(found, observed(p, content.Draw(t, "content")))
		}
		first := Towards(want, found)
		second := Towards(want, carriedOut(first, found))
		assert.Empty(t, second.Changing())
		assert.True(t, first.Equal(Towards(want, found)))
		assert.Equal(t, len(want), first.Count(Create)+first.Count(Replace)+first.Count(Chmod)+first.Count(Keep))
	})
}

func TestExactlyLeavesNothingElse(t *testing.T) {
	found := []Observed{observed("/etc/a", ours), observed("/etc/b", "auto lo\n")}
	assert.Equal(t, "keep /etc/a\nremove /etc/b\n", summary(Exactly([]generators.File{desired("/etc/a", ours)}, found)))
}

func TestIgnoringModesForgivesOnlyModes(t *testing.T) {
	want := []generators.File{desired("/etc/a", ours), desired("/etc/b", ours), desired("/etc/c", ours)}
	found := []Observed{observed("/etc/a", ours), observed("/etc/b", "auto lo\n")}
	for i := range found {
		found[i].Mode = generators.Private
	}
	p := Towards(want, found).IgnoringModes()
	assert.Equal(t, "keep /etc/a\nreplace /etc/b (foreign)\ncreate /etc/c\n", summary(p))
	assert.Equal(t, generators.Private, p.Steps[1].New.Mode)
	assert.Equal(t, generators.Public, p.Steps[2].New.Mode)
}

func TestEqualSeesThatTheGroundMoved(t *testing.T) {
	want := []generators.File{desired("/etc/a", ours)}
	before := Towards(want, []Observed{observed("/etc/a", "one\n")})
	assert.False(t, before.Equal(Towards(want, []Observed{observed("/etc/a", "two\n")})))
	assert.False(t, before.Equal(Towards(want, nil)))
}

func TestTheOriginOfAFileMayNotMatter(t *testing.T) {
	const elsewhere = "# Made by bondctl from /etc/bondctl; changes here are overwritten.\n"
	private := observed("/etc/c", elsewhere)
	private.Mode = generators.Private
	p := Towards(
		[]generators.File{desired("/etc/a", ours+"a"), desired("/etc/b", ours+"b"), desired("/etc/c", ours), desired("/etc/d", ours)},
		[]Observed{observed("/etc/a", elsewhere+"a"), observed("/etc/b", elsewhere+"other"), private, observed("/etc/d", "auto lo\n")},
	).IgnoringOrigin()
	assert.Equal(t, "keep /etc/a\nreplace /etc/b\nreplace /etc/c\nreplace /etc/d (foreign)\n", summary(p))
}
