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
	unit  *unit
	match match
	// names are the links that the file is in force for.
	names []schema.Attr[string]

	unmanaged schema.Attr[bool]
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

// networkKeys lists the entries of .network files.
var networkKeys = slices.Concat([]key[linkFile]{
	{"Link", "Unmanaged", readOne(boolean, func(f *linkFile) *schema.Attr[bool] { return &f.unmanaged })},
	{"Link", "MTUBytes", readOne(bytesIEC, func(f *linkFile) *schema.Attr[int] { return &f.mtu })},
	{"Link", "MACAddress", readInto(schema.ParseMAC, func(f *linkFile) *schema.Attr[schema.MAC] { return &f.mac })},
	{"Link", "RequiredForOnline", ignored[linkFile]},
	{"Network", "Description", ignored[linkFile]},
	{"Network", "ConfigureWithoutCarrier", ignored[linkFile]},
	{"Network", "IgnoreCarrierLoss", ignored[linkFile]},
	{"Network", "Bond", readInto(plain, func(f *linkFile) *schema.Attr[string] { return &f.bond })},
	{"Network", "VLAN", readAnother(linkName, func(f *linkFile) *[]schema.Attr[string] { return &f.vlans })},
	{"Network", "DHCP", readOne(dhcpWord, func(f *linkFile) *schema.Attr[string] { return &f.dhcp })},
	{"Network", "IPv6AcceptRA", readAcceptRA},
	{"Network", "IPv6AcceptRouterAdvertisements", readAcceptRA},
	{"Network", "LinkLocalAddressing", readOne(linkLocalWord, func(f *linkFile) *schema.Attr[string] { return &f.linkLocal })},
	{"Network", "Address", readAddressLine},
	{"Network", "Gateway", readAnother(address, func(f *linkFile) *[]schema.Attr[netip.Addr] { return &f.gateways })},
	{"Network", "DNS", readMore(address, func(f *linkFile) *[]schema.Attr[netip.Addr] { return &f.servers })},
	{"Network", "Domains", readMore(domain, func(f *linkFile) *[]schema.Attr[string] { return &f.search })},
	{"DHCP", "RouteMetric", readMetric4}, // the section's name before systemd 243
	{"DHCPv4", "RouteMetric", readMetric4},
	{"DHCPv6", "WithoutRA", only[linkFile]("solicit", "no")},
	{"IPv6AcceptRA", "RouteMetric", readOne(metric, func(f *linkFile) *schema.Attr[int] { return &f.metric6 })},
}, flagKeys(), usualKeys())

var (
	readAddressOf = readAnother(withLength, func(f *linkFile) *[]schema.Attr[netip.Prefix] { return &f.addresses })
	readAcceptRA  = readInto(boolean, func(f *linkFile) *schema.Attr[bool] { return &f.acceptRA })
	readMetric4   = readOne(metric, func(f *linkFile) *schema.Attr[int] { return &f.metric4 })
)

// readAddressLine adds an address. An empty one takes back those before it,
// also of [Address] sections, which older releases do not do.
func readAddressLine(f *linkFile, text schema.Attr[string]) error {
	if text.Value != "" {
		return readAddressOf(f, text)
	}
	if len(f.addresses) == 0 {
		return nil
	}
	f.addresses = nil
	return errors.New("takes back the addresses before it, which systemd before 255 does not do")
}

// usualKeys makes rows for what may be said again of what systemd-networkd
// does by itself, as it does with the files of a document.
func usualKeys() []key[linkFile] {
	var keys []key[linkFile]
	for _, row := range []struct{ sections, names string }{
		{"DHCP DHCPv4 DHCPv6", "UseDNS UseNTP UseHostname SendHostname"},
		{"DHCP DHCPv4", "UseRoutes UseGateway SendRelease"},
		{"IPv6AcceptRA", "UseDNS UseAutonomousPrefix UseOnLinkPrefix UseGateway UseRoutePrefix"},
	} {
		for section := range strings.FieldsSeq(row.sections) {
			for name := range strings.FieldsSeq(row.names) {
				keys = append(keys, key[linkFile]{section, name, onlyYes[linkFile]})
			}
		}
	}
	return keys
}

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
	{"yes", "yes both"},
	{"no", "no none"},
	{"ipv4", "ipv4 v4"},
	{"ipv6", "ipv6 v6"},
}

func dhcpWord(text string) (string, error) {
	for _, family := range families {
		if slices.Contains(strings.Fields(family.words), text) {
			return family.means, nil
		}
	}
	if yes, err := boolean(text); err == nil {
		return yesNo(yes), nil
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
	{"Route", "Destination", readOne(destination, func(s *routeSection) *schema.Attr[netip.Prefix] { return &s.To })},
	{"Route", "Gateway", readInto(address, func(s *routeSection) *schema.Attr[netip.Addr] { return &s.Gateway })},
	{"Route", "Metric", readOne(metric, func(s *routeSection) *schema.Attr[int] { return &s.Metric })},
	{"Route", "Scope", readOne(plain, func(s *routeSection) *schema.Attr[string] { return &s.scope })},
	{"Route", "Table", only[routeSection]("main", "254")},
	{"Route", "Type", only[routeSection]("unicast")},
	{"Route", "Source", only[routeSection]()},
	{"Route", "MultiPathRoute", only[routeSection]()},
	{"Route", "NextHop", only[routeSection]()},
}

// addressSection is an [Address] section.
type addressSection struct{ address schema.Attr[netip.Prefix] }

var addressKeys = []key[addressSection]{
	{"Address", "Address", readOne(withLength, func(s *addressSection) *schema.Attr[netip.Prefix] { return &s.address })},
}
