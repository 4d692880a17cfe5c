package keyfile_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/keyfile"
)

// Nothing of a profile is lost without a word that has its line.
func TestReportsWhatADocumentCannotSay(t *testing.T) {
	const ethernet = "[connection]\ntype=ethernet\ninterface-name=eth0\n"
	const wifi = "[connection]\ntype=wifi\ninterface-name=wlan0\n[wifi]\nssid=x\n"
	const bond = "[connection]\ntype=bond\ninterface-name=bond0\n[bond]\nmiimon=50\n"
	for name, story := range map[string]struct{ content, want string }{
		"a type without words":         {"[connection]\nid=x\ntype=wireguard\n", `3: A document has no links of the type "wireguard".`},
		"no type":                      {"[connection]\nid=x\n", "1: The profile has no type, and NetworkManager cannot tell it by the sections."},
		"no interface":                 {"[connection]\ntype=ethernet\n", "2: A document names every link, and the profile has no interface-name."},
		"a line that is none":          {ethernet + "junk\n", "4: NetworkManager refuses a profile with such a line: wants KEY=VALUE, [SECTION] or a comment."},
		"a profile that is kept off":   {ethernet + "autoconnect=false\n", "4: A document cannot say autoconnect of [connection]."},
		"a section of others":          {ethernet + "[dcb]\nx=1\n", "5: A document cannot say x of [dcb]."},
		"options of a route":           {ethernet + "[ipv4]\nmethod=auto\nroute1=10.0.0.0/8\nroute1_options=mtu=1400\n", "7: A document cannot say route1_options of [ipv4]."},
		"a shared link":                {ethernet + "[ipv4]\nmethod=shared\n", "5: A document has no words for IPv4 by the method shared."},
		"a shared link of IPv6":        {ethernet + "[ipv6]\nmethod=shared\n", "5: A document has no words for IPv6 by the method shared."},
		"IPv6 off beside IPv4":         {ethernet + "[ipv6]\nmethod=disabled\n", "5: A document without an ipv6 block leaves IPv6 to the host, and does not turn it off."},
		"an address without length":    {ethernet + "[ipv4]\nmethod=manual\naddress1=192.0.2.1\n", "6: address1 has no prefix length that can be one, and NetworkManager takes 24."},
		"an address of IPv6":           {ethernet + "[ipv4]\nmethod=manual\naddress1=2001:db8::1/64\n", "6: address1 wants an ipv4 address with its prefix length."},
		"a gateway that is none":       {ethernet + "[ipv4]\nmethod=manual\naddress1=192.0.2.1/24,x\n", "6: address1 wants an ipv4 address as its gateway."},
		"a route without destination":  {ethernet + "[ipv4]\nmethod=auto\nroute1=x\n", "6: route1 wants an ipv4 address with its prefix length."},
		"a route over nothing":         {ethernet + "[ipv4]\nmethod=auto\nroute1=10.0.0.0/8,x\n", "6: route1 wants an ipv4 address as its gateway."},
		"a route's metric":             {ethernet + "[ipv4]\nmethod=auto\nroute1=10.0.0.0/8,192.0.2.1,x\n", "6: route1 wants a number as its metric."},
		"a metric":                     {ethernet + "[ipv4]\nmethod=auto\nroute-metric=x\n", "6: route-metric wants a number."},
		"a resolver":                   {ethernet + "[ipv4]\nmethod=auto\ndns=dns+tls://192.0.2.1\n", "6: dns wants ipv4 addresses of resolvers."},
		"resolvers alone":              {ethernet + "[ipv4]\nmethod=auto\ndns-priority=-1\n", "6: A document cannot say that only these resolvers are asked."},
		"a list with a wrong escape":   {ethernet + "[ipv4]\nmethod=auto\ndns-search=a\\b;\n", `6: dns-search wants none but the escapes \s, \t, \n, \r and \\.`},
		"an address made up":           {ethernet + "[ethernet]\ncloned-mac-address=random\n", `5: cloned-mac-address wants an Ethernet address such as 02:00:00:00:00:01, not "random".`},
		"an option that is none":       {bond + "miimom=100\n", "6: A document cannot say miimom of [bond]."},
		"an option out of range":       {bond + "arp_missed_max=0\n", `6: arp_missed_max wants a number from 1 to 255, not 0.`},
		"active_slave":                 {bond + "active_slave=eth0\n", "6: NetworkManager takes active_slave for primary."},
		"a slave of nothing":           {ethernet + "master=bond7\nslave-type=bond\n", `2: No profile describes the bond "bond7".`},
		"a slave of a bridge":          {ethernet + "master=br0\nslave-type=bridge\n[bridge-port]\nx=1\n", `5: A document has no ports of the type "bridge".`},
		"a slave without a master":     {ethernet + "slave-type=bond\n", `2: No profile describes the bond "".`},
		"a VLAN on nothing":            {"[connection]\ntype=vlan\ninterface-name=v7\n[vlan]\nid=7\nparent=bond7\n", `2: No profile describes the VLAN's parent "bond7".`},
		"a VLAN's flags":               {"[connection]\ntype=ethernet\ninterface-name=eth0\n[vlan]\nflags=2\n", "5: A document cannot say flags of [vlan]."},
		"an access point":              {wifi + "mode=ap\n", "6: A document has words for stations only, not for the mode ap."},
		"a band":                       {wifi + "band=6GHz\n", "6: band wants a or bg."},
		"a flag":                       {wifi + "hidden=yes\n", "6: hidden wants true or false."},
		"WEP":                          {wifi + "[wifi-security]\nkey-mgmt=none\nwep-key0=12345\n", "8: A document cannot say wep-key0 of [wifi-security]."},
		"a protection":                 {wifi + "[wifi-security]\nkey-mgmt=owe\n", "7: key-mgmt is none that a document has a word for."},
		"two EAP methods":              {wifi + "[wifi-security]\nkey-mgmt=wpa-eap\n[802-1x]\neap=pwd;tls;\n", "9: A document has one EAP method, and this is the first."},
		"a certificate in the profile": {wifi + "[wifi-security]\nkey-mgmt=wpa-eap\n[802-1x]\neap=pwd\nca-cert=data:;base64,Y2EA\n", "10: ca-cert wants a file by its path."},
	} {
		t.Run(name, func(t *testing.T) {
			_, diags := parse(t, "x", story.content)
			assert.Equal(t, []string{"x:" + story.want}, complaints(diags))
		})
	}
}

