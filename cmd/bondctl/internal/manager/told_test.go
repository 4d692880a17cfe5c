package manager

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/generators/all"
)

// stanza is what somebody has typed for the radio of [wireless].
const stanza = `auto wlan0
iface wlan0 inet manual
  wpa-ssid attic
  wpa-psk long enough
  wpa-priority 5
  bond-master bond0
`

// inline are the words by which the hook of wpasupplicant starts one without a file.
var inline = []string{"/usr/sbin/wpa_supplicant", "-s", "-B", "-P", "/run/wpa_supplicant.wlan0.pid", "-i", "wlan0", "-D", "nl80211,wext", "-C", "/run/wpa_supplicant"}

// joinedByHand is a host whose radio was told its network by a stanza.
func joinedByHand(t *testing.T, text string) (*fakeHost, Daemon) {
	t.Helper()
	f := newFakeHost(t)
	f.place("etc/network/interfaces", text)
	return f, f.start(inline...)
}

// taking is the way on it from the author's files to a document's.
func (f *fakeHost) taking(to string) string {
	f.t.Helper()
	m := f.ifupdown()
	s, changes := f.way(ifupdown, wireless, to, &m.scripted)
	b, _ := all.Lookup(ifupdown)
	files, _ := b.Render(decode(f.t, to))
	s.Files = plan.Towards(files, nil)
	s.Facts.Told = m.stations.host.told(s.Facts.Stations)
	return listed(m.Lead(s, changes))
}

func TestAStationThatWasToldTheNetworkStays(t *testing.T) {
	plain := strings.Replace(stanza, "  wpa-priority 5\n", "", 1)
	f, _ := joinedByHand(t, plain)
	require.NoError(t, f.ifupdown().CanTake(decode(t, wireless), nil))
	assert.Empty(t, f.taking(wireless))
	const anew = "bounces wlan0: have wpa_supplicant activate wlan0 *\n"
	assert.Equal(t, anew, f.taking(strings.Replace(wireless, "long enough", "longer still", 1)))
	f, _ = joinedByHand(t, stanza)
	assert.Equal(t, anew, f.taking(wireless), "it was told more than the document says")
	f, _ = joinedByHand(t, strings.Replace(plain, "wpa-ssid", "#wpa-ssid", 1))
	assert.Equal(t, anew, f.taking(wireless), "nobody knows what it was told")
}

// Once bondctl's files are there, it leaves with them, though it has not read them.
func TestAStationThatWasToldLeavesWithItsFile(t *testing.T) {
	f, _ := joinedByHand(t, stanza)
	m := f.ifupdown()
	s, changes := f.way(ifupdown, wireless, wired, &m.scripted)
	assert.Contains(t, listed(m.Lead(s, changes)), "bounces wlan0: have wpa_supplicant forget bondctl-wlan0.conf, and give up wlan0 *\n")
	assert.NotContains(t, f.taking(wired), "wlan0", "it is somebody else's")
	alone := wired + "ethernet \"wlan0\" {}\n"
	assert.Contains(t, f.taking(alone), "bounces wlan0: have wpa_supplicant give up wlan0 *\n")
}

// An earlier state that is wanted again may have read no file.
func TestAStationReadsNoFileAgain(t *testing.T) {
	f, d := joinedByHand(t, stanza)
	before, err := f.ifupdown().Remember([]string{"wlan0"})
	require.NoError(t, err)
	lead := func() string {
		m := f.ifupdown()
		s, _ := f.way(ifupdown, wireless, wireless, &m.scripted)
		s.Doc, s.Known, s.Files = nil, before, plan.Files{}
		return listed(m.Lead(s, nil))
	}
	assert.Empty(t, lead(), "it runs so")
	require.NoError(t, f.signal(d.PID, 0))
	f.start(f.ifupdown().joining("wlan0")...)
	assert.Equal(t, "bounces wlan0: have wpa_supplicant activate wlan0 *\n", lead())
}

// control answers as the control socket of a wpa_supplicant does, and gives what it was asked.
func (f *fakeHost) control(answer func(command string) string) (asked func() []string) {
	f.t.Helper()
	f.place("run/wpa_supplicant/.keep", "")
	socket, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: filepath.Join(f.root, "run/wpa_supplicant/wlan0"), Net: "unixgram"})
	require.NoError(f.t, err)
	done := make(chan []string, 1)
	go func() {
		var list []string
		buffer := make([]byte, 4096)
		for {
			n, from, err := socket.ReadFromUnix(buffer)
			if err != nil {
				done <- list
				return
			}
			list = append(list, string(buffer[:n]))
			_, _ = socket.WriteToUnix([]byte(answer(string(buffer[:n]))), from) // who asks waits for it
		}
	}()
	return func() []string {
		require.NoError(f.t, socket.Close())
		return <-done
	}
}

// One that is started without a file is told what the stanza says, as the hook
// does: what it does not know it refuses, and goes on.
func TestAStationIsToldItsNetworkAgain(t *testing.T) {
	f, d := joinedByHand(t, strings.Replace(stanza, "priority", "frobs", 1))
	before, err := f.ifupdown().Remember([]string{"wlan0"})
	require.NoError(t, err)
	m := f.ifupdown()
	require.NoError(t, m.Carry(t.Context(), plan.Change{Verb: plan.Activate, Link: "wlan0", Words: m.joining("wlan0")}))

	asked := f.control(func(command string) string {
		switch {
		case command == "ADD_NETWORK":
			return "3\n"
		case strings.Contains(command, "frobs"):
			return "FAIL\n"
		}
		return "OK\n"
	})
	f.log = nil
	require.NoError(t, f.ifupdown().Restore(t.Context(), []string{"wlan0"}, before))
	assert.Equal(t, []string{
		"ADD_NETWORK", `SET_NETWORK 3 ssid "attic"`, `SET_NETWORK 3 psk "long enough"`, "SET_NETWORK 3 frobs 5", "ENABLE_NETWORK 3",
	}, asked())
	assert.Equal(t, []string{"SIGTERM 102", strings.Join(d.Words, " ")}, f.log, "no secret is on a command line")
}

func TestAStationThatCannotBeTold(t *testing.T) {
	begin := func(f *fakeHost) error {
		return f.ifupdown().Carry(t.Context(), plan.Change{Verb: plan.Activate, Link: "wlan0", Words: inline})
	}
	f, _ := joinedByHand(t, "auto lo\n")
	require.ErrorContains(t, begin(f), "wlan0: no stanza says which network it joins: see wpa-ssid in /etc/network/interfaces, then ifdown wlan0 and ifup wlan0")

	f, _ = joinedByHand(t, stanza)
	synctest.Test(t, func(t *testing.T) {
		require.ErrorIs(t, begin(f), os.ErrNotExist, "no socket")
	})
	asked := f.control(func(string) string { return "UNKNOWN COMMAND\n" })
	require.EqualError(t, begin(f), "wlan0: having wpa_supplicant join its network: wpa_supplicant refused a command: ADD_NETWORK")
	assert.Equal(t, []string{"ADD_NETWORK"}, asked())
}
