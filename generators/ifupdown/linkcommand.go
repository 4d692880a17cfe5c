package ifupdown

import (
	"slices"
	"strconv"

	"github.com/bondctl/bondctl/schema"
)

// linkAdd reads a command that makes the link: "[link PARENT] [dev|name] LINK
// [KEY VALUE ...] type KIND [KEY VALUE ...]" for a bond or a VLAN.
func (r *linkReader) linkAdd(parts []string, o option) bool {
	at := slices.Index(parts, "type")
	if at < 0 || at+1 >= len(parts) {
		return false
	}
	parent := ""
	device, kind, rest := parts[:at], parts[at+1], parts[at+2:]
	if len(device) > 2 && device[0] == "link" {
		parent, device = device[1], device[2:]
	}
	device, ok := r.withoutName(device)
	switch {
	case !ok:
		return false
	case kind == "bond":
		r.bond = true
		return r.setAll(schema.BondScope, slices.Concat(device, rest), o)
	case kind == "vlan" && len(device) == 0 && len(rest) == 2 && rest[0] == "id":
		id, err := strconv.Atoi(rest[1])
		if err != nil || parent == "" {
			return false
		}
		r.parent, r.id = parent, id
		return true
	}
	return false
}

// withoutName takes away the link's own name, with or without its keyword.
func (r *linkReader) withoutName(parts []string) (rest []string, ok bool) {
	if len(parts) > 1 && (parts[0] == "dev" || parts[0] == "name") {
		parts = parts[1:]
	}
	if len(parts) == 0 || !r.isSelf(parts[0]) {
		return nil, false
	}
	return parts[1:], true
}

// linkSet reads a command that changes the link.
func (r *linkReader) linkSet(parts []string, o option) bool {
	if name, ok := raisedBy(parts); ok {
		return r.raise(name, o)
	}
	parts, ok := r.withoutName(parts)
	switch {
	case !ok || len(parts) == 0:
		return false
	case len(parts) != 2 && parts[0] != "type", len(parts) == 1:
		return false
	case parts[0] == "type" && parts[1] == "bond":
		return r.setAll(schema.BondScope, parts[2:], o)
	case parts[0] == "type" && parts[1] == "bond_slave":
		return r.setAll(schema.SlaveScope, parts[2:], o)
	case parts[0] == "mtu":
		r.mtu(option{key: o.key, value: parts[1], path: o.path, line: o.line})
		return true
	case parts[0] == "address":
		r.hwaddress(option{key: o.key, value: parts[1], path: o.path, line: o.line})
		return true
	}
	return false
}

// raisedBy reads "[dev] LINK up" or down, in any order.
func raisedBy(parts []string) (name string, ok bool) {
	rest := slices.DeleteFunc(slices.Clone(parts), func(word string) bool { return slices.Contains(upWords, word) })
	if len(rest) != 1 || !slices.Contains(parts, "up") && !slices.Contains(parts, "down") {
		return "", false
	}
	return rest[0], true
}

var upWords = []string{"dev", "up", "down"}

// isLinkChoice tells whether words are "type bond KEY" with a key that takes a
// link's name.
func isLinkChoice(parts []string) bool {
	row, ok := schema.OptionByWord(schema.IPRoute2, schema.BondScope, parts[2])
	return ok && row.Kind == schema.LinkName && parts[0] == "type" && parts[1] == "bond"
}

// setAll reads options of the driver in the words of ip-link(8).
func (r *linkReader) setAll(scope schema.Scope, parts []string, o option) bool {
	all, ok := pairs(parts)
	for _, p := range all {
		row, known := schema.OptionByWord(schema.IPRoute2, scope, p[0])
		if !known {
			return false
		}
		r.set(row, p[1], o)
	}
	return ok
}
