package ifcfg

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators/gentest"
)

// Everything that is read has its place, for the comments of an import, and
// is in a file that an import looks at.
func TestStatementsHaveTheirPlaces(t *testing.T) {
	for _, c := range gentest.Corpus(t) {
		files, _ := Backend().Render(c.Decode(t))
		for _, f := range files {
			assert.True(t, slices.ContainsFunc(Backend().Sources, func(pattern string) bool { return matches(pattern, f.Path) }), f.Path)
		}
		doc, _ := Backend().Parse(files)
		for _, s := range doc.Statements() {
			assert.NotEmpty(t, s.Range.Filename, "%s of %s", s.Path, c.Name)
			assert.Positive(t, s.Range.Start.Line, "%s of %s", s.Path, c.Name)
		}
	}
}

func matches(pattern, name string) bool {
	matched, err := path.Match(pattern, name)
	return err == nil && matched
}

func TestReadAliasesAndRanges(t *testing.T) {
	said, diags := parse(t, map[string]string{
		"ifcfg-eth0":        "DEVICE=eth0\nIPADDR=10.0.0.1\nPREFIX=16\n",
		"ifcfg-eth0:0":      "DEVICE=eth0:0\nBOOTPROTO=static\nIPADDR=10.0.1.1\nONBOOT=yes\n",
		"ifcfg-eth0:1":      "DEVICE=eth0:1\nIPADDR=10.0.1.2\nNETMASK=255.255.255.0\nGATEWAY=10.0.1.254\n",
		"ifcfg-eth0:2":      "DEVICE=eth0:2\nIPADDR=10.0.1.3\nONPARENT=no\n",
		"ifcfg-eth0-range0": "IPADDR_START=10.0.2.254\nIPADDR_END=10.0.2.255\nCLONENUM_START=5\nNETMASK=255.255.255.255\n",
		"ifcfg-eth0-range1": "IPADDR_START=10.0.2.2\nIPADDR_END=10.0.3.1\n",
		"ifcfg-eth1":        "DEVICE=eth1\n",
		"ifcfg-eth1:x":      "DEVICE=eth1:x\nIPADDR=192.0.2.1\n",
		"route-eth0:0":      "10.7.0.0/16 via 10.0.1.254\n",
	})
	assert.Equal(t, []string{
		"ethernet/eth0", "ethernet/eth0/ipv4", "ethernet/eth0/ipv4/addresses = 10.0.0.1/16, 10.0.2.254/32, 10.0.2.255/32, 10.0.1.1/16, 10.0.1.2/24",
		"ethernet/eth0/ipv4/gateway = 10.0.1.254", "ethernet/eth0/route/10.7.0.0/16 via 10.0.1.254",
		"ethernet/eth1", "ethernet/eth1/ipv4", "ethernet/eth1/ipv4/addresses = 192.0.2.1/24",
	}, said)
	assert.Equal(t, []string{
		"ifcfg-eth0-range0:1,1-1 A document lists the address with the others of eth0, without a label of its own.",
		"ifcfg-eth0-range1:1,1-1 A document lists the address with the others of eth0, without a label of its own.",
		"ifcfg-eth0-range1:1,1-1 IPADDR_START begins no range: IPADDR_END must differ from it in the last byte, and be greater.",
		"ifcfg-eth0:0:1,1-1 A document lists the address with the others of eth0, without a label of its own.",
		"ifcfg-eth0:1:1,1-1 A document lists the address with the others of eth0, without a label of its own.",
		"ifcfg-eth0:2:3,1-1 ONPARENT keeps the address away until someone asks for it.",
		"ifcfg-eth1:x:1,1-1 A document lists the address with the others of eth1, without a label of its own.",
	}, diags)
}

