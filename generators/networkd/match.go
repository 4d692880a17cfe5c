package networkd

import (
	"path"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/ini"
	"github.com/bondctl/bondctl/schema"
)

// match is what [Match] of a .network or .link file wants of a link: all of
// its conditions (net_match_config() in src/shared/net-condition.c).
type match []*condition

// condition is a key of [Match] with all words that were given to it.
type condition struct {
	key   string
	words []word
}

// word is one of a condition's, and where it stands.
type word struct {
	text string
	// not is set for the words of a line that begins with an exclamation mark.
	not  bool
	path string
	line int
}

// isLiteral tells whether a word is a link's name and nothing more.
func (w word) isLiteral() bool { return !w.not && !isPattern(w.text) }

// The keys of [Match] by what can be known of them without the machine.
var (
	nameKeys = []string{"Name", "OriginalName"}
	// hardwareKeys pick a link by what it is.
	hardwareKeys = []string{"MACAddress", "PermanentMACAddress", "Path", "Driver", "Type", "Kind", "Property", "WLANInterfaceType"}
	// momentKeys ask for what holds on one machine, or at one time.
	momentKeys = []string{
		"Host", "Virtualization", "KernelCommandLine", "KernelVersion", "Credential", "Architecture", "Firmware", "SSID", "BSSID",
	}
)

// nameKey is that of the links' names in a kind of files.
func nameKey(kind string) string {
	if kind == linkKind {
		return "OriginalName"
	}
	return "Name"
}

// matchOf reads the [Match] sections of a unit. The words of several lines
// add up, those before a line that is empty do not count. Refused is what
// systemd-networkd does not know or take.
func (u *unit) matchOf() (m match, refused []refusal) {
	matches, _ := parted(u.sections, "Match")
	for _, p := range matches {
		for _, e := range p.Entries {
			if !slices.Contains(slices.Concat(hardwareKeys, momentKeys, []string{nameKey(u.kind())}), e.Key) {
				refused = append(refused, refusal{p.path, e.Line, "A document has nothing like " + e.Key + "= of [Match]."})
				continue
			}
			m = m.with(e.Key)
			refused = append(refused, m.condition(e.Key).take(p.path, e)...)
		}
	}
	return slices.DeleteFunc(m, func(c *condition) bool { return len(c.words) == 0 }), refused
}

// refusal is a line that does not count, and why.
type refusal struct {
	path string
	line int
	why  string
}

func (m match) with(key string) match {
	if m.condition(key) != nil {
		return m
	}
	return append(m, &condition{key: key})
}

// take adds the words of a line.
func (c *condition) take(file string, e ini.Entry) (refused []refusal) {
	if e.Value == "" {
		c.words = nil
		return nil
	}
	text, not := strings.CutPrefix(e.Value, "!")
	words, isName := unquotedWords(text), slices.Contains(nameKeys, c.key)
	if isName {
		words = strings.Fields(text) // in names, quotes are letters
	}
	for _, text := range words {
		why := wordFault(text)
		if isName && why != "" {
			refused = append(refused, refusal{file, e.Line, e.Key + "= is not used: " + why + "."})
			continue
		}
		c.words = append(c.words, word{text, not, file, e.Line})
	}
	return refused
}

func (m match) condition(key string) *condition {
	i := slices.IndexFunc(m, func(c *condition) bool { return c.key == key })
	if i < 0 {
		return nil
	}
	return m[i]
}

// names are the words for the link's name.
func (m match) names() []word {
	for _, key := range nameKeys {
		if c := m.condition(key); c != nil {
			return c.words
		}
	}
	return nil
}

// includes tells whether a word for names is for the link, and none against it.
func (m match) includes(name string) bool {
	positive := slices.ContainsFunc(m.names(), func(w word) bool { return !w.not })
	return positive && (&condition{words: m.names()}).globs(name) == yes
}

// without is the match when words for names are taken out of it.
func (m match) without(words []word) match {
	var rest match
	for _, c := range m {
		left := *c
		if slices.Contains(nameKeys, c.key) {
			left.words = slices.DeleteFunc(slices.Clone(c.words), func(w word) bool { return slices.Contains(words, w) })
		}
		rest = append(rest, &left)
	}
	return rest
}

