package ifupdown

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// The settings of IPv6 for which no method has an option, with the kernel's
// defaults.
const (
	// disableIPv6 keeps a link that carries no IP of its own from giving
	// itself an address.
	disableIPv6, ipv6Enabled = "disable_ipv6", "0"
	// learnedMetric is the metric of the default route that a router
	// advertises, from 1 (Linux 5.12). The kernel puts it right at the next
	// advertisement, and it asks for one when the link has been up for a second.
	learnedMetric, usualMetric = "ra_defrtr_metric", "1024"
)

// setIPv6 sets one of them while the link is up, and the usual value when it
// is down again. sysctl(8) would need a package that a small host lacks; the
// kernel may lack IPv6.
func (s *stanza) setIPv6(key, value, usual string) {
	s.run("%secho %s > /proc/sys/net/ipv6/conf/$IFACE/%s", ifIPv6, value, key)
	s.undo = append(s.undo, fmt.Sprintf("%secho %s > /proc/sys/net/ipv6/conf/$IFACE/%s", ifIPv6, usual, key))
}

// network gives the stanzas for what a link carries, at least one.
func (g *generator) network(path string, n *schema.Network) []*stanza {
	stanzas := g.ip(path, n.IPv4)
	stanzas = append(stanzas, g.ip(path, n.IPv6)...)
	if n.Unaddressed() {
		bare := &stanza{family: inet, method: manual}
		bare.setIPv6(disableIPv6, "1", ipv6Enabled)
		stanzas = append(stanzas, bare)
	}
	sayLink(stanzas[0], n)
	g.dns(path, lastOf(stanzas, stanzas[0].family), n.DNS)
	for _, route := range n.Routes {
		last := lastOf(stanzas, familyName(route.Family()))
		last.run("%s", routeCommand(route))
	}
	return stanzas
}

// lastOf finds the last stanza of a family, or the last of all. The hook of
// resolvconf forgets at each stanza what it heard from one before of the same
// family, and routes may need any of the addresses.
func lastOf(stanzas []*stanza, family string) *stanza {
	for _, s := range slices.Backward(stanzas) {
		if s.family == family {
			return s
		}
	}
	return stanzas[len(stanzas)-1]
}

// ip gives the stanzas of one family: one for each method that it needs.
func (g *generator) ip(path string, ip *schema.IP) []*stanza {
	if ip == nil {
		return nil
	}
	var stanzas []*stanza
	for _, method := range methodsOf(ip) {
		s := &stanza{family: familyName(ip.Family), method: method}
		if method == static {
			sayAddresses(s, ip)
		}
		stanzas = append(stanzas, s)
	}
	g.gateway(path+"/"+ip.Family.String(), ip, stanzas)
	if ip.Family == schema.IPv6 {
		for _, s := range stanzas {
			sayAdvertisements(s, ip)
		}
	}
	return stanzas
}

// methodsOf lists the methods that configure a family. Static addresses come
// first, for they do not wait for a server. Without any of the two, IPv6 takes
// the method that turns router advertisements on or off before the link is up.
func methodsOf(ip *schema.IP) []string {
	var methods []string
	if len(ip.Addresses.Values()) > 0 {
		methods = append(methods, static)
	}
	if ip.DHCP.Or(false) {
		methods = append(methods, dhcp)
	}
	switch {
	case methods != nil:
		return methods
	case ip.Family == schema.IPv6:
		return []string{auto}
	}
	return []string{manual}
}

// sayAddresses gives the first address to the method and adds the others by
// commands: ifupdown joins a second address line to the first, and in a second
// stanza for them the hooks would run once more.
func sayAddresses(s *stanza, ip *schema.IP) {
	addresses := ip.Addresses.Values()
	s.say("address", addresses[0].String())
	for _, address := range addresses[1:] {
		s.run("ip address add %s dev $IFACE", address)
	}
}

