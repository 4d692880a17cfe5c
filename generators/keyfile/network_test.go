package keyfile_test

import (
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bondctl/bondctl/generators/keyfile"
	"github.com/bondctl/bondctl/schema"
)

// linkStories are links with what their profiles say of IP.
var linkStories = []struct {
	name, body, want string
	// cannot and needNot are the paths below the link that are left out.
	cannot, needNot []string
}{
	{
		name: "no address of its own", body: ``,
		want: "[ipv4]\nmethod=disabled\n\n[ipv6]\nmethod=disabled\n",
	},
	{
		name: "DHCP for IPv4, IPv6 left to the host", body: `ipv4 { dhcp = true }`,
		want: "[ipv4]\nmethod=auto\n",
	},
	{
		name: "IPv4 off, IPv6 left to the host", body: `ipv4 {}`,
		want: "[ipv4]\nmethod=disabled\n",
	},
	{
		name: "an empty ipv4 block beside ipv6", body: "ipv4 {}\nipv6 {}",
		want:    "[ipv4]\nmethod=disabled\n\n[ipv6]\nmethod=auto\n",
		needNot: []string{"/ipv4"},
	},
	{
		name: "DHCP and an address", body: "ipv4 {\n dhcp = true\n addresses = [\"192.0.2.2/24\"]\n}",
		want: "[ipv4]\nmethod=auto\naddress1=192.0.2.2/24\n",
	},
	{
		name: "metric 0 is a metric",
		body: "ipv4 {\n addresses = [\"192.0.2.2/24\"]\n gateway = \"192.0.2.1\"\n metric = 0\n}",
		want: "[ipv4]\nmethod=manual\naddress1=192.0.2.2/24\ngateway=192.0.2.1\nroute-metric=0\n",
	},
	{
		name: "router advertisements", body: `ipv6 {}`,
		want: "[ipv4]\nmethod=disabled\n\n[ipv6]\nmethod=auto\n",
	},
	{
		name: "router advertisements beside static addresses", body: "ipv6 {\n accept_ra = true\n addresses = [\"2001:db8::2/64\"]\n}",
		want: "[ipv4]\nmethod=disabled\n\n[ipv6]\nmethod=auto\naddress1=2001:db8::2/64\n",
	},
	{
		name: "static IPv6", body: `ipv6 { addresses = ["2001:db8::2/64"] }`,
		want: "[ipv4]\nmethod=disabled\n\n[ipv6]\nmethod=manual\naddress1=2001:db8::2/64\n",
	},
	{
		name: "DHCPv6 alone", body: "ipv6 {\n dhcp = true\n accept_ra = false\n}",
		want: "[ipv4]\nmethod=disabled\n\n[ipv6]\nmethod=dhcp\n",
	},
	{
		name: "DHCPv6 where the router says so", body: `ipv6 { dhcp = true }`,
		want:    "[ipv4]\nmethod=disabled\n\n[ipv6]\nmethod=auto\n",
		needNot: []string{"/ipv6/dhcp"},
	},
	{
		name: "within the link", body: `ipv6 { accept_ra = false }`,
		want: "[ipv4]\nmethod=disabled\n\n[ipv6]\nmethod=link-local\n",
	},
	{
		name: "each form of a route",
		body: `ipv4 { dhcp = true }
			route "10.1.0.0/16" {}
			route "10.2.0.0/16" { gateway = "192.0.2.1" }
			route "10.3.0.0/16" {
				gateway = "192.0.2.1"
				metric = 0
			}
			route "10.4.0.0/16" { metric = 7 }
			route "default" { metric = 200 }`,
		want: "[ipv4]\nmethod=auto\nroute1=10.1.0.0/16\nroute2=10.2.0.0/16,192.0.2.1\nroute3=10.3.0.0/16,192.0.2.1,0\n" +
			"route4=10.4.0.0/16,0.0.0.0,7\nroute5=0.0.0.0/0,0.0.0.0,200\n",
	},
	{
		name: "routes and resolvers of IPv6 that is left to the host",
		body: `ipv4 { dhcp = true }
			route "2001:db8:1::/48" { gateway = "fe80::1" }
			dns { servers = ["2001:db8::53"] }`,
		want: "[ipv4]\nmethod=auto\n\n[ipv6]\nmethod=auto\naddr-gen-mode=default\nroute1=2001:db8:1::/48,fe80::1\ndns=2001:db8::53;\n",
	},
	{
		name:   "a route of a family that is off",
		body:   "ipv6 {}\nroute \"10.0.0.0/8\" { metric = 5 }",
		want:   "[ipv4]\nmethod=disabled\n\n[ipv6]\nmethod=auto\n",
		cannot: []string{"/route/10.0.0.0/8 metric 5"},
	},
	{
		name: "resolvers and domains",
		body: "ipv4 { dhcp = true }\ndns {\n servers = [\"192.0.2.53\", \"192.0.2.54\"]\n search = [\"example.org\", \"lab.example.org\"]\n}",
		want: "[ipv4]\nmethod=auto\ndns=192.0.2.53;192.0.2.54;\ndns-search=example.org;lab.example.org;\n",
	},
	{
		name: "IPv6 resolvers first",
		body: "ipv4 { dhcp = true }\nipv6 {}\ndns { servers = [\"2001:db8::53\", \"192.0.2.53\"] }",
		want: "[ipv4]\nmethod=auto\ndns=192.0.2.53;\n\n[ipv6]\nmethod=auto\ndns=2001:db8::53;\ndns-priority=90\n",
	},
	{
		name:   "resolvers of both families in turn",
		body:   "ipv4 { dhcp = true }\nipv6 {}\ndns { servers = [\"192.0.2.53\", \"2001:db8::53\", \"192.0.2.54\"] }",
		want:   "[ipv4]\nmethod=auto\n\n[ipv6]\nmethod=auto\n",
		cannot: []string{"/dns/servers"},
	},
	{
		name:   "a resolver of a family that is off",
		body:   "ipv6 {}\ndns { servers = [\"2001:db8::53\", \"192.0.2.53\"] }",
		want:   "[ipv4]\nmethod=disabled\n\n[ipv6]\nmethod=auto\n",
		cannot: []string{"/dns/servers"},
	},
	{
		name: "domains without IPv4", body: "ipv6 {}\ndns { search = [\"example.org\"] }",
		want: "[ipv4]\nmethod=disabled\n\n[ipv6]\nmethod=auto\ndns-search=example.org;\n",
	},
	{
		name: "domains without addresses", body: "ipv6 { accept_ra = false }\ndns { search = [\"example.org\"] }",
		want:   "[ipv4]\nmethod=disabled\n\n[ipv6]\nmethod=link-local\n",
		cannot: []string{"/dns/search"},
	},
	{
		name: "a gateway without an address", body: "ipv6 { gateway = \"fe80::1\" }",
		want:   "[ipv4]\nmethod=disabled\n\n[ipv6]\nmethod=auto\n",
		cannot: []string{"/ipv6/gateway"},
	},
}

