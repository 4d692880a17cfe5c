package manager

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// leasesByDhcpcd is a host with dhcpcd alone, which runs for eth0 by a stanza with
// metric 50. It shows a title in place of its command line.
func leasesByDhcpcd(t *testing.T) *fakeHost {
	t.Helper()
	f := newFakeHost(t)
	require.NoError(t, os.Remove(filepath.Join(f.root, "sbin/dhclient")))
	f.place("sbin/dhcpcd", "")
	f.place("etc/network/interfaces", "auto eth0\niface eth0 inet dhcp\n\tmetric 50\n\thostname lab\n")
	f.place("run/dhcpcd/eth0.pid", "77\n")
	f.place("proc/77/cmdline", "dhcpcd: eth0 [ip4] [ip6]\x00")
	return f
}

// What ifup would say to dhcpcd is in the stanza.
func TestDhcpcdIsKnownByItsStanza(t *testing.T) {
	f := leasesByDhcpcd(t)
	m := f.ifupdown()
	require.NoError(t, m.CanTake(decode(t, leasing), nil))
	running := m.clients.running()
	require.Len(t, running, 1)
	assert.Equal(t, []string{"dhcpcd", "-h", "lab", "-m", "50", "eth0"}, running[0].Words)
	assert.Equal(t, running, Gather(t.Context(), Host{Root: os.DirFS(f.root)}).Clients)
}

// dhcpcd is told the metric by its command line, and begins anew for another.
func TestAnotherMetricOfALeaseByDhcpcd(t *testing.T) {
	f := leasesByDhcpcd(t)
	for _, c := range []struct{ name, to, want, metric string }{
		{"the same", leasing, "", ""},
		{"another", strings.Replace(leasing, "50", "55", 1), "in place: have dhcpcd lease an address for eth0 *\n", "55"},
		{"none", strings.Replace(leasing, "metric = 50", "", 1), "in place: have dhcpcd lease an address for eth0 *\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := f.ifupdown()
			s, changes := f.way(ifupdown, leasing, c.to, &m.scripted)
			led := m.Lead(s, changes)
			assert.Equal(t, c.want, listed(led))
			for _, l := range led {
				assert.Equal(t, c.metric, option(l.Words, "-m"))
				assert.Equal(t, "its routes get another metric", l.Why)
			}
		})
	}
}

const leasing6 = `ethernet "eth0" {
  ipv6 {
    dhcp   = true
    metric = 50
  }
}
`

// A client of IPv6 has no metric: that of the routes that a router advertises is the kernel's.
func TestAnotherMetricIsNothingToAClientOfIPv6(t *testing.T) {
	both := strings.Replace(leasing6, "ipv6", "ipv4 {\n    dhcp   = true\n    metric = 70\n  }\n  ipv6", 1)
	f := newFakeHost(t)
	f.start(dhclientPath, "-q", "-pf", "/run/dhclient-eth0.pid", "eth0")
	f.start(dhclientPath, "-6", "-pf", "/run/dhclient6-eth0.pid", "eth0")
	m := f.scripts()
	s, changes := f.way(ifcfg, both, strings.Replace(both, "70", "75", 1), &m.scripted)
	assert.Equal(t, "in place: have dhclient lease an address for eth0 *\n", listed(m.Lead(s, changes)))
	s, changes = f.way(ifcfg, both, strings.Replace(both, "50", "55", 1), &m.scripted)
	assert.Empty(t, m.Lead(s, changes))
}

// Until the kernel knows that no other host has it, nothing can be sent from the
// address: the card that a bond takes last may not go before.
func TestALeaseIsAwaitedUntilItCanBeUsed(t *testing.T) {
	f := newFakeHost(t)
	m := f.ifupdown()
	leased := kernel.Address{Link: "eth0", Prefix: netip.MustParsePrefix("2001:db8::64/128"), Valid: 3600, Flags: unix.IFA_F_TENTATIVE}
	looks := 0
	m.observe = func() (*kernel.State, error) {
		if looks++; looks == 3 {
			leased.Flags = 0
		}
		return &kernel.State{Addresses: []kernel.Address{leased}}, nil
	}
	require.NoError(t, m.awaitLease(t.Context(), "eth0", schema.IPv6))
	assert.Equal(t, 3, looks)
}

// The scripts' own command lines of IPv6, which are given once the link has an
// address of its own, and a lease of a single address that is waited for.
func TestScriptsLeaseIPv6(t *testing.T) {
	f := newFakeHost(t)
	for _, address := range []string{"fe80::1/64", "2001:db8::64/128"} {
		f.state.Addresses = append(f.state.Addresses, kernel.Address{Link: "eth0", Prefix: netip.MustParsePrefix(address), Valid: 3600, Preferred: 3600})
	}
	for backend, m := range map[string]*scripted{ifupdown: &f.ifupdown().scripted, ifcfg: &f.scripts().scripted} {
		f.log = nil
		s, changes := f.way(backend, wired, leasing6, m)
		for _, c := range m.Lead(s, changes) {
			if c.By != "" {
				assert.Equal(t, "dhclient -6", c.By)
				require.NoError(t, m.Carry(t.Context(), c))
			}
		}
		assert.Equal(t, []string{map[string]string{
			ifupdown: "/sbin/dhclient -nw -6 -v -pf /run/dhclient6.eth0.pid -lf /var/lib/dhcp/dhclient6.eth0.leases -I -df /var/lib/dhcp/dhclient.eth0.leases eth0",
			ifcfg:    "/sbin/dhclient -nw -6 -1 -lf /var/lib/dhclient/dhclient6-eth0.leases -pf /run/dhclient6-eth0.pid eth0",
		}[backend]}, f.log)
	}
	running := Gather(t.Context(), Host{Root: os.DirFS(f.root)}).Clients
	require.Len(t, running, 2)
	for _, d := range running {
		assert.Equal(t, "eth0", d.Link)
	}
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
	assert.Equal(t, autoconf{"accept_ra": "1", "autoconf": "1", "ra_defrtr_metric": "0", "disable_ipv6": "0", "addr_gen_mode": "1"},
		host.autoconf("eth0"), "dhcpcd has changed neither metric nor IPv6 as a whole")
	assert.Equal(t, []string{"SIGTERM 77"}, f.log)

	f.place("proc/77/cmdline", "dhcpcd: eth0 [ip4] [ip6]\x00")
	require.NoError(t, f.ifupdown().Restore(t.Context(), []string{"eth0"}, before))
	assert.Equal(t, []string{"SIGTERM 77", "SIGALRM 77"}, f.log, "what it has set goes")
	assert.Equal(t, autoconf{"accept_ra": "2", "autoconf": "2", "ra_defrtr_metric": "2", "disable_ipv6": "2", "addr_gen_mode": "2"}, host.autoconf("eth0"))
}
