package keyfile_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/generators/keyfile"
	"github.com/bondctl/bondctl/schema"
)

const dir = "/etc/NetworkManager/system-connections/"

// render gives the files of a document by the names of their profiles.
func render(t *testing.T, text string) (map[string]string, hcl.Diagnostics) {
	t.Helper()
	files, diags := keyfile.Backend().Render(gentest.Decode(t, "test.hcl", []byte(text)))
	contents := map[string]string{}
	for _, f := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(f.Path, dir), ".nmconnection")
		contents[name] = string(f.Content)
	}
	return contents, diags
}

// section gives the lines of a section.
func section(t *testing.T, file, name string) string {
	t.Helper()
	_, after, found := strings.Cut(file, "["+name+"]\n")
	require.True(t, found, "no section %s in\n%s", name, file)
	lines, _, _ := strings.Cut(after, "\n\n")
	return strings.TrimSuffix(lines, "\n")
}

// unsaid lists the paths of what diagnostics of a severity leave out.
func unsaid(diags hcl.Diagnostics, severity hcl.DiagnosticSeverity) []string {
	var paths []string
	for _, d := range diags {
		if left, ok := d.Extra.(generators.Unsaid); ok && d.Severity == severity {
			paths = append(paths, left.Path)
		}
	}
	return paths
}

const plain = `
bond "bond0" {
  mode   = "active-backup"
  miimon = 100
  slave "eth0" {}
  slave "eth1" {}
  ipv4 { dhcp = true }
}
`

// Trap 29: NetworkManager passes over a profile that others can read.
func TestProfilesWithoutSecretsArePrivateToo(t *testing.T) {
	files, _ := keyfile.Backend().Render(gentest.Decode(t, "test.hcl", []byte(plain)))
	require.Len(t, files, 3)
	for _, f := range files {
		assert.Equal(t, generators.Private, f.Mode, f.Path)
	}
}

// Trap 30: NetworkManager 1.42 drops controller and port-type in silence.
func TestSlavesNameTheirMasterInTheWordsOf142(t *testing.T) {
	files, _ := render(t, plain)
	connection := section(t, files["eth0"], "connection")
	assert.Contains(t, connection, "\nmaster=bond0\nslave-type=bond")
	assert.NotContains(t, files["eth0"], "controller")
	assert.NotContains(t, files["eth0"], "port-type")
}

// Trap 34: outside /etc, and for tools, a profile ends in .nmconnection.
func TestProfilesHaveTheSuffix(t *testing.T) {
	files, _ := keyfile.Backend().Render(gentest.Decode(t, "test.hcl", []byte(plain)))
	assert.Equal(t, dir+"bond0.nmconnection", files[0].Path)
}

func TestTheSameDocumentHasTheSameUUIDs(t *testing.T) {
	files, _ := render(t, plain)
	// Python: uuid.uuid5(UUID("1e5a0c4b-8f0d-4d0a-9c54-626f6e64636c"), "bond0")
	assert.Contains(t, files["bond0"], "\nuuid=06060b96-0c48-55b5-bee5-4c5e59b912ae\n")
	assert.NotContains(t, files["eth0"], "06060b96")
}

// Facts 2.1: NetworkManager wants 0 and 1 and commas, where other consumers
// take yes and blanks, and drops anything else.
func TestValuesAreInTheKernelsText(t *testing.T) {
	files, _ := render(t, `
bond "bond0" {
  mode              = 1
  arp_interval      = "1s"
  arp_ip_target     = ["192.0.2.1", "192.0.2.2"]
  arp_validate      = "filter_backup"
  all_slaves_active = true
  use_carrier       = false
  slave "eth0" {}
  slave "eth1" {}
  ipv4 { addresses = ["192.0.2.10/24"] }
}`)
	assert.Equal(t, "mode=active-backup\nuse_carrier=0\narp_interval=1000\narp_ip_target=192.0.2.1,192.0.2.2\n"+
		"arp_validate=filter_backup\nall_slaves_active=1", section(t, files["bond0"], "bond"))
}

