package ifcfg

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

// What one consumer or both would ignore is said, whatever else stands in the file.
func TestWhatNetworkManagerIgnoresIsReported(t *testing.T) {
	cases := []struct{ name, lines, want string }{
		{"IPv4 resolver without IPv4", `ipv6 {}
dns { servers = ["192.0.2.53"] }`, "cannot say servers: NetworkManager ignores resolvers of a family that the link does not have, as ipv4 here"},
		{"IPv6 resolver without IPv6", `ipv4 { dhcp = true }
dns { servers = ["192.0.2.53", "2001:db8::53"] }`, "cannot say servers: NetworkManager ignores resolvers of a family that the link does not have, as ipv6 here"},
		{"domains without IP", `dns { search = ["example.org"] }`, "cannot say search: NetworkManager ignores the domains of a link without IP"},
		{"IPv6 route without IPv6", `ipv4 { dhcp = true }
route "2001:db8::/32" {}`, "NetworkManager ignores routes of a family that the link does not have"},
		{"gateway of another network", `ipv4 {
  addresses = ["192.0.2.1/24", "198.51.100.1/24"]
  gateway   = "198.51.100.254"
}`, "network-scripts ignore this gateway"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, diags := render(t, "ethernet \"eth0\" {\n"+c.lines+"\n}\n")
			assert.Contains(t, strings.Join(diags, "\n"), c.want)
		})
	}
}

// A route's line is arguments that a shell splits and takes for patterns.
func TestRouteOverANameThatAShellTakesApart(t *testing.T) {
	files, diags := render(t, "ethernet \"e*0\" {\n  ipv4 { addresses = [\"192.0.2.2/24\"] }\n  route \"10.0.0.0/8\" { gateway = \"192.0.2.1\" }\n}\n")
	assert.NotContains(t, files, "route-e*0")
	require.NotEmpty(t, diags)
	assert.Contains(t, diags[len(diags)-1], "A shell takes the link's name apart")
}

// Validation forbids these; a generator holds its own.
func TestGatewaysThatNetworkManagerDoesNotRead(t *testing.T) {
	gateway, gateway6 := schema.Given(netip.MustParseAddr("192.0.2.1")), schema.Given(netip.MustParseAddr("fe80::1"))
	files, paths := unsaid(t, &schema.Document{Links: []*schema.Link{{Kind: schema.Ethernet, Name: schema.Given("eth0"), Network: schema.Network{
		IPv4: &schema.IP{Family: schema.IPv4, DHCP: schema.Given(true), Gateway: gateway},
		IPv6: &schema.IP{Family: schema.IPv6, Gateway: gateway6},
	}}}})
	assert.Equal(t, []string{"ethernet/eth0/ipv4/gateway", "ethernet/eth0/ipv6/gateway"}, paths)
	assert.NotContains(t, string(files[0].Content), "GATEWAY")
	assert.NotContains(t, string(files[0].Content), "DEFAULTGW")
}

// A block that says nothing is as good as none, and both consumers take it so.
func TestIPv4BlockWithoutAnything(t *testing.T) {
	files, paths := unsaid(t, &schema.Document{Links: []*schema.Link{{Kind: schema.Ethernet, Name: schema.Given("eth0"), Network: schema.Network{
		IPv4: &schema.IP{Family: schema.IPv4, Metric: schema.Given(5)},
	}}}})
	assert.Equal(t, []string{"ethernet/eth0/ipv4"}, paths)
	assert.Contains(t, string(files[0].Content), "\nBOOTPROTO=none\n")
	assert.NotContains(t, string(files[0].Content), "METRIC")
}

func TestReadReportsRoutesThatADocumentCannotSay(t *testing.T) {
	for line, want := range map[string]string{
		"everywhere via 192.0.2.1":           "This names no destination.",
		"10.0.0.0/8 via router":              "This is no address after via.",
		"10.0.0.0/8 metric -1":               "This is no number after metric.",
		"10.0.0.0/8 via 192.0.2.1 table 7":   "A document cannot say table of a route.",
		"10.0.0.0/8 via 192.0.2.1 onlink":    "A document cannot say onlink of a route.",
		"ADDRESS0=10.0.0.0\nNETMASK0=here":   "NETMASK0 wants an IP address.",
		"ADDRESS0=10.0.0.0\nGATEWAY0=router": "GATEWAY0 wants an IP address.",
	} {
		said, diags := parse(t, map[string]string{"ifcfg-eth0": "DEVICE=eth0\nBOOTPROTO=dhcp\n", "route-eth0": line + "\n"})
		require.Len(t, diags, 1, line)
		assert.Contains(t, diags[0], want)
		assert.Contains(t, said, "ethernet/eth0/ipv4/dhcp = true")
	}
}

