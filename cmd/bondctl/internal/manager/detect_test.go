package manager

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tree is a host's files.
func tree(files map[string]string) fstest.MapFS {
	root := fstest.MapFS{}
	for name, text := range files {
		root[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return root
}

func TestDetect(t *testing.T) {
	const profile = "[connection]\nid=home\nuuid=11111111-2222\ntype=ethernet\n"
	const managed = "[device]\nmanaged=true\nconnection-uuid=11111111-2222\n"
	cases := []struct {
		name, want, why string
		files           map[string]string
	}{
		{"Debian with ifupdown", "ifupdown", "ifupdown has brought up eth0, by its stanza eth0", map[string]string{
			"run/network/ifstate": "lo=lo\neth0=eth0\n", "usr/sbin/ifup": "", "etc/network/interfaces": "auto lo\n",
		}},
		{"Raspberry Pi OS with NetworkManager", "keyfile", "NetworkManager manages eth0 by /etc/NetworkManager/system-connections/home.nmconnection", map[string]string{
			"run/NetworkManager/devices/2": managed, "etc/NetworkManager/system-connections/home.nmconnection": profile,
			"etc/network/interfaces": "auto lo\n", "usr/sbin/ifup": "",
		}},
		{"Raspberry Pi OS with netplan", "netplan", "NetworkManager manages eth0 by /run/NetworkManager/system-connections/netplan-eth0.nmconnection", map[string]string{
			"run/NetworkManager/devices/2": managed, "run/NetworkManager/system-connections/netplan-eth0.nmconnection": profile,
		}},
		{"RHEL 8 with NetworkManager", "ifcfg", "NetworkManager manages eth0 by /etc/sysconfig/network-scripts/ifcfg-eth0", map[string]string{
			"run/NetworkManager/devices/2": managed, "etc/sysconfig/network-scripts/ifcfg-eth0": "DEVICE=eth0\nUUID=11111111-2222\n",
		}},
		{"NetworkManager's own profile", "keyfile", "NetworkManager manages eth0 by a profile in memory", map[string]string{
			"run/NetworkManager/devices/2": managed,
		}},
		{"Ubuntu server", "netplan", "systemd-networkd manages eth0 by netplan's /run/systemd/network/10-netplan-eth0.network", map[string]string{
			"run/systemd/netif/links/2":      "ADMIN_STATE=configured\nNETWORK_FILE=/run/systemd/network/10-netplan-eth0.network\n",
			"etc/netplan/50-cloud-init.yaml": "network: {}\n", "usr/sbin/netplan": "",
		}},
		{"systemd-networkd", "networkd", "systemd-networkd manages eth0 by /etc/systemd/network/wired.network", map[string]string{
			"run/systemd/netif/links/2": "ADMIN_STATE=configured\nNETWORK_FILE=/etc/systemd/network/wired.network\n",
		}},
		{"NetworkManager leaves to ifupdown what is in interfaces", "ifupdown", "ifupdown has brought up eth0, by its stanza eth0", map[string]string{
			"run/NetworkManager/devices/2": "[device]\nmanaged=false\n", "run/network/ifstate": "eth0=eth0\n",
		}},
		{"networkd leaves the link alone", "ifupdown", "ifupdown is installed and reads /etc/network/interfaces", map[string]string{
			"run/systemd/netif/links/2": "ADMIN_STATE=unmanaged\nNETWORK_FILE=/etc/systemd/network/x.network\n",
			"usr/sbin/ifup":             "", "etc/network/interfaces": "auto lo\n",
		}},
		{"RHEL 7 with nothing up", "ifcfg", "links are configured by /etc/sysconfig/network-scripts/ifcfg-eth0", map[string]string{
			"etc/sysconfig/network-scripts/ifcfg-eth0": "DEVICE=eth0\n", "etc/sysconfig/network-scripts/ifcfg-lo": "DEVICE=lo\n",
		}},
		{"netplan with nothing up", "netplan", "netplan is installed and configured by /etc/netplan/50-cloud-init.yaml", map[string]string{
			"etc/netplan/50-cloud-init.yaml": "network: {}\n", "usr/sbin/netplan": "", "usr/sbin/ifup": "", "etc/network/interfaces": "",
		}},
		{"a bare NetworkManager", "keyfile", "NetworkManager runs: /run/NetworkManager is there", map[string]string{"run/NetworkManager/x": ""}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			backend, reasons, err := Detect(tree(c.files), []Link{{"eth0", 2}})
			require.NoError(t, err)
			assert.Equal(t, c.want, backend)
			assert.Equal(t, []string{c.why}, reasons)
		})
	}
}

func TestDetectRefusesToGuess(t *testing.T) {
	_, _, err := Detect(tree(map[string]string{
		"run/network/ifstate":       "eth0=eth0\n",
		"run/systemd/netif/links/3": "ADMIN_STATE=configured\nNETWORK_FILE=/etc/systemd/network/b.network\n",
	}), []Link{{"eth0", 2}, {"eth1", 3}})
	require.EqualError(t, err, "which backend? ifupdown has brought up eth0, by its stanza eth0; "+
		"systemd-networkd manages eth1 by /etc/systemd/network/b.network; give --backend, or set backend in the document")

	_, _, err = Detect(tree(nil), []Link{{"eth0", 2}})
	require.ErrorContains(t, err, "none is set up")
}
