package session_test

import (
	"errors"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel/kerneltest"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/session"
	"github.com/bondctl/bondctl/schema"
)

// host has a bond of a cable and Wi-Fi with a VLAN on it, and a second cable
// over which the default route goes.
func host(t *testing.T) *kerneltest.Fake {
	t.Helper()
	f := kerneltest.NewFake()
	for _, name := range []string{"eth0", "wlan0", "eth1"} {
		f.AddHardware(name)
	}
	require.NoError(t, f.AddBond("bond0", nil))
	require.NoError(t, f.Enslave("eth0", "bond0"))
	require.NoError(t, f.Enslave("wlan0", "bond0"))
	require.NoError(t, f.AddVLAN("bond0.20", "bond0", 20))
	for _, l := range []struct{ name, address string }{
		{"bond0", "192.168.1.105/24"}, {"bond0.20", "10.0.20.5/24"}, {"eth1", "203.0.113.5/24"}, {"eth1", "fe80::105/64"}, {"bond0", "fe80::105/64"},
	} {
		require.NoError(t, f.Up(l.name))
		require.NoError(t, f.AddAddress(kernel.Address{Link: l.name, Prefix: netip.MustParsePrefix(l.address)}))
	}
	require.NoError(t, f.AddRoute(kernel.Route{To: schema.IPv4.Default(), Via: netip.MustParseAddr("203.0.113.1"), Link: "eth1"}))
	return f
}

func observed(t *testing.T, f *kerneltest.Fake) *kernel.State {
	t.Helper()
	state, err := f.Observe()
	require.NoError(t, err)
	return state
}

func TestLinksOfASession(t *testing.T) {
	f := host(t)
	end := func(text string) netip.AddrPort {
		if text == "" {
			return netip.AddrPort{}
		}
		return netip.AddrPortFrom(netip.MustParseAddr(text), 22)
	}
	for _, c := range []struct {
		name, client, local string
		want                []string
	}{
		{"a neighbour on the bond", "192.168.1.7", "192.168.1.105", []string{"bond0"}},
		{"a neighbour on the VLAN", "10.0.20.7", "10.0.20.5", []string{"bond0.20"}},
		{"in over the bond, out over the other cable", "198.51.100.7", "192.168.1.105", []string{"bond0", "eth1"}},
		{"this machine itself", "192.168.1.105", "192.168.1.105", []string{"bond0", "lo"}},
		{"this end alone", "192.168.1.105", "", []string{"bond0"}},
		{"the far end alone", "192.168.1.7", "", []string{"bond0"}},
		{"link-local, by its zone", "fe80::7%eth1", "fe80::105%eth1", []string{"eth1"}},
		{"link-local, on one of two links", "fe80::7", "fe80::105", []string{"eth1", "bond0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			links, err := session.Session{Client: end(c.client), Local: end(c.local)}.Links(observed(t, f), f)
			require.NoError(t, err)
			assert.Equal(t, c.want, links)
		})
	}
}

func TestLinksThatPeopleName(t *testing.T) {
	f := host(t)
	links, err := session.Session{Link: "wlan0"}.Links(observed(t, f), f)
	require.NoError(t, err)
	assert.Equal(t, []string{"wlan0"}, links)
	_, err = session.Session{Link: "eth9", Source: "--via"}.Links(observed(t, f), f)
	require.ErrorIs(t, err, kernel.ErrNoLink)
	assert.EqualError(t, err, "the session's link by --via: no such link as eth9: ip link lists those that are there")
}

// broken is a kernel that does not answer.
type broken struct{}

func (broken) PathTo(netip.Addr, netip.Addr) (string, error) { return "", errors.New("no answer") }

func TestSessionsWithoutALink(t *testing.T) {
	f := host(t)
	state := observed(t, f)
	require.NoError(t, f.Down("eth1"))
	away := session.Session{Client: netip.MustParseAddrPort("198.51.100.7:50022"), Source: "--via"}
	_, err := away.Links(state, f)
	require.ErrorIs(t, err, kernel.ErrUnreachable)
	require.ErrorContains(t, err, "the session's link, 198.51.100.7, by --via: ")

	here := away
	here.Local = netip.MustParseAddrPort("192.168.1.105:22")
	links, err := here.Links(state, f)
	require.NoError(t, err)
	assert.Equal(t, []string{"bond0"}, links, "no way back, but the address is there")
	_, err = here.Links(state, broken{})
	assert.ErrorContains(t, err, "no answer")
}

// over is the path of a session that goes over a link.
func over(t *testing.T, state *kernel.State, router session.Router, link string) session.Path {
	t.Helper()
	path, err := session.Finding{Sessions: []session.Session{{Link: link, Source: "--via"}}, Sure: true}.Path(state, router)
	require.NoError(t, err)
	return path
}

