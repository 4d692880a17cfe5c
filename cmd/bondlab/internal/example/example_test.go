package example

import (
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

func said(t *testing.T, backend, archive string) []string {
	t.Helper()
	sayings, err := Sayings(backend, txtar.Parse([]byte(archive)).Files)
	require.NoError(t, err)
	var all []string
	for _, s := range sayings {
		all = append(all, s.String())
	}
	return all
}

func TestStanzas(t *testing.T) {
	assert.Equal(t, []string{
		"/if:3: bond/attic",
		"/if:4: bond/attic/slave/em1",
		"/if:4: bond/attic/slave/em2",
		"/if:5: bond/attic/mode = balance-xor",
		"/if:6: bond/attic/ipv4/addresses = 192.0.2.7/24",
		"/if:7: bond/attic/ipv4/gateway = 192.0.2.1",
		"/if:8: of attic",
		"/if:9: bond/attic/slave/em2",
		"/if:10: bond/attic/miimon = 50",
		"/if:12: bond/cellar/slave/wl0",
		"/if:13: bond/cellar/slave/wl0",
		`/if:14: bond/cellar/slave/wl0/wifi/ssid = "home"`,
		"/if:15: of cellar",
		"/if:16: bond/cellar",
		"/if:16: bond/cellar/ipv6/dhcp = true",
	}, said(t, "ifupdown", `-- /if --
# prose
auto attic
iface attic inet static
    slaves em1 em2
    bond_mode 2
    address 192.0.2.7/24
    gateway 192.0.2.1
    post-up true
iface em2 inet manual
    bond-miimon 50
allow-hotplug wl0
iface wl0 inet manual
    bond-master cellar
    wpa-ssid "home"
    bond-give-a-chance 5
iface cellar inet6 dhcp
    bond-slaves none
iface em9 inet dhcp
    mtu 1400
`))
}

func TestNetplanKeys(t *testing.T) {
	const gratuitous = "gratuitious-arp" //nolint:misspell // netplan's first spelling
	assert.Equal(t, []string{
		"/n.yaml:5: bond/attic",
		"/n.yaml:6: bond/attic/slave/em1",
		"/n.yaml:6: bond/attic/slave/em2",
		"/n.yaml:8: bond/attic/arp_interval = 200",
		"/n.yaml:9: of attic",
		"/n.yaml:10: bond/attic/num_grat_arp = 3",
		"/n.yaml:11: bond/attic/ipv6/addresses = 2001:db8::7/64",
		"/n.yaml:13: bond/attic/ipv4/dhcp = true",
		"/n.yaml:15: bond/attic/ipv4/gateway = 192.0.2.1",
		"/n.yaml:16: of attic",
		"/n.yaml:17: bond/attic/dns/servers = 192.0.2.53",
		"/n.yaml:17: bond/attic/dns/search = example.org",
		"/n.yaml:18: of attic",
	}, said(t, "netplan", `-- /n.yaml --
network:
  ethernets:
    em1: {}
  bonds:
    attic:
      interfaces: [em1, em2]
      parameters:
        arp-interval: 200
        mode: balance-tcp
        `+gratuitous+`: 3
      addresses: ["2001:db8::7/64"]
      dhcp6: no
      dhcp4: yes
      routes:
        - {to: default, via: 192.0.2.1}
        - {to: 10.0.0.0/8, via: 192.0.2.2}
      nameservers: {addresses: [192.0.2.53], search: [example.org]}
      optional: true
`))
	assert.Empty(t, said(t, "netplan", "-- /n.yaml --\nnetwork: {}\n"))
	_, err := Sayings("netplan", []txtar.File{{Name: "/n.yaml", Data: []byte("a: b: c\n")}})
	require.ErrorContains(t, err, "reading /n.yaml: ")
}

func TestUnits(t *testing.T) {
	assert.Equal(t, []string{
		"/a.netdev:2: bond/attic",
		"/a.netdev:4: of attic",
		"/a.netdev:6: bond/attic/miimon = 500",
		"/a.netdev:7: bond/attic/updelay = 2000",
		"/b.network:5: bond/attic/ipv4/addresses = 192.0.2.7/24",
		"/b.network:6: bond/attic/ipv4/gateway = 192.0.2.1",
		"/b.network:7: bond/attic/ipv4/dhcp = true",
		"/b.network:7: bond/attic/ipv6/dhcp = true",
		"/b.network:8: of attic",
		"/c.network:4: bond/attic/slave/em1",
		"/c.network:4: bond/attic/slave/em2",
		"/d.network:4: of attic",
	}, said(t, "networkd", `-- /a.netdev --
[NetDev]
Name=attic
Kind=bond
MTUBytes=1400
[Bond]
MIIMonitorSec=500ms
UpDelaySec=2
-- /b.network --
[Match]
Name=attic
; nothing
[Network]
Address=192.0.2.7/24
Gateway=192.0.2.1
DHCP=yes
LLDP=yes
-- /c.network --
[Match]
Name=em1 em2
[Network]
Bond=attic
-- /d.network --
[Match]
MACAddress=02:00:00:00:00:01
[Network]
Bond=attic
-- /e.network --
[Match]
Name=em3
[Network]
DHCP=yes
-- /f.netdev --
[NetDev]
Name=bridge
Kind=bridge
`))
}

func TestProfiles(t *testing.T) {
	assert.Equal(t, []string{
		"/a:5: bond/attic",
		"/a:7: bond/attic/mode = active-backup",
		"/a:9: bond/attic/ipv4/addresses = 192.0.2.7/24",
		"/a:9: bond/attic/ipv4/gateway = 192.0.2.1",
		"/a:11: bond/attic/ipv6/accept_ra = true",
		"/e:3: bond/cellar",
		"/b:3: bond/attic/slave/em1",
		"/c:2: of attic",
	}, said(t, "keyfile", `-- /a --
[connection]
id=upstairs
uuid=1f0b6a5e-5d5c-4b7e-9a2e-0d0f3b1c2d3e
type=bond
interface-name=attic
[bond]
mode=1
[ipv4]
address1=192.0.2.7/24,192.0.2.1
[ipv6]
method=auto
-- /b --
[connection]
interface-name=em1
master=attic
-- /c --
[connection]
controller=upstairs
-- /d --
[connection]
controller=bridge
interface-name=em2
-- /e --
[connection]
type=bond
interface-name=cellar
[ipv6]
addr-gen-mode=default
method=auto
`))
}

func TestOtherBackendsHaveNoExamples(t *testing.T) {
	_, err := Sayings("modprobe", nil)
	assert.EqualError(t, err, "no examples are known for modprobe")
}

func TestJudge(t *testing.T) {
	at := line{"/etc/x", 7}
	stated, item := at.says("attic", ""), at.says("attic", "192.0.2.7/24", "ipv4", "addresses")
	other, nothing := at.says("attic", "50", "miimon"), at.nothing("attic")
	statements := []schema.Statement{
		{Path: "bond/attic"}, {Path: "bond/attic/ipv4/addresses", Value: "192.0.2.6/24, 192.0.2.7/24"}, {Path: "bond/attic/miimon", Value: "500"},
	}
	sayings := []Saying{stated, item, other, nothing}
	assert.Equal(t, Verdict{Stated: []Saying{stated, item}, Lost: []Saying{other, nothing}}, Judge(sayings, statements, "/etc/x:77: another line"))
	assert.Equal(t, Verdict{Stated: []Saying{stated, item}, Named: []Saying{other, nothing}}, Judge(sayings, statements, "\n    /etc/x:7: This line\n"))
	assert.Equal(t, []string{"attic"}, Bonds(sayings))
	assert.Equal(t, Verdict{Named: sayings}, Judge(sayings, nil, "/etc/x:7: attic is left out"))

	elsewhere := line{"/etc/x", 8}.says("attic", "", "slave", "em1")
	assert.Equal(t, Verdict{Named: []Saying{stated, elsewhere}}, Judge([]Saying{stated, elsewhere}, nil, "/etc/x:7: attic is left out"))
	assert.Equal(t, Verdict{Stated: []Saying{stated}, Lost: []Saying{elsewhere}}, Judge([]Saying{stated, elsewhere}, statements, "/etc/x:7: attic has no file"))
}
