package ifupdown

import (
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
)

// TestUnsaid has what interfaces(5) cannot say: the statement that is missing,
// and whether the host behaves differently for it.
func TestUnsaid(t *testing.T) {
	for _, c := range []struct {
		name, text, path string
		severity         hcl.DiagnosticSeverity
	}{
		{"a bond that looks like a VLAN", "bond \"b.1\" {\n slave \"a\" {}\n}", "bond/b.1", hcl.DiagError},
		{"a bond for the shell", "bond \"b$x\" {\n slave \"a\" {}\n}", "bond/b$x", hcl.DiagError},
		{"a slave for the shell", "bond \"b\" {\n slave \"a;b\" {}\n}", "bond/b/slave/a;b", hcl.DiagError},
		{"a slave that is a word of ifenslave", "bond \"b\" {\n slave \"none\" {}\n}", "bond/b/slave/none", hcl.DiagError},
		{"a primary for the shell", "bond \"b\" {\n mode = \"active-backup\"\n primary = \"a;b\"\n slave \"c\" {}\n}", "bond/b/primary", hcl.DiagError},
		{"no targets", "bond \"b\" {\n arp_ip_target = []\n slave \"c\" {}\n}", "bond/b/arp_ip_target", hcl.DiagWarning},
		{"an option that no tool knows", "bond \"b\" {\n mode = \"802.3ad\"\n lacp_strict = \"on\"\n slave \"c\" {}\n}", "bond/b/lacp_strict", hcl.DiagError},
		{"its default", "bond \"b\" {\n mode = \"802.3ad\"\n lacp_strict = \"off\"\n slave \"c\" {}\n}", "bond/b/lacp_strict", hcl.DiagWarning},
		{"a domain for the shell", "ethernet \"a\" {\n dns {\n search = [\"$(reboot)\"]\n }\n}", "ethernet/a/dns/search", hcl.DiagError},
		{"a learned metric of zero", "ethernet \"a\" {\n ipv6 {\n metric = 0\n }\n}", "ethernet/a/ipv6/metric", hcl.DiagWarning},
		{"a VLAN that looks like another", "ethernet \"a\" {\n vlan \"5\" {\n name = \"a.6\"\n }\n}", "ethernet/a/vlan/5", hcl.DiagError},
		{"a VLAN for the shell", "ethernet \"a\" {\n vlan \"5\" {\n name = \"a;b\"\n }\n}", "ethernet/a/vlan/5", hcl.DiagError},
		{"a modem that dials by itself", "ppp \"ppp0\" {\n}", "ppp/ppp0", hcl.DiagWarning},
		{"a peer for the shell", "ppp \"ppp0\" {\n peer = \"a b\"\n}", "ppp/ppp0", hcl.DiagError},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc := decoded(t, c.text)
			files, diags := Backend().Render(doc)
			require.Len(t, diags, 1)
			assert.Equal(t, generators.Unsaid{Path: c.path}, diags[0].Extra)
			assert.Equal(t, c.severity, diags[0].Severity)
			_, complaints := parsedFiles(t, files...)
			assert.Empty(t, complaints)
		})
	}
}

// pppd itself adds the default route of a modem; it knows no other routes, and
// no gateway.
func TestRoutesOverModem(t *testing.T) {
	text, diags := rendered(t, `
ppp "gsm" {
	peer = "o2"
	mtu  = 1400
	dns { servers = ["192.0.2.53"] }
}
fallback "one" {
	route "a" {
		interface = "gsm"
		gateway   = "none"
	}
}
fallback "two" {
	route "b" {
		interface = "gsm"
		gateway   = "192.0.2.1"
	}
}`)
	assert.Equal(t, `auto gsm
iface gsm inet ppp
    provider o2
    options ifname gsm mtu 1400 defaultroute defaultroute-metric 100
    dns-nameservers 192.0.2.53
`, text)
	require.Len(t, diags, 1)
	assert.Equal(t, generators.Unsaid{Path: "ppp/gsm/route/0.0.0.0/0 via 192.0.2.1 metric 100"}, diags[0].Extra)
}

// A gateway without static addresses has no option; the command for it is told
// from a route of the document by its destination.
func TestGatewayWithoutAddresses(t *testing.T) {
	text, diags := rendered(t, "ethernet \"a\" {\n mac_address = \"02:00:00:00:00:01\"\n ipv6 {\n gateway = \"fe80::1\"\n metric = 7\n }\n}")
	assert.Empty(t, diags)
	assert.Equal(t, `auto a
iface a inet6 auto
    accept_ra 2
    post-up ip -6 route add ::/0 via fe80::1 dev $IFACE metric 7
    post-up ip link set dev $IFACE address 02:00:00:00:00:01
`, text)
	statements, complaints := parsed(t, text)
	assert.Empty(t, complaints)
	assert.Contains(t, statements, "ethernet/a/ipv6/gateway = fe80::1")
	assert.Contains(t, statements, "ethernet/a/ipv6/metric = 7")
}

// The metric of a default route that a router advertises is the kernel's to
// set; after ifdown the link has the usual one again.
func TestLearnedMetric(t *testing.T) {
	text, diags := rendered(t, "ethernet \"a\" {\n ipv6 {\n dhcp = true\n metric = 7\n }\n}")
	assert.Empty(t, diags)
	assert.Equal(t, `auto a
iface a inet6 dhcp
    accept_ra 2
    post-up [ ! -d /proc/sys/net/ipv6/conf/$IFACE ] || echo 7 > /proc/sys/net/ipv6/conf/$IFACE/ra_defrtr_metric
    post-down [ ! -d /proc/sys/net/ipv6/conf/$IFACE ] || echo 1024 > /proc/sys/net/ipv6/conf/$IFACE/ra_defrtr_metric
`, text)
}

// A document about nothing that ifupdown brings up makes no file.
func TestNothingToSay(t *testing.T) {
	files, diags := Backend().Render(decoded(t, ""))
	assert.Empty(t, files)
	assert.Empty(t, diags)
}
