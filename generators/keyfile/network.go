package keyfile

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// The values of method.
const (
	auto      = "auto"       // DHCP for IPv4; for IPv6 what router advertisements say
	manual    = "manual"     // static addresses only
	dhcp      = "dhcp"       // DHCPv6 without router advertisements
	linkLocal = "link-local" // IPv6 within the link
	disabled  = "disabled"   // the family is off
	ignore    = "ignore"     // NetworkManager leaves the family alone, IPv6 only
)

// The entry that NetworkManager writes beside method=auto into the ipv6 section
// of a profile that had none.
const defaultKey, defaultValue = "addr-gen-mode", "default"

// NetworkManager asks the resolvers of a lower dns-priority first; those that
// have none have 100, and IPv4's come first among equals.
const dnsFirst = 90

// family is one section, ipv4 or ipv6, of a profile.
type family struct {
	schema.Family
	path   string
	ip     *schema.IP // nil where the document has no block
	method string
	// byDefault is set where the document leaves IPv6 to the host's default:
	// the section stands only where there is more to say.
	byDefault bool
	routes    []*schema.Route
	servers   []netip.Addr
	search    []string
	priority  int // 0 for NetworkManager's own
}

// network writes the sections ipv4 and ipv6. NetworkManager does DHCP on a
// link whose profile has no ipv4 section.
func (p *profile) network(path string, n *schema.Network) {
	v4 := &family{Family: schema.IPv4, path: path + "/ipv4", ip: n.IPv4}
	v6 := &family{Family: schema.IPv6, path: path + "/ipv6", ip: n.IPv6}
	v4.method = p.method4(v4, n)
	v6.method = p.method6(v6, n)
	for _, route := range n.Routes {
		p.assign(route, path, pick(route.Family(), v4, v6))
	}
	if n.DNS != nil {
		p.resolvers(n.DNS, path+"/dns", v4, v6)
	}
	p.family(v4)
	p.family(v6)
}

func pick(wanted schema.Family, v4, v6 *family) *family {
	if wanted == schema.IPv4 {
		return v4
	}
	return v6
}

// method4 gives the method of IPv4. An empty block without an ipv6 block says
// that IPv4 is off and IPv6 is the host's own affair; with one it says nothing.
func (p *profile) method4(f *family, n *schema.Network) string {
	switch {
	case f.ip == nil:
		return disabled
	case f.ip.DHCP.Or(false):
		return auto
	case len(f.ip.Addresses.Values()) > 0:
		return manual
	case n.IPv6 != nil:
		p.report.NeedNotSay(f.path, f.ip.Range, "Without addresses and DHCP the link has no IPv4, as without the block")
		f.ip = nil
	}
	return disabled
}

func (p *profile) method6(f *family, n *schema.Network) string {
	switch {
	case f.ip == nil && n.Unaddressed():
		return disabled
	case f.ip == nil:
		f.byDefault = true
		return auto
	case f.ip.AcceptsRA():
		if f.ip.DHCP.Or(false) {
			p.report.NeedNotSay(f.path+"/dhcp", f.ip.DHCP.Range,
				"NetworkManager asks a DHCPv6 server where the router advertises that there is one")
		}
		return auto
	case f.ip.DHCP.Or(false):
		return dhcp
	case len(f.ip.Addresses.Values()) > 0:
		return manual
	}
	return linkLocal
}

// assign gives a route to its family. NetworkManager reads those of a family
// that is off and installs none.
func (p *profile) assign(route *schema.Route, path string, f *family) {
	if f.method == disabled {
		p.report.CannotSay(path+"/route/"+route.String(), route.Range, "NetworkManager installs no routes of a family that the link has not",
			"Add an "+f.String()+" block")
		return
	}
	f.routes = append(f.routes, route)
}

// resolves tells whether NetworkManager takes resolvers in the section; it
// refuses the profile otherwise.
func (f *family) resolves() bool { return f.method != disabled && f.method != linkLocal }

// domainSeparators part a single search domain into several.
const domainSeparators = ", "

