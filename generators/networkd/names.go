package networkd

import (
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// canName tells whether systemd-networkd can be told of a link so named, and
// reports it where not.
func (g *generator) canName(path string, name schema.Attr[string]) bool {
	why := nameFault(name.Value)
	if why != "" {
		g.report.CannotSay(path, name.Range, why, "Choose a name of ASCII letters, digits, - and _")
	}
	return why == ""
}

// nameFault says why systemd-networkd cannot be told of a link so named,
// empty where it can (ifname_valid() in src/basic/socket-util.c).
func nameFault(name string) string {
	ascii := func(r rune) bool { return r > ' ' && r <= '~' }
	switch {
	case name == "", name == ".", name == "..", name == "all", name == "default",
		len(name) > 15, strings.ContainsAny(name, ":/%"), strings.Trim(name, "0123456789") == "":
		return "systemd-networkd refuses the name " + name
	case strings.IndexFunc(name, func(r rune) bool { return !ascii(r) }) >= 0:
		return "systemd-networkd refuses names that are not ASCII"
	case isPattern(name):
		return "systemd-networkd takes the name for a pattern"
	}
	return ""
}

// isPattern tells whether Name= in [Match] means more or other than the name
// itself: it is matched by fnmatch(3), and a leading ! inverts it.
func isPattern(name string) bool {
	return strings.ContainsAny(name, `*?[\`) || strings.HasPrefix(name, "!")
}

// isDomain tells whether Domains= takes a text as a search domain: names in
// ASCII, without escapes, and not the root.
func isDomain(name string) bool {
	name = strings.TrimSuffix(name, ".")
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, labelLetters) != "" {
			return false
		}
	}
	return len(name) <= 253 && name != "localhost" && !strings.HasSuffix(name, ".localhost")
}

const labelLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
