package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What NetworkManager does is in the plan, with what traffic notices of it.
func TestPlanNamesWhatNetworkManagerDoes(t *testing.T) {
	m, k := newHost(t, "plan", "--backend", "keyfile")
	before := k.String()
	require.Equal(t, codeDone, Run(m.Env), m.err.String())
	assert.Equal(t, before, k.String(), "a plan changes nothing")
	assert.Contains(t, m.out.String(), `Links, in this order:

      none          have NetworkManager read bond0.nmconnection, eth0.nmconnection, eth1.nmconnection
  ~   in place      have NetworkManager activate bond0 (mode active-backup, miimon 100, primary eth0)
      none          have NetworkManager activate eth1
      none          wait until bond0 has carrier
                    because its other slaves take over before the last one joins
  !   bounces eth0  have NetworkManager activate eth0
  !   bounces eth0  remove address 192.0.2.10/24 from eth0

`)
	require.Equal(t, codeDone, m.again("plan", "--backend", "keyfile", "--json"))
	var shown struct {
		Links []struct {
			Change, Link, By string
			Files            []string
		}
	}
	require.NoError(t, json.Unmarshal(m.out.Bytes(), &shown))
	require.Len(t, shown.Links, 6)
	assert.Equal(t, "activate", shown.Links[1].Change)
	assert.Equal(t, "NetworkManager", shown.Links[1].By)
	assert.Equal(t, []string{"/etc/NetworkManager/system-connections/bond0.nmconnection"}, shown.Links[1].Files)
}

// Without NetworkManager nothing is begun, and the remedy is named.
func TestApplyWithoutNetworkManagerChangesNothing(t *testing.T) {
	m, k := newHost(t, "apply", "--backend", "keyfile", "--auto-approve", "--no-guard")
	m.Privileged = true
	before := k.String()
	require.Equal(t, codeError, Run(m.Env))
	assert.Contains(t, m.err.String(), "NetworkManager cannot be reached")
	assert.Contains(t, m.err.String(), "systemctl start NetworkManager")
	assert.Equal(t, before, k.String())
	assert.NoDirExists(t, m.Root+"/etc/NetworkManager")
}

// A DHCP client that fails brings everything back, the name servers too that its
// script has written.
func TestALeaseThatFailsLeavesEverythingAsItWas(t *testing.T) {
	m, k := newApply(t, "--no-guard")
	write(t, "bondctl.hcl", strings.Replace(attic, "addresses = ", "dhcp      = true\n    addresses = ", 1))
	require.NoError(t, os.MkdirAll(filepath.Join(m.Root, "sbin"), 0o755))
	require.NoError(t, os.Symlink("/bin/false", filepath.Join(m.Root, "sbin/dhclient")))
	resolvers := filepath.Join(m.Root, "etc/resolv.conf")
	write(t, resolvers, "nameserver 192.0.2.53\n")
	before := portrait(t, m, k)
	m.Point = func(name string) {
		if strings.HasPrefix(name, "before have dhclient lease") {
			write(t, resolvers, "nameserver 198.51.100.53\n")
		}
	}
	require.Equal(t, codeRolledBack, Run(m.Env), m.err.String())
	assert.Contains(t, m.out.String(), "none          have dhclient lease an address for bond0\n")
	assert.Contains(t, m.err.String(), "sbin/dhclient -nw -4 -v -i -pf /run/dhclient.bond0.pid")
	assert.Equal(t, before, portrait(t, m, k))
}
