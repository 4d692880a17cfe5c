package ifcfg

import (
	"math"
	"net/netip"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// network reads what a link carries.
func (r *reader) network(c *config, n *schema.Network) {
	n.MTU = c.number("MTU", 68, 65535)
	if v, ok := c.get("MACADDR"); ok && v.value != preserve {
		n.MACAddress = c.mac(v)
	}
	n.IPv4 = c.ipv4()
	n.IPv6 = c.ipv6()
	n.DNS = c.dns()
	n.Routes = append(r.routesOf(c, schema.IPv4), r.routesOf(c, schema.IPv6)...)
}

func (c *config) number(key string, low, high int) schema.Attr[int] {
	v, ok := c.get(key)
	if !ok {
		return schema.Attr[int]{}
	}
	n, err := strconv.Atoi(v.value)
	if err != nil || n < low || n > high {
		c.refuse(v, "wants a number from "+strconv.Itoa(low)+" to "+strconv.Itoa(high))
		return schema.Attr[int]{}
	}
	return given(v, n)
}

func (c *config) mac(v variable) schema.Attr[schema.MAC] {
	mac, err := schema.ParseMAC(v.value)
	if err != nil {
		c.refuse(v, err.Error())
		return schema.Attr[schema.MAC]{}
	}
	return given(v, mac)
}

func (c *config) address(v variable, text string) schema.Attr[netip.Addr] {
	addr, err := netip.ParseAddr(text)
	if err != nil || addr.Zone() != "" {
		c.refuse(v, "wants an IP address")
		return schema.Attr[netip.Addr]{}
	}
	return given(v, addr)
}

// ipv4 reads the family's block; there is none without DHCP and addresses.
func (c *config) ipv4() *schema.IP {
	ip := &schema.IP{Family: schema.IPv4, Range: generators.Line(c.path, c.device.line)}
	if v, ok := c.get("BOOTPROTO"); ok {
		switch strings.ToLower(v.value) {
		case "none", "static":
		case "dhcp", "bootp":
			ip.DHCP = given(v, true)
		default:
			c.refuse(v, "wants none or dhcp")
		}
	}
	ip.Addresses = c.addresses()
	if v, ok := c.get("GATEWAY"); ok {
		ip.Gateway = c.address(v, v.value)
	}
	ip.Metric = c.number("METRIC", 0, math.MaxInt32)
	if metric := c.number("IPV4_ROUTE_METRIC", 0, math.MaxInt32); metric.Set {
		ip.Metric = metric
	}
	if !ip.DHCP.Set && len(ip.Addresses.Items) == 0 {
		return nil
	}
	return ip
}

// addresses reads IPADDR, IPADDR0, IPADDR1 and so on, of which the numbers
// from 2 on must have no gap.
func (c *config) addresses() schema.List[netip.Prefix] {
	var list schema.List[netip.Prefix]
	for i := -1; ; i++ {
		number := ""
		if i >= 0 {
			number = strconv.Itoa(i)
		}
		v, ok := c.get("IPADDR" + number)
		if !ok && i > 1 {
			return list
		}
		if !ok {
			continue
		}
		addr := c.address(v, v.value)
		bits := c.bits(number, addr.Value)
		if !addr.Set || !addr.Value.Is4() || bits < 0 {
			continue
		}
		list.Items = append(list.Items, given(v, netip.PrefixFrom(addr.Value, bits)))
		list.Set, list.Range = true, generators.Line(v.path, v.line)
	}
}

// bits gives the length of an address's prefix, which without PREFIX and
// NETMASK is that of the address's class; it is negative where it is wrong.
func (c *config) bits(number string, addr netip.Addr) int {
	if _, ok := c.get("PREFIX" + number); ok {
		length := c.number("PREFIX"+number, 0, 32)
		if !length.Set {
			return -1
		}
		return length.Value
	}
	if mask, ok := c.get("NETMASK" + number); ok {
		return c.maskBits(mask)
	}
	return classBits(addr)
}

func (c *config) maskBits(v variable) int {
	mask := c.address(v, v.value)
	if !mask.Set {
		return -1
	}
	all := netip.AddrFrom4([4]byte{255, 255, 255, 255})
	for n := range 33 {
		if netip.PrefixFrom(all, n).Masked().Addr() == mask.Value {
			return n
		}
	}
	c.refuse(v, "wants a netmask such as 255.255.255.0")
	return -1
}

// classBits gives the length of the prefix that an IPv4 address had before
// there were prefixes (RFC 791, 3.2).
func classBits(addr netip.Addr) int {
	switch first := addr.AsSlice(); {
	case len(first) == 0:
		return -1
	case first[0] < 128:
		return 8
	case first[0] < 192:
		return 16
	}
	return 24
}

// ipv6 reads the family's block; there is none where the family is off or
// left to the host.
func (c *config) ipv6() *schema.IP {
	on, off := c.yes("IPV6INIT", false), c.yes("IPV6_DISABLED", false)
	accept := c.yes("IPV6_AUTOCONF", !c.yes("IPV6FORWARDING", false))
	if !on || off {
		return nil
	}
	ip := &schema.IP{Family: schema.IPv6, Range: generators.Line(c.path, c.device.line), AcceptRA: schema.Given(accept)}
	if c.yes("DHCPV6C", false) {
		ip.DHCP = schema.Given(true)
	}
	for _, key := range []string{"IPV6ADDR", "IPV6ADDR_SECONDARIES"} {
		v, _ := c.get(key)
		for _, text := range fields(v.value) {
			c.address6(v, text, &ip.Addresses)
		}
	}
	if v, ok := c.get("IPV6_DEFAULTGW"); ok {
		text, _, _ := strings.Cut(v.value, "%")
		ip.Gateway = c.address(v, text)
	}
	ip.Metric = c.number("IPV6_ROUTE_METRIC", 0, math.MaxInt32)
	return ip
}

// address6 reads an address whose prefix is 64 bits long unless it says so.
func (c *config) address6(v variable, text string, list *schema.List[netip.Prefix]) {
	if !strings.Contains(text, "/") {
		text += "/64"
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil || !prefix.Addr().Is6() {
		c.refuse(v, "wants IPv6 addresses with their prefix lengths")
		return
	}
	list.Items = append(list.Items, given(v, prefix))
	list.Set, list.Range = true, generators.Line(v.path, v.line)
}

func (c *config) dns() *schema.DNS {
	dns := &schema.DNS{}
	for i := 1; ; i++ {
		v, ok := c.get("DNS" + strconv.Itoa(i))
		if !ok {
			break
		}
		if addr := c.address(v, v.value); addr.Set {
			dns.Servers.Items = append(dns.Servers.Items, addr)
			dns.Servers.Set, dns.Servers.Range = true, addr.Range
		}
	}
	v, _ := c.get("DOMAIN")
	for _, domain := range fields(v.value) {
		dns.Search.Items = append(dns.Search.Items, given(v, domain))
		dns.Search.Set, dns.Search.Range = true, generators.Line(v.path, v.line)
	}
	if !dns.Servers.Set && !dns.Search.Set {
		return nil
	}
	return dns
}
