package ifupdown

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// command reads a command that brings a link up: those of ip(8) and sysctl(8)
// that say what a document can say. Others are for a person to look at.
func (r *linkReader) command(o option) {
	if r.enslave(o) || r.runs(o) || r.echo(o) {
		return
	}
	r.notUnderstood(o, "runs a command that a document has nothing for")
}

// runs tells whether a command is a plain one of a program that is understood.
func (r *linkReader) runs(o option) bool {
	parts, ok := shellWords(o.value)
	if !ok {
		return false
	}
	program, known := programs[parts[0]]
	return known && program(r, parts[1:], o)
}

// teardown reads a command that takes a link down. What it undoes, the kernel
// undoes by itself.
func (r *linkReader) teardown(o option) {
	parts, ok := shellWords(o.value)
	if ok && undoing(parts[0], parts[1:]) || r.resetsIPv6(o.value) || removes(o.value) {
		return
	}
	r.notUnderstood(o, "runs a command that a document has nothing for")
}

// isVerb tells whether the arguments of ip have the verb, as a word or abbreviated.
func isVerb(args []string, verb string) bool {
	for _, word := range args {
		if word == verb || (len(word) > 2 && strings.HasPrefix("delete", word) && verb == "del") {
			return true
		}
	}
	return false
}

// withoutTest takes away a test that bondctl writes before a command.
func withoutTest(text string) string {
	text = strings.Trim(text, blanks)
	for _, test := range []string{unlessThere, ifThere, ifIPv6} {
		if command, ok := strings.CutPrefix(text, test); ok {
			return command
		}
	}
	return text
}

// shellWords takes a command apart, and tells whether it is a plain one:
// nothing that a shell reads but what bondctl itself writes around it.
func shellWords(text string) (parts []string, ok bool) {
	text = withoutTest(text)
	for _, ending := range []string{"|| true", "||true", "|| :"} {
		text = strings.TrimSuffix(text, ending)
	}
	plain := strings.NewReplacer(`"$IFACE"`, "", `"${IFACE}"`, "", "${IFACE}", "", "$IFACE", "").Replace(text)
	parts = words(text)
	if len(parts) == 0 || strings.ContainsAny(plain, "|&;<>()$`\\\"'*?[]{}#~!") {
		return nil, false
	}
	parts[0] = parts[0][strings.LastIndexByte(parts[0], '/')+1:]
	return parts, parts[0] != ""
}

// ipCommand reads a command of ip(8), whose words may be abbreviated.
func (r *linkReader) ipCommand(parts []string, o option) bool {
	v6 := false
	for len(parts) > 0 && (parts[0] == "-4" || parts[0] == "-6") {
		v6, parts = parts[0] == "-6", parts[1:]
	}
	if len(parts) < 3 {
		return false
	}
	object, verb, rest := parts[0], parts[1], parts[2:]
	switch {
	case abbreviates(object, "route") && (verb == "add" || verb == "replace" || verb == "append"):
		return r.routeAdd(rest, v6, o)
	case abbreviates(object, "address") && (verb == "add" || verb == "replace"):
		return r.addressAdd(rest, o)
	case abbreviates(object, "link") && verb == "add":
		return r.linkAdd(rest, o)
	case abbreviates(object, "link") && verb == "set":
		return r.linkSet(rest, o)
	}
	return false
}

func abbreviates(word, whole string) bool { return word != "" && strings.HasPrefix(whole, word) }

// pairs takes words apart into keys and values.
func pairs(parts []string) (all [][2]string, ok bool) {
	for i := 0; i+1 < len(parts); i += 2 {
		all = append(all, [2]string{parts[i], parts[i+1]})
	}
	return all, len(parts)%2 == 0
}

// routeAdd reads "DESTINATION [via GATEWAY] [dev LINK] [metric N]".
func (r *linkReader) routeAdd(parts []string, v6 bool, o option) bool {
	route := &schema.Route{Range: o.place()}
	all, ok := pairs(parts[1:])
	for _, p := range all {
		switch value := p[1]; p[0] {
		case "via":
			addr, err := netip.ParseAddr(value)
			ok = ok && err == nil && addr.Zone() == ""
			route.Gateway = placed(addr, o.place())
			v6 = v6 || addr.Is6()
		case "metric":
			n, err := strconv.Atoi(value)
			ok = ok && err == nil && n >= 0
			route.Metric = placed(n, o.place())
		default:
			ok = ok && p[0] == "dev" && r.isSelf(value)
		}
	}
	to, err := destination(parts[0], v6)
	if !ok || err != nil {
		return false
	}
	route.To = placed(to, o.place())
	r.addRoute(route, parts[0])
	return true
}

// addRoute notes a route. One whose destination is all the addresses, in
// digits, is how bondctl writes a gateway for a method that takes none.
func (r *linkReader) addRoute(route *schema.Route, written string) {
	if !route.IsDefault() || written == "default" || !route.Gateway.Known() {
		r.network.Routes = append(r.network.Routes, route)
		return
	}
	ip := &r.network.IPv4
	if route.Family() == schema.IPv6 {
		ip = &r.network.IPv6
	}
	given := familyOf(ip, route.Family(), route.Range)
	given.Gateway = route.Gateway
	if route.Metric.Known() {
		given.Metric = route.Metric
	}
}

func destination(text string, v6 bool) (netip.Prefix, error) {
	switch {
	case text == "default" && v6:
		return schema.IPv6.Default(), nil
	case text == "default":
		return schema.IPv4.Default(), nil
	case strings.Contains(text, "/"):
		return netip.ParsePrefix(text)
	}
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, err
	}
	return addr.Prefix(addr.BitLen())
}

// addressAdd reads "ADDRESS/LENGTH [label NAME] [broadcast ADDRESS] dev LINK".
func (r *linkReader) addressAdd(parts []string, o option) bool {
	prefix, err := netip.ParsePrefix(parts[0])
	all, ok := pairs(parts[1:])
	onSelf := false
	for _, p := range all {
		switch {
		case p[0] == "dev" && r.isSelf(p[1]):
			onSelf = true
		case p[0] != "label" && p[0] != "brd" && p[0] != "broadcast":
			ok = false
		}
	}
	if err != nil || !ok || !onSelf {
		return false
	}
	ip := &r.network.IPv4
	if prefix.Addr().Is6() {
		ip = &r.network.IPv6
	}
	family := familyOf(ip, schema.FamilyOf(prefix.Addr()), o.place())
	addAddress(family, len(family.Addresses.Items), prefix, o)
	return true
}
