package schema

import (
	"slices"
	"time"
)

// FamiliesOf lists the families in which a route is a way out: that of its
// gateway, those that its link learns gateways in, or those that are described on
// a link that needs none.
func (d *Document) FamiliesOf(route *FallbackRoute) []Family {
	if !route.Gateway.Known() {
		return nil
	}
	switch gateway := route.Gateway.Value; gateway.Kind {
	case GatewayAddress:
		return []Family{FamilyOf(gateway.Addr)}
	case GatewayNone:
		return d.spoken(route.Interface.Value)
	case GatewayAuto:
	}
	return d.learned(route.Interface.Value)
}

// spoken lists the families that are described on the named link; IPv4 where none
// is, for pppd negotiates that by itself.
func (d *Document) spoken(link string) []Family {
	network := d.carrierOf(link)
	switch {
	case d.negotiatesIPv6(link):
		return []Family{IPv4, IPv6}
	case network == nil || network.IPv6 == nil:
		return []Family{IPv4}
	case network.IPv4 == nil:
		return []Family{IPv6}
	}
	return []Family{IPv4, IPv6}
}

func (d *Document) negotiatesIPv6(link string) bool {
	return slices.ContainsFunc(d.Links, func(l *Link) bool { return l.Name.Value == link && l.NegotiatesIPv6.Or(false) })
}

// learned lists the families in which the named link learns its gateway.
func (d *Document) learned(link string) []Family {
	var families []Family
	network := d.carrierOf(link)
	if network == nil {
		return nil
	}
	if network.IPv4 != nil && network.IPv4.DHCP.Or(false) {
		families = append(families, IPv4)
	}
	if network.IPv6 != nil && network.IPv6.AcceptsRA() {
		families = append(families, IPv6)
	}
	return families
}

// carrierOf finds what the named link carries, nil where the document has no
// such link.
func (d *Document) carrierOf(name string) *Network {
	for _, b := range d.Bonds {
		if found := carried(&b.Network, b.VLANs, b.Name.Value, name); found != nil {
			return found
		}
	}
	for _, l := range d.Links {
		if found := carried(&l.Network, l.VLANs, l.Name.Value, name); found != nil {
			return found
		}
	}
	return nil
}

// ResolversOf gives those that are asked over the named link, nil where the document
// names none.
func (d *Document) ResolversOf(link string) *DNS {
	network := d.carrierOf(link)
	if network == nil {
		return nil
	}
	return network.DNS
}

func carried(own *Network, vlans []*VLAN, link, name string) *Network {
	if link == name {
		return own
	}
	for _, v := range vlans {
		if v.Name(link) == name {
			return &v.Network
		}
	}
	return nil
}

// Told lists the events that the handler is told: all, unless the document names them. A
// server or a program is told of single checks only where it does: they come all the time,
// perhaps over a metered line.
func (h *Handler) Told() []string {
	if h.Events.Set {
		return h.Events.Values()
	}
	_, wanted := h.URLs.Value[EventChecked]
	if wanted || (h.Kind.Value != "webhook" && h.Kind.Value != "exec") {
		return Events
	}
	return slices.DeleteFunc(slices.Clone(Events), func(event string) bool { return event == EventChecked })
}

// Tells tells whether the handler is told an event.
func (h *Handler) Tells(event string) bool { return slices.Contains(h.Told(), event) }

// Names tells whether the document names an event for the handler, and does not
// leave it to the default of all.
func (h *Handler) Names(event string) bool { return slices.Contains(h.Events.Values(), event) }

// BringsUp tells whether a handler does the work that the route's link needs
// before it carries, as dialling a modem: one of gpio, or one whose document
// names setup for it. A log does no work.
func (r *FallbackRoute) BringsUp() bool {
	return slices.ContainsFunc(r.Handlers, func(h *Handler) bool {
		switch h.Kind.Value {
		case "log":
			return false
		case "gpio":
			return h.Tells(EventSetup)
		}
		return h.Names(EventSetup)
	})
}

// The times of a fallback where the document does not say.
const (
	defaultMinGood  = 30 * time.Second
	defaultActivate = 60 * time.Second
)

// GoodFor is how long a better route must be good before traffic returns to it.
func (f *Fallback) GoodFor() Duration { return f.MinGood.Or(defaultMinGood) }

// ActivateWithin is how long setup may take before the route counts as failed.
func (r *FallbackRoute) ActivateWithin() Duration { return r.ActivateTimeout.Or(defaultActivate) }
