package networkd

import (
	"fmt"
	"strings"

	"github.com/bondctl/bondctl/generators/format/wpa"
	"github.com/bondctl/bondctl/schema"
)

// network writes the .network file of a link that carries addresses.
func (g *generator) network(c carrier, vlans []string) {
	sections := []section{g.match(c.name, c.wifi), g.linkSection(c), g.addressing(c, vlans)}
	sections = append(sections, g.learned(c)...)
	g.file(c.path, prefix+c.name+".network", append(sections, routes(c.network)...)...)
}

// match is the section that says which link the file is for.
func (g *generator) match(name string, wifi *schema.Wifi) section {
	s := section{name: "Match", entries: entries("Name", name)}
	if wifi != nil {
		s.comment = StationUnit(name) + " joins the network; it must be enabled."
	}
	return s
}

// wifi writes the file of a link's network for Debian's unit
// wpa_supplicant@LINK.service, which systemd-networkd does not start.
func (g *generator) wifi(path, name string, w *schema.Wifi) {
	if w == nil {
		return
	}
	g.files = append(g.files, wpa.File(StationFile(name), g.header, wpa.Station{Path: path, Wifi: w}, g.report))
	g.report.Warn(w.Range, name+" needs "+StationUnit(name),
		"systemd-networkd leaves joining a wireless network to wpa_supplicant. Enable that unit once.")
}

// StationUnit names the unit that runs wpa_supplicant for a link, escaped as
// systemd-escape(1) does: a - in the instance would stand for a slash.
func StationUnit(link string) string {
	var instance strings.Builder
	for _, b := range []byte(link) {
		if strings.IndexByte(plainInInstance, b) >= 0 && (b != '.' || instance.Len() > 0) {
			instance.WriteByte(b)
		} else {
			fmt.Fprintf(&instance, `\x%02x`, b)
		}
	}
	return "wpa_supplicant@" + instance.String() + ".service"
}

const plainInInstance = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_."

// StationFile is the path of the file that the unit reads.
func StationFile(link string) string { return wpaDir + "/wpa_supplicant-" + link + ".conf" }

// minIPv6MTU is the least payload that IPv6 works over (RFC 8200, section 5).
const minIPv6MTU = 1280

// withinIPv6 gives what a link carries without a payload that systemd-networkd
// would raise.
func (g *generator) withinIPv6(path string, n schema.Network) *schema.Network {
	if n.MTU.Known() && n.MTU.Value < minIPv6MTU && !n.Unaddressed() {
		g.report.CannotSay(path+"/mtu", n.MTU.Range, "systemd-networkd raises it to 1280 bytes on a link that may have IPv6",
			"Set 1280 or more")
		n.MTU = schema.Attr[int]{}
	}
	return &n
}

func (g *generator) linkSection(c carrier) section {
	s, n := section{name: "Link"}, c.network
	if n.MACAddress.Known() && !c.virtual {
		s.set("MACAddress", n.MACAddress.Value.String())
	}
	if n.MTU.Known() {
		s.set("MTUBytes", decimal(n.MTU.Value))
	}
	if n.Unaddressed() {
		// Without an address the link never comes to be what booting waits for.
		s.set("RequiredForOnline", "no")
	}
	return s
}

// addressing is the section with all but the routes.
func (g *generator) addressing(c carrier, vlans []string) section {
	s, n := section{name: "Network"}, c.network
	if n.Unaddressed() {
		s.set("LinkLocalAddressing", "no")
	}
	if dhcp := dhcpText(n); dhcp != "" {
		s.set("DHCP", dhcp)
	}
	if n.Unaddressed() || n.IPv6 != nil {
		s.set("IPv6AcceptRA", yesNo(n.IPv6 != nil && n.IPv6.AcceptsRA()))
	}
	static := setAddresses(&s, n.IPv4, n.IPv6)
	if static && c.virtual {
		// The addresses of a bond do not come and go with its slaves, and ARP
		// monitoring needs them before there is a carrier.
		s.set("ConfigureWithoutCarrier", "yes")
	}
	g.setDNS(&s, c)
	for _, name := range vlans {
		s.set("VLAN", name)
	}
	return s
}

