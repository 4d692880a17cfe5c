package netplan

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/gentest"
)

// takenOver gives what becomes of files as a text, and what was reported.
func takenOver(taking generators.Taking, files ...generators.File) string {
	var text strings.Builder
	edits, diags := Backend().TakeOver(files, taking)
	for _, e := range edits {
		content := "(gone)\n"
		if e.Content != nil {
			content = string(e.Content)
		}
		fmt.Fprintf(&text, "-- %s --\n%s", e.Path, content)
	}
	for _, d := range diags {
		fmt.Fprintf(&text, "%s:%d %s: %s\n", d.Subject.Filename, d.Subject.Start.Line, d.Summary, d.Detail)
	}
	return text.String()
}

// TestEdits takes links over from one file: what goes stands between marks.
func TestEdits(t *testing.T) {
	for _, c := range []struct{ name, links, marked string }{
		{"the first definition", "a", "network:\n  ethernets:\n«    a:\n      dhcp4: true\n»    b: {}\n"},
		{"the last definition", "b", "network:\n  ethernets:\n    a: {}\n«    b:\n      dhcp4: true\n»"},
		{"without a line break at the end", "b", "network:\n  ethernets:\n    a: {}\n«    b:\n      dhcp4: true»"},
		{"between two", "b", "network:\n  ethernets:\n    a: {}\n«    b:\n        dhcp4: true\n»    c: {}\n"},
		{"a section", "bond0", "network:\n  ethernets:\n    a: {}\n«  bonds:\n    bond0: {interfaces: [a]}\n»  version: 2\n"},
		{"the last section", "bond0", "network:\n  ethernets:\n    a: {}\n«  bonds:\n    bond0: {interfaces: [a]}\n»"},
		{"a section with a renderer", "w", "network:\n  ethernets: {a: {}}\n«  wifis:\n    renderer: NetworkManager\n    w: {}\n»"},
		{"comments", "b", "network: # all\n  ethernets:\n    # the left one\n    a: {}\n    # the right one\n«    b: # goes\n      # as this does\n      dhcp4: true\n      # and this\n»\n    # of c\n    c: {}\n# end\n"},
		{"comments at the end", "b", "network:\n  ethernets:\n    a: {}\n«    b:\n      dhcp4: true\n      # of b\n»\n  # of ethernets\n# of all\n"},
		{"quotes", "b", "network:\n  \"ethernets\":\n    'a': {}\n«    \"b\": {dhcp4: 'yes'}\n»    \"c:d\": {}\n"},
		{"four blanks, and lists at the key", "a b", "network:\n    ethernets:\n        c: {}\n«        a: {}\n»«        b: {}\n»    bonds:\n        x:\n            interfaces:\n            - c\n«            - a # left\n»            # right\n«            - b\n»            mtu: 9000\n"},
		{"a list in one line", "a b", "network:\n  ethernets: {c: {}, «a: {}, »d: {}«, b: {}»}\n  bonds:\n    x: {interfaces: [ «a, »c«, b» ], mtu: 9000}\n"},
		{"a list over lines", "b", "network:\n  ethernets: {c: {},\n     «b: {dhcp4: true,\n         mtu: 1400},\n     »d: {}}\n  bonds:\n    x: {interfaces: [c, # left\n                     «b,» # right\n                     d]}\n"},
		{"JSON", "a", "{\"network\":{\"ethernets\":{«\"a\":{\"dhcp4\":true,\"nameservers\":{\"search\":[\"a]}\\\"\"]}},»\"b\":{}}}}"},
		{"odd texts in flow style", "a", "network: {ethernets: {«a: {nameservers: {search: [it's, 'd''}', \"]\\\"\", x#y]}}, »b: {}}}\n"},
		{"a text over lines", "a", "network:\n  wifis:\n«    a:\n      access-points:\n        home:\n          password: >\n            goats\n\n            eat\n»\n    b: {access-points: {x: {}}}\n"},
		{"letters of other scripts", "b", "network: {ethernets: {a: {nameservers: {search: [é.example]}}, «b: {nameservers: {search: [ü.example]}}, »c: {}}}\n"},
		{"line breaks of DOS", "b", "network:\r\n  ethernets:\r\n    a: {}\r\n«    b: {dhcp4: true}\r\n»    c: {}\r\n"},
		{"two documents", "b", "---\nnetwork:\n  ethernets:\n    a: {}\n«    b: {}\n»---\nnetwork: {ethernets: {b: {}}}\n"},
		{"an anchor that nobody uses", "b", "network:\n  ethernets:\n    a: {}\n«    b: &b\n      dhcp4: true\n»"},
		{"an alias that goes", "b", "network:\n  ethernets:\n    a: &a\n      dhcp4: true\n«    b: *a\n»"},
		{"a primary", "a", "network:\n  ethernets:\n    b: {}\n«    a: {}\n»  bonds:\n    x:\n      interfaces: [«a, »b]\n      parameters:\n        mode: active-backup\n«        primary: a\n»"},
		{"a port of a bridge", "a", "network:\n  ethernets: {b: {}«, a: {}»}\n  bonds:\n    x:\n      interfaces: [«a, »b]\n      parameters: {path-cost: {b: 1«, a: 5»}}\n"},
		{"matched by its name", "eth0", "network:\n  ethernets:\n    b: {}\n«    lan:\n      match: {name: eth0}\n»  bonds:\n    x: {interfaces: [«lan, »b]}\n"},
		{"the id is another link's", "lan", "network:\n  ethernets:\n    lan:\n      match: {name: eth0}\n«    x:\n      match: {name: lan}\n»"},
		{"a profile of NetworkManager's", "tun0", "network:\n  ethernets: {a: {}}\n«  nm-devices:\n    NM-1:\n      renderer: NetworkManager\n      networkmanager:\n        passthrough:\n          connection.type: \"tun\"\n          connection.interface-name: \"tun0\"\n»"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := strings.NewReplacer("«", "", "»", "").Replace(c.marked)
			want := ""
			for i, part := range strings.Split(c.marked, "«") {
				if _, behind, marked := strings.Cut(part, "»"); marked && i > 0 {
					part = behind
				}
				want += part
			}
			links := strings.Fields(c.links)
			edits, diags := Backend().TakeOver([]generators.File{one50(before)}, generators.Taking{Links: links, Own: true})
			assert.Empty(t, diags)
			require.Len(t, edits, 1)
			assert.Equal(t, want, string(edits[0].Content))
			assert.Equal(t, links, edits[0].Links)
			assert.Equal(t, "definitions removed", edits[0].How)
		})
	}
}

// TestTakings takes links over from whole hosts: testdata/takings has their
// files, and in a comment the links; what comes of them is behind the last.
func TestTakings(t *testing.T) {
	archives, err := filepath.Glob("testdata/takings/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, archives)
	for _, archive := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(archive), ".txtar"), func(t *testing.T) {
			text, err := os.ReadFile(archive)
			require.NoError(t, err)
			first, _, _ := bytes.Cut(text, []byte("\n"))
			words := strings.Fields(string(first))
			before, want, _ := strings.Cut(string(text), "-- becomes --\n")
			got := takenOver(generators.Taking{Links: words[2:], Own: words[1] == "own"}, gentest.Files(before)...)
			if os.Getenv("UPDATE") != "" {
				require.NoError(t, os.WriteFile(archive, []byte(before+"-- becomes --\n"+got), 0o600))
				return
			}
			assert.Empty(t, gentest.Diff("wanted", want, "got", got))
		})
	}
}
