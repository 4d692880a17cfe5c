package netplan

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
)

// reading gives the statements of files, and what was not understood as
// "FILE:LINE detail".
func reading(files ...generators.File) (statements, reported []string) {
	doc, diags := Backend().Parse(files)
	for _, s := range doc.Statements() {
		statements = append(statements, s.String())
	}
	for _, d := range diags {
		name := d.Subject.Filename[strings.LastIndexByte(d.Subject.Filename, '/')+1:]
		reported = append(reported, fmt.Sprintf("%s:%d %s", name, d.Subject.Start.Line, d.Detail))
	}
	return statements, reported
}

func file(path, content string) generators.File {
	return generators.File{Path: path, Mode: generators.Private, Content: []byte(content)}
}

func one50(content string) generators.File { return file("/etc/netplan/50-host.yaml", content) }

func TestReadsWhatAPersonWrote(t *testing.T) {
	const gratuitous = "gratuitious-arp" //nolint:misspell // netplan's first spelling
	statements, reported := reading(one50(strings.ReplaceAll(`
# the rack's own file
network:
    version: "2"
    renderer: networkd
    bonds:
        bond0:
            optional: no
            macaddress: 02:00:00:00:00:01   # no quotes
            parameters: {mode: active-backup, mii-monitor-interval: 1s, up-delay: 200ms,
                         GRATUITOUS: "3", all-members-active: Yes, primary: one}
            interfaces:
            - one
            - eth1
            addresses: [10.0.0.5/24, "2001:db8::5/64"]
            gateway4: 10.0.0.1
            gateway6: 2001:db8::1
            nameservers:
                search: [example.org]
                addresses: [10.0.0.53]
    ethernets:
        one: {match: {name: eth0}, dhcp4: no}
        eth1: {dhcp4: off, dhcp6: n, optional: off}
    vlans:
        v7: {link: bond0, id: 7, dhcp4: on}
`, "GRATUITOUS", gratuitous)))
	assert.Empty(t, reported)
	assert.Equal(t, []string{
		"bond/bond0",
		"bond/bond0/all_slaves_active = 1",
		"bond/bond0/dns/search = example.org",
		"bond/bond0/dns/servers = 10.0.0.53",
		"bond/bond0/ipv4",
		"bond/bond0/ipv4/addresses = 10.0.0.5/24",
		"bond/bond0/ipv4/gateway = 10.0.0.1",
		"bond/bond0/ipv6",
		"bond/bond0/ipv6/accept_ra = true",
		"bond/bond0/ipv6/addresses = 2001:db8::5/64",
		"bond/bond0/ipv6/gateway = 2001:db8::1",
		"bond/bond0/mac_address = 02:00:00:00:00:01",
		"bond/bond0/miimon = 1000",
		"bond/bond0/mode = active-backup",
		"bond/bond0/num_grat_arp = 3",
		"bond/bond0/primary = eth0",
		"bond/bond0/slave/eth0",
		"bond/bond0/slave/eth1",
		"bond/bond0/updelay = 200",
		"bond/bond0/vlan/7 = v7",
		"bond/bond0/vlan/7/ipv4",
		"bond/bond0/vlan/7/ipv4/dhcp = true",
	}, statements)
}

func TestReadsOldAndOddParameters(t *testing.T) {
	statements, reported := reading(one50(`network:
  ethernets: {a: {}}
  bonds:
    b:
      interfaces: [a]
      link-local: []
      parameters:
        mode: balance-rr
        packets-per-member: 4
        learn-packet-interval: 5
        arp-interval: 2s
        arp-ip-targets: [192.0.2.1]
        lacp-rate: 1
        mii-monitor-interval: soon
        up-delay: [1]
        all-slaves-active: 1
        arp-validate: [all]
        min-length: 3
`))
	assert.Equal(t, []string{
		"bond/b", "bond/b/arp_interval = 2000", "bond/b/arp_ip_target = 192.0.2.1", "bond/b/lp_interval = 5",
		"bond/b/mode = balance-rr", "bond/b/packets_per_slave = 4", "bond/b/slave/a",
	}, statements)
	assert.Equal(t, []string{
		"50-host.yaml:13 A document wants slow or fast for lacp-rate.",
		`50-host.yaml:14 A document wants a number from 0 to 2147483647 milliseconds, not "soon" for mii-monitor-interval.`,
		"50-host.yaml:15 A document wants a number from 0 to 2147483647 milliseconds for up-delay.",
		"50-host.yaml:16 A document wants true or false for all-slaves-active.",
		"50-host.yaml:17 A document wants none, active, backup, all, filter, filter_active or filter_backup for arp-validate.",
		"50-host.yaml:18 A document has no word for min-length.",
	}, reported)
}

