package wpa

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bondctl/bondctl/generators"
)

func conf(text string) generators.File { return generators.File{Content: []byte(text)} }

func TestEntries(t *testing.T) {
	const text = "ap_scan=1\ncred={\n\trealm=\"a\"\n}\nnetwork={\n  # home\n\tssid=\"a#b\" # attic\n psk=0123\n\tpriority=5\n}\nnetwork={\n\tssid=\"c\"\n}\n"
	assert.Equal(t, []Entry{{"ssid", `"a#b"`}, {"psk", "0123"}, {"priority", "5"}}, Entries(conf(text)))
	assert.Empty(t, Entries(conf("country=DE\n")))
}

func TestSame(t *testing.T) {
	const home = "network={\nssid=\"attic\"\npsk=\"long enough\"\n}\n"
	for _, c := range []struct {
		name, other string
		want        bool
	}{
		{"the same in other words", "# home\nctrl_interface=/run/wpa_supplicant\n\nnetwork={\n\tpsk=\"long enough\"\n\tscan_ssid=0\n\tkey_mgmt=WPA-PSK\n\tssid=6174746963\n}\n", true},
		{"another key", "network={\nssid=\"attic\"\npsk=\"long enough!\"\n}\n", false},
		{"another network", "network={\nssid=\"cellar\"\npsk=\"long enough\"\n}\n", false},
		{"more than that", "country=DE\n" + home, false},
		{"what a document has no word for", "network={\nssid=\"attic\"\npsk=\"long enough\"\npriority=5\n}\n", false},
		{"no network", "country=DE\n", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, Same(conf(home), conf(c.other)))
			assert.Equal(t, c.want, Same(conf(c.other), conf(home)))
		})
	}
}
