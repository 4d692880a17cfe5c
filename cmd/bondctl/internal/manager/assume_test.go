package manager

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/godbus/dbus/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

// NetworkManager is started anew for links that are as wanted and that it knows
// otherwise, unless that would cost others something or cannot work.
func TestNetworkManagerAssumes(t *testing.T) {
	running := []Unit{{Name: unitNetworkManager, Active: true}}
	told := strings.Replace(attic, "  ipv4", "  dns { servers = [\"192.0.2.1\"] }\n  ipv4", 1)
	const activates = "bond down: have NetworkManager activate bond0"
	for _, c := range []struct {
		name, to, want string
		facts          func(*Facts)
	}{
		{"links that others have set up", told, "in place: have NetworkManager start anew, and assume bond0, eth0, eth1 as they are *\n", func(*Facts) {}},
		{"changes in place come before", strings.Replace(attic, "100", "250", 1), `
in place: set miimon 100 -> 250 of bond0
in place: have NetworkManager start anew, and assume bond0, eth0, eth1 as they are *
`, func(*Facts) {}},
		{"by other profiles of its own", told, "in place: have NetworkManager start anew, and assume bond0, eth0, eth1 as they are *\n", func(f *Facts) {
			for i := range f.Devices {
				f.Devices[i].External, f.Devices[i].File = false, dirProfiles+"mine.nmconnection"
			}
		}},
		{"something else is up by it", told, activates, func(f *Facts) {
			f.Devices = append(f.Devices, Device{Link: "eth7", Managed: true, Profile: "lab", File: dirProfiles + "lab.nmconnection"})
		}},
		{"one of the links is its own already", told, activates, func(f *Facts) { f.Devices[2].External = false }},
		{"nothing could start it anew", told, activates, func(f *Facts) { f.Systemd = false }},
		{"it does not run", told, activates, func(f *Facts) { f.Units = nil }},
		{"what must be activated", strings.Replace(attic, "active-backup", "balance-xor", 1), activates + " (mode active-backup -> balance-xor)", func(*Facts) {}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, changes := situation(t, keyfile, attic, c.to)
			s.Facts.Units, s.Facts.Systemd = running, true
			for i := range s.Facts.Devices {
				s.Facts.Devices[i].External = true
			}
			c.facts(&s.Facts)
			led := listed(newProfileManager(keyfile, "/").Lead(s, changes))
			assert.Contains(t, "\n"+led, c.want)
			assert.Equal(t, strings.Contains(c.want, "assume"), strings.Contains(led, "assume"))
		})
	}
}

// A station joins its network only when it is activated: the bond goes on meanwhile.
func TestNetworkManagerAssumesButAStation(t *testing.T) {
	s, changes := situation(t, keyfile, attic, strings.Replace(attic, "100", "250", 1))
	s.Facts.Units, s.Facts.Systemd = []Unit{{Name: unitNetworkManager, Active: true}}, true
	for i := range s.Facts.Devices {
		s.Facts.Devices[i].External = true
	}
	for i := range s.Now.Links {
		s.Now.Links[i].Wireless = s.Now.Links[i].Name == "eth1"
	}
	assert.Equal(t, strings.TrimPrefix(`
in place: set miimon 100 -> 250 of bond0
bounces eth1: have NetworkManager start anew, and assume bond0, eth0 as they are *
bounces eth1: have NetworkManager activate eth1 *
`, "\n"), listed(newProfileManager(keyfile, "/").Lead(s, changes)))
}

// A profile in the place of another, with another UUID, takes down what was up by
// that: where NetworkManager is not started anew, the bond has to be made once more.
func TestNetworkManagerReadsAnotherProfileInThePlaceOfOne(t *testing.T) {
	const others = "87a4e8b1-2a2b-4c5d-9c61-0f5a9b1f8d10"
	s, changes := situation(t, keyfile, attic, strings.Replace(attic, "100", "250", 1))
	for i := range s.Facts.Devices {
		s.Facts.Devices[i].UUID = others
	}
	assert.Contains(t, listed(newProfileManager(keyfile, "/").Lead(s, changes)), "recreated: have NetworkManager activate bond0 (miimon 100 -> 250) *\n")
}

