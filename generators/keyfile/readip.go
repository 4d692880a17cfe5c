package keyfile

import (
	"errors"
	"net/netip"
	"regexp"
	"strings"

	"github.com/bondctl/bondctl/generators/format/ini"
	"github.com/bondctl/bondctl/schema"
)

// network reads what a link carries; the section is that with its hardware.
func (p *reading) network(section string) schema.Network {
	n := schema.Network{MTU: p.mtu(section), MACAddress: p.macAddress(section), IPv4: p.ipv4(), IPv6: p.ipv6()}
	if n.Unaddressed() && !p.turnsOff6() {
		// An empty block turns IPv4 off and leaves IPv6 alone; no block would not.
		n.IPv4 = &schema.IP{Family: schema.IPv4, Range: p.place}
		p.addressing(n.IPv4)
	}
	if e, _ := p.peek("ipv6", "method"); n.IPv4 != nil && e.Value == disabled {
		p.notUnderstood(e.Line, "A document without an ipv6 block leaves IPv6 to the host, and does not turn it off")
	}
	for _, family := range []schema.Family{schema.IPv4, schema.IPv6} {
		n.Routes = append(n.Routes, p.routes(family)...)
	}
	n.DNS = p.dns()
	return n
}

// mtu reads the MTU; 0 and auto are what NetworkManager has without it.
func (p *reading) mtu(section string) schema.Attr[int] {
	if p.says(section, "mtu", "0", auto) {
		return schema.Attr[int]{}
	}
	return attr(p, section, "mtu", parseNumber)
}

// ownAddress are the words for the address that a link has without them.
var ownAddress = []string{preserve, "permanent"}

// macAddress reads the address that the link is given.
func (p *reading) macAddress(section string) schema.Attr[schema.MAC] {
	if p.says(section, "cloned-mac-address", ownAddress...) {
		return schema.Attr[schema.MAC]{}
	}
	return attr(p, section, "cloned-mac-address", parseMAC)
}

// parseMAC reads an address, or the list of its bytes of older profiles.
func parseMAC(text string) (schema.MAC, error) {
	if octets := parseBytes(text); len(octets) == len(schema.MAC{}) {
		return schema.MAC(octets), nil
	}
	return schema.ParseMAC(text)
}

// method gives the method of a family, NetworkManager's own where the profile
// has no section for it.
func (p *reading) method(f schema.Family) schema.Attr[string] {
	if m := attr(p, f.String(), "method", parseText); m.Known() {
		return m
	}
	if first, ok := p.first(f.String()); ok {
		p.notUnderstood(first.Line, "NetworkManager refuses a profile whose section "+f.String()+" has no method; auto is taken here")
	}
	return schema.Attr[string]{Value: auto, Set: true, Range: p.place}
}

func (p *reading) ipv4() *schema.IP {
	method := p.method(schema.IPv4)
	ip := &schema.IP{Family: schema.IPv4, Range: method.Range}
	switch method.Value {
	case auto:
		ip.DHCP = says(method, true)
	case manual:
	case disabled:
		return nil
	default:
		p.notUnderstood(method.Range.Start.Line, "A document has no words for IPv4 by the method "+method.Value)
		return nil
	}
	p.addressing(ip)
	return ip
}

func (p *reading) ipv6() *schema.IP {
	if p.leaves6() {
		p.take("ipv6", "method")
		return nil
	}
	method := p.method(schema.IPv6)
	ip := &schema.IP{Family: schema.IPv6, Range: method.Range, AcceptRA: says(method, false)}
	switch method.Value {
	case auto:
		ip.AcceptRA = says(method, true)
	case dhcp:
		ip.DHCP = says(method, true)
	case manual, linkLocal:
	case disabled, ignore:
		return nil
	default:
		p.notUnderstood(method.Range.Start.Line, "A document has no words for IPv6 by the method "+method.Value)
		return nil
	}
	p.addressing(ip)
	return ip
}

// says makes a statement that the method makes.
func says(method schema.Attr[string], value bool) schema.Attr[bool] {
	return schema.Attr[bool]{Value: value, Set: true, Range: method.Range}
}

// leaves6 tells whether the profile leaves IPv6 to NetworkManager: it has no
// section, or one that comes to what NetworkManager makes of none.
func (p *reading) leaves6() bool {
	if !p.has("ipv6") {
		return true
	}
	method, _ := p.peek("ipv6", "method")
	mark, _ := p.peek("ipv6", defaultKey)
	if method.Value != auto || mark.Value != defaultValue {
		return false
	}
	_, metric := p.peek("ipv6", "route-metric")
	return !metric && len(p.numbered("ipv6", "address", "addresses")) == 0
}

// turnsOff6 tells whether the profile has IPv6 off.
func (p *reading) turnsOff6() bool {
	method, _ := p.peek("ipv6", "method")
	return method.Value == disabled || method.Value == ignore
}