// Facts 2.1: NetworkManager sets miimon=100 where the driver would have 0.
func TestWarnsThatNetworkManagerMonitorsByItself(t *testing.T) {
	const summary = "NetworkManager monitors by itself"
	bond := func(options string) string {
		return "bond \"bond0\" {\n" + options + "\nslave \"eth0\" {}\nslave \"eth1\" {}\nipv4 { addresses = [\"192.0.2.10/24\"] }\n}"
	}
	for name, story := range map[string]struct {
		options string
		warned  bool
	}{
		"no monitor":             {`mode = "active-backup"`, true},
		"mode left out":          {"", true},
		"ARP turned off":         {"mode = 0\narp_interval = 0", true},
		"MII monitoring":         {"mode = 0\nmiimon = 50", false},
		"turned off on purpose":  {"mode = 0\nmiimon = 0", false},
		"ARP monitoring":         {"mode = 0\narp_interval = 50\narp_ip_target = [\"192.0.2.1\"]", false},
		"the driver has 100 too": {`mode = "802.3ad"`, false},
	} {
		t.Run(name, func(t *testing.T) {
			files, diags := render(t, bond(story.options))
			warned := false
			for _, d := range diags {
				warned = warned || d.Summary == summary
			}
			assert.Equal(t, story.warned, warned)
			if story.warned {
				assert.NotContains(t, files["bond0"], "miimon")
			}
		})
	}
}

func TestBondPortsHaveASectionForTheirOptions(t *testing.T) {
	files, _ := render(t, `
bond "bond0" {
  mode   = "active-backup"
  miimon = 100
  slave "eth0" {
    queue_id = 0
    prio     = -5
  }
  slave "eth1" {}
  ipv4 { dhcp = true }
}`)
	assert.Equal(t, "queue-id=0\nprio=-5", section(t, files["eth0"], "bond-port"))
	assert.NotContains(t, files["eth1"], "bond-port")
}

// The bond gives its Wi-Fi slave the address; NetworkManager must not change it.
func TestWifiSlavesKeepTheAddressThatTheBondGave(t *testing.T) {
	files, _ := render(t, `
bond "bond0" {
  mode          = "active-backup"
  miimon        = 100
  fail_over_mac = "active"
  slave "eth0" {}
  slave "wlan0" {
    wifi {
      ssid = "home"
      psk  = "12345678"
    }
  }
  ipv4 { dhcp = true }
}
wifi "wlan1" {
  ssid        = "guests"
  security    = "open"
  mtu         = 1400
  mac_address = "02:00:00:00:00:01"
  ipv4 { dhcp = true }
}`)
	assert.Equal(t, "mode=infrastructure\nssid=home\ncloned-mac-address=preserve", section(t, files["wlan0"], "wifi"))
	assert.Equal(t, "mode=infrastructure\nssid=guests\nmtu=1400\ncloned-mac-address=02:00:00:00:00:01", section(t, files["wlan1"], "wifi"))
	assert.NotContains(t, files["wlan1"], "[wifi-security]")
}

func TestNamesThatNetworkManagerRefuses(t *testing.T) {
	for _, name := range []string{"e%0", "e/0", "e:0", "e 0", "a-name-too-long!", ".hidden", "all", "bonding_masters", "e\xff", "e\x000"} {
		doc := &schema.Document{Name: "test", Bonds: []*schema.Bond{{
			Name: schema.Given("bond0"), Slaves: []*schema.Slave{{Name: schema.Given(name)}},
			VLANs: []*schema.VLAN{{ID: schema.Given(7), Link: schema.Given(name)}},
		}}, Links: []*schema.Link{{Kind: schema.Ethernet, Name: schema.Given(name)}}}
		files, diags := keyfile.Backend().Render(doc)
		assert.Len(t, files, 1, "%q", name)
		assert.Equal(t, []string{"bond/bond0/slave/" + name, "bond/bond0/vlan/7", "ethernet/" + name}, unsaid(diags, hcl.DiagError))
		doc.Bonds[0].Name = schema.Given(name)
		_, diags = keyfile.Backend().Render(doc)
		assert.Contains(t, unsaid(diags, hcl.DiagError), "bond/"+name)
	}
}

func TestSecretsAreFound(t *testing.T) {
	for line, want := range map[string]int{"psk=12345678": 4, "password = x": 11, "private-key-password=k": 21, "wep-key0=12345": 9, "leap-password=x": 14, "private-key=data:;base64,a2V5": 12} {
		start, ok := keyfile.Backend().Secret([]byte(line))
		assert.True(t, ok, line)
		assert.Equal(t, want, start, line)
	}
	_, ok := keyfile.Backend().Secret([]byte("private-key=/etc/key.pem"))
	assert.False(t, ok)
}
