package keyfile

import (
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/generators/format/ini"
	"github.com/bondctl/bondctl/schema"
)

// network reads what a link carries; the section is that with its hardware.
func (p *reading) network(section string) schema.Network {
	n := schema.Network{MTU: p.mtu(section), IPv4: p.ipv4(), IPv6: p.ipv6()}
	p.untouchedAddress(section)
	n.MACAddress = attr(p, section, "cloned-mac-address", schema.ParseMAC)
	if n.IPv6 == nil && n.IPv4 == nil && !p.turnsOff6() {
		n.IPv6 = &schema.IP{Family: schema.IPv6, AcceptRA: schema.Given(true), Range: p.place}
	}
	for _, family := range []schema.Family{schema.IPv4, schema.IPv6} {
		n.Routes = append(n.Routes, p.routes(family)...)
	}
	n.DNS = p.dns()
	return n
}

// mtu reads the MTU; 0 and auto are what NetworkManager has without it.
func (p *reading) mtu(section string) schema.Attr[int] {
	if e, ok := p.peek(section, "mtu"); ok && (e.Value == "0" || e.Value == auto) {
		p.take(section, "mtu")
	}
	return attr(p, section, "mtu", parseNumber)
}

// untouchedAddress takes an entry that leaves the Ethernet address alone.
func (p *reading) untouchedAddress(section string) {
	if e, ok := p.peek(section, "cloned-mac-address"); ok && e.Value == preserve {
		p.take(section, "cloned-mac-address")
	}
}

// method gives the method of a family, NetworkManager's own where the profile
// has none.
func (p *reading) method(f schema.Family) schema.Attr[string] {
	if m := attr(p, f.String(), "method", parseText); m.Known() {
		return m
	}
	return schema.Attr[string]{Value: auto, Set: true, Range: p.place}
}

func (p *reading) ipv4() *schema.IP {
	method := p.method(schema.IPv4)
	ip := &schema.IP{Family: schema.IPv4, Range: method.Range}
	switch method.Value {
	case auto:
		ip.DHCP = schema.Given(true)
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
	ip := &schema.IP{Family: schema.IPv6, Range: method.Range, AcceptRA: schema.Given(false)}
	switch method.Value {
	case auto:
		ip.AcceptRA = schema.Given(true)
	case dhcp:
		ip.DHCP = schema.Given(true)
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

// turnsOff6 tells whether a profile without addresses has IPv6 off.
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
		prefix, rest, err := cutPrefix(e.Value, ip.Family)
		if err != nil {
			p.notUnderstood(e.Line, e.Key+" "+err.Error())
			continue
		}
		place := p.line(e.Line)
		ip.Addresses.Items = append(ip.Addresses.Items, schema.Attr[netip.Prefix]{Value: prefix, Set: true, Range: place})
		ip.Addresses.Set, ip.Addresses.Range = true, place
		if gateway, err := parseHop(rest[0], ip.Family); err != nil {
			p.notUnderstood(e.Line, e.Key+" "+err.Error())
		} else if gateway.IsValid() && !ip.Gateway.Set {
			ip.Gateway = schema.Attr[netip.Addr]{Value: gateway, Set: true, Range: place}
		}
	}
	gateway := attr(p, section, "gateway", func(text string) (netip.Addr, error) { return parseHop(text, ip.Family) })
	if gateway.Known() && gateway.Value.IsValid() {
		ip.Gateway = gateway
	}
	ip.Metric = p.metric(section)
}

// metric reads the metric of a family's routes; -1 is NetworkManager's own.
func (p *reading) metric(section string) schema.Attr[int] {
	metric := attr(p, section, "route-metric", parseNumber)
	if metric.Value < 0 {
		return schema.Attr[int]{}
	}
	return metric
}

// numbered gives the entries of a section whose keys are one of the stems and
// a number, in the order of the numbers; that without a number comes first.
func (p *reading) numbered(section string, stems ...string) []ini.Entry {
	type ranked struct {
		ini.Entry
		rank int
	}
	var found []ranked
	for _, e := range p.entries {
		if rank, ok := rankOf(e.Key, stems); ok && e.section == section {
			found = slices.DeleteFunc(found, func(old ranked) bool { return old.Key == e.Key })
			found = append(found, ranked{e.Entry, rank})
		}
	}
	slices.SortStableFunc(found, func(a, b ranked) int { return a.rank - b.rank })
	entries := make([]ini.Entry, len(found))
	for i, f := range found {
		entries[i] = f.Entry
	}
	return entries
}

func rankOf(key string, stems []string) (int, bool) {
	stem := strings.TrimRight(key, "0123456789")
	if !slices.Contains(stems, stem) {
		return 0, false
	}
	if stem == key {
		return -1, true
	}
	rank, err := strconv.ParseUint(key[len(stem):], 10, 16)
	return int(rank), err == nil
}

// cutPrefix reads ADDRESS/LENGTH, or older ADDRESS;LENGTH, at the beginning of
// an address or route. There is at least one further part, maybe empty.
func cutPrefix(value string, f schema.Family) (netip.Prefix, []string, error) {
	parts := strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == '\t' })
	parts = strings.Split(strings.ReplaceAll(strings.Join(parts, ""), ";", ","), ",")
	text, rest := parts[0], parts[1:]
	if !strings.Contains(text, "/") && len(rest) > 0 {
		text, rest = text+"/"+rest[0], rest[1:]
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil || schema.FamilyOf(prefix.Addr()) != f {
		return netip.Prefix{}, nil, errors.New("wants an " + f.String() + " address with its prefix length")
	}
	return prefix, append(rest, ""), nil
}

