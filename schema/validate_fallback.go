package schema

import (
	"net/netip"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// fallbackRules look at one ordered list of ways out.
var fallbackRules = []func(*finder, *Fallback){
	(*finder).routesAreSeveral,
	(*finder).routeNames,
	(*finder).routesDiffer,
	(*finder).metricsRise,
	(*finder).failBackIsUsed,
	(*finder).noneLeadsToo,
	(*finder).waysOut,
}

// wayRules look at one way out.
var wayRules = []func(*finder, *way){
	(*finder).wayGateway,
	(*finder).oneMetric,
	(*finder).wayHasTime,
	(*finder).wayIsTested,
	(*finder).wayVerifiers,
	(*finder).wayHandlers,
}

// way is a fallback route with the link that it is over.
type way struct {
	*FallbackRoute
	over *carrier
	last bool
}

func (f *finder) fallbackNames() {
	first := make(map[string]hcl.Range, len(f.doc.Fallbacks))
	for _, fallback := range f.doc.Fallbacks {
		f.uniqueName("fallback", fallback.Name, first)
	}
}

func (f *finder) routeNames(fallback *Fallback) {
	first := make(map[string]hcl.Range, len(fallback.Routes))
	for _, route := range fallback.Routes {
		f.uniqueName("route", route.Name, first)
	}
}

// uniqueName: messages and handlers tell things apart by their names.
func (f *finder) uniqueName(what string, name Attr[string], first map[string]hcl.Range) {
	if place, taken := first[name.Value]; taken {
		f.refuse(name.Range, "Duplicate "+what, "%s %q is already at %s. Rename one of the two.", what, name.Value, where(place))
		return
	}
	first[name.Value] = name.Range
	if name.Value == "" {
		f.refuse(name.Range, "Empty "+what+" name", "Messages and handlers name it. Give it a name.")
	}
}

func (f *finder) routesAreSeveral(fallback *Fallback) {
	switch {
	case fallback.unread.blocks:
	case len(fallback.Routes) == 0:
		f.refuse(fallback.Name.Range, "Fallback without routes", "%s is a list of ways out, the best first. Add route blocks.", fallback.Name.Value)
	case len(fallback.Routes) == 1:
		f.warn(fallback.Name.Range, "Fallback with one route", "%s has nothing to fall back to. Add a second route.", fallback.Name.Value)
	}
}

// routesDiffer: two routes over one path fail together.
func (f *finder) routesDiffer(fallback *Fallback) {
	type path struct {
		over    string
		gateway Gateway
	}
	first := make(map[path]*FallbackRoute, len(fallback.Routes))
	for _, route := range fallback.Routes {
		if !route.Interface.Known() || !route.Gateway.Known() {
			continue
		}
		p := path{route.Interface.Value, route.Gateway.Value}
		if other, taken := first[p]; taken {
			f.refuse(route.Name.Range, "Two routes over one path", "%q goes over %s by %s as %q does, and fails with it. Remove one of the two.",
				route.Name.Value, p.over, p.gateway, other.Name.Value)
			continue
		}
		first[p] = route
	}
}

// metricsRise: the standing default routes carry traffic in the order of
// their metrics when nobody watches.
func (f *finder) metricsRise(fallback *Fallback) {
	var before Attr[int]
	for i, route := range fallback.Routes {
		metric := f.standingMetric(route, i)
		if route.Metric.Bad {
			return
		}
		if i > 0 && metric.Value <= before.Value {
			place := metric.Range
			if !metric.Set {
				place = before.Range
			}
			f.refuse(place, "Metrics do not rise", "Route %q has the metric %d after %d of the one before it, and the kernel prefers the lowest. "+
				"Let metrics rise in the order of the routes, or leave them out.", route.Name.Value, metric.Value, before.Value)
		}
		before = metric
	}
}

// standingMetric gives the metric of a route's standing default route; it is
// not Set where neither the route nor its link has one.
func (f *finder) standingMetric(route *FallbackRoute, i int) Attr[int] {
	if own := f.linkMetric(route); own.Known() {
		return own
	}
	if route.Metric.Set {
		return route.Metric
	}
	return Attr[int]{Value: metricStep * (i + 1), Range: route.Name.Range}
}

// linkMetric gives the metric that the route's link has for the same default
// route, which [Document.Static] leaves as it is.
func (f *finder) linkMetric(route *FallbackRoute) Attr[int] {
	c := f.byName[route.Interface.Value]
	if c == nil || !route.Gateway.Known() {
		return Attr[int]{}
	}
	for _, ip := range c.blocks() {
		gateway := route.Gateway.Value
		learned := gateway.Kind == GatewayAuto && c.learns(ip.Family)
		given := gateway.Kind == GatewayAddress && ip.Gateway.Known() && ip.Gateway.Value == gateway.Addr
		if learned || given {
			return ip.Metric
		}
	}
	return Attr[int]{}
}

// oneMetric: the link's own metric wins over the route's.
func (f *finder) oneMetric(w *way) {
	own := f.linkMetric(w.FallbackRoute)
	if own.Known() && w.Metric.Known() && own.Value != w.Metric.Value {
		f.refuse(w.Metric.Range, "Two metrics for one route", "%s gives this default route the metric %d at %s. Remove one of the two.",
			w.Interface.Value, own.Value, where(own.Range))
	}
}

func (f *finder) failBackIsUsed(fallback *Fallback) {
	if fallback.FailBack.Or("") == FailBackManual && fallback.MinGood.Set {
		f.warn(fallback.MinGood.Range, "Setting without effect", "With fail_back = manual traffic does not return by itself. Remove min_good, or fail back automatically.")
	}
}

// noneLeadsToo: a route without a gateway is a way out only in the families that are
// described on its link, and others may have IPv6.
func (f *finder) noneLeadsToo(fallback *Fallback) {
	six := slices.IndexFunc(fallback.Routes, func(r *FallbackRoute) bool { return slices.Contains(f.doc.FamiliesOf(r), IPv6) })
	if six < 0 {
		return
	}
	for _, route := range fallback.Routes {
		if route.Gateway.Known() && route.Gateway.Value.Kind == GatewayNone && !slices.Contains(f.doc.FamiliesOf(route), IPv6) {
			f.warn(route.Gateway.Range, "No fallback for IPv6", "Without a gateway %q is a way out for IPv4 alone, and %q has IPv6: what uses that does not move to %[1]q. %[3]s",
				route.Name.Value, fallback.Routes[six].Name.Value, f.remedyForIPv6(route))
		}
	}
}

func (f *finder) remedyForIPv6(route *FallbackRoute) string {
	if over := f.byName[route.Interface.Value]; over != nil && over.isPPP() {
		return "Set ipv6 = true on " + over.name + " if its other end has IPv6, or count on IPv4 there."
	}
	return "Describe another route with IPv6, or count on IPv4 there."
}

// waysOut looks at each route whose link is declared, and reports the others.
func (f *finder) waysOut(fallback *Fallback) {
	for i, route := range fallback.Routes {
		w := &way{FallbackRoute: route, over: f.byName[route.Interface.Value], last: i == len(fallback.Routes)-1}
		if w.over == nil && route.Interface.Known() {
			f.undeclared(route)
		}
		for _, rule := range wayRules {
			rule(f, w)
		}
	}
}

func (f *finder) undeclared(route *FallbackRoute) {
	name := route.Interface.Value
	if master, enslaved := f.masterOf[name]; enslaved {
		f.refuse(route.Interface.Range, "Route over a slave", "%s is a slave of %s, which has the addresses and routes. Name %s.", name, master.Name.Value, master.Name.Value)
		return
	}
	if f.doc.unread.blocks {
		return
	}
	names := make([]string, len(f.carriers))
	for i, c := range f.carriers {
		names[i] = c.name
	}
	f.refuse(route.Interface.Range, "Undeclared link", "The document has no link %q. %s",
		name, remedy(name, names, "Declare it in a block such as ethernet, wifi or ppp."))
}

// wayGateway checks how the route's next hop is known.
func (f *finder) wayGateway(w *way) {
	if w.over == nil || !w.Gateway.Known() {
		return
	}
	place := w.Gateway.Range
	switch gateway := w.Gateway.Value; gateway.Kind {
	case GatewayAddress:
		f.nextHop(w.over, gateway.Addr, place)
	case GatewayNone:
		if !w.over.isPPP() {
			f.warn(place, "No gateway on a shared link", "Without a gateway every host is sought on %s itself, which works only point to point. Give the router's address, or auto.",
				w.over.name)
		}
	case GatewayAuto:
		f.learnedGateway(w, place)
	}
}

func (f *finder) learnedGateway(w *way, place hcl.Range) {
	ipv4, ipv6 := w.over.IPv4, w.over.IPv6
	teaches := (ipv4 != nil && (ipv4.unread.attrs || ipv4.DHCP.Bad || ipv4.DHCP.Or(false))) ||
		(ipv6 != nil && (ipv6.unread.attrs || ipv6.AcceptRA.Bad || ipv6.AcceptsRA()))
	if w.over.unread.blocks || teaches {
		return
	}
	remedy := "Set dhcp = true there, or give the gateway's address."
	if w.over.isPPP() {
		remedy = `Write gateway = "none" for a point-to-point link.`
	}
	f.refuse(place, "Gateway is not learned", "%s neither uses DHCP nor listens to router advertisements, and so never learns one. %s", w.over.name, remedy)
}

func (f *finder) wayHasTime(w *way) {
	if w.ActivateTimeout.Known() && w.ActivateTimeout.Value == 0 {
		f.refuse(w.ActivateTimeout.Range, "Time of zero", "activate_timeout must be longer than 0, or %q always fails. Write a time such as \"60s\".", w.Name.Value)
	}
}

// wayIsTested: a route without a verifier counts as good for ever, and those
// after it are never used.
func (f *finder) wayIsTested(w *way) {
	if len(w.Verifiers) == 0 && !w.last && !w.unread.blocks {
		f.warn(w.Name.Range, "Route is trusted", "%q has no verifier: as long as its link is up it counts as good, and the routes after it are not used. Add a verify block.",
			w.Name.Value)
	}
}

func (f *finder) wayVerifiers(w *way) {
	for _, v := range w.Verifiers {
		f.verifier(&check{Verifier: v, way: w})
	}
}

func (f *finder) wayHandlers(w *way) {
	for _, h := range w.Handlers {
		f.handler(h)
	}
}

// gateway gives the address of the way's next hop where the document has it.
func (w *way) gateway() (netip.Addr, bool) {
	gateway := w.Gateway.Value
	return gateway.Addr, w.Gateway.Known() && gateway.Kind == GatewayAddress
}
