package ifcfg

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// network ends the file of a link that is no slave: what it carries, and its
// routes in files of their own.
func (w *writer) network(s *script, c carrier) {
	s.set("ONBOOT", "yes")
	if c.MTU.Known() {
		s.set("MTU", strconv.Itoa(c.MTU.Value))
	}
	if c.MACAddress.Known() {
		s.set("MACADDR", c.MACAddress.Value.String())
	}
	s.ipv4(c)
	s.ipv6(c)
	s.dns(c)
	w.add(linkPrefix+c.name, generators.Public, s.text.String())
	w.routes(c)
}

func (s *script) ipv4(c carrier) {
	ip := c.IPv4
	if !hasIPv4(c.Network) {
		s.set("BOOTPROTO", "none")
		if ip != nil {
			s.report.NeedNotSay(c.path+"/ipv4", ip.Range, "Without an address and without DHCP the link has no IPv4")
		}
		return
	}
	s.bootProto(ip)
	for i, address := range ip.Addresses.Values() {
		number := ""
		if i > 0 {
			number = strconv.Itoa(i)
		}
		s.set("IPADDR"+number, address.Addr().String())
		s.set("PREFIX"+number, strconv.Itoa(address.Bits()))
	}
	s.gateway(c)
	if ip.Metric.Known() {
		s.set("METRIC", strconv.Itoa(ip.Metric.Value)) // for network-scripts
		s.set("IPV4_ROUTE_METRIC", strconv.Itoa(ip.Metric.Value))
	}
}

func (s *script) bootProto(ip *schema.IP) {
	if !ip.DHCP.Or(false) {
		s.set("BOOTPROTO", "none")
		return
	}
	s.set("BOOTPROTO", "dhcp")
	if len(ip.Addresses.Items) > 0 {
		s.report.Warn(ip.Addresses.Range, "network-scripts ignore addresses beside DHCP", "NetworkManager sets both.")
	}
}

// gateway assigns GATEWAY, which network-scripts use only where it is on the
// network of the first address, and NetworkManager only beside an address.
func (s *script) gateway(c carrier) {
	ip := c.IPv4
	if !ip.Gateway.Known() {
		return
	}
	addresses := ip.Addresses.Values()
	if len(addresses) == 0 {
		s.report.CannotSay(c.path+"/ipv4/gateway", ip.Gateway.Range, "NetworkManager reads GATEWAY only beside an address",
			"Remove it: DHCP brings a gateway")
		return
	}
	if !addresses[0].Contains(ip.Gateway.Value) {
		s.report.Warn(ip.Gateway.Range, "network-scripts ignore this gateway",
			"It is not on the network of the link's first address. Name the address of its network first, or let NetworkManager read the files.")
	}
	s.set("GATEWAY", ip.Gateway.Value.String())
}

func (s *script) ipv6(c carrier) {
	ip := c.IPv6
	switch {
	case c.Unaddressed():
		s.text.WriteString("# No IP of its own: network-scripts heed the first two, NetworkManager the third.\n")
		s.set("IPV6INIT", "yes")
		s.set("IPV6_AUTOCONF", "no")
		s.set("IPV6_DISABLED", "yes")
		return
	case ip == nil:
		return
	}
	s.set("IPV6INIT", "yes")
	if ip.AcceptsRA() {
		s.set("IPV6_AUTOCONF", "yes")
	} else {
		s.set("IPV6_AUTOCONF", "no")
	}
	if ip.DHCP.Or(false) {
		s.set("DHCPV6C", "yes")
	}
	if addresses := texts(ip.Addresses.Values()); len(addresses) > 0 {
		s.set("IPV6ADDR", addresses[0])
		if len(addresses) > 1 {
			s.set("IPV6ADDR_SECONDARIES", strings.Join(addresses[1:], " "))
		}
	}
	s.gateway6(c)
	if ip.Metric.Known() {
		s.set("IPV6_ROUTE_METRIC", strconv.Itoa(ip.Metric.Value))
		s.report.Warn(ip.Metric.Range, "network-scripts know no metric of the IPv6 default route", "NetworkManager does.")
	}
}

