package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/configfiles"
	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/all"
)

// takenFrom does to the files of a backend what a take-over of the document attic does.
func (m *machine) takenFrom(t *testing.T, backend string, own bool) {
	t.Helper()
	b, ok := all.Lookup(backend)
	require.True(t, ok)
	edits, diags := b.TakeOver(configfiles.Read(os.DirFS(m.Root), b).Files, generators.Taking{Links: []string{"bond0", "eth0", "eth1"}, Own: own})
	require.Empty(t, diags)
	require.NotEmpty(t, edits)
	for _, e := range edits {
		require.NotNil(t, e.Content, e.Path)
		write(t, filepath.Join(m.Root, e.Path), string(e.Content))
	}
}

// What is for links by patterns claims them no more once it was made to pass over
// them, or comes behind bondctl's own, or its consumer is told to leave them alone.
func TestPatternsThatWereTakenOverClaimNothing(t *testing.T) {
	const both, place = "network: {version: 2, ethernets: {all: {match: {name: \"e*\"}, dhcp4: true}}}\n", "/etc/netplan/50-host.yaml"
	for name, c := range map[string]struct{ file, text, of, daemon, to string }{
		"renamed":           {place, both, "netplan", "systemd-network", "netplan"},
		"left alone":        {place, both, "netplan", "systemd-network", "ifupdown"},
		"passed over":       {place, "network: {version: 2, renderer: NetworkManager, ethernets: {all: {match: {name: \"e*\"}}}}\n", "netplan", "NetworkManager", "ifupdown"},
		"a unit shielded":   {"/usr/lib/systemd/network/80-wired.network", "[Match]\nName=e*\n[Network]\nDHCP=yes\n", "networkd", "systemd-network", "ifupdown"},
		"a unit passed by":  {"/usr/lib/systemd/network/00-wired.network", "[Match]\nName=e*\n[Network]\nDHCP=yes\n", "networkd", "systemd-network", "networkd"},
		"a profile changed": {"/etc/NetworkManager/system-connections/any", "[connection]\ntype=ethernet\n[match]\ninterface-name=e*;\n", "keyfile", "NetworkManager", "keyfile"},
	} {
		t.Run(name, func(t *testing.T) {
			m, _ := newApply(t)
			write(t, filepath.Join(m.Root, "usr/sbin/ifup"), "")
			write(t, filepath.Join(m.Root, "usr/sbin/netplan"), "")
			write(t, filepath.Join(m.Root, "proc/7/comm"), c.daemon+"\n")
			write(t, filepath.Join(m.Root, c.file), c.text)
			require.Equal(t, codeDone, m.again("plan", "--backend", c.to), m.err.String())
			assert.Contains(t, m.out.String(), "Also configured elsewhere:\n    eth0: "+c.file)
			m.takenFrom(t, c.of, c.of == c.to)
			require.Equal(t, codeDone, m.again("plan", "--backend", c.to), m.err.String())
			assert.NotContains(t, m.out.String(), "Also configured elsewhere")
		})
	}
}
