package view

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/generators/all"
	"github.com/bondctl/bondctl/schema"
)

// printed gives what a function writes.
func printed(write func(*Page)) string {
	var b bytes.Buffer
	w := NewPage(&b)
	write(w)
	_ = w.Flush()
	return b.String()
}

func TestRedactor(t *testing.T) {
	redactor := NewRedactor([]schema.Secret{
		schema.NewSecret("abc"), schema.NewSecret("info"), schema.NewSecret("sixteen letters!"), schema.NewSecret(`quote"and\slash`),
		schema.NewSecret("sixteen letters! and more"),
	})
	cases := []struct{ name, text, want string }{
		{"alone", "sixteen letters!", "(sensitive)"},
		{"within a word", "xxsixteen letters!xx", "xx(sensitive)xx"},
		{"the longest first", "sixteen letters! and more", "(sensitive)"},
		{"a short one as a word", "level info.", "level (sensitive)."},
		{"a short one within a word", "information", "information"},
		{"too short to look for", "abc", "abc"},
		{"as a message quotes it", `not "quote\"and\\slash"`, `not "(sensitive)"`},
		{"twice", "info info", "(sensitive) (sensitive)"},
		{"nothing", "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, redactor.Text(c.text)) })
	}
}

func TestLiteralSecrets(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"a plain text", `psk = "hunter"`, `psk = "(sensitive)"`},
		{"a reference", `psk = var.psk`, `psk = var.psk`},
		{"a file", `psk = file("/etc/psk")`, `psk = file("/etc/psk")`},
		{"quotes forgotten", `psk = hunter`, `psk = (sensitive)`},
		{"a part of a template", `psk = "${var.a}hunter"`, `psk = "${var.a}(sensitive)"`},
		{"an argument", `psk = join("-", ["hunter", "two"])`, `psk = join("(sensitive)", ["(sensitive)", "(sensitive)"])`},
		{"a here document", "psk = <<E\nhunter\nE\nssid = \"home\"", "psk = <<E\n(sensitive)E\nssid = \"home\""},
		{"a map", "headers = {\n  A = \"hunter\"\n  \"B\" = true\n}\nurl = \"u\"", "headers = {\n  A = \"(sensitive)\"\n  \"B\" = true\n}\nurl = \"u\""},
		{"misspelt", `pasword = "hunter"`, `pasword = "(sensitive)"`},
		{"another attribute", `ssid = "home"`, `ssid = "home"`},
		{"a default before sensitive", "variable \"v\" {\n default = \"hunter\"\n sensitive = true\n}", "variable \"v\" {\n default = \"(sensitive)\"\n sensitive = true\n}"},
		{"a default behind sensitive", "variable \"v\" {\n sensitive = true\n default = 5\n}", "variable \"v\" {\n sensitive = true\n default = (sensitive)\n}"},
		{"a default that is none", "variable \"v\" { default = \"home\" }\nvariable \"w\" { sensitive = true }", "variable \"v\" { default = \"home\" }\nvariable \"w\" { sensitive = true }"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, maskSpans(c.text, literalSecrets([]byte(c.text), secretNames())))
		})
	}
}

// at makes a range of columns in a line of a file; it has no multi-byte text.
func at(content string, line, from, to int) hcl.Range {
	before := 0
	for range line - 1 {
		before += strings.Index(content[before:], "\n") + 1
	}
	return hcl.Range{
		Filename: "a.hcl",
		Start:    hcl.Pos{Line: line, Column: from, Byte: before + from - 1},
		End:      hcl.Pos{Line: line, Column: to, Byte: before + to - 1},
	}
}

func noSecrets() []schema.Secret { return nil }

func sourcesOf(content string) *Sources {
	return NewSources([]schema.Source{{Name: "a.hcl", Bytes: []byte(content)}}, nil, noSecrets)
}

