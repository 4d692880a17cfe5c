package netplan

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bondctl/bondctl/schema"
)

// network fills in what every link can have.
func (w *writer) network(path string, n *schema.Network, d *definition) {
	d.mac, d.mtu = n.MACAddress, n.MTU
	if n.Unaddressed() {
		// Left to itself a link has IPv6 link-local addresses and listens to routers.
		d.linkLocal.Set, d.acceptRA = true, schema.Given(false)
	}
	metric4, metric6 := w.metrics(path, n)
	if ip := n.IPv4; ip != nil {
		d.dhcp4 = dhcp4(ip)
		addIP(d, ip, metric4)
		if ip.DHCP.Or(false) {
			d.metric4 = metric4
		}
	}
	if ip := n.IPv6; ip != nil {
		d.acceptRA = schema.Given(ip.AcceptsRA())
		d.dhcp6 = w.dhcp6(path, ip)
		addIP(d, ip, metric6)
		if learns(ip) {
			d.metric6 = metric6
		}
	}
	for _, r := range n.Routes {
		d.routes = append(d.routes, standing(r))
	}
	w.dns(path, n.DNS, d)
}

// warnOfRenderer tells of what netplan can say to one renderer only: to
// NetworkManager it says ipv4.method=link-local of every link without IPv4.
func (w *writer) warnOfRenderer(name schema.Attr[string], n *schema.Network) {
	addressed := n.IPv4 != nil && (n.IPv4.DHCP.Or(false) || len(n.IPv4.Addresses.Values()) > 0)
	if addressed || w.enslaved[name.Value] {
		return
	}
	w.report.Warn(name.Range, name.Value+" without IPv4 needs the renderer networkd",
		"netplan has NetworkManager give such a link an IPv4 link-local address, and NetworkManager gives the link up where it gets none.")
}

// dhcp4 says DHCP where it is wanted, and also says that it is not where
// nothing else shows that the document has a word about IPv4.
func dhcp4(ip *schema.IP) schema.Attr[bool] {
	if ip.DHCP.Or(false) || len(ip.Addresses.Values()) == 0 {
		return schema.Given(ip.DHCP.Or(false))
	}
	return schema.Attr[bool]{}
}

// dhcp6 says DHCP where it is wanted and would work.
func (w *writer) dhcp6(path string, ip *schema.IP) schema.Attr[bool] {
	switch {
	case !ip.DHCP.Or(false):
		return schema.Attr[bool]{}
	case !ip.AcceptsRA():
		w.report.CannotSay(path+"/ipv6/dhcp", ip.DHCP.Range,
			"netplan has systemd-networkd ask by DHCPv6 only once a router advertisement tells it to, and accept_ra = false ignores those",
			"Set accept_ra = true, or use another backend")
		return schema.Attr[bool]{}
	}
	return ip.DHCP
}

// addIP adds the static part of a family.
func addIP(d *definition, ip *schema.IP, metric schema.Attr[int]) {
	d.addresses.Items = append(d.addresses.Items, ip.Addresses.Items...)
	d.addresses.Set = len(d.addresses.Items) > 0
	if ip.Gateway.Known() {
		d.routes = append(d.routes, &route{to: schema.Given(everywhere), via: ip.Gateway, metric: metric})
	}
}

// learns tells whether the family's default route is learned from the network.
func learns(ip *schema.IP) bool { return ip.DHCP.Or(false) || ip.AcceptsRA() }

// standing is a static route. One without a gateway is of scope link, which
// netplan 0.106 and later would also take for granted.
func standing(r *schema.Route) *route {
	entry := &route{to: schema.Given(r.To.Value.Masked().String()), via: r.Gateway, metric: r.Metric}
	if !r.Gateway.Known() {
		entry.scope = schema.Given(linkScope)
	}
	return entry
}

