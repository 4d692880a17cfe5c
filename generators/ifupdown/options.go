package ifupdown

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// handler takes an option of a stanza.
type handler func(*linkReader, option)

// handlers are the options that a document has something for, beside those
// that begin with bond- or wpa-.
var handlers = map[string]handler{
	"address":         func(r *linkReader, o option) { r.forStatic(o, func() { r.nextAddress(o) }) },
	"netmask":         func(r *linkReader, o option) { r.forStatic(o, func() { r.netmask = o }) },
	"gateway":         func(r *linkReader, o option) { r.forStatic(o, func() { r.gateway(o) }) },
	"broadcast":       derived,
	"network":         derived,
	"metric":          (*linkReader).metric,
	"mtu":             (*linkReader).mtu,
	"hwaddress":       (*linkReader).hwaddress,
	"accept-ra":       (*linkReader).acceptRA,
	"autoconf":        (*linkReader).autoconf,
	"dns-nameservers": (*linkReader).nameservers,
	"dns-nameserver":  (*linkReader).nameservers,
	"dns-search":      (*linkReader).search,
	"dns-domain":      (*linkReader).search,
	rawDevice:         func(r *linkReader, o option) { r.rawDevice = o },
	"provider":        forPPP((*linkReader).provider),
	"unit":            forPPP(derived),
	"options":         forPPP((*linkReader).pppOptions),
	"slaves":          (*linkReader).bondSlaves,
	"bond-slaves":     (*linkReader).bondSlaves,
	"bond-ports":      (*linkReader).bondSlaves,
	"bond-members":    (*linkReader).bondSlaves,
	"use":             (*linkReader).use,
	"vlan-id":         (*linkReader).vlanID,
	"hw-mac-address":  (*linkReader).hwaddress,
	bondMaster:        func(r *linkReader, o option) { r.master = placed(o.value, o.place()) },
	"wpa-conf":        (*linkReader).conf,
	"wpa-roam":        (*linkReader).roam,
	"wpa-bridge":      func(r *linkReader, o option) { r.bridge = placed(o.value, o.place()) },
	"wpa-driver":      derived,
	"bridge-ports":    makes("a bridge"),
	"ovs-type":        makes("a part of Open vSwitch"),
	"vxlan-id":        makes("a VXLAN"),
	"vrf-table":       makes("a VRF"),
	"wpa-debug-level": derived,
	"wpa-logfile":     derived,
	"wpa-verbosity":   derived,
	"wpa-maint-debug": derived,
	"up":              (*linkReader).command,
	"post-up":         (*linkReader).command,
	"pre-up":          (*linkReader).command,
	"down":            (*linkReader).teardown,
	"pre-down":        (*linkReader).teardown,
	"post-down":       (*linkReader).teardown,
}

// derived is an option that follows from others, or says how and not what.
func derived(*linkReader, option) {}

func (r *linkReader) option(o option) {
	if handle, ok := handlers[o.key]; ok {
		handle(r, o)
		return
	}
	switch {
	case strings.HasPrefix(o.key, "bond-"):
		r.bondOption(o)
	case strings.HasPrefix(o.key, "wpa-"):
		r.wpa = append(r.wpa, o)
	default:
		r.notUnderstood(o, "is nothing that a document has")
	}
}

// makes refuses a link of a kind that a document does not have.
func makes(what string) handler {
	return func(r *linkReader, o option) {
		r.foreign = true
		r.notUnderstood(o, "makes "+r.name+" "+what+", and a document has none; it is left out")
	}
}

// forPPP takes what only the method ppp reads.
func forPPP(take handler) handler {
	return func(r *linkReader, o option) {
		if !r.ppp {
			r.notUnderstood(o, "means nothing to the method "+r.block.method)
			return
		}
		take(r, o)
	}
}

// forStatic takes what only the method static reads.
func (r *linkReader) forStatic(o option, take func()) {
	if r.block.method != static && !r.isFree() {
		r.notUnderstood(o, "means nothing to the method "+r.block.method)
		return
	}
	take()
}

