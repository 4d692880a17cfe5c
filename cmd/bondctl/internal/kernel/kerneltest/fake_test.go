package kerneltest_test

import (
	"errors"
	"net/netip"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel/kerneltest"
	"github.com/bondctl/bondctl/schema"
)

func TestFakeKernel(t *testing.T) {
	kerneltest.Conformance(t, func(*testing.T) kernel.Kernel { return kerneltest.NewFake() })
}

// A driver as old as Debian 12's passes too: what it does not know it ignores.
func TestFakeKernelThatIsOld(t *testing.T) {
	kerneltest.Conformance(t, func(*testing.T) kernel.Kernel {
		return kerneltest.NewFake("broadcast_neighbor", "lacp_strict", "actor_port_prio")
	})
}

// Compiled always, and run as root on a machine whose kernel has the bonding
// driver: BONDCTL_KERNEL=1 go test -run TestRealKernel, or the same of the
// binary that go test -c makes. Elsewhere there is nothing to run it on.
func TestRealKernel(t *testing.T) {
	if os.Getenv("BONDCTL_KERNEL") != "1" {
		return
	}
	kerneltest.Conformance(t, kerneltest.Real)
}

// settings reads "mode=active-backup miimon=100".
func settings(t *testing.T, text string) schema.Settings {
	t.Helper()
	var all schema.Settings
	for word := range strings.FieldsSeq(text) {
		name, value, _ := strings.Cut(word, "=")
		o, ok := schema.Lookup(name)
		require.True(t, ok, name)
		v, err := o.Parse(value)
		require.NoError(t, err)
		all = all.With(schema.Setting{Option: o, Value: v})
	}
	return all
}

// host is the machine of the first story: a cable, Wi-Fi, and a bond of both.
func host(t *testing.T) *kerneltest.Fake {
	t.Helper()
	f := kerneltest.NewFake()
	f.AddHardware("eth0")
	f.AddHardware("wlan0")
	require.NoError(t, f.AddBond("bond0", settings(t, "mode=active-backup miimon=100 primary=eth0 fail_over_mac=active")))
	require.NoError(t, f.Enslave("eth0", "bond0"))
	require.NoError(t, f.Enslave("wlan0", "bond0"))
	require.NoError(t, f.AddAddress(kernel.Address{Link: "bond0", Prefix: netip.MustParsePrefix("192.168.1.105/24")}))
	require.NoError(t, f.AddVLAN("bond0.20", "bond0", 20))
	require.NoError(t, f.Up("bond0"))
	require.NoError(t, f.AddRoute(kernel.Route{To: schema.IPv4.Default(), Via: netip.MustParseAddr("192.168.1.254"), Link: "bond0", Metric: 100}))
	return f
}

func active(t *testing.T, f *kerneltest.Fake) string {
	t.Helper()
	state, err := f.Observe()
	require.NoError(t, err)
	bond, ok := state.Link("bond0")
	require.True(t, ok)
	for _, s := range state.Slaves("bond0") {
		assert.Equal(t, s.Slave.Active, bond.Bond.Settings.Text("active_slave") == s.Name, s.Name)
	}
	return bond.Bond.Settings.Text("active_slave")
}

// Cable cut, traffic over Wi-Fi; cable back, traffic over the primary again.
func TestCables(t *testing.T) {
	f := host(t)
	assert.Equal(t, "eth0", active(t, f))
	require.NoError(t, f.CutCable("eth0"))
	assert.Equal(t, "wlan0", active(t, f))
	require.NoError(t, f.CutCable("wlan0"))
	assert.Empty(t, active(t, f))
	require.NoError(t, f.PlugCable("wlan0"))
	assert.Equal(t, "wlan0", active(t, f))
	require.NoError(t, f.PlugCable("eth0"))
	assert.Equal(t, "eth0", active(t, f))
	assert.ErrorIs(t, f.CutCable("eth9"), kernel.ErrNoLink)
}

func TestStateAsLines(t *testing.T) {
	f := host(t)
	require.NoError(t, f.CutCable("eth0"))
	assert.Equal(t, `1: lo down mtu 65536 00:00:00:00:00:00
2: eth0 up no-carrier mtu 1500 02:00:00:00:00:02 master bond0
3: wlan0 up mtu 1500 02:00:00:00:00:03 master bond0
4: bond0 up mtu 1500 02:00:00:00:00:03 bond mode active-backup active_slave wlan0 miimon 100 primary eth0 fail_over_mac active
    192.168.1.105/24
5: bond0.20 up mtu 1500 02:00:00:00:00:02 vlan 20 of bond0
192.168.1.0/24 dev bond0
0.0.0.0/0 via 192.168.1.254 dev bond0 metric 100
`, f.String())
}

// A change that the hook refuses has not been made, and says what it would have been.
func TestChangesAreCutOff(t *testing.T) {
	f := host(t)
	before := f.String()
	cut := errors.New("power cut")
	var seen []string
	f.Before(func(what string) error {
		seen = append(seen, what)
		return cut
	})
	require.ErrorIs(t, f.Release("eth0"), cut)
	require.EqualError(t, f.Delete("bond0"), "delete link bond0: power cut")
	assert.Equal(t, []string{"release eth0", "delete link bond0"}, seen)
	assert.Equal(t, before, f.String())
}

// What was observed stays what it was.
func TestObservedStateIsACopy(t *testing.T) {
	f := host(t)
	state, err := f.Observe()
	require.NoError(t, err)
	require.NoError(t, f.Delete("bond0"))
	_, ok := state.Link("bond0")
	assert.True(t, ok)
	assert.Len(t, state.Routes, 2)
	assert.Len(t, state.Rules, 5)
	assert.ErrorIs(t, f.Delete("bond0.20"), kernel.ErrNoLink, "it went with the bond")
}

func TestStations(t *testing.T) {
	f := host(t)
	list, err := f.Stations()
	require.NoError(t, err)
	assert.Empty(t, list)
	f.Join(kernel.Station{Link: "wlan0"})
	f.Join(kernel.Station{Link: "wlan0", Connected: true, SSID: "BTHub-2211"})
	list, err = f.Stations()
	require.NoError(t, err)
	assert.Equal(t, []kernel.Station{{Link: "wlan0", Connected: true, SSID: "BTHub-2211"}}, list)
}