// P7: a secret that cannot be read is not shown.
func TestComplaintsDoNotShowSecrets(t *testing.T) {
	_, diags := parse(t, "x", "[connection]\ntype=wifi\ninterface-name=wlan0\n[wifi]\nssid=x\n[wifi-security]\nkey-mgmt=wpa-psk\n"+
		"psk=open\\sesame\\x\nwep-key0=open\\sesame\nleap-password=open sesame\n")
	require.Len(t, diags, 3)
	assert.NotContains(t, strings.Join(complaints(diags), "\n"), "sesame")
}

// Trap 34: in /etc a profile needs no suffix, and NetworkManager passes over
// hidden files and what GLib is about to rename; it does read other backups.
func TestWhichFilesAreProfiles(t *testing.T) {
	const content = "[connection]\ntype=ethernet\ninterface-name=eth0\n"
	for name, read := range map[string]bool{
		"eth0": true, "Wired connection 1": true, "eth0.nmconnection": true, "eth0.bak": true, "pem": true,
		".eth0.nmconnection": false, "eth0.nmconnection~": false, "eth0.nmconnection.A1b2C3": false, "ca.pem": false, "ca.DER": false,
		"sub/eth0.nmconnection": false, "../NetworkManager.conf": false,
		"/run/NetworkManager/system-connections/eth0.nmconnection": true, "/run/NetworkManager/system-connections/eth0": false,
		"/usr/lib/NetworkManager/system-connections/eth0.nmconnection": true, "/usr/lib/NetworkManager/system-connections/eth0.bak": false,
	} {
		if !filepath.IsAbs(name) {
			name = filepath.Clean(dir + name)
		}
		doc, diags := keyfile.Backend().Parse([]generators.File{{Path: name, Content: []byte(content)}})
		assert.Empty(t, diags, name)
		assert.Equal(t, read, len(doc.Links) == 1, name)
	}
}