// TestFilesAreMergedAsNetplanMerges: mappings grow, lists are appended,
// scalars are replaced; files by base name, those of /run before their namesakes.
func TestFilesAreMergedAsNetplanMerges(t *testing.T) {
	statements, reported := reading(
		file("/etc/netplan/10-a.yaml", "network: {ethernets: {hidden: {dhcp4: true}}}"),
		file("/run/netplan/10-a.yaml", "network:\n  ethernets:\n    eth0: {dhcp4: true, mtu: 1400, addresses: [192.0.2.1/24]}"),
		file("/usr/lib/netplan/95-empty.yaml", "network: {ethernets: {masked: {dhcp4: true}}}"),
		file("/lib/netplan/05-z.yaml", "network:\n  ethernets:\n    eth0: {mtu: 9000, addresses: [198.51.100.1/24]}"),
		file("/run/netplan/90-b.yaml", "network:\n  ethernets:\n    eth0: {dhcp4: false, nameservers: {addresses: [192.0.2.53]}}"),
		file("/etc/netplan/99-ignored.yml", "network: {ethernets: {other: {}}}"),
		file("/etc/netplan/.99-hidden.yaml", "network: {ethernets: {other: {}}}"),
		file("/etc/other/98-elsewhere.yaml", "network: {ethernets: {other: {}}}"),
		file("/etc/netplan/95-empty.yaml", "# nothing\n"),
	)
	assert.Empty(t, reported)
	assert.Equal(t, []string{
		"ethernet/eth0", "ethernet/eth0/dns/servers = 192.0.2.53", "ethernet/eth0/ipv4",
		"ethernet/eth0/ipv4/addresses = 198.51.100.1/24, 192.0.2.1/24", "ethernet/eth0/mtu = 1400",
	}, statements)
}

func TestPlacesAreThoseOfTheFiles(t *testing.T) {
	doc, _ := Backend().Parse([]generators.File{
		file("/etc/netplan/10-a.yaml", "network:\n  ethernets:\n    eth0:\n      dhcp4: true\n"),
		file("/etc/netplan/20-b.yaml", "network:\n  ethernets:\n    eth0:\n\n\n      mtu: 1400\n"),
	})
	require.Len(t, doc.Links, 1)
	assert.Equal(t, generators.Line("/etc/netplan/10-a.yaml", 3), doc.Links[0].Range)
	assert.Equal(t, generators.Line("/etc/netplan/20-b.yaml", 6), doc.Links[0].MTU.Range)
}

