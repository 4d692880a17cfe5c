// Package routes keeps the routes and rules in the kernel that the fallbacks need.
//
// Each link of a fallback has a table of its own with its default route, and rules
// that lead there whoever is bound to the link or sends from an address of it: a
// check works whatever the main table says, and with strict reverse path filters
// too. Where several routes lead over one link by different gateways, its table has
// the one that is preferred, and each of them has another, where its mark leads. Before them, rules for the same packets look into the main table for all but
// the default route, so that what is near stays near.
//
// In the main table stand default routes of our own, with metrics below those of the
// host's own, in the order in which the kernel shall prefer them. Those of the host
// stay: they carry on where this program is gone. One over a link of a fallback whose
// metric is lower than ours, such as the 0 of ifupdown and dhclient, is moved behind
// them, and moved back by [Leave].
//
// [Want] and [Plan] are pure. What they want is added before anything else is taken
// away, so that there is a default route at every moment.
package routes

import (
	"cmp"
	"math"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/monitor"
	"github.com/bondctl/bondctl/schema"
)

const (
	// protocol marks our routes.
	protocol = kernel.MonitorProtocol
	// firstTable and the index of a link make the number of the link's table.
	firstTable = 27_000_000
	// nearPriority is that of the rules for all but default routes, markPriority that of
	// the rules for marks, and ownPriority that of the others that lead to our tables:
	// before the main table's, 32766.
	nearPriority, markPriority, ownPriority = 20_000, 20_001, 20_002
	// bestMetric is that of the route that is preferred; the others follow one by one.
	// Hosts give theirs 100 and more; IPv6 has no metric 0.
	bestMetric = 10
	// movedMetric is added to the metric of a route of the host's own that is moved, and
	// formerMetric was before: NetworkManager adds that itself where a link does not reach
	// the internet (_dev_default_route_metric_penalty_get in src/core/devices/nm-device.c).
	movedMetric, formerMetric = 27_000_000, 20_000
)

// Wanted is what there shall be of ours.
type Wanted struct {
	// Own are the default routes of our tables, and Main those of the main table.
	Own, Main []kernel.Route
	Rules     []kernel.Rule
	// Moves are default routes of the host's own that change their metrics.
	Moves []Move
}

// Fallback is one fallback in one family, with the order in which the kernel shall
// prefer its routes.
type Fallback struct {
	*monitor.Settings
	Order []string
}

// Want tells what the fallbacks need. A route whose path lacks something is left
// out, and one that is in no order has its own table alone. Of several routes over one
// link the preferred one has the link's table.
func Want(fallbacks []Fallback, now *kernel.State) Wanted {
	var w Wanted
	for _, f := range fallbacks {
		ordered := f.ordered()
		for _, r := range slices.Concat(ordered, f.others()) {
			w.own(r, f.Family, now)
		}
		for _, r := range ordered {
			w.main(r, f.Family, now)
		}
		w.moves(f, now)
	}
	return w
}

// ordered are the routes that have an order, in it, and others those that have none.
func (f Fallback) ordered() []*monitor.Route {
	var found []*monitor.Route
	for _, name := range f.Order {
		if i := slices.IndexFunc(f.Routes, func(r monitor.Route) bool { return r.Name == name }); i >= 0 {
			found = append(found, &f.Routes[i])
		}
	}
	return found
}

func (f Fallback) others() []*monitor.Route {
	var found []*monitor.Route
	for i, r := range f.Routes {
		if !slices.Contains(f.Order, r.Name) {
			found = append(found, &f.Routes[i])
		}
	}
	return found
}

// own adds the tables of a route and of its link, and the rules that lead there.
func (w *Wanted) own(r *monitor.Route, family schema.Family, now *kernel.State) {
	route, ok := defaultRoute(r, family, now)
	if !ok {
		return
	}
	route.Table = tableOf(r.Link, now)
	w.table(route, rules(r.Link, route.Table, family, now))
	if route.Table = r.Mark; r.Mark != 0 {
		w.table(route, []kernel.Rule{markRule(r, family)})
	}
}