// What both consumers, or one of them, take in silence.
func TestReadIsAsTolerantAsTheConsumers(t *testing.T) {
	slave := "DEVICE=eth0\nMASTER=bond0\nSLAVE=yes\n"
	bond0 := []string{"bond/bond0", "bond/bond0/miimon = 100", "bond/bond0/mode = active-backup", "bond/bond0/slave/eth0"}
	for _, c := range []struct{ name, bond, slave string }{
		{"single quotes", "BONDING_OPTS='mode=1 miimon=100'\n", slave},
		{"blanks behind backslashes", "BONDING_OPTS=mode=1\\ miimon=100\n", slave},
		{"over two lines", "BONDING_OPTS=\"mode=1 \\\n  miimon=100\"\n", slave},
		{"exported, with a comment", "export BONDING_OPTS=\"miimon=100 mode=active-backup\"   # failover\n", slave},
		{"names in full", "BONDING_OPTS=\"mode=active-backup   miimon=100\"\n", slave},
		{"lines of another system", "BONDING_OPTS=\"mode=1 miimon=100\"\r\nONBOOT=yes\r\n", "DEVICE=eth0\r\nMASTER=bond0\r\nSLAVE=yes\r\n"},
		{"a type that is none", "TYPE=Bonding\nBONDING_OPTS=\"mode=1 miimon=100\"\n", slave},
		{"known by BONDING_MASTER", "BONDING_MASTER=yes\nBONDING_OPTS=\"mode=1 miimon=100\"\nONBOOT=on\nPEERDNS=no\nDEFROUTE=no\n", slave},
		{
			"a slave by UUID", "UUID=0D4B5A63-2D3F-4C58-A1A3-C2B9F2F3F2AA\nNAME=\"the bond\"\nTYPE=Bond\nBONDING_OPTS=\"mode=1 miimon=100\"\n",
			"DEVICE=eth0\nTYPE=Ethernet\nMASTER_UUID=0d4b5a63-2d3f-4c58-a1a3-c2b9f2f3f2aa\nMASTER=bond0\n",
		},
		{
			"a slave's MASTER is a UUID", "UUID=0d4b5a63-2d3f-4c58-a1a3-c2b9f2f3f2aa\nBONDING_OPTS=\"mode=1 miimon=100\"\n",
			"DEVICE=eth0\nMASTER=0d4b5a63-2d3f-4c58-a1a3-c2b9f2f3f2aa\n",
		},
		{"what has no effect on a slave", "BONDING_OPTS=\"mode=1 miimon=100\"\n", slave +
			"HWADDR=02:00:00:00:00:01\nUSERCTL=no\nIPV6INIT=no\nPEERDNS=no\nDEFROUTE=yes\nHOTPLUG=1\nNM_CONTROLLED=no\nUUID=x\nNAME=eth0\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			said, diags := parse(t, map[string]string{"ifcfg-bond0": "DEVICE=bond0\n" + c.bond, "ifcfg-eth0": c.slave})
			assert.Equal(t, bond0, said)
			assert.Empty(t, diags)
		})
	}
}

func TestReadGateways(t *testing.T) {
	static := "DEVICE=eth0\nIPADDR0=192.0.2.2\nPREFIX0=24\n"
	for _, c := range []struct {
		name, host, link, gateway, diag string
	}{
		{"numbered", "", static + "GATEWAY0=192.0.2.1\n", "192.0.2.1", ""},
		{"the host's", "GATEWAY=192.0.2.1\nNETWORKING=yes\nHOSTNAME=a\n", static, "192.0.2.1", ""},
		{"the link's own wins", "GATEWAYDEV=eth0\n", static + "GATEWAY=192.0.2.9\n", "192.0.2.9", ""},
		{"the host's, of no link", "GATEWAY=198.51.100.1\n", static, "", "network:1,1-1 A document cannot say GATEWAY so."},
		{"switched off", "", static + "GATEWAY0=192.0.2.1\nDEFROUTE=no\n", "", "ifcfg-eth0:4,1-1 GATEWAY0 has no effect, for DEFROUTE is no."},
		{"another link's", "GATEWAYDEV=eth9\n", static + "GATEWAY0=192.0.2.1\n", "", "ifcfg-eth0:4,1-1 GATEWAY0 has no effect, for GATEWAYDEV in /etc/sysconfig/network names another link."},
		{"a device without a gateway", "GATEWAYDEV=eth0\n", static, "", "network:1,1-1 GATEWAYDEV names a link that has no gateway on the network of its first address."},
		{"beside a lease", "", "DEVICE=eth0\nBOOTPROTO=dhcp\nGATEWAY=192.0.2.1\n", "", "ifcfg-eth0:3,1-1 GATEWAY has no effect beside DHCP."},
		{"a lease kept away", "GATEWAYDEV=eth9\n", "DEVICE=eth0\nBOOTPROTO=dhcp\n", "", "network:1,1-1 GATEWAYDEV keeps the default route of a lease from eth0, which a document cannot."},
		{"a lease without a default route", "", "DEVICE=eth0\nBOOTPROTO=dhcp\nDEFROUTE=no\n", "", "ifcfg-eth0:3,1-1 A document cannot say DEFROUTE so."},
	} {
		t.Run(c.name, func(t *testing.T) {
			said, diags := parse(t, map[string]string{"ifcfg-eth0": c.link, "../network": c.host})
			assert.Equal(t, c.gateway, valueOf(said, "ethernet/eth0/ipv4/gateway"))
			if c.diag == "" {
				assert.Empty(t, diags)
				return
			}
			assert.Equal(t, []string{c.diag}, diags)
		})
	}
}