func TestMethodsRoutesAndResolvers(t *testing.T) {
	for _, story := range linkStories {
		t.Run(story.name, func(t *testing.T) {
			files, diags := render(t, "ethernet \"eth0\" {\n"+story.body+"\n}")
			connection := section(t, files["eth0"], "connection")
			assert.Equal(t, "[connection]\n"+connection+"\n\n"+story.want, files["eth0"][len("# Made by bondctl from test.hcl; changes here are overwritten.\n\n"):])
			assert.Equal(t, below("ethernet/eth0", story.cannot), unsaid(diags, hcl.DiagError))
			assert.Equal(t, below("ethernet/eth0", story.needNot), unsaid(diags, hcl.DiagWarning))
			comesBack(t, story.body, diags)
		})
	}
}

func below(path string, tails []string) []string {
	var paths []string
	for _, tail := range tails {
		paths = append(paths, path+tail)
	}
	return paths
}

// comesBack checks that the files state what the document does, but for what
// the diagnostics leave out.
func comesBack(t *testing.T, body string, diags hcl.Diagnostics) {
	t.Helper()
	doc := decode(t, "ethernet \"eth0\" {\n"+body+"\n}")
	files, _ := keyfile.Backend().Render(doc)
	parsed, complaints := keyfile.Backend().Parse(files)
	require.Empty(t, complaints)
	var want []string
	for _, s := range doc.Static().Statements() {
		if !covered(diags, s.Path) {
			want = append(want, s.String())
		}
	}
	assert.Equal(t, want, statements(parsed))
}

func statements(doc *schema.Document) []string {
	var texts []string
	for _, s := range doc.Statements() {
		texts = append(texts, s.String())
	}
	return texts
}

func TestPPPIsLeftToWhatDials(t *testing.T) {
	files, diags := render(t, "ppp \"ppp0\" {\n peer = \"gsm\"\n mtu = 1400\n}\nppp \"ppp1\" {}")
	assert.Empty(t, files)
	assert.Equal(t, []string{"ppp/ppp0/peer"}, unsaid(diags, hcl.DiagError))
	assert.Equal(t, []string{"ppp/ppp0", "ppp/ppp1"}, unsaid(diags, hcl.DiagWarning))
}

func TestWhatNetworkManagerRefusesOfWifi(t *testing.T) {
	files, diags := render(t, `
wifi "wlan0" {
  ssid = "six"
  band = "6GHz"
  security = "open"
}
wifi "wlan1" {
  ssid = "campus"
  eap {
    method   = "peap"
    identity = "jane"
    password = "secret of jane"
  }
}`)
	assert.Equal(t, []string{"wifi/wlan0/band", "wifi/wlan1/eap/method"}, unsaid(diags, hcl.DiagError))
	assert.NotContains(t, files["wlan0"], "band")
	assert.NotContains(t, files["wlan1"], "\neap=")
}

// NetworkManager takes a relative path for one beside its profiles.
func TestRelativeCertificates(t *testing.T) {
	_, diags := keyfile.Backend().Render(station(&schema.Wifi{
		SSID: schema.Given(schema.SSID("x")),
		EAP:  &schema.EAP{Method: schema.Given("pwd"), CACert: schema.Given("ca.pem")},
	}))
	assert.Equal(t, []string{"wifi/wlan0/eap/ca_cert"}, unsaid(diags, hcl.DiagError))
}

func TestEmptyListsAreWhatABondBeginsWith(t *testing.T) {
	option, _ := schema.Lookup("arp_ip_target")
	none, err := option.List(nil)
	require.NoError(t, err)
	files, diags := keyfile.Backend().Render(&schema.Document{Name: "test", Bonds: []*schema.Bond{{
		Name: schema.Given("bond0"), Settings: schema.Settings{{Option: option, Value: none}},
	}}})
	assert.Equal(t, []string{"bond/bond0/arp_ip_target"}, unsaid(diags, hcl.DiagWarning))
	assert.NotContains(t, string(files[0].Content), "arp_ip_target")
}
