package ifcfg

import (
	"net/netip"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// alias is a file with an address more of a link, such as ifcfg-eth0:1, or
// with a range of them, such as ifcfg-eth0-range1, which only network-scripts
// read.
type alias struct {
	*config
	// link is whose address it is.
	link string
	used bool
}

const (
	rangeStart = "IPADDR_START"
	rangeEnd   = "IPADDR_END"
)

// parent gives the link that a file has more addresses of.
func (c *config) parent() (link string, isAlias bool) {
	switch {
	case strings.Contains(c.device.value, ":"):
		return linkOf(c.device.value), true
	case c.device.value != "":
		return "", false
	case strings.Contains(c.name, ":"):
		return linkOf(c.name), true
	}
	return rangeOf(c.name), c.peek(rangeStart) != ""
}

// withAliases adds the addresses of a link's aliases to its own.
func (r *reader) withAliases(c *config, ip *schema.IP) {
	for _, a := range r.aliases {
		if a.link != c.device.value && a.link != c.name {
			continue
		}
		a.used = true
		if !a.yes("ONPARENT", true) {
			a.refuse(*a.byKey["ONPARENT"], "keeps the address away until someone asks for it")
			continue
		}
		a.into(ip)
		a.leftovers(ofLink)
	}
}

// into adds the addresses of an alias to the link's, the length of whose first
// prefix it has where it has none.
func (a *alias) into(ip *schema.IP) {
	a.report.NotUnderstood(a.path, max(a.device.line, 1), "A document lists the address with the others of "+a.link+", without a label of its own.")
	if len(ip.Addresses.Items) > 0 {
		a.prefix = ip.Addresses.Items[0].Value.Bits()
	}
	if proto, ok := a.get("BOOTPROTO"); ok && !isStatic(proto.value) {
		a.refuse(proto, "has no effect on an alias")
	}
	added := a.addresses()
	if start, ok := a.get(rangeStart); ok {
		added = a.addressRange(start)
	}
	ip.Addresses.Items = append(ip.Addresses.Items, added.Items...)
	if added.Set {
		ip.Addresses.Set, ip.Addresses.Range = true, added.Range
	}
	if v, ok := a.get("GATEWAY"); ok && !ip.Gateway.Set {
		ip.Gateway = a.address(v, v.value)
	}
	a.idle("CLONENUM_START")
}

// addressRange reads the addresses from IPADDR_START to IPADDR_END, which must
// differ in the last byte only.
func (a *alias) addressRange(from variable) schema.List[netip.Prefix] {
	var list schema.List[netip.Prefix]
	to, _ := a.get(rangeEnd)
	first, last := a.address(from, from.value), a.address(to, to.value)
	if !first.Set || !last.Set {
		return list
	}
	block, err := first.Value.Prefix(24)
	if err != nil || !first.Value.Is4() || !block.Contains(last.Value) || last.Value.Less(first.Value) {
		a.refuse(from, "begins no range: "+rangeEnd+" must differ from it in the last byte, and be greater")
		return list
	}
	bits := a.bits("", first.Value)
	if bits < 0 {
		return list
	}
	for addr := first.Value; addr.IsValid() && addr.Compare(last.Value) <= 0; addr = addr.Next() {
		list.Items = append(list.Items, given(from, netip.PrefixFrom(addr, bits)))
	}
	list.Set, list.Range = true, generators.Line(from.path, from.line)
	return list
}

// orphans reports the aliases of links that have no addresses here.
func (r *reader) orphans() {
	for _, a := range r.aliases {
		if !a.used {
			r.report.NotUnderstood(a.path, max(a.device.line, 1), "This is an alias of "+a.link+", which has no file, or is a slave.")
		}
	}
}
