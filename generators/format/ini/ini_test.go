package ini_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/generators/format/ini"
)

func TestWriterGroupsByBlankLines(t *testing.T) {
	var w ini.Writer
	w.Comment("Made by hand")
	w.Section("Match")
	w.Set("Name", "bond0")
	w.Section("Route")
	w.Set("Gateway", "192.0.2.1")
	w.Section("Route")
	w.Set("Gateway", "192.0.2.2")
	w.Set("Gateway", "")
	text, err := w.Bytes()
	require.NoError(t, err)
	assert.Equal(t, "# Made by hand\n\n[Match]\nName=bond0\n\n[Route]\nGateway=192.0.2.1\n\n"+
		"[Route]\nGateway=192.0.2.2\nGateway=\n", string(text))
}

func TestWriterRefuses(t *testing.T) {
	entry := func(key, value string) func(*ini.Writer) {
		return func(w *ini.Writer) { w.Section("s"); w.Set(key, value) }
	}
	for name, write := range map[string]func(*ini.Writer){
		"a value with a line break":      entry("k", "a\nb"),
		"a value with a carriage return": entry("k", "a\rb"),
		"a value with NUL":               entry("k", "a\x00b"),
		"a value that begins with blank": entry("k", " a"),
		"a key with a line break":        entry("a\nb", "v"),
		"a key with NUL":                 entry("a\x00b", "v"),
		"a key with an equals sign":      entry("a=b", "v"),
		"a key that is a comment":        entry("#a", "v"),
		"a key that is an old comment":   entry(";a", "v"),
		"a key that is a section":        entry("[a]", "v"),
		"a key that ends with a blank":   entry("a ", "v"),
		"an empty key":                   entry("", "v"),
		"an entry before any section":    func(w *ini.Writer) { w.Set("k", "v") },
		"a section with a line break":    func(w *ini.Writer) { w.Section("a\nb") },
		"a section with a bracket":       func(w *ini.Writer) { w.Section("a]b") },
		"an empty section":               func(w *ini.Writer) { w.Section("") },
		"a comment with a line break":    func(w *ini.Writer) { w.Comment("a\nb") },
	} {
		t.Run(name, func(t *testing.T) {
			var w ini.Writer
			write(&w)
			w.Section("later")
			_, err := w.Bytes()
			assert.ErrorContains(t, err, "cannot stand in a file of lines")
		})
	}
}

// A secret must not reach an error.
func TestRefusalDoesNotShowTheValue(t *testing.T) {
	var w ini.Writer
	w.Section("s")
	w.Set("psk", "se\ncret")
	_, err := w.Bytes()
	require.ErrorContains(t, err, `"psk"`)
	assert.NotContains(t, err.Error(), "cret")
}

func TestTrailingBlanksAndBackslashesPerDialect(t *testing.T) {
	for _, value := range []string{"a ", `a\`} {
		w := ini.Writer{Dialect: ini.GKeyFile}
		w.Section("s")
		w.Set("k", value)
		_, err := w.Bytes()
		require.NoError(t, err, value)

		w = ini.Writer{Dialect: ini.Systemd}
		w.Section("s")
		w.Set("k", value)
		_, err = w.Bytes()
		require.Error(t, err, value)
	}
}

func TestReaderIsTolerant(t *testing.T) {
	const text = "\ufeff# comment\r\n # another\n\n  [ a b ]  \n key =  value \nkey=second\n=\njunk\n[open\n[a]\n[a] x\nbad\rline=1\n"
	file := ini.GKeyFile.Read([]byte(text))
	assert.Equal(t, []ini.Section{
		{Name: " a b ", Line: 4, Entries: []ini.Entry{
			{Key: "key", Value: "value ", Line: 5}, {Key: "key", Value: "second", Line: 6},
		}},
		{Name: "a", Line: 10},
	}, file.Sections)
	assert.Equal(t, []int{7, 8, 9, 11, 12}, lines(file.Mistakes))
	last, ok := file.Sections[0].Get("key")
	assert.True(t, ok)
	assert.Equal(t, "second", last.Value)
	_, ok = file.Sections[0].Get("other")
	assert.False(t, ok)
	assert.Len(t, file.Named("a"), 1)
}

// GLib refuses what systemd takes for a comment, but for what looks like an entry.
func TestCommentsBySemicolon(t *testing.T) {
	const text = ";a=b\n[s]\n ; one\n;a=b\n"
	for dialect, mistakes := range map[ini.Dialect][]int{ini.GKeyFile: {1, 3}, ini.Systemd: {}} {
		file := dialect.Read([]byte(text))
		assert.Equal(t, []ini.Section{{Name: "s", Line: 2}}, file.Sections)
		assert.Equal(t, mistakes, lines(file.Mistakes))
	}
}

func TestEntryBeforeTheFirstSection(t *testing.T) {
	file := ini.Systemd.Read([]byte("Name=x\n[Match]\nName=y\n"))
	assert.Equal(t, []ini.Mistake{{Line: 1, Detail: "Name stands before the first section"}}, file.Mistakes)
	assert.Equal(t, []ini.Section{{Name: "Match", Line: 2, Entries: []ini.Entry{{Key: "Name", Value: "y", Line: 3}}}}, file.Sections)
}

func TestContinuationLinesAreSystemds(t *testing.T) {
	const text = "[s]\nDNS=a \\\n# not this\nb\\\n c\nNext=1\nLast=x\\"
	assert.Equal(t, []ini.Entry{
		{Key: "DNS", Value: "a  b  c", Line: 2}, {Key: "Next", Value: "1", Line: 6}, {Key: "Last", Value: `x\`, Line: 7},
	}, ini.Systemd.Read([]byte(text)).Sections[0].Entries)

	file := ini.GKeyFile.Read([]byte(text))
	assert.Equal(t, `a \`, file.Sections[0].Entries[0].Value)
	assert.Equal(t, []int{4, 5}, lines(file.Mistakes))
}

func lines(mistakes []ini.Mistake) []int {
	found := make([]int, len(mistakes))
	for i, m := range mistakes {
		found[i] = m.Line
	}
	return found
}

// What a writer takes, the reader of the dialect gives back.
func TestWhatIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dialect := rapid.SampledFrom([]ini.Dialect{ini.GKeyFile, ini.Systemd}).Draw(t, "dialect")
		part := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a=#;\[\]\\ \t\n"]{0,4}`))
		section, key, value := part.Draw(t, "section"), part.Draw(t, "key"), part.Draw(t, "value")
		w := ini.Writer{Dialect: dialect}
		w.Comment(part.Draw(t, "comment"))
		w.Section(section)
		w.Set(key, value)
		text, err := w.Bytes()
		if err != nil {
			return
		}
		assert.Equal(t, &ini.File{Sections: []ini.Section{{
			Name: section, Line: 3, Entries: []ini.Entry{{Key: key, Value: value, Line: 4}},
		}}}, dialect.Read(text))
	})
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("# x\n[a]\nb=c\\\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, dialect := range []ini.Dialect{ini.GKeyFile, ini.Systemd} {
			for _, section := range dialect.Read(content).Sections {
				assert.NotEmpty(t, section.Name)
				assert.Positive(t, section.Line)
			}
		}
	})
}
