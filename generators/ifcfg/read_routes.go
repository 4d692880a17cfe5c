package ifcfg

import (
	"math"
	"net/netip"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/schema"
)

// newSyntax is how both consumers tell a file of variables from one of
// arguments to ip-route(8).
var newSyntax = regexp.MustCompile(`(?m)^[ \t]*ADDRESS[0-9]+=`)

// routesOf reads a link's routes of one family.
func (r *reader) routesOf(c *config, family schema.Family) []*schema.Route {
	prefix := routePrefix
	if family == schema.IPv6 {
		prefix = route6Prefix
	}
	var routes []*schema.Route
	for _, file := range r.routes[c] {
		switch {
		case !strings.HasPrefix(path.Base(file.Path), prefix):
		case newSyntax.Match(file.Content):
			routes = append(routes, r.numberedRoutes(file)...)
		default:
			routes = append(routes, r.listedRoutes(c, file, family)...)
		}
	}
	return routes
}

// listedRoutes reads routes in the words of ip-route(8), one on a line.
func (r *reader) listedRoutes(c *config, file generators.File, family schema.Family) []*schema.Route {
	var routes []*schema.Route
	number := 0
	for line := range strings.Lines(string(file.Content)) {
		number++
		words := fields(line)
		if len(words) == 0 || words[0][0] == '#' {
			continue
		}
		at := routePlace{variable: variable{path: file.Path, line: number}, device: c.device.value, family: family}
		route, why := at.parse(words)
		if why != "" {
			r.report.NotUnderstood(file.Path, number, why)
			continue
		}
		routes = append(routes, route)
	}
	return routes
}

// routePlace is the line of a route, and what it takes from its file.
type routePlace struct {
	variable
	device string
	family schema.Family
}

// parse reads the arguments of one route, in any order. It says why where a
// document cannot say them.
func (at routePlace) parse(words []string) (route *schema.Route, why string) {
	route = &schema.Route{Range: generators.Line(at.path, at.line)}
	for len(words) > 0 {
		to, isTo := destination(words[0], at.family)
		switch {
		case isTo && !route.To.Set:
			route.To, words = given(at.variable, to), words[1:]
		case len(words) < 2:
			return nil, at.orphan(route, words[0])
		default:
			if why := at.argument(route, words[0], words[1]); why != "" {
				return nil, why
			}
			words = words[2:]
		}
	}
	if !route.To.Set {
		return nil, noDestination
	}
	return route, ""
}

const noDestination = "This names no destination."

func (at routePlace) orphan(route *schema.Route, word string) string {
	if !route.To.Set {
		return noDestination
	}
	return "A document cannot say " + word + " of a route."
}

func (at routePlace) argument(route *schema.Route, word, value string) string {
	switch word {
	case "to":
		to, ok := destination(value, at.family)
		if !ok {
			return noDestination
		}
		route.To = given(at.variable, to)
	case "via":
		addr, err := netip.ParseAddr(value)
		if err != nil {
			return "This is no address after via."
		}
		route.Gateway = given(at.variable, addr)
	case "metric":
		metric, err := strconv.ParseUint(value, 10, 31)
		if err != nil {
			return "This is no number after metric."
		}
		route.Metric = given(at.variable, int(metric))
	case "dev":
		if value != at.device {
			return "This is a route over " + value + ", and the file is that of " + at.device + "."
		}
	default:
		return at.orphan(route, word)
	}
	return ""
}

// destination reads what ip-route(8) takes for one: a prefix, whose length may
// be a netmask, an address or the word default.
func destination(text string, family schema.Family) (netip.Prefix, bool) {
	if text == "default" {
		return family.Default(), true
	}
	if prefix, err := netip.ParsePrefix(text); err == nil {
		return prefix, true
	}
	text, mask, masked := strings.Cut(text, "/")
	addr, err := netip.ParseAddr(text)
	switch {
	case err != nil:
		return netip.Prefix{}, false
	case masked:
		bits, ok := bitsOfMask(mask)
		return netip.PrefixFrom(addr, bits), ok && addr.Is4()
	}
	return netip.PrefixFrom(addr, addr.BitLen()), true
}

// numberedRoutes reads ADDRESS0, NETMASK0, GATEWAY0 and so on, which must
// have no gap.
func (r *reader) numberedRoutes(file generators.File) []*schema.Route {
	c := open("", file, r.report)
	var routes []*schema.Route
	for i := 0; ; i++ {
		number := strconv.Itoa(i)
		to, ok := c.get("ADDRESS" + number)
		if !ok {
			break
		}
		addr := c.address(to, to.value)
		bits := c.bits(number, addr.Value)
		if !addr.Set || !addr.Value.Is4() || bits < 0 {
			continue
		}
		route := &schema.Route{To: given(to, netip.PrefixFrom(addr.Value, bits)), Range: generators.Line(to.path, to.line)}
		if v, ok := c.get("GATEWAY" + number); ok && v.value != "0.0.0.0" { // NetworkManager's word for none
			route.Gateway = c.address(v, v.value)
		}
		route.Metric = c.number("METRIC"+number, 0, math.MaxInt32)
		routes = append(routes, route)
	}
	c.leftovers(ofLink)
	return routes
}