// table adds a table that has one route, unless it is there.
func (w *Wanted) table(route kernel.Route, lead []kernel.Rule) {
	if !slices.ContainsFunc(w.Own, func(o kernel.Route) bool { return sameSlot(o, route) }) {
		w.Own = append(w.Own, route)
		w.Rules = append(w.Rules, lead...)
	}
}

// main adds a route to the main table, after those that are preferred to it. Metrics
// that the host uses itself are passed over.
func (w *Wanted) main(r *monitor.Route, family schema.Family, now *kernel.State) {
	route, ok := defaultRoute(r, family, now)
	if !ok {
		return
	}
	route.Table, route.Metric = unix.RT_TABLE_MAIN, bestMetric
	taken := func(o kernel.Route) bool { return sameSlot(o, route) }
	foreign := func(o kernel.Route) bool { return o.Protocol != protocol && sameSlot(o, route) }
	for slices.ContainsFunc(w.Main, taken) || slices.ContainsFunc(now.Routes, foreign) {
		route.Metric++
	}
	w.Main = append(w.Main, route)
}

// defaultRoute is the default route over a route's path; false where that lacks
// something.
func defaultRoute(r *monitor.Route, family schema.Family, now *kernel.State) (kernel.Route, bool) {
	path := PathOf(r, family, now)
	route := kernel.Route{To: family.Default(), Via: path.Gateway, Link: r.Link, Protocol: protocol, Type: unix.RTN_UNICAST}
	return route, path.Lacks(r.Gateway) == ""
}

// PathOf tells what the kernel knows of a route's path in a family.
func PathOf(r *monitor.Route, family schema.Family, now *kernel.State) monitor.Path {
	path := monitor.Path{Told: true}
	link, ok := now.Link(r.Link)
	if !ok {
		return path
	}
	path.Index, path.Carrier = int(link.Index), link.Up && link.Carrier
	path.Addressed = len(Sources(r.Link, family, now)) > 0
	path.Gateway = gateway(r, family, now)
	return path
}

// Sources lists the addresses of a link that packets to far hosts can have.
func Sources(link string, family schema.Family, now *kernel.State) []netip.Addr {
	const unfit = unix.IFA_F_TENTATIVE | unix.IFA_F_DADFAILED | unix.IFA_F_DEPRECATED
	var found []netip.Addr
	for _, a := range now.Addresses {
		addr := a.Prefix.Addr()
		if a.Link == link && schema.FamilyOf(addr) == family && !addr.IsLinkLocalUnicast() && a.Flags&unfit == 0 {
			found = append(found, addr)
		}
	}
	return found
}

// gateway is the next hop of a route: the one described, or the one that the host
// has learned, which is that of the best default route over the link that is not
// ours. It is invalid where there is none.
func gateway(r *monitor.Route, family schema.Family, now *kernel.State) netip.Addr {
	switch r.Gateway.Kind {
	case schema.GatewayAddress:
		return r.Gateway.Addr
	case schema.GatewayNone:
		return netip.Addr{}
	case schema.GatewayAuto:
	}
	var best *kernel.Route
	for i := range now.Routes {
		o := &now.Routes[i]
		learned := o.To == family.Default() && o.Link == r.Link && o.Table == unix.RT_TABLE_MAIN && o.Protocol != protocol && o.Via.IsValid()
		if learned && (best == nil || o.Metric < best.Metric) {
			best = o
		}
	}
	if best == nil {
		return netip.Addr{}
	}
	return best.Via
}

// tableOf is the number of a link's table.
func tableOf(link string, now *kernel.State) uint32 {
	l, ok := now.Link(link)
	if !ok {
		return 0
	}
	return firstTable + l.Index
}

