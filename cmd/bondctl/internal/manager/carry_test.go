package manager

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
)

// write makes the directory of profiles hold exactly these files.
func write(t *testing.T, root string, files []plan.Observed) {
	t.Helper()
	dir := filepath.Join(root, dirProfiles)
	require.NoError(t, os.RemoveAll(dir))
	require.NoError(t, os.MkdirAll(dir, 0o755))
	for _, f := range files {
		require.NoError(t, os.WriteFile(filepath.Join(root, f.Path), f.Content, 0o600))
	}
}

// upBy is a NetworkManager that has brought up a document, with the cards eth0 and eth1.
func upBy(t *testing.T, text string) *fakeNM {
	t.Helper()
	f := newFakeNM(t.TempDir())
	f.devices["eth0"], f.devices["eth1"] = &fakeDevice{state: nmDisconnected}, &fakeDevice{state: nmDisconnected}
	f.files(t, text)
	for _, w := range plan.Desired(decode(t, text)).Links {
		_, err := f.load([]string{profilesOf[keyfile].file(w.Name)})
		require.NoError(t, err)
		f.bringUp(w.Name, profilesOf[keyfile].file(w.Name))
	}
	f.said = nil
	return f
}

// change leads a fake from one document to another as apply does, and gives
// what the manager remembers of before.
func change(t *testing.T, f *fakeNM, from, to string) (remembered []byte, err error) {
	t.Helper()
	s, changes := situation(t, keyfile, from, to)
	m := f.manager()
	require.NoError(t, m.CanTake(decode(t, to), nil))
	remembered, err = m.Remember([]string{"bond0", "eth0", "eth1"})
	require.NoError(t, err)
	f.files(t, to)
	for _, c := range m.Lead(s, changes) {
		if c.By != "" && c.Verb >= plan.Read {
			if err := m.Carry(t.Context(), c); err != nil {
				return remembered, err
			}
		}
	}
	return remembered, m.TakeUp(t.Context(), decode(t, to), nil)
}

// isUp wants every link of a document up by its profile, as the profile says.
func (f *fakeNM) isUp(t *testing.T, text string) {
	t.Helper()
	for _, w := range plan.Desired(decode(t, text)).Links {
		d := f.devices[w.Name]
		require.NotNil(t, d, w.Name)
		assert.Equal(t, uint32(nmActivated), d.state, w.Name)
		assert.Equal(t, profilesOf[keyfile].file(w.Name), d.file, w.Name)
		assert.True(t, d.applied.equal(f.profiles[d.file]), "%s: %v", w.Name, d.applied)
	}
}

// A NetworkManager that finds the address taken before it is told not to look is asked
// once more, and not without end.
func TestNetworkManagerThatLooksTooFast(t *testing.T) {
	f := upBy(t, plain)
	f.quicker = 3
	_, err := change(t, f, plain, attic)
	require.NoError(t, err)
	f.isUp(t, attic)
	assert.Equal(t, 4, strings.Count(strings.Join(f.said, "\n"), "activate bond0"))

	f = upBy(t, plain)
	f.quicker = 1000
	_, err = change(t, f, plain, attic)
	require.ErrorContains(t, err, "not activated")
}

// What NetworkManager is told on the way to another document, and on the way back.
func TestNetworkManagerIsToldAndGoesBack(t *testing.T) {
	for _, c := range []struct{ name, from, to, told, back string }{
		{
			"in place", attic, strings.Replace(attic, "100", "250", 1), `
load bond0.nmconnection
reapply bond0 as the profile says
`, `
load bond0.nmconnection eth0.nmconnection eth1.nmconnection
read its configuration
reapply bond0 as the profile says
`,
		},
		{
			"another mode", attic, strings.Replace(attic, "active-backup", "balance-xor", 1), `
load bond0.nmconnection
activate bond0
eth0 follows bond0
eth1 follows bond0
`, `
load bond0.nmconnection eth0.nmconnection eth1.nmconnection
read its configuration
activate bond0
eth0 follows bond0
eth1 follows bond0
reapply bond0 without a probe
reapply bond0 as the profile says
`,
		},
		{
			"the address moves onto a new bond", plain, attic, `
load bond0.nmconnection eth0.nmconnection eth1.nmconnection
activate bond0
reapply bond0 without a probe
activate eth1
activate eth0
reapply bond0 as the profile says
`, `
load eth0.nmconnection
read its configuration
activate eth0
reapply eth0 without a probe
load bond0.nmconnection
load eth1.nmconnection
reapply eth0 as the profile says
`,
		},
		{
			"another Ethernet address", attic, strings.Replace(attic, "miimon", "mac_address = \"02:00:00:00:00:aa\"\n  miimon", 1), `
load bond0.nmconnection
reapply bond0 in part
`, `
load bond0.nmconnection eth0.nmconnection eth1.nmconnection
read its configuration
reapply bond0 as the profile says
`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := upBy(t, c.from)
			remembered, err := change(t, f, c.from, c.to)
			require.NoError(t, err)
			assert.Equal(t, strings.TrimPrefix(c.told, "\n"), strings.Join(f.said, "\n")+"\n")
			if !strings.Contains(c.told, "in part") {
				f.isUp(t, c.to)
			}
			f.said = nil
			f.files(t, c.from)
			require.NoError(t, f.manager().Restore(t.Context(), []string{"bond0", "eth0", "eth1"}, remembered))
			assert.Equal(t, strings.TrimPrefix(c.back, "\n"), strings.Join(f.said, "\n")+"\n")
			f.isUp(t, c.from)
		})
	}
}