func TestPath(t *testing.T) {
	f := host(t)
	require.NoError(t, f.AddLink("mac0", "macvlan"))
	state := observed(t, f)
	mac0, _ := state.Link("mac0")
	mac0.Lower = "bond0.20"
	for link, want := range map[string][]string{
		"eth1":     {"eth1"},
		"bond0":    {"bond0", "eth0", "wlan0"},
		"bond0.20": {"bond0.20", "bond0", "eth0", "wlan0"},
		"wlan0":    {"wlan0", "bond0", "eth0"},
		"mac0":     {"mac0", "bond0.20", "bond0", "eth0", "wlan0"},
	} {
		assert.Equal(t, session.Path{Links: want}, over(t, state, f, link), link)
	}
	_, err := session.Finding{Sessions: []session.Session{{Link: "eth9"}}, Sure: true}.Path(state, f)
	assert.ErrorIs(t, err, kernel.ErrNoLink)
}

// Over which link a tunnel goes the kernel tells of some only.
func TestPathOfTunnels(t *testing.T) {
	for _, c := range []struct {
		name, kind, remote string
		without            string
		want               session.Path
	}{
		{"of a VPN", "tun", "", "", session.Path{
			Links: []string{"tun0", "eth1"},
			Notes: []string{"What carries tun0 the kernel does not tell: the links of all default routes count as its path"},
		}},
		{"to a far end that is known", "gre", "192.168.1.7", "", session.Path{
			Links: []string{"tun0", "bond0", "eth0", "wlan0"},
			Notes: []string{"tun0 is a tunnel to 192.168.1.7 by way of bond0"},
		}},
		{"to a far end that is out of reach", "gre", "2001:db8::1", "", session.Path{
			Links: []string{"tun0", "eth1"},
			Notes: []string{"What carries tun0 the kernel does not tell: the links of all default routes count as its path"},
		}},
		{"without a default route", "wireguard", "", "eth1", session.Path{
			Links: []string{"tun0"}, Lost: true,
			Notes: []string{"What carries tun0 the kernel does not tell, and there is no default route beside it"},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := host(t)
			require.NoError(t, f.AddLink("tun0", c.kind))
			if c.without != "" {
				require.NoError(t, f.Down(c.without))
			}
			state := observed(t, f)
			tunnel, _ := state.Link("tun0")
			if c.remote != "" {
				tunnel.Remote = netip.MustParseAddr(c.remote)
			}
			assert.Equal(t, c.want, over(t, state, f, "tun0"))
		})
	}
}

// What comes over the loopback was forwarded by a program, as ssh -R does.
func TestPathOfWhatIsForwarded(t *testing.T) {
	f := host(t)
	assert.Equal(t, []string{"lo", "eth1"}, over(t, observed(t, f), f, "lo").Links)
}

// Where it is not known which session it is, any of them counts.
func TestPathOfAnyOfSeveral(t *testing.T) {
	f := host(t)
	state := observed(t, f)
	gone := session.Session{Client: netip.MustParseAddrPort("[2001:db8::7]:40000"), Local: netip.MustParseAddrPort("[2001:db8::5]:22"), Stale: true}
	other := session.Session{Client: netip.MustParseAddrPort("192.168.1.7:50022"), Local: netip.MustParseAddrPort("192.168.1.105:22")}
	for _, c := range []struct {
		name string
		session.Finding
		want session.Path
	}{
		{"out of date, and another", session.Finding{Sessions: []session.Session{gone, other}}, session.Path{Links: []string{"bond0", "eth0", "wlan0"}}},
		{"out of date, and none", session.Finding{Sessions: []session.Session{gone}}, session.Path{Lost: true}},
		{"nothing could be read", session.Finding{Unseen: true}, session.Path{Lost: true}},
		{"at the console, as far as can be seen", session.Finding{}, session.Path{}},
		{"at the console, as somebody says", session.Finding{Sure: true}, session.Path{}},
	} {
		path, err := c.Path(state, f)
		require.NoError(t, err, c.name)
		assert.Equal(t, c.want, path, c.name)
	}
}

// However links stand on each other, the path ends, starts with the link, and
// has whatever carries any of it.
func TestPathIsClosed(t *testing.T) {
	names := []string{"a", "b", "c", "d", "e"}
	f := kerneltest.NewFake()
	rapid.Check(t, func(r *rapid.T) {
		state := &kernel.State{}
		or := rapid.SampledFrom(append([]string{""}, names...))
		for _, name := range names {
			state.Links = append(state.Links, &kernel.Link{
				Name: name, Parent: or.Draw(r, "parent"), Lower: or.Draw(r, "lower"), Master: or.Draw(r, "master"),
			})
		}
		path := over(t, state, f, "a").Links
		assert.Equal(r, "a", path[0])
		for _, name := range path {
			l, ok := state.Link(name)
			require.True(r, ok)
			assert.Subset(r, append(path, ""), []string{l.Parent, l.Lower, l.Master})
		}
	})
}
