package kernel

import (
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func open(t *testing.T) *Host {
	t.Helper()
	host, err := Open()
	require.NoError(t, err)
	t.Cleanup(host.Close)
	return host
}

// Reading needs no privilege and no bonding driver: every machine has a loopback.
func TestObserveThisMachine(t *testing.T) {
	state, err := open(t).Observe()
	require.NoError(t, err)
	lo, ok := state.Link("lo")
	require.True(t, ok)
	assert.EqualValues(t, 1, lo.Index)
	assert.EqualValues(t, 772, lo.Hardware, "ARPHRD_LOOPBACK")
	assert.Nil(t, lo.Bond)
}

// What names a link that is not there is refused before anything is sent.
func TestChangesOfLinksThatAreNotThere(t *testing.T) {
	host := open(t)
	const name = "bondctl-none"
	for what, err := range map[string]error{
		"delete link":         host.Delete(name),
		"set link":            host.Up(name),
		"down":                host.Down(name),
		"set the MTU of":      host.SetMTU(name, 1500),
		"set the address of":  host.SetMAC(name, [6]byte{2}),
		"configure IPv6 on":   host.SetIPv6(name, IPv6{AcceptRA: 0}),
		"make VLAN 20 of":     host.AddVLAN("x", name, 20),
		"set options of bond": host.SetBond(name, nil),
		"set options of slav": host.SetSlave(name, nil),
		"enslave lo to":       host.Enslave("lo", name),
		"release":             host.Release(name),
		"add address":         host.AddAddress(Address{Link: name}),
		"set address":         host.ReplaceAddress(Address{Link: name}),
		"remove address":      host.RemoveAddress(Address{Link: name}),
		"add route":           host.AddRoute(Route{Link: name}),
		"set route":           host.ReplaceRoute(Route{Link: name}),
		"remove route":        host.RemoveRoute(Route{Link: name}),
		"make bond":           host.AddBond("x", settingsOf(t, "primary="+name)),
	} {
		require.ErrorIs(t, err, ErrNoLink, what)
		require.ErrorContains(t, err, what)
	}
	require.ErrorIs(t, host.SetSlave("lo", nil), ErrNotSlave)
	assert.ErrorIs(t, host.SetBond("lo", settingsOf(t, "tx_queues=4")), ErrCreationOnly)
}

// The kernel's errno stays in the error, beside what was being done.
func TestErrorsOfTheKernel(t *testing.T) {
	err := about("make bond bond0", syscall.EEXIST)
	require.ErrorIs(t, err, syscall.EEXIST)
	require.EqualError(t, err, "make bond bond0: file exists")
	assert.NoError(t, about("make bond bond0", nil))
}
