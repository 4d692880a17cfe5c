package ifupdown

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// programs are those that bring a link up, by the names of their files. Each
// tells whether it understands its arguments.
var programs = map[string]func(r *linkReader, args []string, o option) bool{
	"ip":       (*linkReader).ipCommand,
	"route":    (*linkReader).routeProgram,
	"ifconfig": (*linkReader).ifconfig,
	"ifup":     (*linkReader).ifup,
	"modprobe": (*linkReader).modprobe,
	"vconfig":  (*linkReader).vconfig,
	supplicant: (*linkReader).station,
	"sysctl":   (*linkReader).sysctl,
	"true":     nothing,
	":":        nothing,
}

func nothing(*linkReader, []string, option) bool { return true }

// undoing tells whether a program with its arguments undoes what one of those
// has done. The kernel does that by itself, and bondctl ends what it started.
func undoing(program string, args []string) bool {
	first, last := "", ""
	if len(args) > 0 {
		first, last = args[0], args[len(args)-1]
	}
	switch program {
	case "ip":
		return isVerb(args, "del") || isVerb(args, "flush") || isVerb(args, "down") || last == "nomaster"
	case "ifconfig":
		return len(args) == 2 && last == "down"
	case "route":
		return slices.Contains(args, "del")
	case "ifenslave":
		return first == "-d" || first == "--detach"
	case "vconfig":
		return first == "rem"
	case "modprobe":
		return first == "-r" && isNetworkModule(last)
	case "rmmod":
		return isNetworkModule(last)
	case "killall":
		return last == supplicant
	}
	return program == "ifdown"
}

func isNetworkModule(name string) bool { return name == "bonding" || name == "8021q" }

// ifconfig reads "LINK [0.0.0.0] [up]".
func (r *linkReader) ifconfig(args []string, o option) bool {
	if len(args) < 2 {
		return false
	}
	for _, word := range args[1:] {
		if word != "up" && word != "0.0.0.0" {
			return false
		}
	}
	return r.raise(args[0], o)
}

// raise notes a link that is set up or down. Enslaving does both by itself, so
// that for slaves it says nothing.
func (r *linkReader) raise(name string, o option) bool {
	if !r.isSelf(name) {
		r.raised = append(r.raised, placed(name, o.place()))
	}
	return true
}

// ifup reads "[-v] LINK...".
func (r *linkReader) ifup(args []string, o option) bool {
	for _, name := range args {
		if name != "-v" && name != "--verbose" {
			r.starts = append(r.starts, placed(name, o.place()))
		}
	}
	return true
}

// modprobe reads "MODULE [PARAMETER=VALUE...]", with flags anywhere. The
// parameters of the driver's module are what each bond has that says nothing
// else; max_bonds is how many it makes at once.
func (r *linkReader) modprobe(args []string, o option) bool {
	args = withoutFlags(args)
	if len(args) == 0 || !isNetworkModule(args[0]) && !r.isSelf(args[0]) {
		return false
	}
	for _, word := range args[1:] {
		key, value, _ := strings.Cut(word, "=")
		row, ok := schema.OptionByWord(schema.Module, schema.BondScope, key)
		if !ok && key != "max_bonds" {
			return false
		}
		if !ok {
			continue
		}
		if s, ok := r.parse(row, value, o); ok {
			r.module = r.module.With(s)
		}
	}
	return true
}

// withoutFlags takes flags away, and with -o the name that it gave a module in
// the days of Linux 2.4.
func withoutFlags(args []string) []string {
	var rest []string
	for i, word := range args {
		named := i > 0 && args[i-1] == "-o"
		if !strings.HasPrefix(word, "-") && !named {
			rest = append(rest, word)
		}
	}
	return rest
}

// vconfig reads "add PARENT NUMBER", which makes PARENT.NUMBER, or "set_name_type TYPE".
func (r *linkReader) vconfig(args []string, _ option) bool {
	if len(args) == 2 && args[0] == "set_name_type" {
		return true
	}
	parent, id, ok := dotted(r.name)
	return ok && len(args) == 3 && args[0] == "add" && args[1] == parent && args[2] == strconv.Itoa(id)
}

// station reads a command that runs wpa_supplicant(8) for this link.
func (r *linkReader) station(args []string, o option) bool {
	link, file := supplicantOf(append([]string{supplicant}, args...))
	if !r.isSelf(link) || !path.IsAbs(file) {
		return false
	}
	r.wpaConf = placed(path.Clean(file), o.place())
	return true
}
