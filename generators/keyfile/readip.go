package keyfile

import (
	"errors"
	"net/netip"

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

// macAddress reads the address that the link is given.
func (p *reading) macAddress(section string) schema.Attr[schema.MAC] {
	if p.says(section, "cloned-mac-address", preserve) {
		return schema.Attr[schema.MAC]{}
	}
	return attr(p, section, "cloned-mac-address", schema.ParseMAC)
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
