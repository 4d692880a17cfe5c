package cli

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel/kerneltest"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/manager"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

// byHand is what somebody has in the main file of ifupdown: a bond, and a link that
// is no affair of bondctl's.
const byHand = `source interfaces.d/*

# the attic
auto bond0
iface bond0 inet manual
    bond-slaves eth0 eth1

auto eth7
iface eth7 inet dhcp
`

const mainInterfaces = "etc/network/interfaces"

// newTakeOver is a host whose bond0 somebody has configured by hand for ifupdown.
func newTakeOver(t *testing.T) (*machine, *kerneltest.Fake) {
	t.Helper()
	m, k := newForeign(t)
	write(t, filepath.Join(m.Root, "usr/sbin/ifup"), "")
	write(t, filepath.Join(m.Root, mainInterfaces), byHand)
	return m, k
}

// stanzas is what is in that file.
func (m *machine) stanzas(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(m.Root, mainInterfaces))
	require.NoError(t, err)
	return string(text)
}

// A plan says what would be taken over; an apply does it only when it is told to,
// and release gives everything back.
func TestTakeOverAndGiveBack(t *testing.T) {
	m, k := newTakeOver(t)
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown"), m.err.String())
	assert.Contains(t, m.out.String(), "What would configure the links beside bondctl's files; with --take-over:\n    /etc/network/interfaces (bond0): commented out between marks")
	assert.NotContains(t, m.out.String(), "~ replace")
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown", "--take-over", "--json"), m.err.String())
	assert.Contains(t, m.out.String(), `"takes_over": true`)

	require.Equal(t, codeDone, m.again("apply", "--backend", "ifupdown", "--auto-approve", "--no-guard", "--take-over"), m.err.String())
	taken := m.stanzas(t)
	assert.NotContains(t, "\n"+taken, "\nauto bond0")
	assert.Contains(t, taken, "auto eth7\niface eth7 inet dhcp\n")
	assert.FileExists(t, filepath.Join(m.Root, interfaces))
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown", "--detailed-exitcode"), "nothing is left to take over: %s", m.out)

	require.Equal(t, codeDone, m.again("release", "--restore", "--auto-approve", "--no-guard"), m.err.String())
	assert.Equal(t, byHand, m.stanzas(t))
	assert.NoFileExists(t, filepath.Join(m.Root, interfaces))
	assert.Contains(t, k.String(), "eth0 up mtu 1500 02:00:00:00:00:02\n    192.0.2.10/24\n3: eth1 up mtu 1500 02:00:00:00:00:03 master bond0\n4: bond0 up mtu 1500 02:00:00:00:00:03 bond mode balance-rr\n")
}

// What was removed comes back as it was, mode and owner included: a daemon that is
// not root may have to read it.
func TestFilesComeBackToTheirOwners(t *testing.T) {
	m, _ := newTakeOver(t)
	require.Equal(t, codeDone, m.again("apply", "--backend", "ifupdown", "--auto-approve", "--no-guard", "--take-over"), m.err.String())
	file := filepath.Join(m.Root, interfaces)
	require.NoError(t, os.Chmod(file, 0o640))
	if os.Geteuid() == 0 {
		require.NoError(t, os.Chown(file, 12, 34))
	}
	before, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, codeDone, m.again("release", "--auto-approve", "--no-guard"), m.err.String())
	require.NoFileExists(t, file)
	require.Equal(t, codeDone, m.again("history"))
	require.Equal(t, codeDone, m.again("rollback", newest(m), "--auto-approve", "--no-guard"), m.err.String())
	after, err := os.Stat(file)
	require.NoError(t, err)
	assert.Equal(t, before.Mode(), after.Mode())
	was, is := before.Sys().(*syscall.Stat_t), after.Sys().(*syscall.Stat_t)
	assert.Equal(t, []uint32{was.Uid, was.Gid}, []uint32{is.Uid, is.Gid})
}

// Who names each file has ifupdown read bondctl's too, once that takes the links over.
func TestTakeOverHasIfupdownReadOurFile(t *testing.T) {
	m, _ := newTakeOver(t)
	write(t, filepath.Join(m.Root, mainInterfaces), strings.Replace(byHand, "source interfaces.d/*\n", "", 1))
	const unread = "warning: Not read by ifupdown"
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown"), m.err.String())
	assert.Contains(t, m.err.String(), unread)
	assert.Contains(t, strings.Join(strings.Fields(m.out.String()), " "), "commented out between marks, and made to read /etc/network/interfaces.d/bondctl")
	require.Equal(t, codeDone, m.again("apply", "--backend", "ifupdown", "--auto-approve", "--no-guard", "--take-over"), m.err.String())
	assert.NotContains(t, m.err.String(), unread)
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown", "--detailed-exitcode"), m.out.String())
	assert.NotContains(t, m.err.String(), unread)
}

// Without --restore bondctl's files go, and the links stay as they run.
func TestReleaseLeavesTheLinks(t *testing.T) {
	m, k := newTakeOver(t)
	require.Equal(t, codeDone, m.again("apply", "--backend", "ifupdown", "--auto-approve", "--no-guard", "--take-over"), m.err.String())
	links, taken := k.String(), m.stanzas(t)
	require.Equal(t, codeDone, m.again("release", "--auto-approve", "--no-guard"), m.err.String())
	assert.Contains(t, m.out.String(), "have ifupdown leave bond0, eth0, eth1 as they are, for good")
	assert.NoFileExists(t, filepath.Join(m.Root, interfaces))
	assert.Equal(t, links, k.String())
	assert.Equal(t, taken, m.stanzas(t))
	require.Equal(t, codeDone, m.again("release", "--auto-approve", "--no-guard"), "a second time there is nothing to do: %s", m.err)
}

