package modconf

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLinesAsKmodReadsThem(t *testing.T) {
	cases := []struct {
		name, text string
		want       []Line
	}{
		{"comments and blank lines say nothing", "# options bonding mode=1\n\n \t\noptions a b=1\n", []Line{{4, 4, []string{"options", "a", "b=1"}}}},
		{"a comment that ends in a backslash swallows the next line", "# old \\\noptions a b=1\noptions a b=2", []Line{{3, 3, []string{"options", "a", "b=2"}}}},
		{"a word goes on below a backslash", "options bonding num_\\\ngrat_arp=3\nalias x y\n", []Line{{1, 2, []string{"options", "bonding", "num_grat_arp=3"}}, {3, 3, []string{"alias", "x", "y"}}}},
		{"a backslash before a letter is nothing", `options a b\c=1`, []Line{{1, 1, []string{"options", "a", "bc=1"}}}},
		{"only the first column makes a comment", " # b\n", []Line{{1, 1, []string{"#", "b"}}}},
		{"line ends of another system", "options a b=1\r\n", []Line{{1, 1, []string{"options", "a", "b=1"}}}},
		{"lines to the end", "options a \\\n\\\nb=1", []Line{{1, 3, []string{"options", "a", "b=1"}}}},
		{"a backslash at the very end stays", `alias a b\`, []Line{{1, 1, []string{"alias", "a", `b\`}}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, Lines([]byte(c.text))) })
	}
}

func TestParameters(t *testing.T) {
	line := Lines([]byte(`options snd-usb a-b="x" c=`))[0]
	params, ok := line.Parameters("snd_usb")
	assert.True(t, ok)
	assert.Equal(t, []Parameter{{1, "a_b", "x"}, {1, "c", ""}}, params)
	params, ok = Lines([]byte("options bonding arp_ip_target=\"192.0.2.1, 192.0.2.2\" mode=1"))[0].Parameters("bonding")
	assert.True(t, ok)
	assert.Equal(t, []Parameter{{1, "arp_ip_target", "192.0.2.1, 192.0.2.2"}, {1, "mode", "1"}}, params)
	_, ok = line.Parameters("bonding")
	assert.False(t, ok, "another module")
	_, ok = Lines([]byte("options bonding"))[0].Parameters("bonding")
	assert.False(t, ok, "kmod refuses a line without parameters")
}

func FuzzLines(f *testing.F) {
	f.Add([]byte("options a b=1 \\\n c\\"))
	f.Fuzz(func(t *testing.T, content []byte) {
		last := 0
		for _, line := range Lines(content) {
			assert.Greater(t, line.Number, last)
			assert.NotEmpty(t, line.Words)
			last = line.Last
		}
	})
}
