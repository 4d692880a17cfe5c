package sysctls

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/hostfs"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/netnstest"
)

// TestMain has the tests run in a network namespace of their own.
func TestMain(m *testing.M) {
	if netnstest.Inside() {
		os.Exit(m.Run())
	}
	os.Exit(netnstest.Rerun())
}

const remembered = "/var/lib/bondctl/monitor/sysctls.json"

// host has links of its own in the namespace, and a directory for its files.
type host struct {
	*testing.T
	kernel *kernel.Host
	root   string
}

func newHost(t *testing.T, links ...string) *host {
	t.Helper()
	k, err := kernel.Open()
	require.NoError(t, err)
	t.Cleanup(k.Close)
	h := &host{t, k, t.TempDir()}
	for _, l := range links {
		h.add(l)
		t.Cleanup(func() { _ = k.Delete(l) })
	}
	return h
}

func (h *host) add(link string)    { require.NoError(h, h.kernel.AddLink(link, "veth")) }
func (h *host) remove(link string) { require.NoError(h, h.kernel.Delete(link)) }

// keeper is a new process's.
func (h *host) keeper(boot string) *Keeper {
	h.Helper()
	files, err := hostfs.Open(h.root)
	require.NoError(h, err)
	h.Cleanup(func() { assert.NoError(h, files.Close()) })
	k, err := Open(files, remembered, boot)
	require.NoError(h, err)
	return k
}

// values are those of a link, in the order of the settings.
func (h *host) values(link string) []string {
	h.Helper()
	var values []string
	for _, s := range settings {
		value, err := read(s, link)
		require.NoError(h, err)
		values = append(values, value)
	}
	return values
}

// set is another hand.
func (h *host) set(link, family, name, value string) {
	h.Helper()
	require.NoError(h, write(setting{family: family, name: name}, link, value))
}

var untouched, prepared = []string{"0", "0", "0"}, []string{"1", "1", "2"}

func TestPreparesTheLinksNamedAndNoOther(t *testing.T) {
	h := newHost(t, "fiber", "other")
	k := h.keeper("this boot")
	require.NoError(t, k.Prepare([]string{"fiber", "missing"}))
	assert.Equal(t, prepared, h.values("fiber"))
	assert.Equal(t, untouched, h.values("other"))
	assert.Equal(t, untouched, h.values("all"))

	require.NoError(t, k.Restore())
	assert.Equal(t, untouched, h.values("fiber"))
	assert.NoFileExists(t, filepath.Join(h.root, remembered))
}

func TestWhatTheAdministratorSetIsPutBack(t *testing.T) {
	h := newHost(t, "fiber")
	h.set("fiber", "ipv4", "arp_announce", "1")
	h.set("fiber", "ipv6", "ignore_routes_with_linkdown", "1")
	k := h.keeper("this boot")
	require.NoError(t, k.Prepare([]string{"fiber"}))
	assert.Equal(t, prepared, h.values("fiber"))
	require.NoError(t, k.Restore())
	assert.Equal(t, []string{"0", "1", "1"}, h.values("fiber"))
}

func TestALinkMadeAnewIsPreparedAgain(t *testing.T) {
	h := newHost(t, "ppp0")
	k := h.keeper("this boot")
	require.NoError(t, k.Prepare([]string{"ppp0"}))
	h.remove("ppp0")
	require.NoError(t, k.Prepare([]string{"ppp0"}))
	h.add("ppp0")
	require.NoError(t, k.Prepare([]string{"ppp0"}))
	assert.Equal(t, prepared, h.values("ppp0"))
	require.NoError(t, k.Restore())
	assert.Equal(t, untouched, h.values("ppp0"))
}

func TestAnotherHandWins(t *testing.T) {
	h := newHost(t, "fiber")
	k := h.keeper("this boot")
	require.NoError(t, k.Prepare([]string{"fiber"}))
	h.set("fiber", "ipv4", "arp_announce", "1")
	require.NoError(t, k.Prepare([]string{"fiber"}))
	assert.Equal(t, []string{"1", "1", "1"}, h.values("fiber"), "it was fought over")
	require.NoError(t, k.Restore())
	assert.Equal(t, []string{"0", "0", "1"}, h.values("fiber"), "it was put back")
}

func TestALinkNoLongerNamedIsGivenBack(t *testing.T) {
	h := newHost(t, "fiber", "gsm")
	k := h.keeper("this boot")
	require.NoError(t, k.Prepare([]string{"fiber", "gsm"}))
	require.NoError(t, k.Prepare([]string{"gsm"}))
	assert.Equal(t, untouched, h.values("fiber"))
	assert.Equal(t, prepared, h.values("gsm"))
	require.NoError(t, k.Prepare([]string{"gsm", "fiber"}))
	assert.Equal(t, prepared, h.values("fiber"))
	require.NoError(t, k.Restore())
	assert.Equal(t, untouched, h.values("fiber"))
}

// A process that was killed has put nothing back; the next one does.
func TestALaterProcessPutsBack(t *testing.T) {
	h := newHost(t, "fiber")
	require.NoError(t, h.keeper("this boot").Prepare([]string{"fiber"}))
	next := h.keeper("this boot")
	require.NoError(t, next.Prepare([]string{"fiber"}))
	require.NoError(t, h.keeper("this boot").Restore())
	assert.Equal(t, untouched, h.values("fiber"))
}

// After a boot the kernel has its own values, whatever they were before.
func TestAnotherBootHasNothingToPutBack(t *testing.T) {
	h := newHost(t, "fiber")
	require.NoError(t, h.keeper("this boot").Prepare([]string{"fiber"}))
	require.NoError(t, h.keeper("the next boot").Restore())
	assert.Equal(t, prepared, h.values("fiber"))
}

// What is not on disk could not be put back after a crash.
func TestNothingIsChangedThatCannotBeRemembered(t *testing.T) {
	h := newHost(t, "fiber")
	k := h.keeper("this boot")
	require.NoError(t, os.WriteFile(filepath.Join(h.root, "var"), nil, 0o600))
	require.ErrorContains(t, k.Prepare([]string{"fiber"}), "remember the settings")
	assert.Equal(t, untouched, h.values("fiber"))

	require.NoError(t, os.Remove(filepath.Join(h.root, "var")))
	require.NoError(t, k.Prepare([]string{"fiber"}))
	assert.Equal(t, prepared, h.values("fiber"))
}