// gateway says the default route, and the metric of the one that is given or learned.
func (g *generator) gateway(path string, ip *schema.IP, stanzas []*stanza) {
	given, learning := stanzas[0], stanzas[len(stanzas)-1]
	if ip.Gateway.Known() && given.method != static {
		g.gatewayCommand(learning, ip)
		return
	}
	if ip.Gateway.Known() {
		given.say("gateway", ip.Gateway.Value.String())
	}
	if !ip.Metric.Known() {
		return
	}
	metric := strconv.Itoa(ip.Metric.Value)
	switch {
	case ip.Gateway.Known():
		given.say("metric", metric)
	case ip.Family == schema.IPv6 && ip.Metric.Value == 0:
		g.report.NeedNotSay(path+"/metric", ip.Metric.Range, "IPv6 takes 0 for "+usualMetric+", which a learned route has anyway")
	case ip.Family == schema.IPv6:
		learning.setIPv6(learnedMetric, metric, usualMetric)
	default:
		learning.say("metric", metric)
	}
}

// gatewayCommand says the default route of a method that takes none. Its
// destination in digits tells it from a route of the document.
func (g *generator) gatewayCommand(s *stanza, ip *schema.IP) {
	s.run("%s", ipRouteAdd(ip.Family, ip.Family.Default().String(), ip.Gateway, ip.Metric))
}

// routeCommand adds a route. The kernel drops it with the link.
func routeCommand(r *schema.Route) string {
	to := r.To.Value.Masked().String()
	if r.IsDefault() {
		to = "default"
	}
	return ipRouteAdd(r.Family(), to, r.Gateway, r.Metric)
}

func ipRouteAdd(family schema.Family, to string, via schema.Attr[netip.Addr], metric schema.Attr[int]) string {
	words := []string{"ip"}
	if family == schema.IPv6 {
		words = append(words, "-6")
	}
	words = append(words, "route add", to)
	if via.Known() {
		words = append(words, "via", via.Value.String())
	}
	words = append(words, "dev $IFACE")
	if metric.Known() {
		words = append(words, "metric", strconv.Itoa(metric.Value))
	}
	return strings.Join(words, " ")
}

// sayAdvertisements tells whether routers configure the link. With 2 they do
// on a host that forwards packets, too.
func sayAdvertisements(s *stanza, ip *schema.IP) {
	if !ip.AcceptsRA() {
		s.say("accept_ra", "0")
		return
	}
	s.say("accept_ra", "2")
	if s.method == static {
		s.say("autoconf", "1")
	}
}

// sayLink says what belongs to the link below IP, by a command where the
// method has no option for it.
func sayLink(s *stanza, n *schema.Network) {
	if n.MTU.Known() {
		sayOrRun(s, s.takesMTU(), "mtu", "mtu", strconv.Itoa(n.MTU.Value))
	}
	if n.MACAddress.Known() {
		sayOrRun(s, s.takesHWAddress(), "hwaddress", "address", n.MACAddress.Value.String())
	}
}

func sayOrRun(s *stanza, takes bool, key, word, value string) { //nolint:revive // the flag is the method's own
	if takes {
		s.say(key, value)
		return
	}
	s.run("ip link set dev $IFACE %s %s", word, value)
}

// dns says the resolvers for the hooks of resolvconf, openresolv and resolved.
// That of bookworm for resolved is broken for any servers, one or several.
func (g *generator) dns(path string, s *stanza, dns *schema.DNS) {
	if dns == nil {
		return
	}
	var servers []string
	for _, server := range dns.Servers.Values() {
		servers = append(servers, server.String())
	}
	if len(servers) > 0 {
		s.say("dns-nameservers", servers...)
	}
	for _, domain := range dns.Search.Values() {
		if !isWord(domain) {
			g.report.CannotSay(path+"/dns/search", dns.Search.Range,
				fmt.Sprintf("the hooks hand domains to a shell, to which %q is more than a word", domain), "Change the domain")
			return
		}
	}
	if domains := dns.Search.Values(); len(domains) > 0 {
		s.say("dns-search", domains...)
	}
}
