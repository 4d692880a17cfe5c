package kernel

import (
	"cmp"
	"errors"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/schema"
)

// nextHopID is RTA_NH_ID (include/uapi/linux/rtnetlink.h): which nexthop object a
// route refers to.
const nextHopID = 30

// encodeRoute gives a struct rtmsg with all attributes, those too that have no
// field: the kernel takes them as it told them.
func encodeRoute(r Route, index uint32) []byte {
	msg := encodeKey(r, index)
	for _, a := range r.Unknown {
		msg = appendAttr(msg, a.Number, a.Data)
	}
	return msg
}

// encodeKey gives a struct rtmsg with the attributes that have a field.
func encodeKey(r Route, index uint32) []byte {
	msg := []byte{
		afOf(r.To.Addr()), byte(r.To.Bits()), 0, r.TOS, //nolint:gosec // 0 to 128
		unix.RT_TABLE_UNSPEC, cmp.Or(r.Protocol, unix.RTPROT_STATIC), r.scope(), cmp.Or(r.Type, unix.RTN_UNICAST),
	}
	msg = native.AppendUint32(msg, r.Flags)
	msg = appendAttr(msg, unix.RTA_DST, r.To.Masked().Addr().AsSlice())
	msg = appendAttr(msg, unix.RTA_TABLE, native.AppendUint32(nil, cmp.Or(r.Table, unix.RT_TABLE_MAIN)))
	if r.Link != "" {
		msg = appendAttr(msg, unix.RTA_OIF, native.AppendUint32(nil, index))
	}
	if r.Via.IsValid() {
		msg = appendAttr(msg, unix.RTA_GATEWAY, r.Via.AsSlice())
	}
	if r.Source.IsValid() {
		msg = appendAttr(msg, unix.RTA_PREFSRC, r.Source.AsSlice())
	}
	if r.Metric != 0 {
		msg = appendAttr(msg, unix.RTA_PRIORITY, native.AppendUint32(nil, r.Metric))
	}
	return msg
}

// encodeRemoval gives the struct rtmsg that finds the route to remove. One of IPv6
// is removed whoever made it: of several that differ in their next hops alone the
// kernel tells one protocol, the first one's. One that refers to a nexthop object
// is found by that alone; named by its link and next hop, the first such route of
// the metric would be taken (ip6_route_del in net/ipv6/route.c).
func encodeRemoval(r Route, index uint32) []byte {
	object := slices.IndexFunc(r.Unknown, func(a Attribute) bool { return a.Number == nextHopID })
	if object >= 0 {
		r.Link, r.Via = "", netip.Addr{}
	}
	msg := encodeKey(r, index)
	if object >= 0 {
		msg = appendAttr(msg, nextHopID, r.Unknown[object].Data)
	}
	if !r.To.Addr().Is4() {
		msg[5] = unix.RTPROT_UNSPEC
	}
	return msg
}

// restorable are the attributes without a field that say the same whenever they are
// sent: metrics such as mtu, advmss and initcwnd, realms, the preference of a router,
// a next hop of the other IP version, and what becomes of the TTL in a tunnel.
// Others count on something that may be gone by then: several next hops of IPv4 on
// the indexes of their links, a nexthop object on being there.
var restorable = []uint16{unix.RTA_METRICS, unix.RTA_FLOW, unix.RTA_PREF, unix.RTA_VIA, unix.RTA_TTL_PROPAGATE}

// IsRestorable tells whether AddRoute makes a route that was observed, and is gone,
// what it was.
func (r Route) IsRestorable() bool {
	return !slices.ContainsFunc(r.Unknown, func(a Attribute) bool { return !slices.Contains(restorable, a.Number) })
}

// IsShared tells whether a route has several next hops.
func (r Route) IsShared() bool { return r.has(unix.RTA_MULTIPATH) }

func (r Route) has(attribute uint16) bool {
	return slices.ContainsFunc(r.Unknown, func(a Attribute) bool { return a.Number == attribute })
}

// Hops gives a route for each next hop of one observed, which is the route itself
// where it has one. They cannot be restored one by one: each has the attribute that
// names them all.
func (s *State) Hops(r Route) []Route {
	i := slices.IndexFunc(r.Unknown, func(a Attribute) bool { return a.Number == unix.RTA_MULTIPATH })
	if i < 0 {
		return []Route{r}
	}
	hops, _ := r.over(r.Unknown[i].Data, func(index uint32) (string, bool) { // it was well formed when it was observed
		at := slices.IndexFunc(s.Links, func(l *Link) bool { return l.Index == index })
		if at < 0 {
			return "", false
		}
		return s.Links[at].Name, true
	})
	return hops
}

// scope gives what the kernel wants of a route without a next hop in IPv4; in
// IPv6 every route is global.
func (r Route) scope() uint8 {
	direct := r.To.Addr().Is4() && !r.Via.IsValid() && r.Link != "" && !r.has(unix.RTA_VIA)
	if direct && r.Scope == unix.RT_SCOPE_UNIVERSE {
		return unix.RT_SCOPE_LINK
	}
	return r.Scope
}

// decodeRoutes reads a struct rtmsg with its attributes: nothing for an entry of
// the routing cache, and for one of IPv6 with several next hops a route for each,
// for that is how they are added and removed (rt6_fill_node in net/ipv6/route.c).
func decodeRoutes(msg []byte, name namer) ([]Route, error) {
	r, ok, err := decodeRoute(msg, name)
	i := slices.IndexFunc(r.Unknown, func(a Attribute) bool { return a.Number == unix.RTA_MULTIPATH })
	switch {
	case !ok:
		return nil, err
	case i < 0 || r.To.Addr().Is4():
		return []Route{r}, err
	}
	hops := r.Unknown[i].Data
	r.Unknown = slices.Delete(r.Unknown, i, i+1)
	routes, bad := r.over(hops, name)
	return routes, errors.Join(err, bad)
}

