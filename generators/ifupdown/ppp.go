package ifupdown

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// ppp dials by pon. pppd adds the default route when the peer has answered,
// which may be long after ifup; a command in the stanza would come too early.
func (g *generator) ppp(path string, l *schema.Link) {
	if !l.Peer.Known() {
		g.report.DialledRoutes(path, l.Routes)
		g.report.NeedNotSay(path, l.Range, "ifupdown brings up only what has a peer; something else brings up "+l.Name.Value)
		return
	}
	if !isWord(l.Peer.Value) {
		g.report.CannotSay(path, l.Peer.Range, "ifupdown hands the peer to a shell, to which this one is more than a word", "Rename the peer's file")
		return
	}
	s := &stanza{family: inet, method: ppp}
	s.say("provider", l.Peer.Value)
	options := slices.Concat(g.pppRoutes(path, l.Routes), pppIPv6(l.NegotiatesIPv6))
	if l.MTU.Known() {
		options = append([]string{"mtu", strconv.Itoa(l.MTU.Value)}, options...)
	}
	if unit, ok := unitOf(l.Name.Value); ok {
		s.say("unit", unit)
	} else {
		options = append([]string{"ifname", l.Name.Value}, options...)
	}
	if len(options) > 0 {
		s.say("options", options...)
	}
	g.dns(path, s, l.DNS)
	g.add(l.Name.Value, []*stanza{s})
}

// The options of pppd that have it negotiate IPv6, or not.
const speaksIPv6, speaksNoIPv6 = "+ipv6", "noipv6"

func pppIPv6(negotiates schema.Attr[bool]) []string {
	switch {
	case !negotiates.Known():
		return nil
	case negotiates.Value:
		return []string{speaksIPv6}
	}
	return []string{speaksNoIPv6}
}

// unitOf gives the number that pppd makes a name of: pppN.
func unitOf(name string) (unit string, ok bool) {
	unit, ok = strings.CutPrefix(name, "ppp")
	n, err := strconv.Atoi(unit)
	return unit, ok && err == nil && strconv.Itoa(n) == unit
}

// pppRoutes gives the options of pppd for the default route; it knows no others.
func (g *generator) pppRoutes(path string, routes []*schema.Route) []string {
	var options []string
	for _, r := range routes {
		if r.Standing && r.Family() == schema.IPv6 {
			g.report.NeedNotSay(path+"/route/"+r.String(), r.Range,
				"pppd before 2.5.3 gives an IPv6 default route the next higher metric, and bondctl monitor makes the route")
			continue
		}
		if options != nil || !r.IsDefault() || r.Family() != schema.IPv4 || r.Gateway.Known() {
			g.report.CannotSay(path+"/route/"+r.String(), r.Range,
				"pppd adds one IPv4 default route without a gateway when the peer has answered, and no others",
				"Add it by a script in /etc/ppp/ip-up.d")
			continue
		}
		options = append(options, "defaultroute")
		if r.Metric.Known() {
			options = append(options, "defaultroute-metric", strconv.Itoa(r.Metric.Value))
		}
	}
	return options
}
