package networkd

import (
	"errors"
	"net/netip"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// linkFile is what a .network file says.
type linkFile struct {
	path  string
	names []schema.Attr[string]
	// other is set by a condition of [Match] other than a plain name.
	other bool

	mac       schema.Attr[schema.MAC]
	mtu       schema.Attr[int]
	bond      schema.Attr[string]
	flags     []flag
	vlans     []schema.Attr[string]
	dhcp      schema.Attr[string]
	acceptRA  schema.Attr[bool]
	linkLocal schema.Attr[string]
	addresses []schema.Attr[netip.Prefix]
	servers   []schema.Attr[netip.Addr]
	search    []schema.Attr[string]
	// metric4 and metric6 are those of learned default routes.
	metric4, metric6 schema.Attr[int]
	gateways         []schema.Attr[netip.Addr]
	routes           []*routeSection
}

// flag is an option of the bond that stands in a slave's file.
type flag struct {
	option *schema.Option
	set    schema.Attr[bool]
}

var matchKeys = []key[linkFile]{
	{"Match", "Name", func(f *linkFile, text schema.Attr[string]) error {
		for name := range strings.FieldsSeq(text.Value) {
			if isPattern(name) {
				f.other = true
				return errors.New("with a pattern is nothing that a document can say; the file is not used")
			}
			if why := nameFault(name); why != "" {
				return errors.New("is not used: " + why)
			}
			f.names = append(f.names, placed(name, text))
		}
		return nil
	}},
}

// networkKeys lists the entries of .network files.
var networkKeys = slices.Concat([]key[linkFile]{
	{"Link", "MTUBytes", readInto(bytesIEC, func(f *linkFile) *schema.Attr[int] { return &f.mtu })},
	{"Link", "MACAddress", readInto(schema.ParseMAC, func(f *linkFile) *schema.Attr[schema.MAC] { return &f.mac })},
	{"Link", "RequiredForOnline", ignored[linkFile]},
	{"Network", "Description", ignored[linkFile]},
	{"Network", "ConfigureWithoutCarrier", ignored[linkFile]},
	{"Network", "IgnoreCarrierLoss", ignored[linkFile]},
	{"Network", "Bond", readInto(plain, func(f *linkFile) *schema.Attr[string] { return &f.bond })},
	{"Network", "VLAN", readMore(plain, func(f *linkFile) *[]schema.Attr[string] { return &f.vlans })},
	{"Network", "DHCP", readInto(dhcpWord, func(f *linkFile) *schema.Attr[string] { return &f.dhcp })},
	{"Network", "IPv6AcceptRA", readAcceptRA},
	{"Network", "IPv6AcceptRouterAdvertisements", readAcceptRA},
	{"Network", "LinkLocalAddressing", readInto(linkLocalWord, func(f *linkFile) *schema.Attr[string] { return &f.linkLocal })},
	{"Network", "Address", readMore(withLength, func(f *linkFile) *[]schema.Attr[netip.Prefix] { return &f.addresses })},
	{"Address", "Address", readMore(withLength, func(f *linkFile) *[]schema.Attr[netip.Prefix] { return &f.addresses })},
	{"Network", "Gateway", readMore(address, func(f *linkFile) *[]schema.Attr[netip.Addr] { return &f.gateways })},
	{"Network", "DNS", readMore(address, func(f *linkFile) *[]schema.Attr[netip.Addr] { return &f.servers })},
	{"Network", "Domains", readMore(domain, func(f *linkFile) *[]schema.Attr[string] { return &f.search })},
	{"DHCP", "RouteMetric", readMetric4}, // the section's name before systemd 243
	{"DHCPv4", "RouteMetric", readMetric4},
	{"DHCPv6", "WithoutRA", only[linkFile]("solicit", "no")},
	{"IPv6AcceptRA", "RouteMetric", readInto(metric, func(f *linkFile) *schema.Attr[int] { return &f.metric6 })},
}, flagKeys())

var (
	readAcceptRA = readInto(boolean, func(f *linkFile) *schema.Attr[bool] { return &f.acceptRA })
	readMetric4  = readInto(metric, func(f *linkFile) *schema.Attr[int] { return &f.metric4 })
)

// flagKeys makes a row for each of the bond's options that a slave's file says.
func flagKeys() []key[linkFile] {
	var keys []key[linkFile]
	for _, o := range schema.OptionsOf(schema.BondScope) {
		if word := o.Word(schema.Networkd); word.OnSlave {
			keys = append(keys, key[linkFile]{"Network", word.Name, func(f *linkFile, text schema.Attr[string]) error {
				yes, err := boolean(text.Value)
				if err == nil {
					f.flags = append(f.flags, flag{o, placed(yes, text)})
				}
				return err
			}})
		}
	}
	return keys
}

// families are the words of DHCP= and LinkLocalAddressing=, old ones among
// them, by what they come to.
var families = []struct{ means, words string }{
	{"yes", "yes both 1 y true t on"},
	{"no", "no none 0 n false f off"},
	{"ipv4", "ipv4 v4"},
	{"ipv6", "ipv6 v6"},
}

func dhcpWord(text string) (string, error) {
	for _, family := range families {
		if slices.Contains(strings.Fields(family.words), strings.ToLower(text)) {
			return family.means, nil
		}
	}
	return "", errors.New("wants yes, no, ipv4 or ipv6")
}

func linkLocalWord(text string) (string, error) {
	if text == "fallback" || text == "ipv4-fallback" {
		return text, nil
	}
	return dhcpWord(text)
}

// routeSection is a [Route] section.
type routeSection struct {
	schema.Route
	scope schema.Attr[string]
}

var routeKeys = []key[routeSection]{
	{"Route", "Destination", readInto(destination, func(s *routeSection) *schema.Attr[netip.Prefix] { return &s.To })},
	{"Route", "Gateway", readInto(address, func(s *routeSection) *schema.Attr[netip.Addr] { return &s.Gateway })},
	{"Route", "Metric", readInto(metric, func(s *routeSection) *schema.Attr[int] { return &s.Metric })},
	{"Route", "Scope", readInto(plain, func(s *routeSection) *schema.Attr[string] { return &s.scope })},
}
