package schema

import "slices"

// metricStep is between the standing metrics of a fallback's routes.
const metricStep = 100

// Static gives what of a document the host's own configuration has to say:
// the fallback routes have become standing default routes with rising
// metrics, an option with two names has the kernel's first, targets have one
// order, and a Wi-Fi country holds for all networks. Its links are copies; the
// document is not changed.
func (d *Document) Static() *Document {
	static := *d
	static.Bonds = make([]*Bond, len(d.Bonds))
	for i, b := range d.Bonds {
		bond := *b
		bond.Settings = b.Settings.canonical()
		static.Bonds[i] = &bond
	}
	static.Links = make([]*Link, len(d.Links))
	for i, l := range d.Links {
		link := *l
		static.Links[i] = &link
	}
	for _, fallback := range d.Fallbacks {
		for i, route := range fallback.Routes {
			metric := route.Metric.Or(metricStep * (i + 1))
			static.stand(route, Attr[int]{Value: metric, Set: true, Range: route.Range})
		}
	}
	static.shareCountry()
	static.Fallbacks, static.Guard = nil, nil
	return &static
}

// withoutAliases renames settings that share another's kernel variable.
func (s Settings) withoutAliases() Settings {
	for _, setting := range s {
		if setting.Option.Alias == "" {
			continue
		}
		canonical := setting
		canonical.Option = optionsByName[setting.Option.Alias]
		return s.without(setting.Option).With(canonical).withoutAliases()
	}
	return s
}

func (s Settings) without(o *Option) Settings {
	kept := make(Settings, 0, len(s))
	for _, setting := range s {
		if setting.Option != o {
			kept = append(kept, setting)
		}
	}
	return kept
}

// stand gives the route's link the default route that stands for it.
func (d *Document) stand(route *FallbackRoute, metric Attr[int]) {
	network := d.network(route.Interface.Value)
	if network == nil || !route.Gateway.Known() {
		return
	}
	switch gateway := route.Gateway.Value; gateway.Kind {
	case GatewayAuto:
		network.IPv4 = learnedMetric(network.IPv4, metric)
		network.IPv6 = learnedMetric(network.IPv6, metric)
	case GatewayNone:
		for _, family := range d.FamiliesOf(route) {
			network.addRoute(&Route{To: Given(family.Default()), Metric: metric, Range: route.Range})
		}
	case GatewayAddress:
		network.standVia(route, metric)
	}
}

// learnedMetric gives the default route that a link learns its metric.
func learnedMetric(ip *IP, metric Attr[int]) *IP {
	if ip == nil || ip.Metric.Set || (!ip.DHCP.Or(false) && !ip.AcceptsRA()) {
		return ip
	}
	changed := *ip
	changed.Metric = metric
	return &changed
}

// standVia gives the link's default route over the fallback's gateway the
// metric, and makes the route where the link has none.
func (n *Network) standVia(route *FallbackRoute, metric Attr[int]) {
	family := FamilyOf(route.Gateway.Value.Addr)
	ip := &n.IPv4
	if family == IPv6 {
		ip = &n.IPv6
	}
	if *ip != nil && (*ip).Gateway.Known() && (*ip).Gateway.Value == route.Gateway.Value.Addr {
		if !(*ip).Metric.Set {
			changed := **ip
			changed.Metric = metric
			*ip = &changed
		}
		return
	}
	via := Given(route.Gateway.Value.Addr)
	via.Range = route.Gateway.Range
	n.addRoute(&Route{To: Given(family.Default()), Gateway: via, Metric: metric, Range: route.Range})
}

// addRoute gives the link a route that stands for a fallback's.
func (n *Network) addRoute(route *Route) {
	route.Standing = true
	n.Routes = append(slices.Clip(n.Routes), route)
}

// network finds what the named link carries: a bond, a link outside bonds, or
// a VLAN on one of them. The VLAN is copied for the caller to change.
func (d *Document) network(name string) *Network {
	for _, b := range d.Bonds {
		if b.Name.Value == name {
			return &b.Network
		}
		if vlan := copyVLAN(&b.VLANs, b.Name.Value, name); vlan != nil {
			return &vlan.Network
		}
	}
	for _, l := range d.Links {
		if l.Name.Value == name {
			return &l.Network
		}
		if vlan := copyVLAN(&l.VLANs, l.Name.Value, name); vlan != nil {
			return &vlan.Network
		}
	}
	return nil
}

// copyVLAN replaces the VLAN so named by a copy and returns it.
func copyVLAN(vlans *[]*VLAN, parent, name string) *VLAN {
	for i, v := range *vlans {
		if v.Name(parent) != name {
			continue
		}
		fresh := *v
		*vlans = append([]*VLAN(nil), *vlans...)
		(*vlans)[i] = &fresh
		return &fresh
	}
	return nil
}
