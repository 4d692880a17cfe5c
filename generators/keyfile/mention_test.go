package keyfile_test

import (
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/generators/keyfile"
)

func TestMentions(t *testing.T) {
	for content, want := range map[string][]generators.Mention{
		"[connection]\ntype=ethernet\ninterface-name=eth0\n": {{Pattern: "eth0", Line: 3, Text: "interface-name=eth0"}},
		"[connection]\ntype=ethernet\n":                      {{Text: "a profile for any link of its type"}},
		"[connection]\n[match]\ninterface-name=!eth0;\n":     {{Text: "a profile for any link of its type"}},
		"[connection]\n[match]\ninterface-name=&en*;|wl*;!en1;|!x;": {
			{Pattern: "en*", Except: []string{"en1"}, Line: 3, Text: "interface-name=&en*;|wl*;!en1;|!x;"},
			{Pattern: "wl*", Except: []string{"en1"}, Line: 3, Text: "interface-name=&en*;|wl*;!en1;|!x;"},
		},
		"[connection]\ninterface-name=docker0\n[.nmmeta]\nexternal=true\n": nil,
		"[nmmeta]\nuuid=x\nloaded-path=/dev/null\n":                        nil,
		"Profiles go here.\n": nil,
	} {
		got := keyfile.Backend().Mentions(generators.File{Path: dir + "x", Content: []byte(content)})
		assert.Equal(t, want, got, content)
	}
}

// What is let go is no longer mentioned.
func TestMentionsAfterLettingGo(t *testing.T) {
	files := []generators.File{{Path: dir + "x", Content: []byte("[connection]\ntype=ethernet\n[match]\ninterface-name=e*;\n")}}
	edits, diags := keyfile.Backend().TakeOver(files, generators.Taking{Links: []string{"eth0"}, Own: true})
	assert.Empty(t, diags)
	for _, file := range gentest.Edited(files, edits) {
		for _, m := range keyfile.Backend().Mentions(file) {
			assert.False(t, m.Covers("eth0"))
			assert.True(t, m.Covers("eth1"))
		}
	}
}

// Whatever the reader and the editor look at is among the sources.
func TestSourcesHaveAllFiles(t *testing.T) {
	for name, archive := range hosts(t) {
		for _, f := range hostFiles(t, archive) {
			found := strings.HasSuffix(f.Path, "README") || strings.HasPrefix(f.Path, "/usr/lib/") && strings.HasSuffix(f.Path, ".nmmeta")
			for _, pattern := range keyfile.Backend().Sources {
				matched, err := path.Match(pattern, f.Path)
				require.NoError(t, err, pattern)
				found = found || matched
			}
			assert.True(t, found, "%s of %s", f.Path, name)
		}
	}
}
