package manager

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

const runProfiles = "/run/NetworkManager/system-connections/"

// makes has the fake make a profile for a link by itself, and bring it up by that.
func (f *fakeNM) makes(t *testing.T, name, link, card string) {
	t.Helper()
	file := runProfiles + name
	f.made[file] = card
	place := filepath.Join(f.root, file)
	require.NoError(t, os.MkdirAll(filepath.Dir(place), 0o755))
	require.NoError(t, os.WriteFile(place, []byte("[connection]\ntype=ethernet\ninterface-name="+link+"\n\n[.nmmeta]\nnm-generated=true\n"), 0o600))
	_, err := f.load([]string{file})
	require.NoError(t, err)
	f.bringUp(link, file)
}

// madeByItself is a NetworkManager that has brought two cards up by profiles of its own
// making, and has been kept from that for a third one.
func madeByItself(t *testing.T) *fakeNM {
	t.Helper()
	f := upBy(t, plain)
	state := filepath.Join(f.root, noAutoDefault)
	require.NoError(t, os.MkdirAll(filepath.Dir(state), 0o755))
	require.NoError(t, os.WriteFile(state, []byte("02:00:00:00:00:07\n"), 0o600))
	f.made, f.none = map[string]string{}, f.noted()
	f.devices["eth1"], f.devices["eth8"] = &fakeDevice{state: nmDisconnected}, &fakeDevice{state: nmDisconnected}
	f.makes(t, "Wired connection 1.nmconnection", "eth1", "02:00:00:00:00:01")
	f.makes(t, "Wired connection 2.nmconnection", "eth8", "02:00:00:00:00:08")
	return f
}

// Where NetworkManager hears that a profile of its own making is gone, it makes none
// for that card any more. On the way back it reads that it may.
func TestProfilesThatNetworkManagerMakesByItself(t *testing.T) {
	for name, hears := range map[string]func(*profileManager) error{
		"let go": func(m *profileManager) error { return m.LetGo(t.Context(), atticLinks) },
		"forgotten": func(m *profileManager) error {
			_, last := HandOver(Situation{}, m, m, atticLinks, []string{runProfiles + "Wired connection 1.nmconnection"})
			return m.Carry(t.Context(), last[0])
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := madeByItself(t)
			m := f.manager()
			remembered, err := m.Remember(atticLinks)
			require.NoError(t, err)
			before := f.noted()
			state, profile := filepath.Join(f.root, noAutoDefault), filepath.Join(f.root, runProfiles, "Wired connection 1.nmconnection")
			savedState, err := os.ReadFile(state)
			require.NoError(t, err)
			savedProfile, err := os.ReadFile(profile)
			require.NoError(t, err)

			require.NoError(t, os.Remove(profile))
			require.NoError(t, hears(m))
			require.Equal(t, append(before, "02:00:00:00:00:01"), f.noted())

			require.NoError(t, os.WriteFile(state, savedState, 0o600))
			require.NoError(t, os.WriteFile(profile, savedProfile, 0o600))
			require.NoError(t, f.manager().Restore(t.Context(), atticLinks, remembered))
			assert.Equal(t, uint32(nmActivated), f.devices["eth1"].state)
			assert.Equal(t, runProfiles+"Wired connection 1.nmconnection", f.devices["eth1"].file)
			require.NoError(t, os.Remove(filepath.Join(f.root, runProfiles, "Wired connection 2.nmconnection")))
			_, err = f.load([]string{runProfiles + "Wired connection 2.nmconnection"})
			require.NoError(t, err)
			assert.Equal(t, append(before, "02:00:00:00:00:08"), f.noted(), "it has not kept the other in mind")
		})
	}
}

// The file is kept with those of the plan where NetworkManager hears of profiles
// that are gone, and only there.
func TestNetworkManagerWritesWhatItMakesNoMore(t *testing.T) {
	m := newProfileManager(keyfile, t.TempDir())
	first, _ := HandOver(Situation{}, m, newNetworkd(t.TempDir()), atticLinks, nil)
	assert.Equal(t, []string{noAutoDefault}, m.Writes(first))
	_, last := HandOver(Situation{}, m, m, atticLinks, []string{runProfiles + "Wired connection 1.nmconnection"})
	assert.Equal(t, []string{noAutoDefault}, m.Writes(last))
	assert.Empty(t, m.Writes([]plan.Change{{Verb: plan.LetGo, By: "systemd-networkd"}, {Verb: plan.Read, By: networkManager}}))
}