// What a slave's file says of addresses has no effect, and is told.
func TestReadReportsWhatASlaveDoesNotHave(t *testing.T) {
	said, diags := parse(t, map[string]string{
		"ifcfg-bond0": "DEVICE=bond0\nTYPE=Bond\n",
		"ifcfg-eth0":  "DEVICE=eth0\nMASTER=bond0\nBOOTPROTO=dhcp\nIPADDR=192.0.2.1\nMACADDR=02:00:00:00:00:01\nMTU=9000\nBOND_PORT_PRIO=low\n",
	})
	assert.Equal(t, []string{"bond/bond0", "bond/bond0/slave/eth0"}, said)
	assert.Len(t, diags, 5)
}

func TestReadAddressesOfAllSpellings(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"prefix", "IPADDR=192.0.2.1\nPREFIX=25", "192.0.2.1/25"},
		{"netmask", "IPADDR=192.0.2.1\nNETMASK=255.255.255.128", "192.0.2.1/25"},
		{"prefix wins over netmask", "IPADDR=192.0.2.1\nNETMASK=255.0.0.0\nPREFIX=25", "192.0.2.1/25"},
		{"class A", "IPADDR=10.0.0.1", "10.0.0.1/8"},
		{"class B", "IPADDR=172.16.0.1", "172.16.0.1/16"},
		{"class C", "IPADDR=192.0.2.1", "192.0.2.1/24"},
		{"numbered from 0", "IPADDR0=192.0.2.1\nPREFIX0=24\nIPADDR1=192.0.2.2\nPREFIX1=24", "192.0.2.1/24, 192.0.2.2/24"},
		{"numbered from 1", "IPADDR1=192.0.2.1\nPREFIX1=24\nIPADDR2=192.0.2.2\nPREFIX2=24\nIPADDR3=192.0.2.3", "192.0.2.1/24, 192.0.2.2/24, 192.0.2.3/24"},
		{"the last assignment wins", "IPADDR=192.0.2.1\nPREFIX=24\nIPADDR=192.0.2.9", "192.0.2.9/24"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			said, diags := parse(t, map[string]string{"ifcfg-eth0": "DEVICE=eth0\nBOOTPROTO=static\n" + c.text + "\n"})
			assert.Equal(t, []string{"ethernet/eth0", "ethernet/eth0/ipv4", "ethernet/eth0/ipv4/addresses = " + c.want}, said)
			assert.Empty(t, diags)
		})
	}
}

func TestReadRoutesOfBothSyntaxes(t *testing.T) {
	link := "DEVICE=eth0\nIPADDR=192.0.2.2\nPREFIX=24\nIPV6INIT=yes\nIPV6_AUTOCONF=no\nIPV6ADDR=2001:db8::2\n"
	said, diags := parse(t, map[string]string{
		"ifcfg-eth0":  link,
		"route-eth0":  "# old and good\n\n10.0.0.0/8 via 192.0.2.1 dev eth0 metric 5\nto 203.0.113.7 via 192.0.2.3\ndefault dev eth0",
		"route6-eth0": "default via fe80::1 dev eth0\n2001:db8:1::/48 via 2001:db8::1 metric 9\n",
	})
	assert.Empty(t, diags)
	assert.Subset(t, said, []string{
		"ethernet/eth0/ipv6/addresses = 2001:db8::2/64",
		"ethernet/eth0/route/10.0.0.0/8 via 192.0.2.1 metric 5", "ethernet/eth0/route/203.0.113.7/32 via 192.0.2.3", "ethernet/eth0/route/0.0.0.0/0",
		"ethernet/eth0/route/::/0 via fe80::1", "ethernet/eth0/route/2001:db8:1::/48 via 2001:db8::1 metric 9",
	})

	said, diags = parse(t, map[string]string{
		"ifcfg-eth0": link,
		"route-eth0": "ADDRESS0=10.0.0.0\nNETMASK0=255.0.0.0\nGATEWAY0=192.0.2.1\nADDRESS1=172.16.0.0\nPREFIX1=12\nMETRIC1=7\nADDRESS3=1.2.3.4\n",
	})
	assert.Subset(t, said, []string{"ethernet/eth0/route/10.0.0.0/8 via 192.0.2.1", "ethernet/eth0/route/172.16.0.0/12 metric 7"})
	require.Len(t, diags, 1, "what follows a gap is ignored")
	assert.Contains(t, diags[0], "route-eth0:7,1-1 A document cannot say ADDRESS3 so.")
}

func TestReadVLANsOfBothConsumers(t *testing.T) {
	said, diags := parse(t, map[string]string{
		"ifcfg-bond0":    "DEVICE=bond0\nTYPE=Bond\n",
		"ifcfg-eth0":     "DEVICE=eth0\n",
		"ifcfg-bond0.20": "DEVICE=bond0.20\nVLAN=yes\n",
		"ifcfg-vlan0030": "DEVICE=vlan0030\nVLAN=yes\nPHYSDEV=eth0\n",
		"ifcfg-storage":  "DEVICE=storage\nTYPE=Vlan\nPHYSDEV=bond0\nVLAN_ID=40\n",
		"ifcfg-backup":   "DEVICE=backup\nVLAN=yes\nPHYSDEV=bond0\nVID=50\n",
		"ifcfg-eth7.1":   "DEVICE=eth7.1\nVLAN=yes\n",
	})
	assert.Equal(t, []string{
		"bond/bond0", "bond/bond0/vlan/20 = bond0.20", "bond/bond0/vlan/40 = storage", "bond/bond0/vlan/50 = backup",
		"ethernet/eth0", "ethernet/eth0/vlan/30 = vlan0030",
	}, said)
	require.Len(t, diags, 1)
	assert.Contains(t, diags[0], "ifcfg-eth7.1:1,1-1 DEVICE does not lead to a VLAN of a link that has a file.")
}

