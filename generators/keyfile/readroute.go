package keyfile

import (
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/generators/format/ini"
	"github.com/bondctl/bondctl/schema"
)

// numbered gives the entries of a section whose keys are one of the stems and
// a number, in the order of the numbers; that without a number comes first.
func (p *reading) numbered(section string, stems ...string) []ini.Entry {
	type ranked struct {
		ini.Entry
		rank int
	}
	var found []ranked
	for _, e := range p.entries {
		if rank, ok := rankOf(e.Key, stems); ok && e.section == section {
			found = slices.DeleteFunc(found, func(old ranked) bool { return old.Key == e.Key })
			found = append(found, ranked{e.Entry, rank})
		}
	}
	slices.SortStableFunc(found, func(a, b ranked) int { return a.rank - b.rank })
	entries := make([]ini.Entry, len(found))
	for i, f := range found {
		entries[i] = f.Entry
	}
	return entries
}

func rankOf(key string, stems []string) (int, bool) {
	stem := strings.TrimRight(key, "0123456789")
	if !slices.Contains(stems, stem) {
		return 0, false
	}
	if stem == key {
		return -1, true
	}
	rank, err := strconv.ParseUint(key[len(stem):], 10, 16)
	return int(rank), err == nil
}

// cutPrefix reads ADDRESS/LENGTH, or older ADDRESS;LENGTH, at the beginning of
// an address or route. There is at least one further part, maybe empty.
func cutPrefix(value string, f schema.Family) (netip.Prefix, []string, error) {
	parts := strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == '\t' })
	parts = strings.Split(strings.ReplaceAll(strings.Join(parts, ""), ";", ","), ",")
	text, rest := parts[0], parts[1:]
	if !strings.Contains(text, "/") && len(rest) > 0 {
		text, rest = text+"/"+rest[0], rest[1:]
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil || schema.FamilyOf(prefix.Addr()) != f {
		return netip.Prefix{}, nil, errors.New("wants an " + f.String() + " address with its prefix length")
	}
	return prefix, append(rest, ""), nil
}

// parseHop reads a next hop; the unspecified address, or none, is no hop.
func parseHop(text string, f schema.Family) (netip.Addr, error) {
	if text == "" {
		return netip.Addr{}, nil
	}
	addr, err := netip.ParseAddr(text)
	if err != nil || addr.Zone() != "" || schema.FamilyOf(addr) != f {
		return netip.Addr{}, errors.New("wants an " + f.String() + " address as its gateway")
	}
	if addr.IsUnspecified() {
		return netip.Addr{}, nil
	}
	return addr, nil
}

func (p *reading) routes(f schema.Family) []*schema.Route {
	var routes []*schema.Route
	for _, e := range p.numbered(f.String(), "route", "routes") {
		p.take(f.String(), e.Key)
		route, err := parseRoute(e.Value, f)
		if err != nil {
			p.notUnderstood(e.Line, e.Key+" "+err.Error())
			continue
		}
		route.Range = p.line(e.Line)
		routes = append(routes, route)
	}
	return routes
}

// parseRoute reads "destination,gateway,metric", of which the end may be missing.
func parseRoute(value string, f schema.Family) (*schema.Route, error) {
	to, rest, err := cutPrefix(value, f)
	if err != nil {
		return nil, err
	}
	route := &schema.Route{To: schema.Given(to)}
	gateway, err := parseHop(rest[0], f)
	if err != nil {
		return nil, err
	}
	if gateway.IsValid() {
		route.Gateway = schema.Given(gateway)
	}
	if len(rest) > 1 && rest[1] != "" {
		metric, err := parseNumber(rest[1])
		if err != nil || metric < 0 {
			return nil, errors.New("wants a number as its metric")
		}
		route.Metric = schema.Given(metric)
	}
	return route, nil
}
