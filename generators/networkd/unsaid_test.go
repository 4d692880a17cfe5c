package networkd_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators/networkd"
	"github.com/bondctl/bondctl/schema"
)

// networkd refuses some names that the kernel takes, and the whole file with
// them; others it takes for patterns.
func TestNamesThatNetworkdRefuses(t *testing.T) {
	for name, why := range map[string]string{
		"":                 "refuses the name",
		"bönd":             "names that are not ASCII",
		"b\u00a0":          "names that are not ASCII",
		"42":               "refuses the name",
		"all":              "refuses the name",
		"default":          "refuses the name",
		"..":               "refuses the name",
		"b%d":              "refuses the name",
		"0123456789abcdef": "refuses the name",
		"bond*":            "takes the name for a pattern",
		`b\0`:              "takes the name for a pattern",
		"!b":               "takes the name for a pattern",
	} {
		named := schema.Given(name)
		files, diags := networkd.Backend().Render(&schema.Document{
			Bonds: []*schema.Bond{{Name: named, Slaves: []*schema.Slave{{Name: schema.Given("eth0")}}}},
			Links: []*schema.Link{{Kind: schema.Ethernet, Name: named}},
		})
		assert.Empty(t, files, name)
		require.Len(t, diags, 2, name)
		assert.Contains(t, diags[0].Detail, why)
	}
}

func TestVLANWithANameThatNetworkdRefuses(t *testing.T) {
	files, said := render(t, "ethernet \"eth0\" {\nvlan \"7\" {\nname = \"été\"\nipv4 { dhcp = true }\n}\n}\n")
	require.Len(t, said, 1)
	assert.Contains(t, said[0], "networkd cannot say 7: systemd-networkd refuses names that are not ASCII")
	require.Len(t, files, 1)
	assert.NotContains(t, files["eth0.network"], "VLAN=")
}

// The primary is a slave whose file cannot be written.
func TestPrimaryThatCannotBeNamed(t *testing.T) {
	mode, primary := option(t, "mode", "active-backup"), option(t, "primary", "été")
	_, diags := networkd.Backend().Render(&schema.Document{Bonds: []*schema.Bond{{
		Name: schema.Given("bond0"), Settings: schema.Settings{mode, primary},
		Slaves: []*schema.Slave{{Name: schema.Given("été")}},
	}}})
	require.Len(t, diags, 2)
	assert.Contains(t, diags[1].Detail, "systemd-networkd is told in the file of the slave, and there is none for été.")
}

func TestNoPrimaryNeedNotBeSaid(t *testing.T) {
	_, diags := networkd.Backend().Render(&schema.Document{Bonds: []*schema.Bond{{
		Name: schema.Given("bond0"), Settings: schema.Settings{option(t, "mode", "active-backup"), option(t, "primary", "")},
	}}})
	require.Len(t, diags, 1)
	assert.False(t, diags.HasErrors())
}

func option(t *testing.T, name, text string) schema.Setting {
	t.Helper()
	o, ok := schema.Lookup(name)
	require.True(t, ok)
	value, err := o.Parse(text)
	require.NoError(t, err)
	return schema.Setting{Option: o, Value: value}
}

func TestDomainsThatNetworkdRefuses(t *testing.T) {
	for _, name := range []string{"a b", "bücher.example", "~example.org", ".", "a..b", `a\046b`, "localhost", "x.localhost", ""} {
		files, diags := networkd.Backend().Render(&schema.Document{Links: []*schema.Link{{
			Kind: schema.Ethernet, Name: schema.Given("eth0"),
			Network: schema.Network{DNS: &schema.DNS{Search: schema.GivenList("example.org", name)}},
		}}})
		require.Len(t, diags, 1, name)
		assert.Contains(t, diags[0].Detail, "takes names in ASCII for domains")
		assert.NotContains(t, string(files[0].Content), "Domains")
	}
}

// An ipv4 block that configures nothing is not the same as none: without one
// the link would have no IPv6 either.
func TestIdleBlock(t *testing.T) {
	idle := &schema.IP{Family: schema.IPv4, Metric: schema.Given(5)}
	doc := func(ipv6 *schema.IP) *schema.Document {
		return &schema.Document{Links: []*schema.Link{{
			Kind: schema.Ethernet, Name: schema.Given("eth0"), Network: schema.Network{IPv4: idle, IPv6: ipv6},
		}}}
	}
	files, diags := networkd.Backend().Render(doc(nil))
	require.Len(t, diags, 1)
	assert.Contains(t, diags[0].Summary, "metric")
	assert.Contains(t, string(files[0].Content), "[Network]\nDHCP=no\n")

	_, diags = networkd.Backend().Render(doc(&schema.IP{Family: schema.IPv6, DHCP: schema.Given(true)}))
	require.Len(t, diags, 2)
	assert.Contains(t, diags[0].Summary, "ipv4")
}

// pppd makes its links itself; what the document says of them is not lost in silence.
func TestLinksOfPPPAreLeftToPppd(t *testing.T) {
	files, said := render(t, "ppp \"ppp0\" {\npeer = \"provider\"\nmtu = 1400\ndns { servers = [\"192.0.2.53\"] }\n}\n")
	assert.Empty(t, files)
	require.Len(t, said, 4)
	assert.Contains(t, said[0], "networkd cannot say ppp0: systemd-networkd leaves the link to pppd, and bondctl monitor makes its default route.")
	assert.Contains(t, said[1], "networkd cannot say peer")
	assert.Contains(t, said[2], "networkd cannot say mtu")
	assert.Contains(t, said[3], "networkd cannot say dns")
}