func (r *linkReader) gateway(o option) {
	addr, err := netip.ParseAddr(o.value)
	if err != nil || !r.hasFamily(addr) {
		r.notUnderstood(o, "wants an address of "+cmp.Or(r.block.family, "IPv4 or IPv6"))
		return
	}
	ip := r.ofAddress(addr)
	if ip.Gateway.Known() {
		r.notUnderstood(o, "is not the first of its family; a document has one")
		return
	}
	ip.Gateway = placed(addr, o.place())
}

// number reads a number within bounds.
func (r *linkReader) number(o option, low, high int) (n int, ok bool) {
	n, err := strconv.Atoi(o.value)
	if err != nil || n < low || n > high {
		r.notUnderstood(o, "wants a number from "+strconv.Itoa(low)+" to "+strconv.Itoa(high))
		return 0, false
	}
	return n, true
}

func (r *linkReader) metric(o option) {
	n, ok := r.number(o, 0, 1<<31-1)
	switch {
	case !ok:
	case r.ip == nil || (r.block.family == inet6 && r.block.method != static):
		r.notUnderstood(o, "means nothing to the method "+r.block.method+" of "+r.block.family)
	default:
		r.ip.Metric = placed(n, o.place())
	}
}

func (r *linkReader) mtu(o option) {
	if n, ok := r.number(o, 68, 65535); ok {
		r.network.MTU = placed(n, o.place())
	}
}

func (r *linkReader) hwaddress(o option) {
	mac, err := schema.ParseMAC(strings.TrimLeft(strings.TrimPrefix(o.value, "ether"), blanks))
	if err != nil {
		r.notUnderstood(o, err.Error())
		return
	}
	r.network.MACAddress = placed(mac, o.place())
}

func (r *linkReader) acceptRA(o option) {
	n, ok := r.number(o, 0, 2)
	switch {
	case !ok:
	case r.ip == nil || r.ip.Family != schema.IPv6:
		r.notUnderstood(o, "means nothing to the method "+r.block.method+" of "+r.block.family)
	default:
		r.ip.AcceptRA = placed(n > 0, o.place())
	}
}

// autoconf follows from accept_ra, unless it stands alone.
func (r *linkReader) autoconf(o option) {
	if n, ok := r.number(o, 0, 1); ok && r.ip != nil && !r.ip.AcceptRA.Set {
		r.ip.AcceptRA = placed(n > 0, o.place())
	}
}

func (r *linkReader) dns(o option) *schema.DNS {
	if r.network.DNS == nil {
		r.network.DNS = &schema.DNS{Range: o.place()}
	}
	return r.network.DNS
}

func (r *linkReader) nameservers(o option) {
	for _, text := range words(o.value) {
		addr, err := netip.ParseAddr(text)
		if err != nil || addr.Zone() != "" {
			r.notUnderstood(o, "wants addresses, not "+strconv.Quote(text))
			continue
		}
		addOnce(&r.dns(o).Servers, addr.Unmap(), o)
	}
}

func (r *linkReader) search(o option) {
	for _, domain := range words(o.value) {
		addOnce(&r.dns(o).Search, domain, o)
	}
}

// addOnce adds a value to a list that may be repeated in each stanza of a link.
func addOnce[T comparable](list *schema.List[T], value T, o option) {
	if slices.Contains(list.Values(), value) {
		return
	}
	if !list.Set {
		list.Set, list.Range = true, o.place()
	}
	list.Items = append(list.Items, placed(value, o.place()))
}

// vlanID reads the number of a VLAN whose name does not have it.
func (r *linkReader) vlanID(o option) {
	if n, ok := r.number(o, 1, 4094); ok {
		r.id = n
	}
}

