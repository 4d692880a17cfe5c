package schema

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestStaticPutsTargetsInAnOrderThatLosesNone(t *testing.T) {
	option, _ := Lookup("arp_ip_target")
	value, err := option.List([]string{"192.0.2.10", "198.51.100.1", "192.0.2.2", "192.0.2.1"})
	require.NoError(t, err)
	doc := &Document{Bonds: []*Bond{{Name: Given("bond0"), Settings: Settings{{Option: option, Value: value}}}}}

	assert.Equal(t, "192.0.2.1,192.0.2.2,192.0.2.10,198.51.100.1", doc.Static().Bonds[0].Settings.Text("arp_ip_target"))
	assert.Equal(t, "192.0.2.10,198.51.100.1,192.0.2.2,192.0.2.1", doc.Bonds[0].Settings.Text("arp_ip_target"), "the document itself stays")
}

func TestStaticSharesTheCountryOfOneNetworkWithAll(t *testing.T) {
	doc := &Document{
		Bonds: []*Bond{{Name: Given("bond0"), Slaves: []*Slave{{Name: Given("eth0")}, {Name: Given("wlan0"), Wifi: &Wifi{}}}}},
		Links: []*Link{{Kind: WifiLink, Name: Given("wlan1"), Wifi: &Wifi{Country: Given("DE")}}, {Kind: Ethernet, Name: Given("eth1")}},
	}
	static := doc.Static()
	assert.Equal(t, "DE", static.Bonds[0].Slaves[1].Wifi.Country.Value)
	assert.Nil(t, static.Bonds[0].Slaves[0].Wifi)
	assert.Nil(t, static.Links[1].Wifi)
	assert.False(t, doc.Bonds[0].Slaves[1].Wifi.Country.Set, "the document itself stays")
}

func TestStaticKeepsCountriesThatDiffer(t *testing.T) {
	doc := &Document{Links: []*Link{
		{Kind: WifiLink, Name: Given("wlan0"), Wifi: &Wifi{Country: Given("DE")}},
		{Kind: WifiLink, Name: Given("wlan1"), Wifi: &Wifi{Country: Given("FR")}},
	}}
	assert.Equal(t, "FR", doc.Static().Links[1].Wifi.Country.Value)
}