func TestWhatADocumentCannotSayIsReported(t *testing.T) {
	for _, c := range []struct{ name, yaml, want string }{
		{"a bridge", "network:\n  bridges: {br0: {}}", "50-host.yaml:2 A document has no word for bridges: br0 is left out."},
		{"a VLAN on a bridge", "network:\n  bridges:\n    br0: {}\n  vlans:\n    v: {id: 1, link: br0}", "50-host.yaml:3 A document has no word for bridges: br0 is left out.|50-host.yaml:5 v: a document has no word for its link br0, one of bridges."},
		{"another renderer", "network:\n  ethernets:\n    e:\n      renderer: NetworkManager", "50-host.yaml:4 A document names no renderer, and that of definitions without one is networkd."},
		{"a section's renderer", "network:\n  renderer: NetworkManager\n  ethernets:\n    renderer: networkd\n    e: {renderer: NetworkManager}", "50-host.yaml:4 A document names no renderer, and that of definitions without one is NetworkManager."},
		{"waiting at boot", "network:\n  ethernets:\n    e:\n      optional: true", "50-host.yaml:4 A document has no word for optional."},
		{"part of a lease", "network:\n  ethernets:\n    e: {dhcp4: true, dhcp4-overrides: {use-dns: off, use-ntp: true, use-domains: false}}", "50-host.yaml:3 A document has no word for use-dns."},
		{"another table", "network:\n  ethernets:\n    e:\n      routes: [{to: default, via: 192.0.2.1, table: 101}]", "50-host.yaml:4 A document has routes of the table main only; this one is left out."},
		{"Open vSwitch", "network:\n  ethernets: {e: {}}\n  bonds:\n    b:\n      interfaces: [e]\n      openvswitch: {}", "50-host.yaml:4 b: Open vSwitch makes it, not the kernel; it is left out."},
		{"a label of Open vSwitch", "network:\n  ethernets:\n    e: {openvswitch: {external-ids: {a: b}}}", "50-host.yaml:3 A document has no word for what Open vSwitch knows of a link."},
		{"the loopback", "network:\n  ethernets:\n    lo: {addresses: [192.0.2.1/32]}", "50-host.yaml:3 lo: a document has no loopback link."},
		{"any device", "network:\n  ethernets:\n    all: {match: {}, dhcp4: true}", "50-host.yaml:3 all: a document has a name for each link, and this matches devices without one; it is left out."},
		{"matched by drivers", "network:\n  ethernets:\n    lan: {match: {driver: [e1000, 'ixgbe*']}}", "50-host.yaml:3 lan: a document knows devices by their names only; the ID is taken for it."},
		{"the same device twice", "network:\n  ethernets:\n    a: {match: {name: eth0}}\n    eth0: {}", "50-host.yaml:4 eth0: a document has one description of each link, and a is that of eth0."},
		{"two kinds", "network:\n  ethernets:\n    a: {}\n  bonds:\n    a: {}", "50-host.yaml:5 a: another section defines it too, so netplan refuses the file.|50-host.yaml:3 a: a document has one description of each link, and a is that of a."},
		{"a label", "network:\n  ethernets:\n    e:\n      addresses: [{192.0.2.1/24: {label: 'e:1', lifetime: forever}}]", "50-host.yaml:4 A document has no word for label."},
		{"an address that runs out", "network:\n  ethernets:\n    e:\n      addresses:\n      - 192.0.2.1/24:\n          lifetime: 0", "50-host.yaml:6 A document has no word for lifetime."},
		{"two documents", "network: {}\n---\nnetwork: {ethernets: {e: {}}}", "50-host.yaml:3 netplan reads the first document of a file only; this is a further one."},
		{"merge key", "network:\n  ethernets:\n    a: &a {}\n    b:\n      <<: *a", "50-host.yaml:5 A document has no word for <<."},
		{"nothing below a key", "network:\n  ethernets:\n    e:\n", "50-host.yaml:3 A document wants a mapping of keys to values."},
		{"a gateway outside", "network:\n  ethernets:\n    e:\n      addresses: [192.0.2.1/32]\n      routes: [{to: default, via: 192.0.2.9, on-link: true}]", "50-host.yaml:5 A document has no word for on-link, and no prefix of the link holds this gateway; the route is left out."},
		{"a VLAN in hardware", "network:\n  ethernets: {e: {}}\n  vlans:\n    v: {id: 7, link: e, renderer: sriov}", "50-host.yaml:4 v: its device filters it, and a document has VLANs of the kernel's only; it is left out."},
		{"the hash of a password", "network:\n  wifis:\n    w:\n      access-points:\n        a: {auth: {key-management: eap, method: ttls, password: 'hash:secret words'}}", "50-host.yaml:5 A document has passwords, not what their hashes are."},
		{"another top", "network: {}\nnetplan: {}", "50-host.yaml:2 A document has no word for netplan."},
		{"old version", "network:\n  version: 1", "50-host.yaml:2 A document has no other version than 2, and netplan refuses one."},
		{"unknown key", "network:\n  ethernets:\n    eth0:\n      wakeonlan: true", "50-host.yaml:4 A document has no word for wakeonlan."},
		{"unknown interface", "network:\n  bonds:\n    b:\n      interfaces: [x]", "50-host.yaml:4 x is not defined, so netplan refuses the file."},
		{"matched by address", "network:\n  ethernets:\n    lan:\n      match: {macaddress: '02:00:00:00:00:01'}", "50-host.yaml:3 lan: a document knows devices by their names only; the ID is taken for it."},
		{"matched by pattern", "network:\n  ethernets:\n    lan:\n      match: {name: 'en*'}", "50-host.yaml:3 lan: a document has one name for each link, not a pattern; it is left out."},
		{"renamed", "network:\n  ethernets:\n    lan:\n      match: {macaddress: '02:00:00:00:00:01'}\n      set-name: lan0", "50-host.yaml:3 lan: a document does not rename devices; keep what gives it the name lan0."},
		{"VLAN on a VLAN", "network:\n  ethernets: {e: {}}\n  vlans:\n    a: {id: 1, link: e}\n    b: {id: 2, link: a}", "50-host.yaml:5 b: a document cannot put a VLAN on a VLAN."},
		{"VLAN on nothing", "network:\n  vlans:\n    a: {id: 1, link: e}", "50-host.yaml:3 a: its link e is not defined, so netplan refuses the file."},
		{"VLAN without a number", "network:\n  ethernets: {e: {}}\n  vlans:\n    a: {link: e}", "50-host.yaml:4 a: it has no id, so netplan refuses the file."},
		{"address without prefix", "network:\n  ethernets:\n    e:\n      addresses: [192.0.2.1]", `50-host.yaml:4 A document wants an address with its prefix length, not "192.0.2.1".`},
		{"mapping for a list", "network:\n  ethernets:\n    e: {addresses: {a: b}}", "50-host.yaml:3 A document wants a list."},
		{"list for a mapping", "network:\n  ethernets: [e]", "50-host.yaml:2 A document wants a mapping of keys to values."},
		{"list for a value", "network:\n  ethernets:\n    e: {mtu: [1400]}", "50-host.yaml:3 A document wants one value, not a list or a mapping."},
		{"number for a flag", "network:\n  ethernets:\n    e: {dhcp4: 1}", "50-host.yaml:3 A document wants true or false."},
		{"not an address", "network:\n  ethernets:\n    e: {gateway4: fe80::1%eth0}", `50-host.yaml:3 A document wants an IP address, not "fe80::1%eth0".`},
		{"MTU of none", "network:\n  ethernets:\n    e: {mtu: 0}", `50-host.yaml:3 A document wants a number from 68 to 65535, not "0".`},
		{"IPv4 link-local", "network:\n  ethernets:\n    e: {link-local: [ipv6, ipv4]}", "50-host.yaml:3 A document has no IPv4 link-local addresses."},
		{"no link-local beside others", "network:\n  ethernets:\n    e: {dhcp4: true, link-local: []}", "50-host.yaml:3 A document cannot turn link-local addresses off for a link that has others."},
		{"metric of no lease", "network:\n  ethernets:\n    e: {dhcp4-overrides: {route-metric: 5}}", "50-host.yaml:3 There is no learned route that could have this metric."},
		{"blackhole", "network:\n  ethernets:\n    e:\n      routes: [{to: 10.0.0.0/8, type: blackhole}]", "50-host.yaml:4 A document has unicast routes only."},
		{"route to nowhere", "network:\n  ethernets:\n    e:\n      routes: [{via: 192.0.2.1}]", "50-host.yaml:4 A route needs a destination in to."},
		{"odd scope", "network:\n  ethernets:\n    e:\n      routes: [{to: 10.0.0.0/8, scope: host}]", "50-host.yaml:4 A document's routes without a gateway have the scope link, and others global."},
		{"no network", "network:\n  wifis:\n    w: {dhcp4: true}", "50-host.yaml:3 w: it has no access point, so netplan refuses the file."},
		{"two networks", "network:\n  wifis:\n    w:\n      access-points:\n        a: {}\n        b: {}", "50-host.yaml:6 A document has one network for each station; this is a further one."},
		{"access point", "network:\n  wifis:\n    w:\n      access-points:\n        a: {mode: ap}", "50-host.yaml:5 A document has stations only, not mode ap; the network is left out.|50-host.yaml:3 w: without its network a document has no use for it; it is left out."},
		{"wired protection", "network:\n  wifis:\n    w:\n      access-points:\n        a: {auth: {key-management: 802.1x}}", "50-host.yaml:5 A document has no protection 802.1x; the network is left out.|50-host.yaml:3 w: without its network a document has no use for it; it is left out."},
		{"key of nothing", "network:\n  wifis:\n    w:\n      access-points:\n        a: {auth: {password: secret words}}", "50-host.yaml:5 Without key-management netplan leaves the network open."},
		{"shorthand", "network:\n  wifis:\n    w:\n      access-points:\n        a: {password: secret words}", "50-host.yaml:5 A password beside the SSID allows WPA3 too from netplan 1.0 on; it is taken for wpa2-psk, which every version does."},
		{"key that is no word", "network:\n  ethernets:\n    ? [a]\n    : {}", "50-host.yaml:3 A key must be a word."},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, reported := reading(one50(c.yaml))
			assert.Equal(t, strings.Split(c.want, "|"), reported)
			assert.NotContains(t, strings.Join(reported, " "), "secret words")
		})
	}
}

