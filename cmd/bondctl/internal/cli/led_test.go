package cli

import (
	"encoding/json"
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

`)
	require.Equal(t, codeDone, m.again("plan", "--backend", "keyfile", "--json"))
	var shown struct {
		Links []struct {
			Change, Link, By string
			Files            []string
		}
	}
	require.NoError(t, json.Unmarshal(m.out.Bytes(), &shown))
	require.Len(t, shown.Links, 5)
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