// There is nothing to bring back where nothing was confirmed.
func TestReleaseBringsBackWhatIsOnRecord(t *testing.T) {
	m, _ := newTakeOver(t)
	assert.Equal(t, codeError, m.again("release", "--restore", "--auto-approve", "--no-guard"))
	assert.Contains(t, m.err.String(), "there is nothing to bring back: no change of bondctl's was confirmed on this host")
}

// What cannot be taken over is named with its place, and nothing is changed.
func TestWhatCannotBeTakenOver(t *testing.T) {
	m, k := newTakeOver(t)
	write(t, filepath.Join(m.Root, mainInterfaces), byHand+"\nauto /eth*=eth0\n")
	before := portrait(t, m, k)
	assert.Equal(t, codeError, m.again("apply", "--backend", "ifupdown", "--auto-approve", "--no-guard", "--take-over"))
	assert.Contains(t, m.err.String(), "--take-over cannot take everything over; nothing was changed: ")
	assert.Contains(t, m.err.String(), "/etc/network/interfaces:11")
	assert.Equal(t, before, portrait(t, m, k))
}

// The secrets in files of another network system are masked as one's own are.
func TestSecretsOfAnotherBackendAreMasked(t *testing.T) {
	m, _ := newForeign(t)
	radio := strings.Replace(attic, `slave "eth1" {}`, "slave \"eth1\" {}\n  slave \"wlan0\" {\n    wifi {\n      ssid = \"attic\"\n      psk  = \"of-other-days\"\n    }\n  }", 1)
	write(t, "bondctl.hcl", radio)
	require.NoError(t, os.Mkdir("image", 0o755))
	require.Equal(t, codeDone, m.again("generate", "--backend", "keyfile", "--out", "image"), m.err.String())
	require.NoError(t, os.CopyFS(m.Root, os.DirFS("image")))
	write(t, "bondctl.hcl", attic)
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown"), m.err.String())
	assert.Contains(t, m.out.String(), "- remove  /etc/NetworkManager/system-connections/wlan0.nmconnection")
	assert.Contains(t, m.out.String(), "psk=(sensitive, value 1)")
	assert.NotContains(t, m.out.String(), "of-other-days")
}

// What a network system writes itself when it lets links go is kept for the way
// back, once, whichever of the systems it is.
func TestWhatFormersWriteIsKept(t *testing.T) {
	root := t.TempDir()
	profiles, err := manager.For("keyfile", root)
	require.NoError(t, err)
	daemon, err := manager.For("networkd", root)
	require.NoError(t, err)
	l := &live{manager: daemon, formers: []former{{backend: "keyfile", manager: profiles}, {backend: "ifcfg"}}}
	changes := l.handedOver(manager.Situation{}, nil)
	assert.Equal(t, []string{"/var/lib/NetworkManager/no-auto-default.state"}, l.written(changes))
	l.manager = profiles
	assert.Equal(t, []string{"/var/lib/NetworkManager/no-auto-default.state"}, l.written(changes))
	l.manager, l.formers = daemon, nil
	assert.Empty(t, l.written(changes))
}

// A radio is in the hands of one supplicant: the unit that had it ends, and is kept
// from running without its file, before another network system takes the radio.
func TestAStationGoesToAnotherBackend(t *testing.T) {
	m, k := newApply(t)
	k.AddHardware("wlan0")
	require.NoError(t, k.Up("wlan0"))
	write(t, filepath.Join(m.Root, "proc/7/comm"), "systemd-network\n")
	write(t, "bondctl.hcl", strings.Replace(attic, `slave "eth1" {}`, "slave \"wlan0\" {\n    wifi {\n      ssid = \"attic\"\n      psk  = \"of-other-days\"\n    }\n  }", 1))
	require.NoError(t, os.Mkdir("image", 0o755))
	require.Equal(t, codeDone, m.again("generate", "--backend", "networkd", "--out", "image"), m.err.String())
	require.NoError(t, os.CopyFS(m.Root, os.DirFS("image")))
	require.Equal(t, codeDone, m.again("plan", "--backend", "ifupdown"), m.err.String())
	assert.Contains(t, m.out.String(), "+ create  /etc/systemd/system/wpa_supplicant@wlan0.service.d/99-bondctl.conf (0644)")
	assert.Contains(t, m.out.String(), "- remove  /etc/wpa_supplicant/wpa_supplicant-wlan0.conf")
	assert.Contains(t, m.out.String(), "      none           have systemd-networkd leave bond0, eth0, wlan0 as they are, for good\n"+
		"  !   bounces wlan0  have wpa_supplicant leave wlan0 for good (wpa_supplicant@wlan0.service)\n")
}

// A supplicant that ends takes its radio down, in a bond too: that is up again at once.
func TestALinkIsUpAgainWhenItsProgramHasEnded(t *testing.T) {
	k := kerneltest.NewFake()
	links := []string{"bond0", "eth0", "wlan0"}
	require.NoError(t, k.AddBond("bond0", nil))
	for _, name := range links[1:] {
		k.AddHardware(name)
		require.NoError(t, k.Enslave(name, "bond0"))
	}
	require.NoError(t, k.Up("bond0"))
	before, err := k.Observe()
	require.NoError(t, err)
	require.NoError(t, k.Down("wlan0"))
	scripts, err := manager.For("ifupdown", t.TempDir())
	require.NoError(t, err)
	l := &live{state: before, formers: []former{{manager: scripts, links: links}}}
	require.NoError(t, l.endProgram(t.Context(), k, plan.Change{Verb: plan.EndProgram, Link: "wlan0", By: "wpa_supplicant"}))
	after, err := k.Observe()
	require.NoError(t, err)
	wlan0, _ := after.Link("wlan0")
	assert.True(t, wlan0.Up)
}