func TestDiagnosticsMarkTheirPlace(t *testing.T) {
	content := "first\n\tpsk = \"hunter\" + f()\nlast"
	cases := []struct {
		name  string
		place hcl.Range
		want  string
	}{
		{"a word", at(content, 1, 1, 6), "a.hcl:1:1: error: Summary\n\n   1 | first\n     | ^^^^^\n\n"},
		{"behind a secret, below a tab", at(content, 2, 19, 20), "a.hcl:2:19: error: Summary\n\n   2 | \tpsk = \"(sensitive)\" + f()\n     | \t                      ^\n\n"},
		{"within a secret", at(content, 2, 10, 12), "a.hcl:2:10: error: Summary\n\n   2 | \tpsk = \"(sensitive)\" + f()\n     | \t       ^^^^^^^^^^^\n\n"},
		{"over two lines", hcl.Range{Filename: "a.hcl", Start: at(content, 1, 3, 3).Start, End: at(content, 2, 1, 1).Start}, "a.hcl:1:3: error: Summary\n\n   1 | first\n     |   ^^^\n\n"},
		{"the end of the file", at(content, 3, 5, 5), "a.hcl:3:5: error: Summary\n\n   3 | last\n     |     ^\n\n"},
		{"beyond the file", hcl.Range{Filename: "a.hcl", Start: hcl.Pos{Line: 9, Column: 1, Byte: 90}}, "a.hcl:9:1: error: Summary\n\n"},
		{"the command line", hcl.Range{Filename: "--var x"}, "--var x: error: Summary\n\n"},
		{"nowhere", hcl.Range{}, "error: Summary\n\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Summary", Subject: &c.place}}
			assert.Equal(t, c.want, printed(func(w *Page) { Diagnostics{Sources: sourcesOf(content)}.Write(w, d) }))
		})
	}
}

func TestSortedFollowsTheSourceAndDropsRepetitions(t *testing.T) {
	content := "a\nb\nc\n"
	diag := func(summary string, place hcl.Range) *hcl.Diagnostic {
		return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Subject: &place}
	}
	diags := hcl.Diagnostics{
		diag("third", at(content, 3, 1, 2)), diag("first", at(content, 1, 1, 2)), diag("third", at(content, 3, 1, 2)),
		{Severity: hcl.DiagError, Summary: "no place"},
	}
	var order []string
	for _, d := range sourcesOf(content).Sorted(diags) {
		order = append(order, d.Summary)
	}
	assert.Equal(t, []string{"no place", "first", "third"}, order)
}

func TestNoPlaceMakesASnippetPanic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		content := rapid.StringOf(rapid.SampledFrom([]rune("a\n\t\"={}$psk é\x00"))).Draw(t, "content")
		pos := rapid.Custom(func(t *rapid.T) hcl.Pos {
			return hcl.Pos{Line: rapid.IntRange(-1, 9).Draw(t, "line"), Column: 1, Byte: rapid.IntRange(-1, 40).Draw(t, "byte")}
		})
		place := hcl.Range{Filename: "a.hcl", Start: pos.Draw(t, "start"), End: pos.Draw(t, "end")}
		s, ok := sourcesOf(content).snippet(place)
		if ok {
			assert.LessOrEqual(t, s.start, s.end)
			assert.LessOrEqual(t, s.end, len(s.text))
		}
	})
}

func TestDiff(t *testing.T) {
	cases := []struct{ name, old, fresh, want string }{
		{"a line changes", "a\nb\nc\n", "a\nB\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"},
		{"a file appears", "", "a\n", "@@ -0,0 +1 @@\n+a\n"},
		{"a file goes", "a\nb\n", "", "@@ -1,2 +0,0 @@\n-a\n-b\n"},
		{"the last line break goes", "a\n", "a", "@@ -1 +1 @@\n-a\n+a\n\\ No newline at end of file\n"},
		{"a line is doubled", "a\na\n", "a\na\na\n", "@@ -1,2 +1,3 @@\n a\n a\n+a\n"},
		{"control characters", "a\n", "\x1b[31m\n", "@@ -1 +1 @@\n-a\n+?[31m\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := printed(func(w *Page) { Diff{From: "x", To: "y", Old: c.old, Fresh: c.fresh}.Write(w, Style{}) })
			assert.Equal(t, "--- x\n+++ y\n"+c.want, got)
		})
	}
}