// gateway6 assigns IPV6_DEFAULTGW, which NetworkManager reads only beside an
// address. A link-local one needs its link to network-scripts.
func (s *script) gateway6(c carrier) {
	gateway := c.IPv6.Gateway
	if !gateway.Known() {
		return
	}
	if len(c.IPv6.Addresses.Values()) == 0 {
		s.report.CannotSay(c.path+"/ipv6/gateway", gateway.Range, "NetworkManager reads IPV6_DEFAULTGW only beside an address",
			"Give the link an address, or remove the gateway: router advertisements bring one")
		return
	}
	text := gateway.Value.String()
	if gateway.Value.IsLinkLocalUnicast() {
		text += "%" + c.name
	}
	s.set("IPV6_DEFAULTGW", text)
}

func texts(prefixes []netip.Prefix) []string {
	found := make([]string, len(prefixes))
	for i, p := range prefixes {
		found[i] = p.String()
	}
	return found
}

func (s *script) dns(c carrier) {
	if c.DNS == nil {
		return
	}
	if s.resolvable(c) {
		for i, server := range c.DNS.Servers.Values() {
			s.set("DNS"+strconv.Itoa(i+1), server.String())
		}
	}
	search := c.DNS.Search.Values()
	if len(search) > 0 && s.searchable(c, search) {
		s.set("DOMAIN", strings.Join(search, " "))
	}
}

// resolvable tells whether NetworkManager takes the link's resolvers: it
// leaves out those of a family that the link does not have.
func (s *script) resolvable(c carrier) bool {
	for _, server := range c.DNS.Servers.Items {
		family := schema.FamilyOf(server.Value)
		if !speaks(c.Network, family) {
			s.report.CannotSay(c.path+"/dns/servers", server.Range,
				"NetworkManager ignores resolvers of a family that the link does not have, as "+family.String()+" here",
				"Name the resolver on a link with "+family.String())
			return false
		}
	}
	return true
}

// searchable tells whether the domains can stand in DOMAIN, which is split at blanks.
func (s *script) searchable(c carrier, search []string) bool {
	why, remedy := "", ""
	for _, domain := range search {
		if domain == "" || strings.ContainsFunc(domain, func(r rune) bool { return r <= ' ' || r == 0x7f || r == 0xfffd }) {
			why, remedy = "DOMAIN holds domains without blanks, control characters and bytes that are no text", "Correct the domain"
		}
	}
	if c.Unaddressed() {
		why, remedy = "NetworkManager ignores the domains of a link without IP", "Name them on a link with addresses"
	}
	if why != "" {
		s.report.CannotSay(c.path+"/dns/search", c.DNS.Search.Range, why, remedy)
	}
	return why == ""
}

// speaks tells whether NetworkManager configures a family on the link.
func speaks(n *schema.Network, family schema.Family) bool {
	if family == schema.IPv4 {
		return hasIPv4(n)
	}
	return n.IPv6 != nil
}

// routes writes the files route-NAME and route6-NAME, whose lines are
// arguments of ip-route(8).
func (w *writer) routes(c carrier) {
	var text, text6 strings.Builder
	for _, route := range c.Routes {
		family := route.Family()
		if !w.routable(c, route) {
			continue
		}
		into := &text
		if family == schema.IPv6 {
			into = &text6
		}
		into.WriteString(routeLine(route, c.name) + "\n")
	}
	if text.Len() > 0 {
		w.add(routePrefix+c.name, generators.Public, text.String())
	}
	if text6.Len() > 0 {
		w.add(route6Prefix+c.name, generators.Public, text6.String())
	}
}

// routable tells whether a route can stand in a file, and reports where not.
func (w *writer) routable(c carrier, route *schema.Route) bool {
	path := c.path + "/route/" + route.String()
	switch family := route.Family(); {
	case !speaks(c.Network, family):
		w.report.CannotSay(path, route.Range, "NetworkManager ignores routes of a family that the link does not have",
			"Give the link an "+family.String()+" block with addresses")
		return false
	case strings.ContainsAny(c.name, "#*?[\\ \t\n'\""):
		w.report.CannotSay(path, route.Range, "A shell takes the link's name apart where it stands in a route", "Give the link another name")
		return false
	}
	return true
}

func routeLine(route *schema.Route, name string) string {
	line := route.To.Value.Masked().String()
	if route.IsDefault() {
		line = "default"
	}
	if route.Gateway.Known() {
		line += " via " + route.Gateway.Value.String()
	}
	line += " dev " + name
	if route.Metric.Known() {
		line += " metric " + strconv.Itoa(route.Metric.Value)
	}
	return line
}
