package schema_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

// said writes the statements of a document as lines.
func said(d *schema.Document) []string {
	statements := d.Statements()
	texts := make([]string, len(statements))
	for i, s := range statements {
		texts[i] = s.String()
	}
	return texts
}

const everything = `
bond "bond0" {
  mode   = 1
  miimon = "0.1s"
  mtu    = 1500
  slave "wlan0" {
    queue_id = 0
    wifi {
      ssid_hex = "686f6d65"
      psk      = "goatsareinteresting"
      hidden   = false
    }
  }
  slave "eth0" {}
  ipv4 {
    dhcp = false
    addresses = ["192.0.2.10/24", "192.0.2.11/24"]
    gateway   = "192.0.2.1"
    route "10.1.2.3/8" { gateway = "192.0.2.2" }
  }
  dns { servers = ["192.0.2.53"] }
  vlan "20" {
    name = "office"
    ipv6 {}
  }
}
ppp "ppp0" { peer = "provider" }
wifi "wlan1" {
  ssid     = "open"
  security = "open"
  eap {
    method   = "pwd"
    identity = "jane"
  }
}
`

func TestStatementsAreTheNormalForm(t *testing.T) {
	d, _ := decode(everything)
	assert.Equal(t, strings.Split(strings.TrimSpace(`
bond/bond0
bond/bond0/dns/servers = 192.0.2.53
bond/bond0/ipv4
bond/bond0/ipv4/addresses = 192.0.2.10/24, 192.0.2.11/24
bond/bond0/ipv4/gateway = 192.0.2.1
bond/bond0/miimon = 100
bond/bond0/mode = active-backup
bond/bond0/mtu = 1500
bond/bond0/route/10.0.0.0/8 via 192.0.2.2
bond/bond0/slave/eth0
bond/bond0/slave/wlan0
bond/bond0/slave/wlan0/queue_id = 0
bond/bond0/slave/wlan0/wifi/psk = (sensitive)
bond/bond0/slave/wlan0/wifi/security = wpa2-psk
bond/bond0/slave/wlan0/wifi/ssid = "home"
bond/bond0/vlan/20 = office
bond/bond0/vlan/20/ipv6
bond/bond0/vlan/20/ipv6/accept_ra = true
ppp/ppp0
ppp/ppp0/peer = provider
wifi/wlan1
wifi/wlan1/eap/identity = jane
wifi/wlan1/eap/method = pwd
wifi/wlan1/security = open
wifi/wlan1/ssid = "open"`), "\n"), said(d))
}

// What is refused is not stated.
func TestRefusedValuesAreNotStated(t *testing.T) {
	d, diags := decode("bond \"bond0\" {\n  mode = 1\n  miimon = \"often\"\n  mtu = 1\n}")
	require.True(t, diags.HasErrors())
	assert.Equal(t, []string{"bond/bond0", "bond/bond0/mode = active-backup"}, said(d))
}

func TestRoutesAsIPRouteShowsThem(t *testing.T) {
	r := schema.Route{
		To: schema.Given(netip.MustParsePrefix("10.0.0.0/8")), Gateway: schema.Given(netip.MustParseAddr("192.0.2.1")), Metric: schema.Given(0),
	}
	assert.Equal(t, "10.0.0.0/8 via 192.0.2.1 metric 0", r.String())
	assert.Equal(t, "ipv6", schema.FamilyOf(netip.MustParseAddr("::1")).String())
	assert.Equal(t, "::/0", schema.IPv6.Default().String())
	assert.Equal(t, []string{"a", "b"}, schema.GivenList("a", "b").Values())
}