func TestDiffCountsLinesFromTheBeginningOfTheFile(t *testing.T) {
	var old strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&old, "line %d\n", i)
	}
	fresh := strings.Replace(old.String(), "line 40000\n", "another\n", 1)
	got := printed(func(w *Page) { Diff{Old: old.String(), Fresh: fresh}.Write(w, Style{}) })
	assert.Contains(t, got, "@@ -39998,7 +39998,7 @@\n line 39997\n")
	assert.Contains(t, got, "-line 40000\n+another\n line 40001\n")
}

// TestDiffLeadsFromOldToFresh carries the diff out as patch(1) would.
func TestDiffLeadsFromOldToFresh(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.Custom(func(t *rapid.T) string {
			lines := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 0, 40).Draw(t, "lines")
			return strings.Join(append(lines, ""), "\n")
		})
		old, fresh := text.Draw(t, "old"), text.Draw(t, "fresh")
		shown := printed(func(w *Page) { Diff{Old: old, Fresh: fresh}.Write(w, Style{}) })
		assert.Equal(t, fresh, patched(old, shown))
	})
}

func patched(old, diff string) string {
	lines, next := splitLines(old), 0
	var fresh strings.Builder
	for line := range strings.Lines(diff) {
		var start, length int
		switch n, _ := fmt.Sscanf(line, "@@ -%d,%d", &start, &length); {
		case n > 0:
			if n == 1 || length > 0 {
				start--
			}
			fresh.WriteString(strings.Join(lines[next:start], ""))
			next = start
		case strings.HasPrefix(line, "+++"), strings.HasPrefix(line, "---"):
		case line[0] == '+':
			fresh.WriteString(line[1:])
		case line[0] == '-':
			next++
		case line[0] == ' ':
			fresh.WriteString(lines[next])
			next++
		}
	}
	return fresh.String() + strings.Join(lines[next:], "")
}

func TestContents(t *testing.T) {
	doc := &schema.Document{Bonds: []*schema.Bond{{Slaves: []*schema.Slave{{}, {}}, VLANs: []*schema.VLAN{{}}}}}
	assert.Equal(t, "1 bond, 2 slaves, 1 VLAN", Contents(doc))
	assert.Equal(t, "nothing described", Contents(&schema.Document{}))
}

func TestSayingsAreThoseOfTheBackends(t *testing.T) {
	o, _ := schema.Lookup("coupled_control")
	var backends []string
	for _, s := range sayings(o) {
		backends = append(backends, s.backend)
	}
	assert.Equal(t, all.Names(), backends)
	assert.True(t, strings.HasPrefix(said(sayings(o)[0]), "coupled_control (by an ip link command in the stanza"))
	assert.Equal(t, "cannot say it", said(sayings(o)[1]))
}

func TestEveryWordIsExplained(t *testing.T) {
	page := printed(func(w *Page) { Reference(w, nil) })
	for _, o := range schema.Options() {
		assert.Contains(t, page, "\n### "+o.Name+"\n")
		assert.Contains(t, printed(func(w *Page) { Explain{}.Option(w, o) }), o.Name+" (option)\n")
	}
	for _, b := range schema.Blocks() {
		assert.Contains(t, page, "\n### `"+b.Title()+"`\n")
		for _, a := range b.Attributes {
			assert.NotEmpty(t, a.Kind, b.Title()+" "+a.Name)
			assert.True(t, strings.HasSuffix(a.Doc, "."), b.Title()+" "+a.Name)
		}
	}
}
