package netplan

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bondctl/bondctl/generators"
)

func TestWhatAFileMentions(t *testing.T) {
	var said []string
	for _, m := range Backend().Mentions(one50(`network:
  renderer: NetworkManager
  ethernets:
    renderer: networkd
    eth0: {}
    lan: {match: {name: "en*"}}
    left: {match: {macaddress: "02:00:00:00:00:01"}, set-name: left0}
    any: {match: {}}
  wifis:
    wlan0: {access-points: {home: {password: goats eat hay}}}
  bonds:
    bond0: {interfaces: [eth0, lan]}
  nm-devices:
    NM-1: {networkmanager: {passthrough: {connection.interface-name: tun0}}}
  openvswitch: {ports: [[a, b]]}
`)) {
		said = append(said, fmt.Sprintf("%d %q %s", m.Line, m.Pattern, m.Text))
	}
	assert.Equal(t, []string{
		`5 "eth0" ethernets: eth0`,
		`6 "en*" ethernets: lan: match: name: en*`,
		`7 "left0" ethernets: left: set-name: left0`,
		`8 "" ethernets: any`,
		`10 "wlan0" wifis: wlan0`,
		`12 "bond0" bonds: bond0`,
		`12 "eth0" bonds: bond0: interfaces: eth0`,
		`12 "lan" bonds: bond0: interfaces: lan`,
		`14 "tun0" nm-devices: NM-1: connection.interface-name: tun0`,
	}, said)
	assert.Empty(t, Backend().Mentions(one50("network: [")))
	assert.Empty(t, Backend().Mentions(one50("")))
	assert.Empty(t, Backend().Mentions(file("/etc/netplan/50-host.yml", "network: {ethernets: {eth0: {}}}")))
}

func TestRenderersOfAHost(t *testing.T) {
	assert.Equal(t, "networkd", Renderer(nil))
	files := []generators.File{
		file("/run/netplan/10.yaml", "network: {renderer: NetworkManager, ethernets: {a: {}, b: {renderer: networkd}}}"),
		file("/etc/netplan/10.yaml", "network: {renderer: networkd, ethernets: {hidden: {renderer: sriov}}}"),
		file("/etc/netplan/20.yaml", "network: {wifis: {renderer: networkd, w: {}}}"),
		file("/etc/netplan/30.yaml", "network: ["),
	}
	assert.Equal(t, "NetworkManager", Renderer(files))
	assert.Equal(t, []string{"NetworkManager", "networkd"}, Renderers(files))
}

func TestJoiningIsThatOfTheLink(t *testing.T) {
	const text = "network: {wifis: {w0: {dhcp4: true, regulatory-domain: DE, access-points: {a: {}}}, w1: {access-points: {b: {}}}, w2: {}}, ethernets: {w3: {access-points: {}}}}"
	assert.Equal(t, "access-points: {a: {}}\nregulatory-domain: DE\n", Joining([]byte(text), "w0"))
	for _, link := range []string{"w2", "w3", "w4"} {
		assert.Empty(t, Joining([]byte(text), link))
	}
}

// A line that holds a secret is found wherever YAML lets the secret stand.
func TestSecretsAreFoundInAnyStyle(t *testing.T) {
	for line, start := range map[string]int{
		`          password: goats`:                      20,
		`        home: {password: "goats", hidden: yes}`: 25,
		`{"auth":{"password":"goats"}}`:                  20,
		`    'client-key-password' : goats`:              28,
		`  wifi-security.psk: "goats"`:                   21,
		`  vpn-secrets.data: "goats"`:                    20,
		`  keys: {private: goats}`:                       8,
		`      wifi-security.psk-flags: "0"`:             0,
		`      client-key: /etc/ssl/key.pem`:             0,
		`      key-management: psk`:                      0,
	} {
		at, ok := Backend().Secret([]byte(line))
		assert.Equal(t, start, at, line)
		assert.Equal(t, start > 0, ok, line)
	}
}
