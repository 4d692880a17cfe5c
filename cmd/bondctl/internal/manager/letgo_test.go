package manager

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

// atticLinks are those of the document attic.
var atticLinks = []string{"bond0", "eth0", "eth1"}

// NetworkManager leaves all devices alone before it hears that their profiles are
// gone: with a profile it would take down what is up by it.
func TestNetworkManagerLetsGo(t *testing.T) {
	f := upBy(t, attic)
	m := f.manager()
	remembered, err := m.Remember(atticLinks)
	require.NoError(t, err)
	require.NoError(t, os.RemoveAll(filepath.Join(f.root, dirProfiles)))
	require.NoError(t, m.LetGo(t.Context(), atticLinks))
	assert.Equal(t, []string{
		"manage bond0 false", "manage eth0 false", "manage eth1 false", "read its configuration",
	}, f.said[:4])
	assert.Empty(t, f.profiles)

	f.said = nil
	f.files(t, attic)
	require.NoError(t, f.manager().Restore(t.Context(), atticLinks, remembered))
	assert.Subset(t, f.said, []string{"manage bond0 true", "manage eth0 true", "manage eth1 true", "activate bond0"})
	for _, link := range atticLinks {
		assert.Equal(t, uint32(nmActivated), f.devices[link].state, link)
	}
}

// What its configuration has NetworkManager leave alone it manages for nobody, until
// it reads that the way back has removed that.
func TestTheWayBackEndsWhatLeavesLinksAlone(t *testing.T) {
	f := upBy(t, attic)
	m := f.manager()
	remembered, err := m.Remember(atticLinks)
	require.NoError(t, err)
	conf := filepath.Join(f.root, leavesAlone)
	require.NoError(t, os.MkdirAll(filepath.Dir(conf), 0o755))
	require.NoError(t, os.WriteFile(conf, []byte("[keyfile]\nunmanaged-devices+=interface-name:bond0;interface-name:eth0;interface-name:eth1\n"), 0o600))
	require.NoError(t, os.RemoveAll(filepath.Join(f.root, dirProfiles)))
	require.NoError(t, m.LetGo(t.Context(), atticLinks))
	require.Equal(t, uint32(nmUnmanaged), f.devices["bond0"].state)

	require.NoError(t, os.Remove(conf))
	f.files(t, attic)
	require.NoError(t, f.manager().Restore(t.Context(), atticLinks, remembered))
	for _, link := range atticLinks {
		assert.Equal(t, uint32(nmActivated), f.devices[link].state, link)
	}
}

// A NetworkManager that is not on the bus has nothing to let go; one that cannot be
// asked may have.
func TestNetworkManagerThatIsAwayLetsGo(t *testing.T) {
	away := newProfileManager(keyfile, t.TempDir())
	away.dial = func(context.Context) (busWithSignals, error) { return nobodyThere{}, nil }
	require.NoError(t, away.LetGo(t.Context(), atticLinks))

	f := newFakeNM(t.TempDir())
	f.fails["Get"] = true
	require.ErrorContains(t, f.manager().LetGo(t.Context(), atticLinks), "Get fails")
	unreachable := newProfileManager(keyfile, t.TempDir())
	require.ErrorContains(t, unreachable.LetGo(t.Context(), atticLinks), "NetworkManager cannot be reached")
}

// nobodyThere is a bus on which the service is not.
type nobodyThere struct{ *fakeNM }

func (nobodyThere) Call(context.Context, string, string, string, ...any) ([]any, error) {
	return nil, absent
}

// A link that was not managed before is not managed after the way back.
func TestNetworkManagerManagesWhatItManaged(t *testing.T) {
	f := upBy(t, attic)
	f.devices["eth1"] = &fakeDevice{state: nmUnmanaged}
	remembered, err := f.manager().Remember(atticLinks)
	require.NoError(t, err)
	_, err = f.Call(t.Context(), nm, "/device/eth1", setProperty, nmDevice, "Managed", dbus.MakeVariant(true))
	require.NoError(t, err)
	require.NoError(t, f.manager().Restore(t.Context(), atticLinks, remembered))
	assert.Equal(t, uint32(nmUnmanaged), f.devices["eth1"].state)
}

// systemd-networkd is stopped and started, unless it has set up other links: to
// those a stop would do harm.
func TestSystemdNetworkdLetsGo(t *testing.T) {
	f := &fakeDaemon{units: map[string]map[string]dbus.Variant{unitNetworkd: unit("inactive", "enabled", 1)}}
	m := running(t, f)
	require.NoError(t, m.LetGo(t.Context(), atticLinks))
	assert.Equal(t, []string{"StopUnit " + unitNetworkd, "StartUnit " + unitNetworkd}, f.told)
	assert.Zero(t, f.reloads)

	f.told = nil
	place(t, m, "sys/class/net/eth7/ifindex", "7\n")
	place(t, m, "run/systemd/netif/links/7", "ADMIN_STATE=configured\nNETWORK_FILE=/etc/systemd/network/eth7.network\n")
	require.NoError(t, m.LetGo(t.Context(), atticLinks))
	assert.Empty(t, f.told)
	assert.Equal(t, 1, f.reloads)

	require.NoError(t, stopped(t, &fakeDaemon{}).LetGo(t.Context(), atticLinks), "one that does not run has nothing to let go")
}

