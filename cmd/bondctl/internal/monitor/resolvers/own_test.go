package resolvers

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheHostsOwnServers(t *testing.T) {
	root := t.TempDir()
	assert.Empty(t, Own(root), "there is no file")
	require.NoError(t, os.Mkdir(filepath.Join(root, "etc"), 0o755))
	for text, want := range map[string][]string{
		"":                       nil,
		"search example.org\n":   nil,
		"nameserver 127.0.0.53":  {"127.0.0.53"},
		"nameserver dns.example": nil,
		"# nameserver 192.0.2.9\nnameserver 192.0.2.1\noptions timeout:1\nnameserver fe80::1%eth0\n": {"192.0.2.1", "fe80::1%eth0"},
		"nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\nnameserver 192.0.2.4\n":   {"192.0.2.1", "192.0.2.2", "192.0.2.3"},
		serversMark + "\nnameserver 198.51.100.1\n" + endMark + "\nnameserver 192.0.2.1\n":           {"192.0.2.1"},
		serversMark + "\nnameserver 198.51.100.1\nnameserver 192.0.2.1\n":                            {"198.51.100.1", "192.0.2.1"},
	} {
		require.NoError(t, os.WriteFile(filepath.Join(root, resolvConf), []byte(text), 0o600))
		var found []string
		for _, addr := range Own(root) {
			assert.Equal(t, netip.MustParseAddr(addr.String()), addr)
			found = append(found, addr.String())
		}
		assert.Equal(t, want, found, text)
	}
}