// withSystemd is a bus with NetworkManager and with systemd, which can stop and start it.
type withSystemd struct {
	*fakeNM
	stopped bool
	// declines is set for one that does not take up anything when it starts, and
	// interrupt is called when it was stopped.
	declines  bool
	interrupt func()
	// radio is the link of a station, empty for none.
	radio string
}

func (w *withSystemd) manager() *profileManager {
	m := newProfileManager(keyfile, w.root)
	m.dial = func(context.Context) (busWithSignals, error) { return w, nil }
	return m
}

// Call implements [Bus].
func (w *withSystemd) Call(ctx context.Context, service, object, method string, args ...any) ([]any, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if service != systemd {
		if w.stopped {
			return nil, absent
		}
		if method == getProperty && args[1] == "Startup" {
			return []any{dbus.MakeVariant(false)}, nil
		}
		answer, err := w.fakeNM.Call(ctx, service, object, method, args...)
		if method == getObjects && w.radio != "" {
			all := answer[0].(objects)
			all[dbus.ObjectPath("/device/"+w.radio)][nmDevice]["DeviceType"] = dbus.MakeVariant(uint32(2))
		}
		return answer, err
	}
	switch strings.TrimPrefix(method, systemd+".Manager.") {
	case "LoadUnit":
		return []any{dbus.ObjectPath("/unit")}, nil
	case "StopUnit":
		w.say("stops")
		w.stopped = true
		if w.interrupt != nil {
			w.interrupt()
		}
	case "StartUnit":
		w.say("starts")
		w.stopped = false
		w.start()
	default:
		return []any{unit(map[bool]string{true: "inactive", false: "active"}[w.stopped], "enabled", 1)}, nil
	}
	return []any{dbus.ObjectPath("/job")}, nil
}

// start reads all profiles, and takes for its own the links that it finds them for.
func (w *withSystemd) start() {
	w.profiles = map[string]settings{}
	files, _ := filepath.Glob(filepath.Join(w.root, dirProfiles, "*"))
	for _, file := range files {
		content, _ := os.ReadFile(file)
		w.profiles[strings.TrimPrefix(file, w.root)] = read(content)
	}
	for _, link := range atticLinks {
		w.devices[link] = &fakeDevice{state: nmDisconnected}
	}
	for _, link := range atticLinks {
		index, _ := os.ReadFile(filepath.Join(w.root, "sys/class/net", link, "ifindex"))
		state, _ := os.ReadFile(filepath.Join(w.root, deviceStates, strings.TrimSpace(string(index))))
		for file, s := range w.profiles {
			line := "connection-uuid=" + s.value("connection", "uuid") + "\n"
			if !w.declines && strings.Contains(string(state), line) {
				w.bringUp(link, file)
			}
		}
	}
}

// strangers is a NetworkManager that runs and has none of the links of the attic.
func strangers(t *testing.T) *withSystemd {
	t.Helper()
	w := &withSystemd{fakeNM: newFakeNM(t.TempDir())}
	for i, link := range atticLinks {
		w.devices[link] = &fakeDevice{state: nmActivated}
		name := filepath.Join(w.root, "sys/class/net", link, "ifindex")
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte{byte('4' + i), '\n'}, 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(name), "uevent"), []byte("INTERFACE="+link+"\n"), 0o600))
	}
	require.NoError(t, os.WriteFile(filepath.Join(w.root, "sys/class/net/bond0/uevent"), []byte("DEVTYPE=bond\nINTERFACE=bond0\n"), 0o600))
	w.files(t, attic)
	return w
}

func assumption() plan.Change {
	c := plan.Change{Verb: plan.Assume, Links: atticLinks}
	for _, link := range atticLinks {
		c.Files = append(c.Files, profilesOf[keyfile].file(link))
	}
	return c
}

