package ifupdown

import (
	"bytes"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/bondctl/bondctl/generators"
)

// line is a line of a file with those that continue it: from the first's number
// to that of the last, both counted from 1.
type line struct {
	path         string
	number, last int
	text         string
}

// blanks are what ifupdown trims and takes words apart at.
const blanks = " \t\r\v\f"

// linesOf gives the lines of a file as ifupdown reads them: a comment needs a
// line of its own and goes to its end, and a backslash as the last byte of any
// other line joins the next to it, whatever that one is.
func linesOf(file generators.File) []line {
	var lines []line
	var joined strings.Builder
	begin, number := 0, 0
	for raw := range bytes.Lines(file.Content) {
		number++
		text := strings.TrimSuffix(string(raw), "\n")
		if begin == 0 && isComment(text) {
			continue
		}
		if begin == 0 {
			begin = number
		}
		text, more := strings.CutSuffix(text, `\`)
		joined.WriteString(text)
		if !more {
			lines = append(lines, line{file.Path, begin, number, strings.Trim(joined.String(), blanks)})
			joined.Reset()
			begin = 0
		}
	}
	if begin != 0 {
		lines = append(lines, line{file.Path, begin, number, strings.Trim(joined.String(), blanks)})
	}
	return lines
}

func isComment(text string) bool {
	text = strings.TrimLeft(text, blanks)
	return text == "" || text[0] == '#'
}

// word parts a line after its first word.
func (l line) word() (first, rest string) {
	end := strings.IndexAny(l.text, blanks)
	if end < 0 {
		return l.text, ""
	}
	return l.text[:end], strings.TrimLeft(l.text[end:], blanks)
}

// link gives the link of an iface line, empty for any other.
func (l line) link() string {
	parts := words(l.text)
	if len(parts) < 2 || parts[0] != "iface" {
		return ""
	}
	return withoutAlias(parts[1])
}

// words takes a text apart at blanks.
func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || strings.ContainsRune(blanks, r) })
}

// option is a line of an iface stanza.
type option struct {
	key, value string
	path       string
	line       int
}

// place is that of the option in its file.
func (o option) place() hcl.Range { return generators.Line(o.path, o.line) }

// normalKey gives the spelling that options are known by here: the hooks get
// them in the environment, where hyphens and underscores are one, and so are
// upper and lower case.
func normalKey(key string) string {
	return strings.ReplaceAll(strings.ToLower(key), "_", "-")
}

// The commands of a stanza, which are run as the link comes up and goes down.
var (
	startCommands = []string{"pre-up", "up", "post-up"}
	stopCommands  = []string{"pre-down", "down", "post-down"}
)

func isCommand(key string) bool {
	return slices.Contains(startCommands, key) || slices.Contains(stopCommands, key)
}

// The options that name a bond, its favourite slave and the link below a VLAN.
const (
	bondMaster  = "bond-master"
	bondPrimary = "bond-primary"
	rawDevice   = "vlan-raw-device"
)

// repeats lists the options that may stand several times in a stanza, besides
// commands, and joins those whose values then are one: ifupdown joins all of
// them, and these are lists.
var (
	repeats = []string{"dns-nameservers", "dns-nameserver", "dns-search", "bond-slaves", "slaves"}
	joins   = []string{"bond-arp-ip-target", bondPrimary}
)