func TestReadIPv6OfTheHost(t *testing.T) {
	link := "DEVICE=eth0\nIPV6ADDR=2001:db8::2/64\nIPV6_AUTOCONF=no\n"
	for _, c := range []struct{ name, host, link, gateway, diag string }{
		{"on for all links", "IPV6INIT=yes\nIPV6_DEFAULTGW=2001:db8::1\n", link, "2001:db8::1", ""},
		{"over the link", "IPV6INIT=yes\nIPV6_DEFAULTGW=fe80::1%eth0\n", link, "fe80::1", ""},
		{"over the device named", "IPV6_DEFAULTGW=fe80::1\nIPV6_DEFAULTDEV=eth0\n", link + "IPV6INIT=yes\n", "fe80::1", ""},
		{"over another link", "IPV6_DEFAULTGW=fe80::1%eth9\n", link + "IPV6INIT=yes\n", "", "network:1,1-1 A document cannot say IPV6_DEFAULTGW so."},
		{"own, over another link", "", link + "IPV6INIT=yes\nIPV6_DEFAULTGW=fe80::1%eth9\n", "", "ifcfg-eth0:5,1-1 IPV6_DEFAULTGW is over another link."},
		{"own, switched off", "", link + "IPV6INIT=yes\nIPV6_DEFAULTGW=2001:db8::1\nIPV6_DEFROUTE=no\n", "", "ifcfg-eth0:5,1-1 IPV6_DEFAULTGW has no effect, for IPV6_DEFROUTE is no."},
		{"left to the consumers", "", link, "", "ifcfg-eth0:2,1-1 IPV6ADDR wants IPV6INIT=yes beside it for NetworkManager."},
	} {
		t.Run(c.name, func(t *testing.T) {
			said, diags := parse(t, map[string]string{"ifcfg-eth0": c.link, "../network": c.host})
			assert.Equal(t, c.gateway, valueOf(said, "ethernet/eth0/ipv6/gateway"))
			if c.diag == "" {
				assert.Empty(t, diags)
				return
			}
			assert.Equal(t, []string{c.diag}, diags)
		})
	}
}

// valueOf gives the value of a statement, empty where there is none.
func valueOf(said []string, of string) string {
	for _, line := range said {
		if value, ok := strings.CutPrefix(line, of+" = "); ok {
			return value
		}
	}
	return ""
}

