package kernel

import (
	"errors"
	"net"
	"os"
	"testing"
	"time"

	"github.com/mdlayher/wifi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/schema"
)

// air is what nl80211 tells: links, and by their names what they have joined.
type air struct {
	links  []*wifi.Interface
	joined map[string]*wifi.BSS
	broken error
}

func (a air) SetDeadline(time.Time) error { return nil }

func (a air) Interfaces() ([]*wifi.Interface, error) { return a.links, nil }

func (a air) BSS(i *wifi.Interface) (*wifi.BSS, error) {
	if a.broken != nil {
		return nil, a.broken
	}
	if bss, ok := a.joined[i.Name]; ok {
		return bss, nil
	}
	return nil, os.ErrNotExist
}

func TestStationsOfTheAir(t *testing.T) {
	a := air{
		links: []*wifi.Interface{
			{Name: "wlan0", Type: wifi.InterfaceTypeStation},
			{Name: "wlan1", Type: wifi.InterfaceTypeStation},
			{Name: "wlan2", Type: wifi.InterfaceTypeStation},
			{Name: "ap0", Type: wifi.InterfaceTypeAP},
			{Type: wifi.InterfaceTypeP2PDevice},
		},
		joined: map[string]*wifi.BSS{
			"wlan0": {SSID: "BTHub-2211", BSSID: net.HardwareAddr(mac(7)), Frequency: 2437, Status: wifi.BSSStatusAssociated},
			"wlan2": {SSID: "BTHub-2211", BSSID: net.HardwareAddr(mac(7)), Status: wifi.BSSStatusAuthenticated},
		},
	}
	list, err := stations(a)
	require.NoError(t, err)
	assert.Equal(t, []Station{
		{Link: "wlan0", Connected: true, SSID: "BTHub-2211", BSSID: schema.MAC(mac(7)), Frequency: 2437},
		{Link: "wlan1"},
		{Link: "wlan2"},
	}, list, "who is on the way in is not in yet")

	a.broken = errors.New("radio gone")
	_, err = stations(a)
	assert.EqualError(t, err, "ask nl80211 for the network of wlan0: radio gone")
}

// On a kernel without Wi-Fi there are none; on one with it there may be some.
func TestStationsOfThisMachine(t *testing.T) {
	_, err := open(t).Stations()
	assert.NoError(t, err)
}
