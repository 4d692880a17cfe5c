package netplan

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/schema"
)

// render gives the file for a document in HCL, and what it does not say.
func render(t *testing.T, text string) (string, []string) {
	t.Helper()
	return renderDocument(t, gentest.Decode(t, "test.hcl", []byte(text)))
}

func renderDocument(t *testing.T, doc *schema.Document) (string, []string) {
	t.Helper()
	files, diags := Backend().Render(doc)
	require.Len(t, files, 1)
	return string(files[0].Content), words(diags)
}

// words gives diagnostics as "severity: summary: detail".
func words(diags hcl.Diagnostics) []string {
	said := make([]string, 0, len(diags))
	for _, d := range diags {
		severity := "warning"
		if d.Severity == hcl.DiagError {
			severity = "error"
		}
		said = append(said, severity+": "+d.Summary+": "+d.Detail)
	}
	return said
}

// bondWith is a bond of two slaves with further lines.
func bondWith(lines string) string {
	return "bond \"bond0\" {\n" + lines + "\n  slave \"eth0\" {}\n  slave \"eth1\" {}\n  ipv4 { dhcp = true }\n}\n"
}

func TestFileIsPrivateEvenWithoutASecret(t *testing.T) {
	files, _ := Backend().Render(gentest.Decode(t, "test.hcl", []byte(bondWith("mode = 1\nmiimon = 100"))))
	require.Len(t, files, 1)
	assert.Equal(t, "/etc/netplan/90-bondctl.yaml", files[0].Path)
	assert.Equal(t, generators.Private, files[0].Mode)
}

func TestZerosThatNetplanTakesForUnsetAreReported(t *testing.T) {
	for option, severity := range map[string]string{
		"packets_per_slave": "error", // 0 picks a slave at random
		"resend_igmp":       "error", // 0 sends none
		"num_grat_arp":      "error",
		"num_unsol_na":      "error",
		"all_slaves_active": "warning", // 0 is the driver's own
		"min_links":         "warning",
	} {
		t.Run(option, func(t *testing.T) {
			text, said := render(t, bondWith("mode = \"balance-rr\"\nmiimon = 100\n"+option+" = 0"))
			require.Len(t, said, 1)
			assert.Contains(t, said[0], severity+": netplan cannot say ")
			assert.Contains(t, said[0], `netplan takes 0 for "not set"`)
			assert.NotContains(t, text, ": 0\n")
		})
	}
}

func TestMiimonZeroIsLostIn8023ad(t *testing.T) {
	_, said := render(t, bondWith("mode = \"802.3ad\"\nmiimon = 0"))
	require.Len(t, said, 1)
	assert.Contains(t, said[0], "error: netplan cannot say miimon: ")
	_, said = render(t, bondWith("mode = \"active-backup\"\nmiimon = 0"))
	require.Len(t, said, 1)
	assert.Contains(t, said[0], "warning: netplan cannot say miimon: ")
}

func TestNoMiimonWritesNone(t *testing.T) {
	text, said := render(t, bondWith(`mode = "active-backup"`))
	assert.Empty(t, said)
	assert.NotContains(t, text, "mii-monitor-interval", "systemd-networkd leaves the driver's 0, which is what the document means")
}

func TestIntervalsAreBareIntegers(t *testing.T) {
	text, _ := render(t, bondWith("mode = \"active-backup\"\nmiimon = \"100ms\"\nupdelay = \"2s\"\ndowndelay = 300"))
	assert.Contains(t, text, "mii-monitor-interval: 100\n", "NetworkManager drops a value with a unit")
	assert.Contains(t, text, "up-delay: 2000\n")
	assert.Contains(t, text, "down-delay: 300\n")
}

func TestSecondsOfLearningPacketsNeverArrive(t *testing.T) {
	text, said := render(t, bondWith("mode = \"balance-tlb\"\nlp_interval = 5"))
	require.Len(t, said, 1)
	assert.Contains(t, said[0], "error: netplan cannot say lp_interval: ")
	assert.NotContains(t, text, "learn-packet-interval")
}

func TestEnumerationsGoByName(t *testing.T) {
	text, said := render(t, bondWith("mode = 4\nlacp_rate = 1\nad_select = 2\nxmit_hash_policy = 1\nmiimon = 100"))
	assert.Empty(t, said)
	for _, line := range []string{"mode: 802.3ad", "lacp-rate: fast", "ad-select: count", "transmit-hash-policy: layer3+4"} {
		assert.Contains(t, text, line+"\n", "netplan and systemd-networkd refuse or drop numbers")
	}
}

