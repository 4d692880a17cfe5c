package ifupdown

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// The address families of interfaces(5).
const (
	inet  = "inet"
	inet6 = "inet6"
)

// The methods of interfaces(5) that a document needs.
const (
	static = "static"
	dhcp   = "dhcp"
	auto   = "auto"
	manual = "manual"
	ppp    = "ppp"
)

// familyName is the word of interfaces(5) for a family.
func familyName(f schema.Family) string {
	if f == schema.IPv6 {
		return inet6
	}
	return inet
}

// stanza is an iface stanza, and what starts the link.
type stanza struct {
	// start is "auto" or "allow-BOND", empty in further stanzas of a link.
	start                string
	name, family, method string
	// before are the commands of pre-up, after those of post-up.
	before, options, after []string
	// undo are the commands of post-down.
	undo []string
}

// say adds an option.
func (s *stanza) say(key string, values ...string) {
	s.options = append(s.options, key+" "+strings.Join(values, " "))
}

// run adds a command for when the link is up.
func (s *stanza) run(format string, args ...any) {
	s.after = append(s.after, fmt.Sprintf(format, args...))
}

// takesMTU tells whether the method reads mtu and sets the link's. Those of
// inet6 set only what IPv6 uses of it, where the link's is not smaller.
func (s *stanza) takesMTU() bool {
	return s.family == inet && (s.method == static || s.method == manual)
}

// takesHWAddress tells whether the method reads hwaddress.
func (s *stanza) takesHWAddress() bool { return s.method != auto && s.method != ppp }

func (s *stanza) write(text *bytes.Buffer) {
	text.WriteByte('\n')
	if s.start != "" {
		fmt.Fprintf(text, "%s %s\n", s.start, s.name)
	}
	fmt.Fprintf(text, "iface %s %s %s\n", s.name, s.family, s.method)
	writeLines(text, "pre-up ", s.before)
	writeLines(text, "", s.options)
	writeLines(text, "post-up ", s.after)
	writeLines(text, "post-down ", s.undo)
}

func writeLines(text *bytes.Buffer, keyword string, lines []string) {
	for _, line := range lines {
		fmt.Fprintf(text, "    %s%s\n", keyword, line)
	}
}

// The tests that stand before a command about what may be there or not: a bond
// that is left over, a VLAN that went with its bond, IPv6.
const (
	unlessThere = "[ -d /sys/class/net/$IFACE ] || "
	ifThere     = "[ ! -d /sys/class/net/$IFACE ] || "
	ifIPv6      = "[ ! -d /proc/sys/net/ipv6/conf/$IFACE ] || "
)

// isWord tells whether a text is safe wherever it may come to stand: as one
// word of a line, in a shell's line and in a pattern of grep, for the hooks
// hand names and domains to all of them.
func isWord(text string) bool {
	if text == "" || text[0] == '-' || text[0] == '.' || text[0] == '+' {
		return false
	}
	for _, r := range text {
		if !isWordRune(r) {
			return false
		}
	}
	return true
}

func isWordRune(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		return true
	case r > 0xa0:
		return r != 0x2028 && r != 0x2029 && r != 0xfeff && r != 0xfffd
	}
	return strings.ContainsRune("._-+@", r)
}