// Whatever fails on the way back keeps nothing else from it; a NetworkManager
// that hangs is left at once, for the kernel is to be restored.
// Going back to an earlier state by steps of a plan, as rollback does with a
// confirmed change, ends with Restore: what they have brought up stays up.
func TestWhatStepsHaveBroughtBackIsLeftAlone(t *testing.T) {
	f := upBy(t, attic)
	to := strings.Replace(attic, "active-backup", "balance-xor", 1)
	s, changes := situation(t, keyfile, attic, to)
	m, links := f.manager(), []string{"bond0", "eth0", "eth1"}
	remembered, err := m.Remember(links)
	require.NoError(t, err)
	f.files(t, to)
	for _, c := range m.Lead(s, changes) {
		if c.By != "" && c.Verb >= plan.Read {
			require.NoError(t, m.Carry(t.Context(), c))
		}
	}
	require.Contains(t, f.said, "eth1 follows bond0")
	f.said = nil
	require.NoError(t, m.Restore(t.Context(), links, remembered))
	assert.Equal(t, []string{"load bond0.nmconnection eth0.nmconnection eth1.nmconnection", "read its configuration"}, f.said)
	f.isUp(t, to)
}

// A bus under load does not tell NetworkManager in time who calls it.
func TestNetworkManagerIsAskedAgainWhenItDoesNotKnowUs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := upBy(t, attic)
		c := client{Host{Bus: f, Patience: time.Second}}
		f.stranger = 3
		device, err := c.device(t.Context(), "bond0")
		require.NoError(t, err)
		assert.NotEmpty(t, device)
		f.stranger = 1000
		_, err = c.device(t.Context(), "bond0")
		require.ErrorContains(t, err, "NetworkManager, GetDeviceByIpIface: Unable to determine UID of the request")
	})
}

func TestNetworkManagerThatFailsOnTheWayBack(t *testing.T) {
	other := strings.Replace(attic, "active-backup", "balance-xor", 1)
	f := upBy(t, attic)
	remembered, err := change(t, f, attic, other)
	require.NoError(t, err)
	f.files(t, attic)
	f.fails["LoadConnections"], f.said = true, nil
	require.ErrorContains(t, f.manager().Restore(t.Context(), []string{"bond0", "eth0", "eth1"}, remembered), "LoadConnections fails")

	f.fails["LoadConnections"], f.hangs["GetAppliedConnection"] = false, true
	f.said = nil
	require.NoError(t, f.manager().Restore(t.Context(), []string{"bond0", "eth0", "eth1"}, remembered), "what cannot be compared is activated")
	f.hangs["GetAppliedConnection"], f.hangs["Get"] = false, true
	f.said = nil
	require.ErrorContains(t, f.manager().Restore(t.Context(), []string{"bond0"}, remembered), "no answer within")
	assert.Empty(t, f.said)
}

func TestNetworkManagerThatIsNotFit(t *testing.T) {
	f := upBy(t, attic)
	f.devices["eth1"].state = nmUnmanaged
	require.ErrorContains(t, f.manager().CanTake(decode(t, attic), nil), "nmcli device set eth1 managed yes")
	f.hangs["Get"] = true
	require.ErrorContains(t, f.manager().CanTake(decode(t, attic), nil), "no answer within 5s: systemctl restart NetworkManager")
	_, err := newProfileManager(keyfile, t.TempDir()).Remember(nil)
	require.ErrorContains(t, err, "NetworkManager cannot be reached")
}
