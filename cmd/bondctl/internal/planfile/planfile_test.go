package planfile

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

func example(tb testing.TB) (*Plan, []byte) {
	tb.Helper()
	p := &Plan{
		Version: "v1.2.3", Made: time.Date(2026, 11, 28, 1, 2, 3, 0, time.UTC), Host: Host{Machine: "m", BootID: "b", Last: "t"},
		Document: Document{
			Name: "bond.hcl", Texts: []schema.Source{{Name: "bond.hcl", Bytes: []byte("# <&>\n")}},
			Environment: map[string]string{"PSK": "hunter"}, Files: map[string][]byte{"psk": {0xff, 0}},
		},
		Backend: "networkd", Ground: []Mark{{"/etc/a", Sum([]byte("a"))}, {"eth0", ""}}, Leads: Sum(nil),
	}
	text, err := Encode(p)
	require.NoError(tb, err)
	return p, text
}

func TestAPlanIsReadAsItWasWritten(t *testing.T) {
	p, text := example(t)
	read, err := Decode(text)
	require.NoError(t, err)
	assert.Equal(t, p, read)
	assert.Len(t, read.ID(), 64)
	assert.Empty(t, (*Plan)(nil).ID())
	assert.True(t, strings.HasPrefix(string(text), `{"format_version":1,`), "the version is first")

	value, ok := read.Document.Inputs().Getenv("PSK")
	assert.Equal(t, "hunter", value)
	assert.True(t, ok)
	_, err = read.Document.Inputs().ReadFile("other")
	assert.ErrorContains(t, err, "the plan has no file other")
}

// Blanks say nothing; everything else does.
func TestAPlanThatWasChangedIsRefused(t *testing.T) {
	_, text := example(t)
	indented := strings.NewReplacer(`{"`, "{\n \"", `,"`, ",\n \"").Replace(string(text))
	_, err := Decode([]byte(indented))
	require.NoError(t, err)
	for from, to := range map[string]string{"networkd": "netplan", "v1.2.3": "v1.2.4", `"last_transaction":"t"`: `"last_transaction":""`} {
		require.Contains(t, string(text), from)
		_, err := Decode([]byte(strings.Replace(string(text), from, to, 1)))
		require.ErrorContains(t, err, "the plan was changed after it was saved")
	}
	_, err = Decode([]byte(`{"format_version": "1.0", "steps": []}`))
	assert.ErrorIs(t, err, ErrForeign, "plan --json is no saved plan")
}

// No file makes reading a plan panic, and what is read is written the same again.
func FuzzDecode(f *testing.F) {
	_, text := example(f)
	f.Add(text)
	f.Add([]byte(`{"format_version":1,"kind":"bondctl saved plan","sha256":"","plan":null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := Decode(text)
		if err != nil {
			return
		}
		again, err := Encode(p)
		require.NoError(t, err)
		_, err = Decode(again)
		require.NoError(t, err)
	})
}