func TestOnlyWhatSystemdNetworkdKnowsIsSaid(t *testing.T) {
	text, said := render(t, bondWith("mode = \"active-backup\"\narp_interval = 100\narp_ip_target = [\"192.0.2.1\"]\narp_validate = \"filter\""))
	require.Len(t, said, 1)
	assert.Contains(t, said[0], "error: netplan cannot say arp_validate: ")
	assert.NotContains(t, text, "arp-validate")
	_, said = render(t, bondWith("mode = \"balance-xor\"\nmiimon = 100\nxmit_hash_policy = \"vlan+srcmac\""))
	require.Len(t, said, 1)
	assert.Contains(t, said[0], "error: netplan cannot say xmit_hash_policy: ")
}

func TestPrimaryIsTheIDOfAnInterface(t *testing.T) {
	text, said := render(t, bondWith("mode = \"active-backup\"\nmiimon = 100\nprimary = \"eth1\""))
	assert.Empty(t, said)
	assert.Contains(t, text, "interfaces: [eth0, eth1]\n")
	assert.Contains(t, text, "primary: eth1\n")
}

func TestPrimaryThatIsNoInterfaceWouldLoseTheFile(t *testing.T) {
	doc := gentest.Decode(t, "test.hcl", []byte(bondWith("mode = \"active-backup\"\nmiimon = 100\nprimary = \"eth1\"")))
	doc.Bonds[0].Slaves = doc.Bonds[0].Slaves[:1]
	text, said := renderDocument(t, doc)
	require.Len(t, said, 1)
	assert.Contains(t, said[0], "error: netplan cannot say primary: netplan refuses a file")
	assert.NotContains(t, text, "primary:")
}

func TestNoRendererIsNamed(t *testing.T) {
	text, _ := render(t, bondWith("mode = 1\nmiimon = 100"))
	assert.NotContains(t, text, "renderer")
}

func TestDeprecatedGatewayKeyIsNotWritten(t *testing.T) {
	text, _ := render(t, "ethernet \"eth0\" {\n  ipv4 {\n    addresses = [\"192.0.2.2/24\"]\n    gateway = \"192.0.2.1\"\n    metric = 0\n  }\n}")
	assert.Contains(t, text, "        - to: default\n          via: 192.0.2.1\n          metric: 0\n")
	assert.NotContains(t, text, "gateway4")
}

func TestDefaultRouteWithoutGatewayIsOfScopeLink(t *testing.T) {
	doc := `ethernet "eth0" {
  ipv4 { dhcp = true }
}
fallback "way" {
  route "other" {
    interface = "eth0"
    gateway   = "none"
    metric    = 7
  }
}`
	text, _ := render(t, doc)
	assert.Contains(t, text, "        - to: 0.0.0.0/0\n          scope: link\n          metric: 7\n")
}

func TestLinkWithoutAddressesHasNone(t *testing.T) {
	text, _ := render(t, "bond \"bond0\" {\n  mode = 1\n  miimon = 100\n  slave \"eth0\" {}\n  vlan \"20\" {\n    ipv4 { dhcp = true }\n  }\n}")
	assert.Contains(t, text, "      link-local: []\n      accept-ra: false\n", "netplan's bonds have IPv6 link-local addresses otherwise")
	assert.Contains(t, text, "    eth0: {}\n", "an interface of a bond has none anyway")
}

// TestOneMetricForWhatIsLearned: netplan refuses dhcp4 and dhcp6 of a link
// with different overrides, and writes one RouteMetric for all.
func TestOneMetricForWhatIsLearned(t *testing.T) {
	const both = "ethernet \"eth0\" {\n  ipv4 {\n    dhcp = true\n    %4\n  }\n  ipv6 {\n    dhcp = %d\n    %6\n  }\n}"
	for _, c := range []struct {
		name, v4, v6, dhcp6 string
		unsaid              []string
		want                []string
	}{
		{"the same", "metric = 50", "metric = 50", "true", nil, []string{"dhcp4-overrides:\n        route-metric: 50", "dhcp6-overrides:\n        route-metric: 50"}},
		{"different", "metric = 50", "metric = 60", "true", []string{"metric", "metric"}, nil},
		{"one of two", "metric = 50", "", "true", []string{"metric"}, nil},
		{"advertised with the lease's metric", "metric = 50", "metric = 50", "false", nil, []string{"dhcp4-overrides:\n        route-metric: 50", "dhcp6-overrides:\n        route-metric: 50"}},
		{"advertised with another", "metric = 50", "metric = 60", "false", []string{"metric"}, []string{"dhcp4-overrides:\n        route-metric: 50"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text, said := render(t, strings.NewReplacer("%4", c.v4, "%6", c.v6, "%d", c.dhcp6).Replace(both))
			require.Len(t, said, len(c.unsaid))
			for _, s := range said {
				assert.Contains(t, s, "error: netplan cannot say metric: netplan has one metric")
			}
			assert.Equal(t, len(c.want), strings.Count(text, "route-metric"))
			for _, want := range c.want {
				assert.Contains(t, text, want)
			}
		})
	}
}

