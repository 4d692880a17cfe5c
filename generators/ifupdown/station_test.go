package ifupdown

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/wpa"
)

func TestNetwork(t *testing.T) {
	const head = "auto wlan0\niface wlan0 inet manual\n"
	own := generators.File{Path: "/etc/wpa.conf", Content: []byte("network={\n\tssid=\"attic\"\n}\n")}
	for _, c := range []struct {
		name, text string
		want       []wpa.Entry
	}{
		{"options of a stanza", head + " wpa-driver wext\n wpa-essid attic\n wpa-psk long enough\n wpa-priority 5\n", []wpa.Entry{
			{Key: "ssid", Value: `"attic"`}, {Key: "psk", Value: `"long enough"`}, {Key: "priority", Value: "5"},
		}},
		{"a file", head + " wpa-conf /etc/wpa.conf\n", []wpa.Entry{{Key: "ssid", Value: `"attic"`}}},
		{"a file that is not there", head + " wpa-conf /etc/other.conf\n", nil},
		{"another link", "iface wlan1 inet manual\n wpa-ssid attic\n wpa-key-mgmt NONE\n", nil},
		{"no station", head, nil},
		{"a key from a file", head + " wpa-ssid attic\n wpa-psk-file /root/key\n", nil},
		{"more than a network", head + " wpa-ssid attic\n wpa-key-mgmt NONE\n wpa-ap-scan 2\n", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			file, ok := Network([]generators.File{mainOf(c.text), own}, "wlan0")
			assert.Equal(t, c.want != nil, ok)
			assert.Equal(t, c.want, wpa.Entries(file))
		})
	}
}

// What we have wpa_supplicant read for seed 000 is what the author's stanza tells it.
func TestSeed000JoinsTheSameNetwork(t *testing.T) {
	text := seed000(t)
	told, ok := Network([]generators.File{mainOf(text)}, "wlan0")
	require.True(t, ok)
	doc, _ := Backend().Parse([]generators.File{mainOf(text)})
	files, _ := Backend().Render(doc)
	read, ok := Network(files, "wlan0")
	require.True(t, ok)
	assert.Equal(t, StationFile("wlan0"), read.Path)
	assert.True(t, wpa.Same(told, read))
}