func TestBrokenFileDoesNotHideTheOthers(t *testing.T) {
	statements, reported := reading(
		file("/etc/netplan/10-broken.yaml", "network:\n  ethernets:\n   eth0: {password: goats\n"),
		file("/etc/netplan/20-whole.yaml", "network:\n  ethernets:\n    eth1: {dhcp4: true}\n"),
	)
	require.Len(t, reported, 1)
	assert.Contains(t, reported[0], "The file is not YAML: netplan refuses it, and with it all others.")
	assert.NotContains(t, reported[0], "goats")
	assert.Equal(t, []string{"ethernet/eth1", "ethernet/eth1/ipv4", "ethernet/eth1/ipv4/dhcp = true"}, statements)
}

func TestAliasesAreFollowedAndBounded(t *testing.T) {
	statements, reported := reading(one50("network:\n  ethernets:\n    a: &x {dhcp4: true}\n    b: *x\n"))
	assert.Empty(t, reported)
	assert.Contains(t, statements, "ethernet/b/ipv4/dhcp = true")

	_, reported = reading(one50("network:\n  ethernets:\n    a: &x\n      b: *x\n"))
	require.NotEmpty(t, reported)
	assert.Contains(t, reported[0], "50-host.yaml:3 Aliases repeat more than a host's configuration can have")
}