// literals are the links that are named one by one.
func (m match) literals() []word {
	var named []word
	for _, w := range m.names() {
		if w.isLiteral() {
			named = append(named, w)
		}
	}
	return named
}

// moment gives the first condition on the machine or the time, nil without.
func (m match) moment() *condition {
	for _, c := range m {
		if slices.Contains(momentKeys, c.key) {
			return c
		}
	}
	return nil
}

// verdict is whether a link matches.
type verdict uint8

// The verdicts, of which the least is that of all conditions together.
const (
	no verdict = iota
	perhaps
	yes
)

// subject is what is known of a link that conditions are tried on.
type subject struct {
	name string
	// kind is that of a link which a .netdev file makes, empty for the others.
	kind string
}

func (m match) of(s subject) verdict {
	least := yes
	for _, c := range m {
		least = min(least, c.of(s))
	}
	return least
}

func (c *condition) of(s subject) verdict {
	switch c.key {
	case "Name", "OriginalName":
		return c.globs(s.name)
	case "Kind":
		return c.ofMade(s.kind)
	case "Type":
		return c.ofType(s.kind)
	case "Driver":
		return c.ofMade(drivers[s.kind])
	case "WLANInterfaceType":
		return min(perhaps, c.globs("station"))
	case "Property":
		return c.ofProperty(s.name)
	}
	return perhaps
}

// drivers are the kernel's of links that .netdev files make.
var drivers = map[string]string{"bond": "bonding", "vlan": "802.1Q VLAN Support"}

// ofMade tries a fact that is known of a link made by a .netdev file alone.
func (c *condition) ofMade(fact string) verdict {
	if fact == "" {
		return perhaps
	}
	return c.globs(fact)
}

// ofType tries the types of links that a document has: those made by .netdev
// files have the type by the name of their kind (link_get_type_string() in
// src/shared/netif-util.c).
func (c *condition) ofType(kind string) verdict {
	if kind != "" {
		return c.globs(kind)
	}
	possible := []string{"ether", "wlan", "bond", "vlan", "ppp"}
	if slices.ContainsFunc(possible, func(t string) bool { return c.globs(t) == yes }) {
		return perhaps
	}
	return no
}

// globs tries all words: one that excludes decides, and where there are some
// that include, one of those has to.
func (c *condition) globs(fact string) verdict {
	result, includes := no, false
	for _, w := range c.words {
		includes = includes || !w.not
		if !glob(w.text, fact) {
			continue
		}
		if w.not {
			return no
		}
		result = yes
	}
	if !includes {
		return yes
	}
	return result
}

// ofProperty tries properties of udev, of which the link's name is known.
func (c *condition) ofProperty(name string) verdict {
	least := yes
	for _, w := range c.words {
		key, pattern, _ := strings.Cut(w.text, "=")
		switch {
		case key != "INTERFACE":
			least = min(least, perhaps)
		case glob(pattern, name) == w.not:
			return no
		}
	}
	return least
}

// glob is fnmatch(3) without flags, on facts that have no slash.
func glob(pattern, fact string) bool {
	matched, err := path.Match(strings.ReplaceAll(pattern, "[!", "[^"), fact)
	return pattern == fact || err == nil && matched
}

// unquotedWords splits a text at blanks outside of quotes, which are dropped.
func unquotedWords(text string) []string {
	var words []string
	var current strings.Builder
	quote, within := rune(0), false
	for _, r := range text {
		switch {
		case quote == 0 && (r == '"' || r == '\''):
			quote, within = r, true
		case r == quote:
			quote = 0
		case quote == 0 && (r == ' ' || r == '\t'):
			if within {
				words = append(words, current.String())
			}
			current.Reset()
			within = false
		default:
			current.WriteRune(r)
			within = true
		}
	}
	if within {
		words = append(words, current.String())
	}
	return words
}

// place is where the condition begins.
func (c *condition) place() (file string, line int) { return c.words[0].path, c.words[0].line }

// placed gives a word as a link's name.
func (w word) placed() schema.Attr[string] {
	return schema.Attr[string]{Value: w.text, Set: true, Range: generators.Line(w.path, w.line)}
}
