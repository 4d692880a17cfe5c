package keyfile

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/generators/format/ini"
	"github.com/bondctl/bondctl/schema"
)

// numbered gives the entries of a section whose keys are one of the stems and
// a number, in the order of the numbers and then of the stems; those without a
// number come first.
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

// rankOf tells whether a key is one of the stems with a number, which has no
// zero before it (_build_list_match_key_w_name_impl).
func rankOf(key string, stems []string) (int, bool) {
	stem := strings.TrimRight(key, "0123456789")
	kind, number := slices.Index(stems, stem), key[len(stem):]
	switch {
	case kind < 0, len(number) > 1 && number[0] == '0':
		return 0, false
	case number == "":
		return kind - len(stems), true
	}
	n, err := strconv.ParseUint(number, 10, 31)
	return int(n)*len(stems) + kind, err == nil
}

// pieces are those of the value of an address or a route.
type pieces struct {
	addr netip.Addr
	// length is negative where the value has no prefix length that can be one.
	length int
	// rest is what follows, empty texts where there is nothing.
	rest []string
}

// ipSeparators are the same in addresses and routes (read_one_ip_address_or_route).
var ipSeparators = strings.NewReplacer("/", ",", ";", ",")

// parsePieces reads ADDRESS/LENGTH and what follows, of which there may be
// most pieces. The length may be missing; blanks may not be there.
func parsePieces(value string, f schema.Family, most int) (pieces, error) {
	parts := strings.Split(ipSeparators.Replace(value), ",")
	addr, err := netip.ParseAddr(parts[0])
	if err != nil || addr.Zone() != "" || schema.FamilyOf(addr) != f {
		return pieces{}, errors.New("wants an " + f.String() + " address with its prefix length")
	}
	p, rest := pieces{addr: addr, length: -1}, parts[1:]
	if len(rest) > 0 && strings.Trim(rest[0], "0123456789") == "" {
		if n, err := strconv.Atoi(rest[0]); err == nil && n <= addr.BitLen() {
			p.length = n
		}
		rest = rest[1:]
	}
	if len(rest) > 0 && rest[len(rest)-1] == "" {
		rest = rest[:len(rest)-1]
	}
	if len(rest) > most || strings.ContainsAny(value, " \t") {
		return pieces{}, errors.New("has more in it than NetworkManager takes, and is ignored")
	}
	p.rest = append(rest, make([]string, most-len(rest))...)
	return p, nil
}

// prefix gives the address with its length, and reports that NetworkManager
// takes another where there is none.
func (p *reading) prefix(parts pieces, e ini.Entry, otherwise int) netip.Prefix {
	if parts.length < 0 {
		p.notUnderstood(e.Line, fmt.Sprintf("%s has no prefix length that can be one, and NetworkManager takes %d", e.Key, otherwise))
		parts.length = otherwise
	}
	return netip.PrefixFrom(parts.addr, parts.length)
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
		route, err := p.route(e, f)
		if err != nil {
			p.notUnderstood(e.Line, e.Key+" "+err.Error())
			continue
		}
		routes = append(routes, route)
	}
	return routes
}

// route reads "destination,gateway,metric", of which the end may be missing.
func (p *reading) route(e ini.Entry, f schema.Family) (*schema.Route, error) {
	const most = 2
	parts, err := parsePieces(e.Value, f, most)
	if err != nil {
		return nil, err
	}
	gateway, err := parseHop(parts.rest[0], f)
	if err != nil {
		return nil, err
	}
	place := p.line(e.Line)
	route := &schema.Route{Range: place}
	if gateway.IsValid() {
		route.Gateway = schema.Attr[netip.Addr]{Value: gateway, Set: true, Range: place}
	}
	if text := parts.rest[1]; text != "" {
		metric, err := parseNumber(text)
		if err != nil || metric < 0 {
			return nil, errors.New("wants a number as its metric")
		}
		route.Metric = schema.Attr[int]{Value: metric, Set: true, Range: place}
	}
	route.To = schema.Attr[netip.Prefix]{Value: p.prefix(parts, e, defaultLengths[f].route), Set: true, Range: place}
	return route, nil
}