// What cannot be understood is reported at its line, and nothing else suffers.
func TestReadReportsWhatItCannotUnderstand(t *testing.T) {
	cases := []struct{ text, want string }{
		{"MTU=big", ":2,1-1 MTU wants a number from 68 to 65535."},
		{"MACADDR=02:00", ":2,1-1 MACADDR wants an Ethernet address"},
		{"BOOTPROTO=shared", ":2,1-1 BOOTPROTO wants none or dhcp."},
		{"IPADDR=$(hostname -i)", ":2,1-1 IPADDR: a shell would expand it."},
		{"IPADDR=here", ":2,1-1 IPADDR wants an IP address."},
		{"IPADDR=192.0.2.1\nPREFIX=33", ":3,1-1 PREFIX wants a number from 0 to 32."},
		{"IPADDR=192.0.2.1\nNETMASK=255.0.255.0", ":3,1-1 NETMASK wants a netmask such as 255.255.255.0."},
		{"DNS1=resolver", ":2,1-1 DNS1 wants an IP address."},
		{"IPV6INIT=perhaps", ":2,1-1 IPV6INIT wants yes or no."},
		{"IPV6INIT=yes\nIPV6ADDR=192.0.2.1/24", ":3,1-1 IPV6ADDR wants IPv6 addresses with their prefix lengths."},
		{"ONBOOT=no", ":2,1-1 A document cannot say ONBOOT so."},
		{"BRIDGE=br0", ":2,1-1 A document cannot say BRIDGE so."},
		{"TYPE=Bridge", ":2,1-1 TYPE is of a kind that a document does not describe."},
		{"TYPE=Bond\nBONDING_OPTS='mode=9'", ":3,1-1 BONDING_OPTS mode wants balance-rr"},
		{"TYPE=Bond\nBONDING_OPTS='nonsense=1'", ":3,1-1 BONDING_OPTS has the word nonsense"},
		{"TYPE=Bond\nMASTER=team0", ":3,1-1 A document cannot say MASTER so."},
		{"TYPE=Wireless\nBONDING_OPTS=mode=1", ":3,1-1 A document cannot say BONDING_OPTS so."},
		{"TYPE=Wireless\nMODE=Ad-Hoc", ":3,1-1 MODE wants Managed"},
		{"TYPE=Wireless\nBAND=6GHz", ":3,1-1 BAND wants a or bg."},
		{"TYPE=Wireless\nKEY_MGMT=IEEE8021X", ":3,1-1 KEY_MGMT wants WPA-PSK, SAE or WPA-EAP."},
		{"TYPE=Wireless\nKEY1=abcde", ":3,1-1 A document cannot say KEY1 so."},
		{"TYPE=Wireless\nKEY_MGMT=WPA-EAP\nIEEE_8021X_EAP_METHODS='TLS PEAP'", ":4,1-1 IEEE_8021X_EAP_METHODS names several methods"},
		{"rm -rf /tmp/x", ":2,1-1 This is no assignment: a shell would run it."},
	}
	for _, c := range cases {
		t.Run(c.text, func(t *testing.T) {
			_, diags := parse(t, map[string]string{"ifcfg-eth0": "DEVICE=eth0\n" + c.text + "\n"})
			require.Len(t, diags, 1)
			assert.Contains(t, diags[0], c.want)
		})
	}
}

func TestReadReportsFilesThatBelongToNone(t *testing.T) {
	_, diags := parse(t, map[string]string{
		"ifcfg-wan": "DEVICE=eth7\n", "ifcfg-wan2": "DEVICE=eth7\n",
		"ifcfg-eth0": "BOOTPROTO=dhcp\n", "ifcfg-eth1:1": "DEVICE=eth1:1\nIPADDR=192.0.2.1\n", "keys-wlan0": "WPA_PSK=12345678\n", "route-eth9": "10.0.0.0/8\n",
		"ifup-eth": "#!/bin/bash\n",
	})
	require.Len(t, diags, 5)
	assert.Contains(t, diags[3], "ifcfg-wan2:1,1-1 DEVICE is described by another file before this.")
	assert.Contains(t, diags[0], "There is no file ifcfg-wlan0 beside it.")
	assert.Contains(t, diags[1], "There is no file ifcfg-eth9 beside it.")
	assert.Contains(t, diags[2], "The file names no DEVICE.")
	assert.Contains(t, diags[4], "ifcfg-eth1:1:1,1-1 This is an alias of eth1, which has no file, or is a slave.")
	assert.NotContains(t, strings.Join(diags, "\n"), "12345678")
}
