package keyfile_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/gentest"
	"github.com/bondctl/bondctl/generators/keyfile"
	"github.com/bondctl/bondctl/schema"
)

func decode(t *testing.T, text string) *schema.Document {
	t.Helper()
	return gentest.Decode(t, "test.hcl", []byte(text))
}

func covered(diags hcl.Diagnostics, path string) bool {
	for _, d := range diags {
		if left, ok := d.Extra.(generators.Unsaid); ok && left.Covers(path) {
			return true
		}
	}
	return false
}

// filesOf reads an archive of profiles; names without a slash are in the
// profiles' directory.
func filesOf(archive *txtar.Archive) []generators.File {
	var files []generators.File
	for _, f := range archive.Files {
		name := f.Name
		if filepath.Base(name) == name {
			name = dir + name
		}
		files = append(files, generators.File{Path: name, Mode: generators.Private, Content: f.Data})
	}
	return files
}

// complaints lists what a reader did not understand, as file:line: detail.
func complaints(diags hcl.Diagnostics) []string {
	var texts []string
	for _, d := range diags {
		texts = append(texts, fmt.Sprintf("%s:%d: %s", filepath.Base(d.Subject.Filename), d.Subject.Start.Line, d.Detail))
	}
	return texts
}

// readStories are profiles that people and older programs wrote.
var readStories = []struct{ name, files, want string }{
	{
		name: "sections and types have their old names, masters are named by UUID and id",
		files: `-- a --
[connection]
id=eth
type=802-3-ethernet
interface-name=eth0
master=0e0e0e0e-0000-4000-8000-000000000001
slave-type=bond
[802-3-ethernet]
cloned-mac-address=preserve
-- b --
[connection]
id=wifi
type=802-11-wireless
interface-name=wlan0
controller=My bond
port-type=bond
[802-11-wireless]
mode=infrastructure
ssid=97;98;
security=802-11-wireless-security
[802-11-wireless-security]
auth-alg=open
key-mgmt=wpa-psk
psk=12345678
-- c --
[connection]
id=My bond
uuid=0e0e0e0e-0000-4000-8000-000000000001
type=bond
interface-name=bond0
autoconnect=true
timestamp=1700000000
[bond]
miimon=100
mode=1
num_grat_arp=3
num_unsol_na=3
[ipv4]
method=disabled
[ipv6]
method=ignore
`,
		want: `bond/bond0
bond/bond0/miimon = 100
bond/bond0/mode = active-backup
bond/bond0/num_grat_arp = 3
bond/bond0/slave/eth0
bond/bond0/slave/wlan0
bond/bond0/slave/wlan0/wifi/psk = (sensitive)
bond/bond0/slave/wlan0/wifi/security = wpa2-psk
bond/bond0/slave/wlan0/wifi/ssid = "ab"
`,
	},
	{
		name: "addresses and routes in their older forms",
		files: `-- eth0.nmconnection --
[connection]
type = ethernet
interface-name = eth0
[ethernet]
mtu=0
[ipv4]
method=manual
address2=192.0.2.3/24
addresses1=192.0.2.2;24;192.0.2.1;
routes1=10.0.0.0;8;192.0.2.9;5;
route10=10.10.0.0/16
route2=10.2.0.0/16,0.0.0.0
route-metric=-1
dns=192.0.2.53
dns-priority=50
[ipv6]
method=manual
address1=2001:db8::2/64,::
gateway=fe80::1
dns=2001:db8::53;
dns-priority=10
`,
		want: `ethernet/eth0
ethernet/eth0/dns/servers = 2001:db8::53, 192.0.2.53
ethernet/eth0/ipv4
ethernet/eth0/ipv4/addresses = 192.0.2.2/24, 192.0.2.3/24
ethernet/eth0/ipv4/gateway = 192.0.2.1
ethernet/eth0/ipv6
ethernet/eth0/ipv6/accept_ra = false
ethernet/eth0/ipv6/addresses = 2001:db8::2/64
ethernet/eth0/ipv6/gateway = fe80::1
ethernet/eth0/route/10.0.0.0/8 via 192.0.2.9 metric 5
ethernet/eth0/route/10.10.0.0/16
ethernet/eth0/route/10.2.0.0/16
`,
	},
	{
		name: "NetworkManager does DHCP where a profile does not mention IP",
		files: `-- eth0.nmconnection --
# a comment
  # another, and blanks around the equals sign
[connection]
type = ethernet
interface-name = eth0
;autoconnect = false
`,
		want: "ethernet/eth0\nethernet/eth0/ipv4\nethernet/eth0/ipv4/dhcp = true\n",
	},
	{
		name: "a VLAN on a bond that is named by its id",
		files: `-- a --
[connection]
type=vlan
interface-name=storage
[ethernet]
mtu=auto
[vlan]
flags=1
id=30
parent=trunk
[ipv4]
method=disabled
[ipv6]
method=disabled
-- b --
[connection]
id=trunk
type=bond
interface-name=bond0
[bond]
miimon=0
[ipv4]
method=disabled
[ipv6]
method=disabled
`,
		want: "bond/bond0\nbond/bond0/miimon = 0\nbond/bond0/vlan/30 = storage\n",
	},
	{
		name: "open networks of old, and files that a URL names",
		files: `-- a --
[connection]
type=wifi
interface-name=wlan0
[wifi]
ssid=old
[wifi-security]
key-mgmt=none
[ipv4]
method=disabled
[ipv6]
method=disabled
-- b --
[connection]
type=wifi
interface-name=wlan1
[wifi]
ssid=campus
[wifi-security]
key-mgmt=wpa-eap
[802-1x]
eap=tls
identity=jane
client-cert=file:///etc/ssl/jane.pem
[ipv4]
method=disabled
[ipv6]
method=disabled
`,
		want: `wifi/wlan0
wifi/wlan0/security = open
wifi/wlan0/ssid = "old"
wifi/wlan1
wifi/wlan1/eap/client_cert = /etc/ssl/jane.pem
wifi/wlan1/eap/identity = jane
wifi/wlan1/eap/method = tls
wifi/wlan1/security = wpa-eap
wifi/wlan1/ssid = "campus"
`,
	},
}

func TestReadsWhatOthersWrote(t *testing.T) {
	for _, story := range readStories {
		t.Run(story.name, func(t *testing.T) {
			doc, diags := keyfile.Backend().Parse(filesOf(txtar.Parse([]byte(story.files))))
			assert.Empty(t, complaints(diags))
			var text string
			for _, s := range statements(doc) {
				text += s + "\n"
			}
			assert.Equal(t, story.want, text)
		})
	}
}
