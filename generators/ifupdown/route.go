package ifupdown

import (
	"net/netip"
	"slices"
	"strings"
)

// routeProgram reads a command of route(8): "[-A inet6] add [-net|-host]
// DESTINATION [netmask MASK] [gw GATEWAY] [metric N] [[dev] LINK]".
func (r *linkReader) routeProgram(args []string, o option) bool {
	v6 := len(args) > 1 && args[0] == "-A" && args[1] == inet6
	if v6 {
		args = args[2:]
	}
	if len(args) < 2 || args[0] != "add" {
		return false
	}
	to, args := args[1], args[2:]
	sort := ""
	if strings.HasPrefix(to, "-") && len(args) > 0 {
		sort, to, args = to, args[0], args[1:]
	}
	if len(args)%2 == 1 { // a link may stand at the end without its keyword
		args = slices.Insert(slices.Clone(args), len(args)-1, "dev")
	}
	words, mask := inIPWords(args)
	to, ok := routeTarget(sort, to, mask)
	return ok && r.routeAdd(append([]string{to}, words...), v6, o)
}

// inIPWords gives arguments as ip-route(8) has them, and the mask, for which
// that has no word.
func inIPWords(args []string) (words []string, mask string) {
	all, _ := pairs(args)
	for _, p := range all {
		switch key, value := p[0], p[1]; key {
		case "netmask":
			mask = value
		case "gw":
			words = append(words, "via", value)
		default:
			words = append(words, key, value)
		}
	}
	return words, mask
}

// routeTarget writes a destination with its length. A network without a mask
// has that of its class; whether an address without a word before it is one,
// route(8) guesses.
func routeTarget(sort, to, mask string) (target string, ok bool) {
	switch {
	case to == "default", strings.Contains(to, "/") && mask == "", sort == "-host" && mask == "":
		return to, true
	case sort != "-net" && mask == "":
		return "", false
	}
	addr, err := netip.ParseAddr(to)
	if err != nil {
		return "", false
	}
	bits, ok := prefixLength(mask, addr)
	return netip.PrefixFrom(addr, bits).String(), ok
}