// A fallback is known to the host as default routes with rising metrics.
func TestStaticStandsForFallbacks(t *testing.T) {
	d := documentOf(t, `
ethernet "eth0" {
  ipv4 {
    addresses = ["192.0.2.10/24"]
    gateway   = "192.0.2.1"
  }
  ipv6 {
    addresses = ["2001:db8::10/64"]
  }
}
ethernet "eth1" {
  ipv4 { dhcp = true }
  ipv6 {}
  vlan "5" {
    ipv4 { dhcp = true }
  }
}
bond "bond0" {
  mode         = "active-backup"
  miimon       = 100
  num_unsol_na = 3
  slave "eth2" {}
  slave "eth3" {}
  vlan "6" {
    ipv4 {
      addresses = ["198.51.100.10/24"]
    }
  }
}
ppp "ppp0" {}
fallback "internet" {
  route "given" {
    interface = "eth0"
    gateway   = "192.0.2.1"
    verify "icmp" { targets = ["203.0.113.1"] }
  }
  route "ipv6" {
    interface = "eth0"
    gateway   = "2001:db8::1"
    verify "icmp" { targets = ["2001:db8:1::1"] }
  }
  route "learned" {
    interface = "eth1"
    gateway   = "auto"
    verify "icmp" { targets = ["203.0.113.1"] }
  }
  route "vlan" {
    interface = "bond0.6"
    gateway   = "198.51.100.1"
    metric    = 450
    verify "icmp" { targets = ["203.0.113.1"] }
  }
  route "learned on a vlan" {
    interface = "eth1.5"
    gateway   = "auto"
    verify "icmp" { targets = ["203.0.113.1"] }
  }
  route "modem" {
    interface = "ppp0"
    gateway   = "none"
  }
}
guard { confirm_within = "60s" }
`)
	before := said(d)
	static := d.Static()
	assert.Equal(t, before, said(d), "the document itself stays")
	assert.Empty(t, static.Fallbacks)
	assert.Nil(t, static.Guard)
	assert.Equal(t, strings.Split(strings.TrimSpace(`
bond/bond0/num_grat_arp = 3
bond/bond0/vlan/6/route/0.0.0.0/0 via 198.51.100.1 metric 450
ethernet/eth0/ipv4/metric = 100
ethernet/eth0/route/::/0 via 2001:db8::1 metric 200
ethernet/eth1/ipv4/metric = 300
ethernet/eth1/ipv6/metric = 300
ethernet/eth1/vlan/5/ipv4/metric = 500
ppp/ppp0/route/0.0.0.0/0 metric 600`), "\n"), added(before, said(static)))
	assert.Equal(t, said(static), said(static.Static()), "once is enough")
}

// added lists what the second has and the first has not.
func added(first, second []string) []string {
	has := map[string]bool{}
	for _, line := range first {
		has[line] = true
	}
	var more []string
	for _, line := range second {
		if !has[line] {
			more = append(more, line)
		}
	}
	return more
}

// A metric that the link has itself stays.
func TestStaticKeepsTheLinksOwnMetric(t *testing.T) {
	d, _ := decode(`
ethernet "eth0" {
  ipv4 {
    addresses = ["192.0.2.10/24"]
    gateway   = "192.0.2.1"
    metric    = 7
  }
}
fallback "internet" {
  route "main" {
    interface = "eth0"
    gateway   = "192.0.2.1"
  }
  route "lost" {
    interface = "eth9"
    gateway   = "auto"
  }
}`)
	assert.Equal(t, said(&schema.Document{Links: d.Links}), said(d.Static()))
}

func TestEveryBlockIsDocumented(t *testing.T) {
	titles := map[string]bool{}
	for _, b := range schema.Blocks() {
		assert.NotEmpty(t, b.Doc, b.Title())
		assert.False(t, titles[b.Title()], "%s is documented twice", b.Title())
		titles[b.Title()] = true
		for _, a := range b.Attributes {
			assert.NotEmpty(t, a.Doc, "%s %s", b.Title(), a.Name)
			assert.NotEmpty(t, a.Kind, "%s %s", b.Title(), a.Name)
		}
	}
	for _, title := range []string{`bond "NAME"`, "wifi", `verify "icmp"`, `handler "gpio"`, "guard", "locals"} {
		assert.True(t, titles[title], "%s of %v", title, titles)
	}
	assert.ElementsMatch(t, []string{"psk", "password", "private_key_password", "headers", "environment"}, schema.SecretAttributes())
}