func TestNetworkManagerStartsAnewAndAssumes(t *testing.T) {
	w := strangers(t)
	m := w.manager()
	require.NoError(t, m.Carry(t.Context(), assumption()))
	require.NoError(t, m.TakeUp(t.Context(), decode(t, attic), nil))
	assert.Equal(t, []string{"stops", "starts"}, w.said)
	w.isUp(t, attic)

	for index, owned := range map[string]string{"4": "nm-owned=true", "5": "nm-owned=false"} { // it would delete the card too
		state, err := os.ReadFile(filepath.Join(w.root, deviceStates, index))
		require.NoError(t, err)
		assert.Contains(t, string(state), owned)
	}
}

// What it does not assume is activated: the bond first.
func TestNetworkManagerActivatesWhatItDoesNotAssume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := strangers(t)
		defer func() { close(w.signals) }()
		w.declines = true
		m := w.manager()
		require.NoError(t, m.Carry(t.Context(), assumption()))
		require.NoError(t, m.TakeUp(t.Context(), decode(t, attic), nil))
		assert.Equal(t, []string{"stops", "starts", "activate bond0", "activate eth0", "activate eth1"}, w.said)
		w.isUp(t, attic)
	})
}

// Ended between, bondctl leaves NetworkManager stopped: the way back starts it, by
// the same process and by another one.
func TestTheWayBackStartsNetworkManager(t *testing.T) {
	for _, again := range []bool{false, true} {
		w := strangers(t)
		m := w.manager()
		remembered, err := m.Remember(atticLinks)
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		w.interrupt = cancel
		require.Error(t, m.Carry(ctx, assumption()))
		require.True(t, w.stopped)
		require.NoError(t, os.RemoveAll(filepath.Join(w.root, dirProfiles)))
		if again {
			m = w.manager()
		}
		require.NoError(t, m.Restore(t.Context(), atticLinks, remembered))
		assert.False(t, w.stopped)
		assert.True(t, slices.Contains(w.said, "starts"))
	}
}

// Links that are up by other profiles, or another manager's, are assumed by those of
// before, unless one of them was so before; a station is activated.
func TestTheWayBackAssumes(t *testing.T) {
	for _, c := range []struct {
		name  string
		known func(*withSystemd)
		said  []string
	}{
		{"all by others", func(*withSystemd) {}, []string{"stops", "starts"}},
		{"left to another manager", func(w *withSystemd) {
			for _, link := range atticLinks {
				w.devices[link] = &fakeDevice{state: nmUnmanaged}
			}
		}, []string{"stops", "starts"}},
		{"a station among them", func(w *withSystemd) { w.radio = "eth1" }, []string{"stops", "starts", "activate eth1"}},
		{"one as before", func(w *withSystemd) { w.devices["eth1"].file = profilesOf[keyfile].file("eth1") }, []string{
			"load bond0.nmconnection eth0.nmconnection eth1.nmconnection", "read its configuration", "activate bond0", "eth0 follows bond0", "eth1 follows bond0",
			"reapply bond0 without a probe", "activate eth0", "activate eth1", "reapply bond0 as the profile says",
		}},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := strangers(t)
			defer func() { close(w.signals) }()
			for _, link := range atticLinks {
				w.devices[link] = &fakeDevice{state: nmActivated, active: "/active/other", file: dirProfiles + "other-" + link}
				if link != "bond0" {
					w.devices[link].applied = settings{"connection": {"master": dbus.MakeVariant("bond0")}}
				}
			}
			c.known(w)
			known := map[string]knownLink{}
			for _, link := range atticLinks {
				file := profilesOf[keyfile].file(link)
				known[link] = knownLink{UUID: "u-" + file, File: file}
			}
			remembered, err := json.Marshal(known)
			require.NoError(t, err)
			require.NoError(t, w.manager().Restore(t.Context(), atticLinks, remembered))
			assert.Equal(t, c.said, w.said, c.name)
			w.isUp(t, attic)
		})
	}
}

// A NetworkManager of a host without systemd cannot be started anew.
func TestNetworkManagerWithoutSystemd(t *testing.T) {
	f := newFakeNM(t.TempDir())
	f.fails["LoadUnit"] = true
	w := strangers(t)
	f.root = w.root
	require.ErrorContains(t, f.manager().Carry(t.Context(), assumption()), "having NetworkManager start anew")
}