// parseHop reads a next hop; the unspecified address, or none, is no hop.
func parseHop(text string, f schema.Family) (netip.Addr, error) {
	if text == "" {
		return netip.Addr{}, nil
	}
	addr, err := netip.ParseAddr(text)
	if err != nil || addr.Zone() != "" || schema.FamilyOf(addr) != f {
		return netip.Addr{}, errors.New("wants an " + f.String() + " address as its gateway")
	}
	if addr.IsUnspecified() {
		return netip.Addr{}, nil
	}
	return addr, nil
}

func (p *reading) routes(f schema.Family) []*schema.Route {
	var routes []*schema.Route
	for _, e := range p.numbered(f.String(), "route", "routes") {
		p.take(f.String(), e.Key)
		route, err := parseRoute(e.Value, f)
		if err != nil {
			p.notUnderstood(e.Line, e.Key+" "+err.Error())
			continue
		}
		route.Range = p.line(e.Line)
		routes = append(routes, route)
	}
	return routes
}

// parseRoute reads "destination,gateway,metric", of which the end may be missing.
func parseRoute(value string, f schema.Family) (*schema.Route, error) {
	to, rest, err := cutPrefix(value, f)
	if err != nil {
		return nil, err
	}
	route := &schema.Route{To: schema.Given(to)}
	gateway, err := parseHop(rest[0], f)
	if err != nil {
		return nil, err
	}
	if gateway.IsValid() {
		route.Gateway = schema.Given(gateway)
	}
	if len(rest) > 1 && rest[1] != "" {
		metric, err := parseNumber(rest[1])
		if err != nil || metric < 0 {
			return nil, errors.New("wants a number as its metric")
		}
		route.Metric = schema.Given(metric)
	}
	return route, nil
}

// dns reads the resolvers of both families in the order in which
// NetworkManager asks them.
func (p *reading) dns() *schema.DNS {
	v4, v6 := p.servers("ipv4"), p.servers("ipv6")
	if p.priority("ipv6") < p.priority("ipv4") {
		v4, v6 = v6, v4
	}
	servers := append(v4, v6...)
	search := append(list(p, "ipv4", "dns-search", parseText), list(p, "ipv6", "dns-search", parseText)...)
	if len(servers) == 0 && len(search) == 0 {
		return nil
	}
	return &schema.DNS{
		Servers: schema.List[netip.Addr]{Items: servers, Set: len(servers) > 0},
		Search:  schema.List[string]{Items: search, Set: len(search) > 0},
		Range:   p.place,
	}
}

func (p *reading) servers(section string) []schema.Attr[netip.Addr] {
	return list(p, section, "dns", func(text string) (netip.Addr, error) {
		addr, err := netip.ParseAddr(text)
		if err != nil || addr.Zone() != "" {
			return netip.Addr{}, errors.New("wants addresses of resolvers")
		}
		return addr.Unmap(), nil
	})
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
