package manager

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A host with dhcpcd alone, which shows a title in place of its command line: what
// ifup would say is in the stanza.
func TestDhcpcdIsKnownByItsStanza(t *testing.T) {
	f := newFakeHost(t)
	require.NoError(t, os.Remove(filepath.Join(f.root, "sbin/dhclient")))
	f.place("sbin/dhcpcd", "")
	f.place("etc/network/interfaces", "auto eth0\niface eth0 inet dhcp\n\tmetric 50\n\thostname lab\n")
	f.place("run/dhcpcd/eth0.pid", "77\n")
	f.place("proc/77/cmdline", "dhcpcd: eth0 [ip4] [ip6]\x00")
	m := f.ifupdown()
	require.NoError(t, m.CanTake(decode(t, leasing), nil))
	running := m.clients.running()
	require.Len(t, running, 1)
	assert.Equal(t, []string{"dhcpcd", "-h", "lab", "-m", "50", "eth0"}, running[0].Words)
	assert.Equal(t, running, Gather(t.Context(), Host{Root: os.DirFS(f.root)}).Clients)
}

// When dhcpcd ends, the kernel configures IPv6 again: as on a new link, and on the
// way back as before.
func TestTheKernelTakesIPv6Back(t *testing.T) {
	f := newFakeHost(t)
	for _, setting := range autoconfSettings {
		f.place(autoconfPath(usualLink, setting), "1\n")
		f.place(autoconfPath("eth0", setting), "2\n")
	}
	before, err := f.ifupdown().Remember([]string{"eth0"})
	require.NoError(t, err)
	f.place("run/dhcpcd/eth0.pid", "77\n")
	f.place("proc/77/cmdline", "dhcpcd: eth0 [ip4] [ip6]\x00")
	for _, setting := range autoconfSettings {
		f.place(autoconfPath("eth0", setting), "0\n")
	}
	require.NoError(t, f.ifupdown().EndPrograms(t.Context(), []string{"eth0"}))
	host := Host{Root: os.DirFS(f.root)}
	assert.Equal(t, host.autoconf(usualLink), host.autoconf("eth0"))
	assert.Equal(t, []string{"SIGTERM 77"}, f.log)

	f.place("proc/77/cmdline", "dhcpcd: eth0 [ip4] [ip6]\x00")
	require.NoError(t, f.ifupdown().Restore(t.Context(), []string{"eth0"}, before))
	assert.Equal(t, []string{"SIGTERM 77", "SIGALRM 77"}, f.log, "what it has set goes")
	assert.Equal(t, autoconf{"accept_ra": "2", "autoconf": "2", "addr_gen_mode": "2"}, host.autoconf("eth0"))
}