func (p *profile) resolvers(dns *schema.DNS, path string, v4, v6 *family) {
	p.servers(dns, path+"/servers", v4, v6)
	search := dns.Search.Values()
	switch {
	case len(search) == 0:
	case slices.ContainsFunc(search, func(domain string) bool { return !holds(domain) }):
		p.unspellable(path+"/search", dns.Search.Range)
	case len(search) == 1 && strings.ContainsAny(search[0], domainSeparators):
		p.report.CannotSay(path+"/search", dns.Search.Range, "NetworkManager takes a comma or a blank for the end of a search domain",
			"Write a domain without them")
	case v4.resolves():
		v4.search = search
	case v6.resolves():
		v6.search = search
	default:
		p.report.CannotSay(path+"/search", dns.Search.Range, "NetworkManager refuses search domains on a link without addresses",
			"State them on a link that has some")
	}
}

// servers parts the resolvers by family, in which NetworkManager asks them.
func (p *profile) servers(dns *schema.DNS, path string, v4, v6 *family) {
	changes, before := 0, schema.Family(0)
	for _, server := range dns.Servers.Values() {
		f := pick(schema.FamilyOf(server), v4, v6)
		if !f.resolves() {
			p.report.CannotSay(path, dns.Servers.Range, "NetworkManager refuses a resolver of a family that the link has no addresses of",
				"Add an "+f.String()+" block, or remove "+server.String())
			v4.servers, v6.servers = nil, nil
			return
		}
		if f.Family != before {
			changes, before = changes+1, f.Family
		}
		f.servers = append(f.servers, server)
	}
	switch {
	case changes > 2:
		p.report.CannotSay(path, dns.Servers.Range, "NetworkManager asks all resolvers of one family before those of the other",
			"Sort them by family")
		v4.servers, v6.servers = nil, nil
	case changes == 2 && before == schema.IPv4:
		v6.priority = dnsFirst
	}
}

func (p *profile) family(f *family) {
	if f.byDefault && len(f.routes) == 0 && len(f.servers) == 0 && len(f.search) == 0 {
		return
	}
	p.Section(f.String())
	p.Set("method", f.method)
	if f.byDefault {
		p.Set(defaultKey, defaultValue)
	}
	if f.ip != nil {
		p.addresses(f)
		p.number("route-metric", f.ip.Metric)
	}
	for i, route := range f.routes {
		p.Set("route"+strconv.Itoa(i+1), spellRoute(route))
	}
	p.dns(f)
}

func (p *profile) addresses(f *family) {
	addresses := f.ip.Addresses.Values()
	for i, address := range addresses {
		p.Set("address"+strconv.Itoa(i+1), address.String())
	}
	switch gateway := f.ip.Gateway; {
	case !gateway.Known():
	case len(addresses) == 0:
		p.report.CannotSay(f.path+"/gateway", gateway.Range, "NetworkManager takes a gateway only beside a static address",
			"Add the address, or remove the gateway")
	default:
		p.Set("gateway", gateway.Value.String())
	}
}

// spellRoute gives "destination,gateway,metric" as far as it is needed.
func spellRoute(r *schema.Route) string {
	to := r.To.Value.Masked()
	gateway := r.Gateway.Or(unspecified(to))
	switch {
	case r.Metric.Known():
		return fmt.Sprintf("%s,%s,%d", to, gateway, r.Metric.Value)
	case r.Gateway.Known():
		return fmt.Sprintf("%s,%s", to, gateway)
	}
	return to.String()
}

// unspecified is the gateway of a route that has none.
func unspecified(to netip.Prefix) netip.Addr { return schema.FamilyOf(to.Addr()).Default().Addr() }

func (p *profile) dns(f *family) {
	if len(f.servers) > 0 {
		texts := make([]string, len(f.servers))
		for i, server := range f.servers {
			texts[i] = server.String()
		}
		p.Set("dns", escapeList(texts))
	}
	if f.priority != 0 {
		p.Set("dns-priority", strconv.Itoa(f.priority))
	}
	if len(f.search) > 0 {
		p.Set("dns-search", escapeList(f.search))
	}
}
