package cli

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// example is a fenced block of the README: a file, or commands with what they print.
var example = regexp.MustCompile("(?s)(?:<!-- file: ([^ ]+) -->\n)?```(hcl|console)\n(.*?)```\n")

// TestReadme runs the examples of the README from top to bottom, as a reader
// would, and holds what they print against what the README shows. UPDATE=1
// writes what they print into the README instead.
func TestReadme(t *testing.T) {
	const path = "../../../../README.md"
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	readme := newReader(t)
	t.Chdir(t.TempDir())
	got := example.ReplaceAllStringFunc(string(text), readme.follow)
	if os.Getenv("UPDATE") != "" {
		t.Chdir(readme.home)
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
		return
	}
	assert.Equal(t, string(text), got)
}

// reader does what the README tells.
type reader struct {
	t    *testing.T
	home string
	set  map[string]string
}

func newReader(t *testing.T) *reader {
	t.Helper()
	home, err := os.Getwd()
	require.NoError(t, err)
	return &reader{t: t, home: home, set: map[string]string{}}
}

// follow gives the block as it should be: a file as it is, commands with what they print.
func (r *reader) follow(block string) string {
	part := example.FindStringSubmatch(block)
	if part[2] == "hcl" {
		require.NotEmpty(r.t, part[1], "a document of the README has no name:\n%s", block)
		write(r.t, part[1], part[3])
		return block
	}
	var shown strings.Builder
	for line := range strings.Lines(part[3]) {
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			shown.WriteString(line + r.run(strings.TrimSpace(command)))
		}
	}
	return "```console\n" + shown.String() + "```\n"
}

func (r *reader) run(command string) string {
	if assignment, ok := strings.CutPrefix(command, "export "); ok {
		name, value, _ := strings.Cut(assignment, "=")
		r.set[name] = strings.Trim(value, "'")
		return ""
	}
	words := strings.Fields(command)
	require.Equal(r.t, "bondctl", words[0], "the README may only run bondctl")
	var out bytes.Buffer
	Run(Env{
		Args: words[1:], Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out,
		LookupEnv: func(name string) (string, bool) { value, ok := r.set[name]; return value, ok },
		Now:       time.Now, Root: r.t.TempDir(),
	})
	return out.String()
}