func TestMetricOfAnAdvertisedRouteAloneHasNoKey(t *testing.T) {
	_, said := render(t, "ethernet \"eth0\" {\n  ipv4 { addresses = [\"192.0.2.1/24\"] }\n  ipv6 { metric = 5 }\n}")
	require.Len(t, said, 1)
	assert.Contains(t, said[0], "error: netplan cannot say metric: netplan has no key")
}

func TestMetricWithoutARouteNeedsNoWord(t *testing.T) {
	_, said := render(t, "ethernet \"eth0\" {\n  ipv4 {\n    addresses = [\"192.0.2.2/24\"]\n    metric = 5\n  }\n}")
	require.Len(t, said, 1)
	assert.Contains(t, said[0], "warning: netplan cannot say metric: ")
}

func TestNamesThatCannotBeIDs(t *testing.T) {
	for _, name := range []string{"e é", "eth*", "en[0]", "e%0", "1234", "renderer", "e\"0", ""} {
		assert.NotEmpty(t, unfitID(name), name)
	}
	for _, name := range []string{"eth0", "bond0.4094", "wlp2s0", "br-lan_1", "yes", "1e3", "null"} {
		assert.Empty(t, unfitID(name), name)
	}
	doc := gentest.Decode(t, "test.hcl", []byte(bondWith("mode = 1\nmiimon = 100")))
	doc.Bonds[0].Slaves[1].Name.Value = "eth*"
	text, said := renderDocument(t, doc)
	assert.Contains(t, text, "interfaces: [eth0]\n")
	require.Len(t, said, 1)
	assert.Contains(t, said[0], "error: netplan cannot say eth*: ")
	doc.Bonds[0].Name.Value = "bond 0"
	text, said = renderDocument(t, doc)
	assert.NotContains(t, text, "bonds:")
	require.Len(t, said, 1)
}

func TestNamesThatYAMLTakesForOtherThings(t *testing.T) {
	for name, want := range map[string]string{
		"yes": `"yes": {}`, "1e3": `"1e3": {}`, "null": `"null": {}`, "on": `"on": {}`, "0x10": `"0x10": {}`, "en-1": "en-1: {}",
	} {
		doc := gentest.Decode(t, "test.hcl", []byte(bondWith("mode = 1\nmiimon = 100")))
		doc.Bonds[0].Slaves[0].Name.Value = name
		text, said := renderDocument(t, doc)
		assert.Empty(t, said)
		assert.Contains(t, text, "\n    "+want+"\n")
	}
}

func TestSearchDomainCannotBecomeTwo(t *testing.T) {
	doc := gentest.Decode(t, "test.hcl", []byte("ethernet \"eth0\" {\n  ipv4 { dhcp = true }\n  dns { search = [\"example.org\"] }\n}"))
	doc.Links[0].DNS.Search = schema.GivenList("example.org evil.example", "x\n[Route]")
	text, said := renderDocument(t, doc)
	require.Len(t, said, 1)
	assert.Contains(t, said[0], "error: netplan cannot say search: ")
	assert.NotContains(t, text, "nameservers")
}

func TestSlaveOfItsOwnDefinitionIsWrittenOnce(t *testing.T) {
	text, said := render(t, "ethernet \"eth9\" {\n  vlan \"5\" {}\n}\nbond \"bond0\" {\n  mode = 1\n  miimon = 100\n  slave \"eth9.5\" {}\n  ipv4 { dhcp = true }\n}")
	assert.Equal(t, []string{"warning: eth9 without IPv4 needs the renderer networkd: netplan has NetworkManager give such a link an IPv4 link-local address, and NetworkManager gives the link up where it gets none."}, said, "a slave has none anyway")
	assert.Contains(t, text, "interfaces: [eth9.5]\n")
	assert.Equal(t, 1, strings.Count(text, "eth9.5:"))
}