func TestLinkWithoutAWordHasIPv6OfItsOwn(t *testing.T) {
	statements, _ := reading(one50("network: {ethernets: {plain: {}, off: {link-local: [], accept-ra: false}, quiet: {accept-ra: no}}}"))
	assert.Equal(t, []string{
		"ethernet/off", "ethernet/plain", "ethernet/plain/ipv4", "ethernet/quiet", "ethernet/quiet/ipv6", "ethernet/quiet/ipv6/accept_ra = false",
	}, statements)
}

func TestSlaveWithSettingsOfItsOwnIsALinkToo(t *testing.T) {
	statements, reported := reading(one50("network: {ethernets: {a: {mtu: 9000}, b: {dhcp4: no}}, bonds: {x: {interfaces: [a, b], link-local: []}}}"))
	assert.Empty(t, reported)
	assert.Equal(t, []string{"bond/x", "bond/x/slave/a", "bond/x/slave/b", "ethernet/a", "ethernet/a/mtu = 9000"}, statements)
}

func TestDefaultRoutesThatAreNoGateway(t *testing.T) {
	statements, reported := reading(one50(`network:
  ethernets:
    e:
      dhcp4: true
      dhcp4-overrides: {route-metric: 100}
      routes:
        - {to: default, via: 192.0.2.1, metric: 50}
        - {to: default, via: 192.0.2.2, metric: 100}
        - {to: default, via: 192.0.2.3}
        - {to: 192.0.2.9, via: 192.0.2.1}
        - {to: default, scope: link}
        - {to: "2001:db8::/32", scope: link}
`))
	assert.Empty(t, reported)
	assert.Equal(t, []string{
		"ethernet/e", "ethernet/e/ipv4", "ethernet/e/ipv4/dhcp = true", "ethernet/e/ipv4/gateway = 192.0.2.2", "ethernet/e/ipv4/metric = 100",
		"ethernet/e/route/0.0.0.0/0", "ethernet/e/route/0.0.0.0/0 via 192.0.2.1 metric 50", "ethernet/e/route/0.0.0.0/0 via 192.0.2.3",
		"ethernet/e/route/192.0.2.9/32 via 192.0.2.1", "ethernet/e/route/2001:db8::/32",
	}, statements)
}

func TestMistakesOfYAMLHaveTheirLine(t *testing.T) {
	for content, line := range map[string]int{
		"network:\n  ethernets:\n\teth0: {}\n":                     3,
		"network:\n  ethernets:\n    a: {}\n   b: {}\n":            4,
		"network:\n  ethernets: {a: {}, b: {}\n":                   2,
		"network:\n  ethernets:\n    a: *nothing\n":                3,
		"network:\n  ethernets:\n    a: \"open\n":                  3,
		"network:\n  version: 2\n  ethernets:\n    a: dhcp4: true": 4,
	} {
		statements, reported := reading(one50(content))
		assert.Empty(t, statements)
		if assert.Len(t, reported, 1, content) {
			assert.True(t, strings.HasPrefix(reported[0], fmt.Sprintf("50-host.yaml:%d The file is not YAML", line)), "%q: %s", content, reported[0])
		}
	}
}