// metrics gives the metrics of the families' default routes as far as netplan
// can say them. It hands systemd-networkd one RouteMetric for DHCPv4, DHCPv6
// and router advertisements together, and refuses dhcp4 and dhcp6 of one link
// with different ones; with neither it hands over none.
func (w *writer) metrics(path string, n *schema.Network) (metric4, metric6 schema.Attr[int]) {
	metric4 = w.metric(path, n.IPv4)
	metric6 = w.metric(path, n.IPv6)
	dhcp4 := n.IPv4 != nil && n.IPv4.DHCP.Or(false)
	dhcp6 := n.IPv6 != nil && n.IPv6.DHCP.Or(false)
	learned6 := metric6.Known() && learns(n.IPv6)
	switch {
	case dhcp4 && dhcp6 && !sameMetric(metric4, metric6):
		w.notShared(path+"/ipv4/metric", metric4)
		w.notShared(path+"/ipv6/metric", metric6)
		return schema.Attr[int]{}, schema.Attr[int]{}
	case dhcp4 && learned6 && !sameMetric(metric4, metric6):
		w.notShared(path+"/ipv6/metric", metric6)
		return metric4, schema.Attr[int]{}
	case learned6 && !dhcp4 && !dhcp6:
		w.report.CannotSay(path+"/ipv6/metric", metric6.Range,
			"netplan has no key for the metric of a default route that only router advertisements bring",
			"Set dhcp = true in ipv6 if the network has DHCPv6, or use another backend")
		return metric4, schema.Attr[int]{}
	}
	return metric4, metric6
}

func sameMetric(a, b schema.Attr[int]) bool { return a.Known() == b.Known() && a.Value == b.Value }

// notShared reports a metric that the other family does not share.
func (w *writer) notShared(path string, metric schema.Attr[int]) {
	if metric.Known() {
		w.report.CannotSay(path, metric.Range,
			"netplan has one metric for what a link learns by DHCP and router advertisements",
			"Give ipv4 and ipv6 of the link the same metric")
	}
}

// metric gives the family's metric where there is a default route to have it.
func (w *writer) metric(path string, ip *schema.IP) schema.Attr[int] {
	if ip == nil || !ip.Metric.Known() {
		return schema.Attr[int]{}
	}
	if !ip.Gateway.Known() && !learns(ip) {
		w.report.NeedNotSay(path+"/"+ip.Family.String()+"/metric", ip.Metric.Range,
			"there is neither a gateway nor a learned default route that could have it")
		return schema.Attr[int]{}
	}
	return ip.Metric
}

func (w *writer) dns(path string, dns *schema.DNS, d *definition) {
	if dns == nil {
		return
	}
	d.servers = dns.Servers
	d.servers.Set = len(dns.Servers.Values()) > 0
	for _, domain := range dns.Search.Values() {
		if !isDomain(domain) {
			w.report.CannotSay(path+"/dns/search", dns.Search.Range,
				"netplan joins the domains with blanks into one line for systemd-networkd", "Give each domain as an item of its own, without blanks")
			return
		}
	}
	d.search = dns.Search
	d.search.Set = len(dns.Search.Values()) > 0
}

func isDomain(domain string) bool {
	return domain != "" && utf8.ValidString(domain) &&
		!strings.ContainsFunc(domain, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) })
}

// parameters gives the bond's options that can be said. A primary must be
// among the interfaces, or netplan refuses the file.
func (w *writer) parameters(path string, b *schema.Bond, interfaces []string) schema.Settings {
	mode, _ := b.Mode()
	said := make(schema.Settings, 0, len(b.Settings))
	for _, s := range w.report.Words(schema.Netplan, mode, path, b.Settings) {
		if s.Option.Kind == schema.LinkName && !slices.Contains(interfaces, s.Value.String()) {
			w.report.CannotSay(path+"/"+s.Option.Name, s.NameRange,
				"netplan refuses a file in which it is not one of the bond's interfaces", "Name one of the bond's slaves")
			continue
		}
		said = append(said, s.Setting)
	}
	return said
}
