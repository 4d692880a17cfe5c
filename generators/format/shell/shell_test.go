package shell

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestQuote(t *testing.T) {
	cases := []struct{ name, value, want string }{
		{"a plain word is bare", "bond0.20", "bond0.20"},
		{"blanks need quotes", "mode=active-backup miimon=100", `"mode=active-backup miimon=100"`},
		{"nothing is two quotes", "", `""`},
		{"nothing is expanded", "$HOME `id` $(id)", "\"\\$HOME \\`id\\` \\$(id)\""},
		{"quotes and backslashes", `a"b\c'd`, `"a\"b\\c'd"`},
		{"a hash is no comment", "#1", `"#1"`},
		{"no home directory", "~root", `"~root"`},
		{"line breaks are spelt out", "a\nb'c\\\t", `$'a\012b\'c\\\011'`},
		{"letters of the world", "café", `"café"`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			quoted, ok := Quote(c.value)
			require.True(t, ok)
			assert.Equal(t, c.want, quoted)
			got, problems := Parse([]byte("X=" + quoted + "\n"))
			assert.Empty(t, problems)
			assert.Equal(t, []Assignment{{1, 1, "X", c.value}}, got)
		})
	}
}

func TestQuoteRefusesWhatNoFileCanHold(t *testing.T) {
	for _, value := range []string{"a\x00b", "\xff", "\xc3"} {
		_, ok := Quote(value)
		assert.False(t, ok, "%q", value)
	}
}

func TestParseIsAsTolerantAsAShell(t *testing.T) {
	text := "# comment\n\n  A=1   # why\nexport B='two words'\nC=a\"b\"'c'\\ d$'\\x41\\u00e9\\101\\e'\nD=; \nE=a#b\n" +
		"F=\"two\nlines\" \nG=con\\\ntinued\nH=a~b{c}*?[d]!\nI=\"\\x \\' \\\\\"\r\nJ=$'\\q\\'\n"
	want := []Assignment{
		{3, 3, "A", "1"},
		{4, 4, "B", "two words"},
		{5, 5, "C", "abc dAéA\x1b"},
		{6, 6, "D", ""},
		{7, 7, "E", "a#b"},
		{8, 9, "F", "two\nlines"},
		{10, 11, "G", "continued"},
		{12, 12, "H", "a~b{c}*?[d]!"},
		{13, 13, "I", `\x \' \`},
	}
	got, problems := Parse([]byte(text))
	assert.Equal(t, want, got)
	assert.Equal(t, []Problem{{14, "J: its quote is not closed."}}, problems)
}

func TestParseRunsAndExpandsNothing(t *testing.T) {
	for _, text := range []string{
		"A=$(id)", "A=`id`", "A=\"$B\"", "A=\"`id`\"", "A=$B", "A=~root", "A=1 id", "A=1;id", "A=1 B=2", "A=1&", "A=1|id", "A=<(id)",
		"id", "if true; then", "A+=1", "A[0]=1", "1A=1", "=1", "export", "A='x", "A=\"x", "source other", ". ./other", "é=1",
	} {
		t.Run(text, func(t *testing.T) {
			got, problems := Parse([]byte(text + "\nZ=1\n"))
			for _, a := range got {
				assert.Equal(t, "Z", a.Name)
			}
			require.NotEmpty(t, problems)
			assert.Equal(t, 1, problems[0].Line)
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("A=\"b c\" # d\nexport E='f'\nG=$'\\x41'\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		assigned, problems := Parse(content)
		for _, a := range assigned {
			assert.True(t, isName(a.Name))
		}
		for _, p := range problems {
			assert.NotEmpty(t, p.Text)
		}
	})
}

func FuzzQuote(f *testing.F) {
	f.Add("a'b\"c$d`e\n")
	f.Fuzz(func(t *testing.T, value string) {
		quoted, ok := Quote(value)
		assert.Equal(t, utf8.ValidString(value) && !strings.ContainsRune(value, 0), ok)
		if !ok {
			return
		}
		got, problems := Parse([]byte("A=" + quoted + " # x\nB=1\n"))
		assert.Empty(t, problems)
		assert.Equal(t, []Assignment{{1, 1, "A", value}, {2, 2, "B", "1"}}, got)
	})
}
