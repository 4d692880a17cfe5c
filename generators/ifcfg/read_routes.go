package ifcfg

import (
	"math"
	"net/netip"
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
	file, ok := r.routes[prefix+c.name]
	if !ok {
		return nil
	}
	if newSyntax.Match(file.Content) {
		return r.numberedRoutes(c, file)
	}
	var routes []*schema.Route
	number := 0
	for line := range strings.Lines(string(file.Content)) {
		number++
		words := fields(line)
		if len(words) == 0 || words[0][0] == '#' {
			continue
		}
		route, why := parseRoute(words, family, generators.File{Path: file.Path}, number)
		if why != "" {
			r.report.NotUnderstood(file.Path, number, why)
			continue
		}
		routes = append(routes, route)
	}
	return routes
}

// parseRoute reads the arguments of one route. It says why where a document
// cannot say them.
func parseRoute(words []string, family schema.Family, file generators.File, number int) (route *schema.Route, why string) {
	v := variable{path: file.Path, line: number}
	route = &schema.Route{Range: generators.Line(file.Path, number)}
	if words[0] == "to" && len(words) > 1 {
		words = words[1:]
	}
	to, ok := destination(words[0], family)
	if !ok {
		return nil, "This begins with no destination."
	}
	route.To = given(v, to)
	words = words[1:]
	for ; len(words) > 1; words = words[2:] {
		if why := routeArgument(route, v, words[0], words[1]); why != "" {
			return nil, why
		}
	}
	if len(words) > 0 {
		return nil, "A document cannot say " + words[0] + " of a route."
	}
	return route, ""
}

func routeArgument(route *schema.Route, v variable, word, value string) string {
	switch word {
	case "via":
		addr, err := netip.ParseAddr(value)
		if err != nil {
			return "This is no address after via."
		}
		route.Gateway = given(v, addr)
	case "metric":
		metric, err := strconv.ParseUint(value, 10, 31)
		if err != nil {
			return "This is no number after metric."
		}
		route.Metric = given(v, int(metric))
	case "dev":
	default:
		return "A document cannot say " + word + " of a route."
	}
	return ""
}

// destination reads what ip-route(8) takes for one: a prefix, an address or
// the word default.
func destination(text string, family schema.Family) (netip.Prefix, bool) {
	if text == "default" {
		return family.Default(), true
	}
	if prefix, err := netip.ParsePrefix(text); err == nil {
		return prefix, true
	}
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(addr, addr.BitLen()), true
}

// numberedRoutes reads ADDRESS0, NETMASK0, GATEWAY0 and so on, which must
// have no gap.
func (r *reader) numberedRoutes(link *config, file generators.File) []*schema.Route {
	c := &config{name: link.name, path: file.Path, byKey: map[string]*variable{}, report: r.report}
	c.load(file)
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
		if v, ok := c.get("GATEWAY" + number); ok {
			route.Gateway = c.address(v, v.value)
		}
		route.Metric = c.number("METRIC"+number, 0, math.MaxInt32)
		routes = append(routes, route)
	}
	c.leftovers()
	return routes
}