// over gives a route for each struct rtnexthop.
func (r Route) over(hops []byte, name namer) ([]Route, error) {
	var routes []Route
	for len(hops) >= unix.SizeofRtNexthop {
		length := int(native.Uint16(hops))
		if length < unix.SizeofRtNexthop || length > len(hops) {
			return routes, errMalformed
		}
		attrs, err := parseAttrs(hops[unix.SizeofRtNexthop:length])
		if err != nil {
			return routes, err
		}
		one := r
		one.Link, _ = name(native.Uint32(hops[4:]))
		one.Flags = uint32(hops[2]) & unix.RTNH_F_ONLINK
		for _, a := range attrs {
			if a.Number == unix.RTA_GATEWAY {
				one.Via = a.addr()
			}
		}
		routes = append(routes, one)
		hops = hops[min(len(hops), (length+attrAlign-1)&^(attrAlign-1)):]
	}
	return routes, nil
}

// decodeRoute reads a struct rtmsg with its attributes, and false for an entry
// of the routing cache.
func decodeRoute(msg []byte, name namer) (Route, bool, error) {
	if len(msg) < unix.SizeofRtMsg {
		return Route{}, false, errMalformed
	}
	attrs, err := parseAttrs(msg[unix.SizeofRtMsg:])
	flags := native.Uint32(msg[8:])
	r := Route{
		To: familyOf(msg[0]).Default(), TOS: msg[3], Table: uint32(msg[4]), Protocol: msg[5], Scope: msg[6], Type: msg[7],
		Flags: flags & unix.RTNH_F_ONLINK,
	}
	for _, a := range attrs {
		switch a.Number {
		case unix.RTA_DST:
			r.To = netip.PrefixFrom(a.addr(), int(msg[1])) //nolint:gosec // the length was checked
		case unix.RTA_OIF:
			r.Link, _ = name(a.number())
		case unix.RTA_GATEWAY:
			r.Via = a.addr()
		case unix.RTA_PREFSRC:
			r.Source = a.addr()
		case unix.RTA_PRIORITY:
			r.Metric = a.number()
		case unix.RTA_TABLE:
			r.Table = a.number()
		case unix.RTA_CACHEINFO:
			r.Expires = isPassing(a)
		default:
			r.Unknown = appendUnknown(r.Unknown, a, isRouteNoise)
		}
	}
	return r, flags&unix.RTM_F_CLONED == 0, err
}

// isPassing reads from a struct rta_cacheinfo, the counters of a route's use,
// whether the route expires (include/uapi/linux/rtnetlink.h).
func isPassing(a Attribute) bool {
	const expires = 8 // bytes before rta_expires
	return len(a.Data) >= expires+4 && native.Uint32(a.Data[expires:]) != 0
}

// isRouteNoise tells whether an attribute says nothing about the route: the medium
// preference that every IPv6 route has.
func isRouteNoise(a Attribute) bool { return a.Number == unix.RTA_PREF && a.number() == 0 }

// decodeRule reads a struct fib_rule_hdr with its attributes.
func decodeRule(msg []byte) (Rule, error) {
	if len(msg) < unix.SizeofRtMsg {
		return Rule{}, errMalformed
	}
	attrs, err := parseAttrs(msg[unix.SizeofRtMsg:])
	r := Rule{Family: familyOf(msg[0]), Table: uint32(msg[4]), Action: msg[7]}
	for _, a := range attrs {
		switch a.Number {
		case unix.FRA_SRC:
			r.From = netip.PrefixFrom(a.addr(), int(msg[2]))
		case unix.FRA_DST:
			r.To = netip.PrefixFrom(a.addr(), int(msg[1]))
		case unix.FRA_IIFNAME:
			r.Incoming = a.text()
		case unix.FRA_OIFNAME:
			r.Outgoing = a.text()
		case unix.FRA_PRIORITY:
			r.Priority = a.number()
		case unix.FRA_FWMARK:
			r.Mark = a.number()
		case unix.FRA_FWMASK:
			r.Mask = a.number()
		case unix.FRA_TABLE:
			r.Table = a.number()
		default:
			if a.Number == unix.FRA_SUPPRESS_PREFIXLEN && a.number() == 0 {
				r.ButDefault = true
				continue
			}
			r.Unknown = appendUnknown(r.Unknown, a, isRuleNoise)
		}
	}
	return r, err
}

// isRuleNoise tells whether an attribute says nothing: who made the rule, and
// the two suppressors at -1, which is off.
func isRuleNoise(a Attribute) bool {
	off := a.Number == unix.FRA_SUPPRESS_PREFIXLEN || a.Number == unix.FRA_SUPPRESS_IFGROUP
	return a.Number == unix.FRA_PROTOCOL || off && a.number() == forever
}

func appendUnknown(unknown []Attribute, a Attribute, noise func(Attribute) bool) []Attribute {
	if noise(a) {
		return unknown
	}
	return append(unknown, a.clone())
}

// familyOf gives the IP version of an address family.
func familyOf(af byte) schema.Family {
	if af == unix.AF_INET {
		return schema.IPv4
	}
	return schema.IPv6
}