// addressing reads addresses, gateway and metric. The gateway may stand
// behind an address, the only place where NetworkManager 1.42 writes it.
func (p *reading) addressing(ip *schema.IP) {
	section := ip.Family.String()
	for _, e := range p.numbered(section, "address", "addresses") {
		p.take(section, e.Key)
		if err := p.address(ip, e); err != nil {
			p.notUnderstood(e.Line, e.Key+" "+err.Error())
		}
	}
	gateway := attr(p, section, "gateway", func(text string) (netip.Addr, error) { return parseHop(text, ip.Family) })
	if gateway.Known() && gateway.Value.IsValid() {
		ip.Gateway = gateway
	}
	ip.Metric = p.metric(section)
	p.automatic(ip)
}

// defaultLengths are the prefix lengths that NetworkManager takes for
// addresses and for routes without one.
var defaultLengths = map[schema.Family]struct{ address, route int }{schema.IPv4: {24, 24}, schema.IPv6: {64, 128}}

// address reads an address, and a gateway behind it.
func (p *reading) address(ip *schema.IP, e ini.Entry) error {
	const most = 1
	parts, err := parsePieces(e.Value, ip.Family, most)
	if err != nil {
		return err
	}
	prefix := p.prefix(parts, e, defaultLengths[ip.Family].address)
	place := p.line(e.Line)
	ip.Addresses.Items = append(ip.Addresses.Items, schema.Attr[netip.Prefix]{Value: prefix, Set: true, Range: place})
	ip.Addresses.Set, ip.Addresses.Range = true, place
	gateway, err := parseHop(parts.rest[0], ip.Family)
	if gateway.IsValid() && !ip.Gateway.Set {
		ip.Gateway = schema.Attr[netip.Addr]{Value: gateway, Set: true, Range: place}
	}
	return err
}

// automatic reads what bears on what servers and routers say: nothing where
// they are not asked. A gateway does not hold beside never-default.
func (p *reading) automatic(ip *schema.IP) {
	section := ip.Family.String()
	if e, ok := p.peek(section, "never-default"); ok {
		if never, err := parseBool(e.Value); err == nil && never {
			ip.Gateway = schema.Attr[netip.Addr]{}
		}
	}
	if ip.DHCP.Or(false) || ip.AcceptsRA() {
		return
	}
	for i := range p.entries {
		e := &p.entries[i]
		if e.section == section && automaticKey.MatchString(e.Key) {
			e.taken = true
		}
	}
}

var automaticKey = regexp.MustCompile(`^(never-default|ignore-auto-.*|dhcp-.*)$`)

// metric reads the metric of a family's routes; -1 is NetworkManager's own.
func (p *reading) metric(section string) schema.Attr[int] {
	metric := attr(p, section, "route-metric", parseNumber)
	if metric.Value < 0 {
		return schema.Attr[int]{}
	}
	return metric
}

// dns reads the resolvers of both families in the order in which
// NetworkManager asks them.
func (p *reading) dns() *schema.DNS {
	v4, v6 := p.servers(schema.IPv4), p.servers(schema.IPv6)
	if p.priority("ipv6") < p.priority("ipv4") {
		v4, v6 = v6, v4
	}
	servers := listed(append(v4, v6...))
	search := listed(append(p.search("ipv4"), p.search("ipv6")...))
	if !servers.Set && !search.Set {
		return nil
	}
	return &schema.DNS{Servers: servers, Search: search, Range: p.place}
}

// listed makes a list of items, unset for none.
func listed[T any](items []schema.Attr[T]) schema.List[T] {
	if len(items) == 0 {
		return schema.List[T]{}
	}
	return schema.List[T]{Items: items, Set: true, Range: items[0].Range}
}

func (p *reading) servers(f schema.Family) []schema.Attr[netip.Addr] {
	return list(p, f.String(), "dns", func(text string) (netip.Addr, error) {
		addr, err := netip.ParseAddr(text)
		if err != nil || addr.Zone() != "" || schema.FamilyOf(addr) != f {
			return netip.Addr{}, errors.New("wants " + f.String() + " addresses of resolvers")
		}
		return addr, nil
	})
}

// search reads search domains. One alone may be several, by a comma or blank
// as they stand in older profiles.
func (p *reading) search(section string) []schema.Attr[string] {
	domains := list(p, section, "dns-search", parseText)
	if len(domains) != 1 || !strings.ContainsAny(domains[0].Value, domainSeparators) {
		return domains
	}
	var parted []schema.Attr[string]
	for domain := range strings.FieldsFuncSeq(domains[0].Value, func(r rune) bool { return strings.ContainsRune(domainSeparators, r) }) {
		parted = append(parted, schema.Attr[string]{Value: domain, Set: true, Range: domains[0].Range})
	}
	return parted
}

// priority reads dns-priority; 0 and its absence are 100 to NetworkManager.
func (p *reading) priority(section string) int {
	const usual = 100
	priority := attr(p, section, "dns-priority", parseNumber)
	if priority.Value < 0 {
		p.notUnderstood(priority.Range.Start.Line, "A document cannot say that only these resolvers are asked")
	}
	if priority.Value == 0 {
		return usual
	}
	return priority.Value
}
