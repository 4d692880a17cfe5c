package manager

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// What scripts have the kernel do with IPv6 on a link, by what the link carries.
func TestHowScriptsHaveTheKernelConfigureIPv6(t *testing.T) {
	for carries, want := range map[string]struct{ ifupdown, scripts kernel.IPv6 }{
		``: {
			kernel.IPv6{kernel.DisableIPv6: 1},
			kernel.IPv6{kernel.AcceptRA: 0, kernel.Autoconf: 0},
		},
		`ipv4 { addresses = ["192.0.2.10/24"] }`: {nil, nil},
		`ipv6 { addresses = ["2001:db8::10/64"] }`: {
			kernel.IPv6{kernel.AcceptRA: 0, kernel.Autoconf: 0},
			kernel.IPv6{kernel.AcceptRA: 0, kernel.Autoconf: 0},
		},
		`ipv6 {
  addresses = ["2001:db8::10/64"]
  accept_ra = true
  metric    = 50
}`: {
			kernel.IPv6{kernel.AcceptRA: 2, kernel.Autoconf: 1, kernel.AdvertisedMetric: 50},
			kernel.IPv6{kernel.AcceptRA: 1, kernel.Autoconf: 1},
		},
		`ipv6 {
  addresses = ["2001:db8::10/64"]
  accept_ra = true
  gateway   = "2001:db8::1"
  metric    = 50
}`: {
			kernel.IPv6{kernel.AcceptRA: 2, kernel.Autoconf: 1},
			kernel.IPv6{kernel.AcceptRA: 1, kernel.Autoconf: 1},
		},
		`ipv6 {}`: {
			kernel.IPv6{kernel.AcceptRA: 2, kernel.Autoconf: 1},
			kernel.IPv6{kernel.AcceptRA: 1, kernel.Autoconf: 1},
		},
		`ipv6 { accept_ra = false }`: {
			kernel.IPv6{kernel.AcceptRA: 0, kernel.Autoconf: 1},
			kernel.IPv6{kernel.AcceptRA: 0, kernel.Autoconf: 0},
		},
		`ipv6 { dhcp = true }`: {
			kernel.IPv6{kernel.AcceptRA: 2},
			kernel.IPv6{kernel.AcceptRA: 1, kernel.Autoconf: 1},
		},
	} {
		doc := decode(t, "ethernet \"eth0\" {\n"+carries+"\n}\n")
		for m, want := range map[Leader]kernel.IPv6{newFakeHost(t).ifupdown(): want.ifupdown, newFakeHost(t).scripts(): want.scripts} {
			got := IPv6(m, doc, &schema.Document{}, nil)["eth0"]
			assert.Equal(t, want.String(), got.String(), "%s with %s", carries, m.Name())
		}
	}
}

// What a document says no more is as on a new link, and so is what a daemon has changed
// of a link that scripts take from it. VLANs are links of their own.
func TestWhatNobodySaysOfIPv6IsUsual(t *testing.T) {
	f := newFakeHost(t)
	for setting, value := range map[string]string{kernel.AcceptRA: "1", kernel.Autoconf: "1", kernel.AdvertisedMetric: "1024", kernel.DisableIPv6: "0"} {
		f.place(autoconfPath(usualLink, setting), value+"\n")
	}
	const four = `ethernet "eth0" {
  ipv4 { addresses = ["192.0.2.10/24"] }
  vlan "5" {
    ipv6 { accept_ra = false }
  }
}
`
	doc := decode(t, four)
	m := f.ifupdown()
	texts := func(links map[string]kernel.IPv6) map[string]string {
		shown := map[string]string{}
		for link, settings := range links {
			shown[link] = settings.String()
		}
		return shown
	}
	const ignoring = "accept_ra 0, autoconf 1"
	assert.Equal(t, map[string]string{"eth0": "", "eth0.5": ignoring}, texts(IPv6(m, doc, doc, nil)))
	bare := decode(t, `ethernet "eth0" {}`)
	assert.Equal(t, map[string]string{"eth0": "disable_ipv6 0", "eth0.5": ignoring}, texts(IPv6(m, doc, bare, nil)))
	six := decode(t, `ethernet "eth0" {
  ipv6 { metric = 50 }
}
`)
	assert.Equal(t, "accept_ra 1, autoconf 1, ra_defrtr_metric 1024", texts(IPv6(m, doc, six, nil))["eth0"])
	assert.Equal(t, "accept_ra 1, autoconf 1, disable_ipv6 0", texts(IPv6(m, doc, bare, []string{"eth0"}))["eth0"])

	networkd, err := For(networkd, f.root)
	require.NoError(t, err)
	assert.Nil(t, IPv6(networkd, six, six, nil), "it configures IPv6 by itself")
	assert.Nil(t, IPv6Before(networkd, nil))
}

// Where dhcpcd leases, it tells the kernel itself.
func TestDhcpcdConfiguresIPv6(t *testing.T) {
	f := newFakeHost(t)
	doc := decode(t, `ethernet "eth0" {
  ipv4 { dhcp = true }
  ipv6 { accept_ra = false }
}
`)
	assert.Equal(t, "accept_ra 0, autoconf 1", IPv6(f.ifupdown(), doc, doc, nil)["eth0"].String())
	f.place("sbin/dhcpcd", "")
	require.NoError(t, os.Remove(filepath.Join(f.root, "sbin/dhclient")))
	assert.NotContains(t, IPv6(f.ifupdown(), doc, decode(t, `ethernet "eth0" {}`), []string{"eth0"}), "eth0")
}

// What was remembered is what is wanted on the way back.
func TestTheWayBackOfIPv6(t *testing.T) {
	f := newFakeHost(t)
	for setting, value := range map[string]string{kernel.AcceptRA: "2", kernel.Autoconf: "0", kernel.AdvertisedMetric: "50", kernel.DisableIPv6: "0", "addr_gen_mode": "1"} {
		f.place(autoconfPath("eth0", setting), value+"\n")
	}
	m := f.scripts()
	known, err := m.Remember([]string{"eth0", "eth1"})
	require.NoError(t, err)
	back := IPv6Before(f.scripts(), known)
	assert.Equal(t, "accept_ra 2, autoconf 0, ra_defrtr_metric 50, disable_ipv6 0", back["eth0"].String())
	assert.Empty(t, back["eth1"])
}
