package all_test

import (
	"cmp"
	"io/fs"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/all"
	"github.com/bondctl/bondctl/generators/gentest"
)

// TestModesOfNewFiles takes links over from files of packages, which are replaced
// or hidden by files in the administrator's directories, and from files beside
// which another one is needed. netplan warns about files that others can read, and
// NetworkManager passes over profiles that they can; systemd-networkd, which is no
// longer root when it reads its files, needs to read them as one of the others. What
// tells a consumer to leave links alone says that bondctl wrote it.
func TestModesOfNewFiles(t *testing.T) {
	text, err := os.ReadFile("testdata/packaged.txtar")
	require.NoError(t, err)
	files := gentest.Files(string(text))
	modes, told := map[string]fs.FileMode{}, 0
	for _, b := range all.Backends() {
		edits, _ := b.TakeOver(files, generators.Taking{Links: []string{"bond0", "eth0", "lan0", "wlan0"}})
		for _, e := range edits {
			modes[e.Path] = cmp.Or(e.Mode, generators.Public)
			if e.Tells {
				told++
				assert.True(t, generators.Tells(e.Content), "%s does not say whose it is: %s", e.Path, e.Content)
			}
		}
	}
	assert.Equal(t, map[string]fs.FileMode{
		"/etc/netplan/10-image.yaml":                                 0o600,
		"/etc/netplan/20-bond.yaml":                                  0o600,
		"/etc/netplan/50-cloud-init.yaml":                            0o600, // it is there, and keeps its own
		"/etc/systemd/network/10-bondctl-lan0.link":                  0o644,
		"/etc/systemd/network/10-left-alone.network":                 0o644,
		"/etc/cloud/cloud.cfg.d/99-bondctl-network.cfg":              0o644,
		"/etc/NetworkManager/conf.d/99-bondctl-unmanaged.conf":       0o644,
		"/etc/NetworkManager/system-connections/any.nmconnection":    0o600,
		"/etc/NetworkManager/system-connections/" + uuid + ".nmmeta": 0o600,
		"/etc/systemd/network/00-bondctl.network":                    0o644,
		"/etc/systemd/network/00-any.network.d/99-bondctl.conf":      0o644,
		"/etc/systemd/network/20-bond.netdev":                        0o644,
		"/etc/systemd/network/30-ports.network":                      0o644,
		"/etc/modprobe.d/bonding.conf":                               0o644,
		"/etc/modprobe.d/bondctl-max_bonds.conf":                     0o644,
	}, modes)
	assert.NotZero(t, told)
}

// uuid is that of the profile that a package brings for one link.
const uuid = "9a1f6c1e-5d57-4c0e-9f34-1c5c2d6a7b10"
