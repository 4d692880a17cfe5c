package ifcfg

import (
	"math"
	"net/netip"
	"slices"
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
	n.IPv4 = r.ipv4(c)
	n.IPv6 = r.ipv6(c)
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
func (r *reader) ipv4(c *config) *schema.IP {
	ip := &schema.IP{Family: schema.IPv4, Range: generators.Line(c.path, c.device.line)}
	if v, ok := c.get("BOOTPROTO"); ok && !isStatic(v.value) {
		switch strings.ToLower(v.value) {
		case "dhcp", "bootp":
			ip.DHCP = given(v, true)
		default:
			c.refuse(v, "wants none or dhcp")
		}
	}
	ip.Addresses = c.addresses()
	r.gateway(c, ip)
	r.withAliases(c, ip)
	ip.Metric = c.number("METRIC", 0, math.MaxInt32)
	if metric := c.number("IPV4_ROUTE_METRIC", 0, math.MaxInt32); metric.Set {
		ip.Metric = metric
	}
	if !ip.DHCP.Set {
		c.unleased()
	}
	if !ip.DHCP.Set && len(ip.Addresses.Items) == 0 {
		return nil
	}
	return ip
}

// unleased takes as read what is about a lease. PEERDNS=no has network-scripts
// leave resolvers out, and says nothing where the file names none.
func (c *config) unleased() {
	c.idle("PEERROUTES")
	if c.peek("DNS1") == "" {
		c.idle("PEERDNS")
	}
}

// numbers are the ends of the variables of a link's addresses: IPADDR,
// IPADDR0, IPADDR1 and so on, of which those from 2 on must have no gap.
func (c *config) numbers() []string {
	var found []string
	for i := -1; ; i++ {
		number := ""
		if i >= 0 {
			number = strconv.Itoa(i)
		}
		switch {
		case c.peek("IPADDR"+number) != "":
			found = append(found, number)
		case i > 1:
			return found
		}
	}
}

// addresses reads the addresses and their prefixes.
func (c *config) addresses() schema.List[netip.Prefix] {
	var list schema.List[netip.Prefix]
	for _, number := range c.numbers() {
		v, _ := c.get("IPADDR" + number)
		addr := c.address(v, v.value)
		bits := c.bits(number, addr.Value)
		if !addr.Set || !addr.Value.Is4() || bits < 0 {
			continue
		}
		prefix := netip.PrefixFrom(addr.Value, bits)
		c.broadcast(number, prefix)
		list.Items = append(list.Items, given(v, prefix))
		list.Set, list.Range = true, generators.Line(v.path, v.line)
	}
	return list
}

// broadcast reports an address of the whole network that is not its last,
// which is what a document takes for it.
func (c *config) broadcast(number string, prefix netip.Prefix) {
	v, ok := c.get("BROADCAST" + number)
	if !ok || !prefix.IsValid() {
		return
	}
	last := prefix.Masked().Addr().As4()
	for bit := prefix.Bits(); bit < 32; bit++ {
		last[bit/8] |= 0x80 >> (bit % 8)
	}
	if v.value != netip.AddrFrom4(last).String() {
		c.refuse(v, "is not the last address of the network")
	}
}

// bits gives the length of an address's prefix, which without PREFIX and
// NETMASK is that of the link of an alias, or of the address's class; it is
// negative where it is wrong.
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
	if c.prefix > 0 {
		return c.prefix
	}
	return classBits(addr)
}

func (c *config) maskBits(v variable) int {
	if !c.address(v, v.value).Set {
		return -1
	}
	bits, ok := bitsOfMask(v.value)
	if !ok {
		c.refuse(v, "wants a netmask such as 255.255.255.0")
		return -1
	}
	return bits
}

// bitsOfMask gives the length of the prefix that a netmask stands for.
func bitsOfMask(mask string) (int, bool) {
	all := netip.AddrFrom4([4]byte{255, 255, 255, 255})
	for n := range 33 {
		if netip.PrefixFrom(all, n).Masked().Addr().String() == mask {
			return n, true
		}
	}
	return 0, false
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
func (r *reader) ipv6(c *config) *schema.IP {
	on, off := c.yes("IPV6INIT", r.host.yes("IPV6INIT", false)), c.yes("IPV6_DISABLED", false)
	accept := c.yes("IPV6_AUTOCONF", !c.yes("IPV6FORWARDING", false))
	if !on || off {
		c.withoutIPv6()
		return nil
	}
	ip := &schema.IP{Family: schema.IPv6, Range: generators.Line(c.path, c.device.line)}
	ip.AcceptRA = c.flag(accept, "IPV6_AUTOCONF", "IPV6INIT")
	if c.yes("DHCPV6C", false) {
		ip.DHCP = c.flag(true, "DHCPV6C")
	}
	for _, key := range []string{"IPV6ADDR", "IPV6ADDR_SECONDARIES"} {
		v, _ := c.get(key)
		for _, text := range fields(v.value) {
			c.address6(v, text, &ip.Addresses)
		}
	}
	r.gateway6(c, ip)
	ip.Metric = c.number("IPV6_ROUTE_METRIC", 0, math.MaxInt32)
	return ip
}

// withoutIPv6 takes as read what has no effect on a link without IPv6, and
// reports an address that network-scripts would set.
func (c *config) withoutIPv6() {
	c.idle("IPV6_DEFROUTE", "IPV6_PEERDNS", "IPV6_PEERROUTES", "IPV6_PRIVACY")
	if v, ok := c.get("IPV6ADDR"); ok {
		c.refuse(v, "wants IPV6INIT=yes beside it for NetworkManager")
	}
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

// dns reads the resolvers, which must have no gap, and the domains, for which
// NetworkManager once wrote SEARCH.
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
	keys := []string{"DOMAIN", "IPV6_DOMAIN"}
	if c.peek("DOMAIN") == "" {
		keys = append(keys, "SEARCH")
	}
	for _, key := range keys {
		c.search(key, dns)
	}
	if !dns.Servers.Set && !dns.Search.Set {
		return nil
	}
	return dns
}

// search adds the domains of a variable, each once.
func (c *config) search(key string, dns *schema.DNS) {
	v, _ := c.get(key)
	for _, domain := range fields(v.value) {
		if !slices.Contains(dns.Search.Values(), domain) {
			dns.Search.Items = append(dns.Search.Items, given(v, domain))
			dns.Search.Set, dns.Search.Range = true, generators.Line(v.path, v.line)
		}
	}
}
