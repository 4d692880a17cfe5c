package regdom

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// wifi is a document with a Wi-Fi slave and a Wi-Fi link of these countries.
func wifi(slave, link string) *schema.Document {
	network := func(country string) *schema.Wifi {
		w := &schema.Wifi{SSID: schema.Given(schema.SSID("home"))}
		if country != "" {
			w.Country = schema.Given(country)
		}
		return w
	}
	return &schema.Document{
		Name:  "host.hcl",
		Bonds: []*schema.Bond{{Name: schema.Given("bond0"), Slaves: []*schema.Slave{{Name: schema.Given("wlan0"), Wifi: network(slave)}}}},
		Links: []*schema.Link{{Kind: schema.WifiLink, Name: schema.Given("wlan1"), Wifi: network(link)}},
	}
}

// companion is a backend of nothing but this file.
func companion() *generators.Backend {
	return &generators.Backend{
		Name: "regdom",
		Generate: func(doc *schema.Document, report *generators.Report) []generators.File {
			if file, ok := File(doc, report); ok {
				return []generators.File{file}
			}
			return nil
		},
		Read: func(files []generators.File, report *generators.Report) *schema.Document {
			doc := wifi("", "")
			Read(files, doc, report)
			return doc
		},
	}
}

func TestFileSetsTheCountry(t *testing.T) {
	files, diags := companion().Render(wifi("DE", "DE"))
	require.Empty(t, diags)
	require.Len(t, files, 1)
	assert.Equal(t, "/etc/modprobe.d/bondctl-regdom.conf", files[0].Path)
	assert.Equal(t, generators.Public, files[0].Mode)
	assert.Equal(t, "# Made by bondctl from host.hcl; changes here are overwritten.\n"+
		"# The country whose radio rules hold; takes effect when cfg80211 is loaded.\n"+
		"options cfg80211 ieee80211_regdom=DE\n", string(files[0].Content))

	doc, diags := companion().Parse(files)
	require.Empty(t, diags)
	assert.Equal(t, wifi("DE", "DE").Statements()[3].Value, doc.Statements()[3].Value)
	assert.Equal(t, "DE", doc.Links[0].Wifi.Country.Value)
	assert.Equal(t, generators.Line(Path, 3), doc.Bonds[0].Slaves[0].Wifi.Country.Range)
}

func TestNoFileWithoutACountry(t *testing.T) {
	files, diags := companion().Render(wifi("", ""))
	assert.Empty(t, files)
	assert.Empty(t, diags)
}

func TestCountriesThatDifferAreReported(t *testing.T) {
	files, diags := companion().Render(wifi("DE", "FR"))
	require.Len(t, diags, 1)
	assert.Equal(t, generators.Unsaid{Path: "wifi/wlan1/country"}, diags[0].Extra)
	assert.Contains(t, string(files[0].Content), "regdom=DE\n")
}

func TestCountryCannotAddAnOption(t *testing.T) {
	files, diags := companion().Render(wifi("DE x=1\noptions bonding mode=1", ""))
	assert.Empty(t, files)
	require.Len(t, diags, 2, "it was to hold for both networks")
	assert.Equal(t, generators.Unsaid{Path: "bond/bond0/slave/wlan0/wifi/country"}, diags[0].Extra)
}

func TestReadIsTolerant(t *testing.T) {
	cases := []struct {
		name, path, text, want string
		reported               int
	}{
		{"another file sets it", "/etc/modprobe.d/wifi.conf", "options iwlwifi x=1\noptions cfg80211 ieee80211_regdom=US", "US", 0},
		{"the last of several wins", Path, "options cfg80211 ieee80211_regdom=US\noptions cfg80211  ieee80211_regdom=\"GB\"\n", "GB", 0},
		{"no country", Path, "options cfg80211 ieee80211_regdom=Germany\n", "", 1},
		{"another parameter", Path, "options cfg80211 cfg80211_disable_40mhz_24ghz=1\n", "", 1},
		{"another command", Path, "blacklist cfg80211\n", "", 1},
		{"another directory", "/etc/network/interfaces", "options cfg80211 ieee80211_regdom=US", "", 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			doc, diags := companion().Parse([]generators.File{{Path: c.path, Content: []byte(c.text)}})
			assert.Len(t, diags, c.reported)
			assert.Equal(t, c.want, doc.Links[0].Wifi.Country.Value)
		})
	}
}
