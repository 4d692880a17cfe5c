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

// maxName is the most bytes that the name of a link has.
const maxName = 15

const loopback = "lo"

// nameFault says why systemd-networkd cannot be told of a link so named,
// empty where it can.
func nameFault(name string) string {
	switch why := wordFault(name); {
	case why != "":
		return why
	case len(name) > maxName:
		return "systemd-networkd refuses the name " + name
	case isPattern(name):
		return "systemd-networkd takes the name for a pattern"
	}
	return ""
}

// wordFault says why systemd-networkd takes a text neither for the name of a
// link nor for a pattern of names, empty where it does; alternative names are
// longer than names (ifname_valid_full() in src/basic/socket-util.c).
func wordFault(text string) string {
	switch {
	case text == "", text == ".", text == "..", text == "all", text == "default",
		len(text) > 127, strings.ContainsAny(text, ":/%"), strings.Trim(text, "0123456789") == "":
		return "systemd-networkd refuses the name " + text
	case strings.IndexFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) >= 0:
		return "systemd-networkd refuses names that are not ASCII"
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