// What a person may have meant otherwise than the consumers take it is told.
func TestReadTellsWhatItLeavesOut(t *testing.T) {
	for _, c := range []struct{ name, file, text, want string }{
		{"a file by address", "ifcfg-wan", "HWADDR=02:00:00:00:00:01\n", "ifcfg-wan:1,1-1 HWADDR picks the link, whose name only the host knows. Add DEVICE with the name."},
		{"a backup to the scripts only", "ifcfg-eth9.old", "DEVICE=eth9\n", "ifcfg-eth9.old:1,1-1 Network-scripts take this for a backup, and NetworkManager reads it. Remove it, or give it another name."},
		{"a backup to NetworkManager only", "ifcfg-eth9.REJ", "DEVICE=eth9\n", "ifcfg-eth9.REJ:1,1-1 NetworkManager takes this for a backup, and network-scripts read it. Remove it, or give it another name."},
		{"a rule", "rule-eth0", "# x\nfrom 192.0.2.2 table 7\n", "rule-eth0:2,1-1 A document cannot say rules of routing; where there are some, NetworkManager leaves the link's routes out too."},
		{"a route over another link", "route-eth0", "10.0.0.0/8 via 192.0.2.1 dev eth9\n", "route-eth0:1,1-1 This is a route over eth9, and the file is that of eth0."},
		{"another broadcast address", "ifcfg-eth9", "DEVICE=eth9\nIPADDR=192.0.2.1\nPREFIX=25\nBROADCAST=192.0.2.255\n", "ifcfg-eth9:4,1-1 BROADCAST is not the last address of the network."},
		{"resolvers that scripts leave out", "ifcfg-eth9", "DEVICE=eth9\nIPADDR=192.0.2.1\nPREFIX=25\nPEERDNS=no\nDNS1=192.0.2.53\n", "ifcfg-eth9:4,1-1 A document cannot say PEERDNS so."},
		{"a network that is off", "../network", "NETWORKING=no\n", "network:1,1-1 A document cannot say NETWORKING so."},
		{"two masters", "ifcfg-eth9", "DEVICE=eth9\nMASTER=bond0\nMASTER_UUID=x\n", "ifcfg-eth9:3,1-1 MASTER_UUID names another bond than MASTER, which network-scripts go by."},
		{"half a slave", "ifcfg-eth9", "DEVICE=eth9\nMASTER=bond0\nSLAVE=no\n", "ifcfg-eth9:3,1-1 SLAVE of no is heeded by network-scripts, and NetworkManager enslaves the link all the same."},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, diags := parse(t, map[string]string{"ifcfg-bond0": "DEVICE=bond0\nBONDING_OPTS=mode=1\n", "ifcfg-eth0": "DEVICE=eth0\n", c.file: c.text})
			assert.Equal(t, []string{c.want}, diags)
		})
	}
}

func TestReadRoutesAsWordsInAnyOrder(t *testing.T) {
	said, diags := parse(t, map[string]string{
		"ifcfg-System_eth0": "DEVICE=eth0\nIPADDR=192.0.2.2\nPREFIX=24\nBROADCAST=192.0.2.255\n",
		"route-eth0":        "via 192.0.2.1 to 10.0.0.0/8\nmetric 3 172.16.0.0/255.240.0.0 via 192.0.2.1\n",
		"route-System_eth0": "ADDRESS0=10.9.0.0\nNETMASK0=255.255.0.0\nGATEWAY0=0.0.0.0\n",
	})
	assert.Empty(t, diags)
	assert.Equal(t, []string{
		"ethernet/eth0/route/10.0.0.0/8 via 192.0.2.1", "ethernet/eth0/route/10.9.0.0/16", "ethernet/eth0/route/172.16.0.0/12 via 192.0.2.1 metric 3",
	}, said[3:])
}

// A radio whose file has no TYPE, and domains in an old word.
func TestReadStationWithoutType(t *testing.T) {
	said, diags := parse(t, map[string]string{
		"ifcfg-wlan0": "DEVICE=wlan0\nESSID=home\nBOOTPROTO=dhcp\nSEARCH=\"example.org example.net\"\nMAC_ADDRESS_RANDOMIZATION=default\n",
	})
	assert.Empty(t, diags)
	require.Len(t, said, 6)
	assert.Contains(t, said, "wifi/wlan0/dns/search = example.org, example.net")
}

// RHEL 5 had the options of bonds in modprobe.d, and network-scripts still
// load the module by a bond's name.
func TestReadOptionsOfTheModuleByName(t *testing.T) {
	const module = "alias bond0 bonding\noptions bond0 mode=1 miimon=100\noptions bond1 mode=4\n"
	for _, c := range []struct {
		name, bond, module string
		want               []string
	}{
		{"no options of its own", "DEVICE=bond0\n", module, []string{"bond/bond0/miimon = 100", "bond/bond0/mode = active-backup"}},
		{"options of its own", "DEVICE=bond0\nBONDING_OPTS=mode=2\n", module, []string{"bond/bond0/mode = balance-xor"}},
		{"no alias", "DEVICE=bond1\n", module, nil},
		{"an alias for programs of old", "DEVICE=bond0\n", "alias netdev-bond0 bonding\noptions bond0 mode=1\n", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			said, diags := parse(t, map[string]string{"ifcfg-b": "TYPE=Bond\n" + c.bond, "../../modprobe.d/bonding.conf": c.module})
			assert.Empty(t, diags)
			assert.Equal(t, c.want, append([]string(nil), said[1:]...))
		})
	}
}
