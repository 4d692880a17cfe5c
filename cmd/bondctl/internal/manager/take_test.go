package manager

import (
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Who takes up the files of a backend depends on what the host has.
func TestForFindsWhoTakesUpTheFiles(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(root, "etc/netplan"), 0o755))
	renderer := filepath.Join(root, "etc/netplan/01-network-manager.yaml")

	m, err := For(ifcfg, root)
	require.NoError(t, err)
	assert.IsType(t, &scripts{}, m, "no NetworkManager is there")
	require.NoError(t, os.MkdirAll(filepath.Join(root, "etc/systemd/system/multi-user.target.wants"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(root, "etc/systemd/system/multi-user.target.wants", unitNetworkManager), nil, 0o600))
	for _, backend := range []string{keyfile, ifcfg} {
		m, err = For(backend, root)
		require.NoError(t, err)
		assert.IsType(t, &profileManager{}, m, backend)
	}
	require.NoError(t, os.WriteFile(renderer, []byte("network: {version: 2, renderer: NetworkManager}\n"), 0o600))
	m, err = For(netplan, root)
	require.NoError(t, err)
	assert.IsType(t, &profileManager{}, m)
}

// A manager that is away has not become another: what it had is undone with it.
func TestNamedFindsAManagerThatIsAway(t *testing.T) {
	root := t.TempDir()
	for backend, names := range map[string][]string{
		ifupdown: {ifupdown}, networkd: {systemdNetworkd}, netplan: {systemdNetworkd, networkManager}, keyfile: {networkManager},
		ifcfg: {networkScripts, networkManager},
	} {
		for _, name := range names {
			m, err := Named(name, backend, root)
			require.NoError(t, err)
			assert.Equal(t, name, m.Name(), backend)
		}
	}
	_, err := Named("", "none", root)
	require.EqualError(t, err, "this version cannot have none take up a change on a running host: apply --root DIR writes its files")
}

// Without root, netplan's files cannot be read: what it has made of them tells.
func TestRendererOfFilesForRootAlone(t *testing.T) {
	root := fstest.MapFS{"etc/netplan/a.yaml": {Data: []byte("network: {renderer: NetworkManager}")}}
	assert.Equal(t, networkd, Host{Root: Shut{root, ".yaml"}}.renderer(), "nobody else is there")
	root["etc/systemd/system/multi-user.target.wants/"+unitNetworkManager] = &fstest.MapFile{}
	assert.Equal(t, networkManager, Host{Root: Shut{root, ".yaml"}}.renderer())
	root["run/systemd/network/10-netplan-eth0.network"] = &fstest.MapFile{}
	assert.Equal(t, networkd, Host{Root: Shut{root, ".yaml"}}.renderer())
	assert.Equal(t, networkManager, Host{Root: root}.renderer(), "it can be read")
}