// onDevice takes the parent of a VLAN; its number is in the VLAN's name, or in
// an option that only ifupdown2 and ifupdown-ng read.
func (r *linkReader) onDevice(o option) {
	if _, id, ok := dotted(r.name); ok || r.id != 0 {
		r.parent, r.id = o.value, cmp.Or(r.id, id)
		return
	}
	id, err := strconv.Atoi(strings.TrimPrefix(r.name, "vlan"))
	if err != nil || !strings.HasPrefix(r.name, "vlan") {
		r.notUnderstood(o, "wants a link whose name ends in the VLAN's number, such as "+o.value+".20 or vlan20")
		return
	}
	r.parent, r.id = o.value, id
}

func (r *linkReader) provider(o option) { r.peer = placed(o.value, o.place()) }

// pppOptions reads the options of pppd that a document has something for.
func (r *linkReader) pppOptions(o option) {
	parts := words(o.value)
	var route *schema.Route
	for len(parts) > 0 {
		word, value := parts[0], ""
		if len(parts) > 1 {
			value = parts[1]
		}
		n, err := strconv.Atoi(value)
		read := 2
		switch {
		case word == "defaultroute":
			route = &schema.Route{To: placed(schema.IPv4.Default(), o.place()), Range: o.place()}
			read = 1
		case word == speaksIPv6 || word == speaksNoIPv6:
			r.negotiatesIPv6 = placed(word == speaksIPv6, o.place())
			read = 1
		case word == "defaultroute-metric" && err == nil && route != nil:
			route.Metric = placed(n, o.place())
		case word == "mtu" && err == nil:
			r.network.MTU = placed(n, o.place())
		case word == "ifname" && value == r.name:
		default:
			r.notUnderstood(o, "has "+strconv.Quote(word)+", which a document has nothing for")
			return
		}
		parts = parts[read:]
	}
	if route != nil {
		r.network.Routes = append(r.network.Routes, route)
	}
}

// bondSlaves reads the slaves of a bond; a bond may have none.
func (r *linkReader) bondSlaves(o option) {
	r.bond = true
	for _, name := range words(o.value) {
		switch {
		case name == noLinks:
		case name == "all":
			r.notUnderstood(o, "enslaves every link with eth in its name; a document names the slaves")
		case name == "glob" || name == "regex":
			r.notUnderstood(o, "has a pattern of ifupdown2; a document names the slaves")
			return
		case name[0] == '#':
			r.notUnderstood(o, "ends in what is no comment: ifenslave takes each word of it for a slave")
			return
		default:
			r.slaves = append(r.slaves, placed(name, o.place()))
		}
	}
}

// bondOption reads an option of the driver. What ifenslave does not read has
// no effect, and no tool of Debian's says so.
func (r *linkReader) bondOption(o option) {
	row, ok := schema.OptionByWord(schema.Ifenslave, schema.BondScope, o.key)
	if !ok && r.isFree() {
		row, ok = byDriver(o.key)
	}
	switch {
	case ok && row.Kind == schema.LinkName:
		r.set(row, r.firstName(o), o)
	case ok:
		r.set(row, o.value, o)
	case o.key == "bond-give-a-chance":
		r.notUnderstood(o, "makes a slave the primary until it has joined its network, which a document does not say")
	default:
		r.notUnderstood(o, "is nothing that ifenslave reads: it has no effect")
	}
}

// firstName gives the first of several links; ifenslave takes the first that
// is a slave, and a document has one.
func (r *linkReader) firstName(o option) string {
	names := words(o.value)
	if len(names) > 1 {
		r.notUnderstood(o, "names several links; a document has one, and "+names[0]+" is taken")
	}
	return names[0]
}

// set notes an option of a bond or slave with its text.
func (r *linkReader) set(row *schema.Option, text string, o option) {
	settings := &r.settings
	if row.Scope == schema.SlaveScope {
		settings = &r.slaveSettings
	}
	if s, ok := r.parse(row, text, o); ok {
		*settings = settings.With(s)
	}
}

func (r *linkReader) parse(row *schema.Option, text string, o option) (s schema.Setting, ok bool) {
	value, err := row.Parse(text)
	if err != nil {
		r.notUnderstood(o, "has "+row.Name+", which "+err.Error())
	}
	return schema.Setting{Option: row, Value: value, NameRange: o.place(), Range: o.place()}, err == nil
}
