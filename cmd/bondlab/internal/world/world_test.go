package world

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

func corpus(t *testing.T, story string) *schema.Document {
	t.Helper()
	name := story + ".hcl"
	text, err := os.ReadFile(filepath.Join("../../../../testdata/corpus", name))
	require.NoError(t, err)
	doc, diags := schema.DecodeAndValidate([]schema.Source{{Name: name, Bytes: text}}, schema.Inputs{Name: name})
	require.False(t, diags.HasErrors(), diags)
	return doc.Static()
}

func addresses(texts ...string) []netip.Addr {
	var all []netip.Addr
	for _, text := range texts {
		all = append(all, netip.MustParseAddr(text))
	}
	return all
}

func TestWorldOfAStory(t *testing.T) {
	w := Describe(corpus(t, "seed001_raspberry"))
	assert.Equal(t, []string{"eth0"}, w.Cables)
	assert.Equal(t, []string{"wlan0"}, w.Stations())
	assert.Equal(t, addresses("192.168.1.1"), w.Neighbours)
	assert.Equal(t, `cables eth0; access points "Brightspeed_013450E3"; gateway 192.168.1.1`, w.String())
}

func TestEachSubnetHasANeighbour(t *testing.T) {
	w := Describe(corpus(t, "ipv6"))
	assert.Equal(t, addresses("192.0.2.1", "198.51.100.2", "2001:db8::1", "2001:db8:5::2"), w.Neighbours)
}

func TestPlacesLearnInTheSubnetOfTheirFarSide(t *testing.T) {
	learned := map[string][]Pool{}
	for _, p := range Places(corpus(t, "vlans")) {
		if pools := p.Learned(); pools != nil {
			learned[p.Link] = pools
		}
	}
	assert.Equal(t, map[string][]Pool{
		"bond0.4094": {{netip.MustParsePrefix("198.18.254.0/24"), true}, {netip.MustParsePrefix("2001:db8:ffff:fe::/64"), false}},
	}, learned)
}

func TestServerLeasesWhereALinkWantsIt(t *testing.T) {
	four, six := "--dhcp-range=198.18.0.100,198.18.0.200,1h", "--dhcp-range=2001:db8:ffff::64,2001:db8:ffff::c8,"
	assert.Equal(t, []string{four, six + "64,1h", "--enable-ra", "--interface=br0", "--ra-param=br0,10,1800"}, Describe(corpus(t, "leases6")).offers())
	assert.Equal(t, []string{four, six + "slaac,64,1h", "--enable-ra", "--interface=br0", "--ra-param=br0,10,1800"}, Describe(corpus(t, "ipv6")).offers(),
		"some of its links lease none")
}

func TestLeasedAddressIsTheServers(t *testing.T) {
	subnet := netip.MustParsePrefix("2001:db8:ffff::/64")
	leased, own := netip.MustParseAddr("2001:db8:ffff::c8"), netip.MustParseAddr("2001:db8:ffff::4:1ff:fe00:1")
	assert.True(t, Pool{subnet, true}.Gives(leased))
	assert.False(t, Pool{subnet, true}.Gives(own))
	assert.True(t, Pool{subnet, false}.Gives(own))
	assert.False(t, Pool{subnet, false}.Gives(netip.MustParseAddr("2001:db8::c8")))
}

func TestVLANsOfOneFarSide(t *testing.T) {
	var far []string
	for _, p := range Places(corpus(t, "vlans")) {
		far = append(far, p.Link+" "+p.farLink())
	}
	assert.Equal(t, []string{"bond0 br0", "bond0.20 br0.20", "bond0.4094 br0.4094", "storage br0.30", "eth9 br0", "eth9.7 br0.7"}, far)
}

func TestAccessPointOffersTheStorysNetwork(t *testing.T) {
	found := points(corpus(t, "seed000_homeplug"))
	require.Len(t, found, 1)
	assert.Equal(t, `interface=wlan1
bridge=br0
driver=nl80211
hw_mode=g
channel=1
ssid2=42544875622d32323131
ignore_broadcast_ssid=0
wpa=2
wpa_key_mgmt=WPA-PSK
rsn_pairwise=CCMP
wpa_passphrase=goatsareinteresting
`, found[0].conf())
}

func TestBondThatSpeaksLACPHasAPartner(t *testing.T) {
	for _, e := range ends(corpus(t, "mode_8023ad")) {
		assert.Equal(t, "lag0", master(e), e.name)
	}
	for _, e := range ends(corpus(t, "mode_balance_rr")) {
		assert.Equal(t, "br0", master(e), e.name)
	}
}

func TestCablesTakeTheLargestFrames(t *testing.T) {
	assert.Equal(t, 9000, Describe(corpus(t, "mtu_and_mac")).largestMTU())
	assert.Equal(t, 1500, Describe(corpus(t, "seed001_raspberry")).largestMTU())
}

func TestUnknownCableIsRefused(t *testing.T) {
	w := Describe(corpus(t, "seed001_raspberry"))
	require.EqualError(t, w.Cable("cut", "eth7"), `there is no cable "eth7"; there are [eth0]`)
	require.EqualError(t, w.Cable("chew", "eth0"), `a cable is cut, plugged, muted or unmuted, not "chew"`)
	assert.EqualError(t, w.AccessPoint("stop", "wlan9"), "this world has no such access point")
}