// rules lead whoever is bound to a link, or sends from an address of it, to its table.
func rules(link string, table uint32, family schema.Family, now *kernel.State) []kernel.Rule {
	selectors := []kernel.Rule{{Outgoing: link}}
	for _, addr := range Sources(link, family, now) {
		selectors = append(selectors, kernel.Rule{From: netip.PrefixFrom(addr, addr.BitLen())})
	}
	var all []kernel.Rule
	for _, r := range selectors {
		r.Family, r.Action = family, unix.FR_ACT_TO_TBL
		near, own := r, r
		near.Priority, near.Table, near.ButDefault = nearPriority, unix.RT_TABLE_MAIN, true
		own.Priority, own.Table = ownPriority, table
		all = append(all, near, own)
	}
	return all
}

// markRule leads what has a route's mark to the table of the same number.
func markRule(r *monitor.Route, family schema.Family) kernel.Rule {
	return kernel.Rule{
		Family: family, Action: unix.FR_ACT_TO_TBL, Priority: markPriority, Table: r.Mark,
		Outgoing: r.Link, Mark: r.Mark, Mask: math.MaxUint32,
	}
}

// IsOurs tells whether a rule is one of ours.
func IsOurs(r kernel.Rule) bool {
	return (r.Priority == nearPriority && r.ButDefault) || ((r.Priority == ownPriority || r.Priority == markPriority) && r.Table >= firstTable)
}

// sameRoute tells whether a route in the kernel is as wanted.
func sameRoute(a, b kernel.Route) bool {
	return sameSlot(a, b) && a.Via == b.Via && a.Link == b.Link && a.Protocol == b.Protocol && a.Type == b.Type
}

// sameSlot tells whether the kernel has one of two routes in the other's place. In
// IPv6 the metric 0 becomes 1024.
func sameSlot(a, b kernel.Route) bool {
	return a.To == b.To && a.Table == b.Table && metric(a) == metric(b)
}

func metric(r kernel.Route) uint32 {
	if r.To.Addr().Is6() {
		return cmp.Or(r.Metric, 1024)
	}
	return r.Metric
}

func sameRule(a, b kernel.Rule) bool {
	return a.Family == b.Family && a.Priority == b.Priority && a.From == b.From && a.Outgoing == b.Outgoing && a.Mark == b.Mark && a.Table == b.Table && a.ButDefault == b.ButDefault
}

// Found gives the order in which the kernel prefers the routes now: those that are
// ours already, and then the others as the document has them.
func Found(s *monitor.Settings, now *kernel.State) []string {
	metricOf := map[string]uint32{}
	var order []string
	for i, r := range s.Routes {
		metricOf[r.Name] = math.MaxUint32
		if ours := slices.IndexFunc(now.Routes, func(o kernel.Route) bool { return isOursIn(o, s.Family) && leadsBy(o, &s.Routes[i], now) }); ours >= 0 {
			metricOf[r.Name] = now.Routes[ours].Metric
		}
		order = append(order, r.Name)
	}
	slices.SortStableFunc(order, func(a, b string) int { return cmp.Compare(metricOf[a], metricOf[b]) })
	return order
}

// leadsBy tells whether a default route in the kernel leads over a route's path.
func leadsBy(o kernel.Route, r *monitor.Route, now *kernel.State) bool {
	return o.Link == r.Link && (r.Mark == 0 || o.Via == gateway(r, schema.FamilyOf(o.To.Addr()), now))
}

func isOursIn(r kernel.Route, family schema.Family) bool {
	return r.To == family.Default() && r.Table == unix.RT_TABLE_MAIN && r.Protocol == protocol
}

// Same tells whether the same routes and rules of ours are wanted.
func (w *Wanted) Same(o Wanted) bool {
	return slices.EqualFunc(w.Own, o.Own, sameRoute) && slices.EqualFunc(w.Main, o.Main, sameRoute) && slices.EqualFunc(w.Rules, o.Rules, sameRule)
}
