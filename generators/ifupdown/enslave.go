package ifupdown

import (
	"slices"
	"strings"
)

// enslaved reads a command that makes links slaves of a bond: one of
// ifenslave(8) or ip-link(8), or a write to the bond's file in sysfs. It gives
// the names as they stand there, no slaves for any other command.
func enslaved(command string) (bond string, slaves []string) {
	if file, value, ok := echoed(command); ok {
		bond, found := slavesFile(file)
		name, added := strings.CutPrefix(strings.Trim(value, `"`), "+")
		if found && added && name != "" {
			return bond, []string{name}
		}
	}
	parts, ok := shellWords(command)
	switch {
	case !ok:
		return "", nil
	case parts[0] == "ifenslave":
		return byIfenslaveProgram(parts[1:])
	case parts[0] == "ip" && len(parts) > 3 && abbreviates(parts[1], "link") && parts[2] == "set":
		return byIPLink(parts[3:])
	}
	return "", nil
}

// slavesFile takes "/sys/class/net/BOND/bonding/slaves" apart.
func slavesFile(file string) (bond string, ok bool) {
	bond, before := strings.CutPrefix(file, "/sys/class/net/")
	bond, after := strings.CutSuffix(bond, "/bonding/slaves")
	return bond, before && after && bond != "" && !strings.Contains(bond, "/")
}

// byIfenslaveProgram reads "[-f] [-v] BOND SLAVE...". With -d ifenslave
// releases the slaves, with -c it changes the active one.
func byIfenslaveProgram(args []string) (bond string, slaves []string) {
	for len(args) > 0 && slices.Contains([]string{"-f", "--force", "-v", "--verbose"}, args[0]) {
		args = args[1:]
	}
	if len(args) < 2 || strings.HasPrefix(args[0], "-") {
		return "", nil
	}
	return args[0], slices.Clone(args[1:])
}

// byIPLink reads "[dev] SLAVE master BOND", with up or down anywhere behind the slave.
func byIPLink(args []string) (bond string, slaves []string) {
	if args[0] == "dev" {
		args = args[1:]
	}
	if len(args) == 0 {
		return "", nil
	}
	rest := slices.DeleteFunc(slices.Clone(args[1:]), func(word string) bool { return word == "up" || word == "down" })
	if len(rest) != 2 || rest[0] != "master" {
		return "", nil
	}
	return rest[1], args[:1]
}

// enslave takes a command that enslaves links to this bond, or this link to a bond.
func (r *linkReader) enslave(o option) bool {
	bond, slaves := enslaved(o.value)
	switch {
	case len(slaves) == 0:
		return false
	case r.isSelf(bond):
		r.bond = true
		for _, name := range slaves {
			r.slaves = append(r.slaves, placed(name, o.place()))
		}
		return true
	case len(slaves) == 1 && r.isSelf(slaves[0]) && !r.master.Known():
		r.master = placed(bond, o.place())
		return true
	}
	return false
}