// What joins a radio to its network ends where another manager is to have it do so,
// and begins again on the way back.
func TestStationsAreHandedOver(t *testing.T) {
	m, f := attics(t, unit("active", "enabled", 10))
	remembered, err := m.Remember([]string{"eth0", "wlan0"})
	require.NoError(t, err)
	file := &plan.File{Content: []byte("network={}")}
	s := Situation{
		Files: plan.Files{Steps: []plan.Step{{Action: plan.Remove, Path: "/" + stationFile, Old: file}}},
		Now:   &kernel.State{Links: []*kernel.Link{{Name: "eth0", Carrier: true}, {Name: "wlan0", Carrier: true}}},
	}
	links := []string{"bond0", "eth0", "wlan0"}
	const ends = "bounces wlan0: have wpa_supplicant leave wlan0 for good (wpa_supplicant@wlan0.service) *\n"
	first, _ := HandOver(s, m, newProfileManager(keyfile, m.root), links, nil)
	assert.Equal(t, "none: have systemd-networkd leave bond0, eth0, wlan0 as they are, for good *\n"+ends, listed(first))
	byOtherFiles, _ := HandOver(s, m, newNetplan(m.root), links, nil)
	assert.Equal(t, ends, listed(byOtherFiles))
	itsOwn, _ := HandOver(s, m, newNetworkd(m.root), links, nil)
	assert.Empty(t, itsOwn, "that is a step of its own")

	require.NoError(t, m.Carry(t.Context(), first[1]))
	assert.Equal(t, []string{"StopUnit " + stationUnit}, f.told)
	m.before = nil // another process goes back
	require.NoError(t, m.Restore(t.Context(), []string{"eth0", "wlan0"}, remembered))
	assert.Equal(t, "RestartUnit "+stationUnit, f.told[1])
}

// netplan's units are its own for each radio.
func TestStationsOfNetplanAreHandedOver(t *testing.T) {
	text := func(wifis string) *plan.File {
		return &plan.File{Content: []byte("network: {version: 2, wifis: {" + wifis + "}}")}
	}
	s := Situation{
		Files: plan.Files{Steps: []plan.Step{{
			Action: plan.Replace, Path: "/etc/netplan/50-host.yaml",
			Old: text("wlan0: {access-points: {attic: {}}}, wlan1: {access-points: {cellar: {}}}"), New: text("wlan1: {access-points: {cellar: {}}}"),
		}}},
		Now: &kernel.State{Links: []*kernel.Link{{Name: "wlan0"}, {Name: "wlan1"}}},
	}
	first, _ := HandOver(s, newNetplan("/"), newNetworkd("/"), []string{"wlan0", "wlan1"}, nil)
	assert.Equal(t, "none: have wpa_supplicant leave wlan0 for good (netplan-wpa-wlan0.service) *\n", listed(first))
}

// Between two managers the one that had the links lets them go; one that goes on
// with other files forgets the earlier ones last.
func TestHandOver(t *testing.T) {
	root := t.TempDir()
	script, daemon, profile := newIfupdown(root), newNetworkd(root), newProfileManager(keyfile, root)
	first, last := HandOver(Situation{}, script, daemon, atticLinks, nil)
	assert.Equal(t, "none: have ifupdown leave bond0, eth0, eth1 as they are, for good *\n", listed(first))
	assert.Empty(t, last)
	first, last = HandOver(Situation{}, daemon, newNetplan(root), atticLinks, nil)
	assert.Empty(t, first)
	assert.Empty(t, last)
	first, last = HandOver(Situation{}, newProfileManager(ifcfg, root), profile, []string{"eth0"}, []string{"/etc/sysconfig/network-scripts/ifcfg-mine"})
	assert.Empty(t, first)
	assert.Equal(t, "none: have NetworkManager forget ifcfg-mine, ifcfg-eth0 *\n", listed(last))
	assert.Equal(t, plan.Forget, last[0].Verb)
}

// What the scripts of a system run goes on until another system has the links.
func TestScriptsLeaveTheirProgramsToThePlan(t *testing.T) {
	f := newFakeHost(t)
	m, other := f.ifupdown(), f.scripts()
	client := f.start(dhclient, "-pf", "/run/dhclient.bond0.pid", "bond0")
	station := f.start(supplicant, "-P", "/run/wpa_supplicant.wlan0.pid", "-i", "wlan0")
	foreign := f.start(dhclient, "-pf", "/run/dhclient-eth7.pid", "eth7")
	client.Link, station.Link, foreign.Link = "bond0", "wlan0", "eth7"
	s := Situation{Facts: Facts{Clients: []Daemon{client, foreign}, Stations: []Daemon{station}}, Now: &kernel.State{
		Links: []*kernel.Link{{Name: "bond0"}, {Name: "wlan0", Carrier: true, Master: "bond0"}},
	}}
	links := []string{"bond0", "wlan0"}
	require.NoError(t, m.LetGo(t.Context(), links))
	require.NoError(t, other.LetGo(t.Context(), links))
	assert.Empty(t, f.log)

	first, last := HandOver(s, m, newNetworkd(f.root), links, nil)
	assert.Empty(t, last)
	assert.Equal(t, strings.TrimPrefix(`
none: have ifupdown leave bond0, wlan0 as they are, for good *
bounces wlan0: have wpa_supplicant leave wlan0 for good (wpa_supplicant.wlan0.pid) *
none: have dhclient leave bond0 for good (dhclient.bond0.pid) *
`, "\n"), listed(first))
	for _, c := range first[1:] {
		require.NoError(t, m.Carry(t.Context(), c))
	}
	assert.Equal(t, []string{"SIGTERM 102", "SIGTERM 101"}, f.log)
}