// setAddresses tells whether there are static addresses.
func setAddresses(s *section, families ...*schema.IP) bool {
	static := false
	for _, ip := range families {
		if ip == nil {
			continue
		}
		for _, address := range ip.Addresses.Values() {
			s.set("Address", address.String())
			static = true
		}
	}
	return static
}

// dhcpText says which families lease; "no" stands for an ipv4 block that does
// nothing, so that it is not taken for none.
func dhcpText(n *schema.Network) string {
	v4, v6 := leases(n.IPv4), leases(n.IPv6)
	switch {
	case v4 && v6:
		return "yes"
	case v4:
		return "ipv4"
	case v6:
		return "ipv6"
	case idle(n.IPv4):
		return "no"
	}
	return ""
}

// idle tells whether a block gives the link no address.
func idle(ip *schema.IP) bool {
	return ip != nil && !ip.DHCP.Or(false) && len(ip.Addresses.Items) == 0
}

func leases(ip *schema.IP) bool { return ip != nil && ip.DHCP.Or(false) }

func (g *generator) setDNS(s *section, c carrier) {
	if c.network.DNS == nil {
		return
	}
	for _, server := range c.network.DNS.Servers.Values() {
		s.set("DNS", server.String())
	}
	search := c.network.DNS.Search
	for _, domain := range search.Items {
		if domain.Known() && !isDomain(domain.Value) {
			g.report.CannotSay(c.path+"/dns/search", domain.Range,
				"systemd-networkd takes names in ASCII for domains", "Write it as DNS does, without escapes")
			return
		}
	}
	if len(search.Items) > 0 {
		s.set("Domains", strings.Join(search.Values(), " "))
	}
}

// learned are the sections about what others tell the link.
func (g *generator) learned(c carrier) []section {
	v4, v6, ra := section{name: "DHCPv4"}, section{name: "DHCPv6"}, section{name: "IPv6AcceptRA"}
	n := c.network
	if leases(n.IPv4) && n.IPv4.Metric.Known() {
		v4.set("RouteMetric", decimal(n.IPv4.Metric.Value))
	}
	if leases(n.IPv6) {
		// By default a router has to ask for it first.
		v6.set("WithoutRA", "solicit")
	}
	if n.IPv6 != nil && n.IPv6.AcceptsRA() && n.IPv6.Metric.Known() {
		ra.set("RouteMetric", decimal(n.IPv6.Metric.Value))
	}
	if idle(n.IPv4) && !n.IPv4.Gateway.Known() && leases(n.IPv6) {
		g.report.NeedNotSay(c.path+"/ipv4", n.IPv4.Range, "It configures nothing")
	}
	g.idleMetric(c.path+"/ipv4/metric", n.IPv4, leases(n.IPv4))
	g.idleMetric(c.path+"/ipv6/metric", n.IPv6, n.IPv6 != nil && n.IPv6.AcceptsRA())
	return []section{v4, v6, ra}
}

// idleMetric reports the metric of a default route that is neither given nor learned.
func (g *generator) idleMetric(path string, ip *schema.IP, learns bool) { //nolint:revive // learns is a fact, not a switch
	if ip != nil && ip.Metric.Known() && !ip.Gateway.Known() && !learns {
		g.report.NeedNotSay(path, ip.Metric.Range, "There is no default route to have it")
	}
}

// routes are the sections of the routes, the gateways' first.
func routes(n *schema.Network) []section {
	var sections []section
	for _, ip := range []*schema.IP{n.IPv4, n.IPv6} {
		if ip == nil || !ip.Gateway.Known() {
			continue
		}
		s := section{name: "Route", entries: entries("Gateway", ip.Gateway.Value.String())}
		setMetric(&s, ip.Metric)
		sections = append(sections, s)
	}
	for _, r := range n.Routes {
		sections = append(sections, route(r))
	}
	return sections
}

// route has its destination also where that is everywhere: what has none is
// the gateway of an ipv4 or ipv6 block.
func route(r *schema.Route) section {
	s := section{name: "Route", entries: entries("Destination", r.To.Value.Masked().String())}
	switch {
	case r.Gateway.Known():
		s.set("Gateway", r.Gateway.Value.String())
	case r.Family() == schema.IPv4:
		s.set("Scope", "link")
	}
	setMetric(&s, r.Metric)
	return s
}

func setMetric(s *section, metric schema.Attr[int]) {
	if metric.Known() {
		s.set("Metric", decimal(metric.Value))
	}
}
