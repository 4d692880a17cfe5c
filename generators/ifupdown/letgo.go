package ifupdown

import (
	"path"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
)

// letGo comments out what configures the links: their stanzas, and the words
// that name them in the lists of others. ifupdown has no other way to leave a
// link alone. All files are edited, also those that no source line names: one
// may do so tomorrow. Links that stay with ifupdown it has from bondctl's file,
// to which the main file must lead.
func letGo(files []generators.File, taking generators.Taking, report *generators.Report) []generators.Edit {
	l := &letting{Taking: taking, report: report}
	ofSupplicant := stations(files)
	var edits []generators.Edit
	for _, f := range files {
		if generators.IsOurs(f.Content) || ofSupplicant[f.Path] {
			continue
		}
		c := &cutting{letting: l, file: f}
		for _, s := range sectionsOf(f) {
			c.section(s)
		}
		if len(c.cuts) > 0 {
			edits = append(edits, c.edit())
		}
	}
	if taking.Own {
		edits = leading(files, edits)
	}
	return generators.WithoutCloudInit(files, edits)
}

// letting is what links are let go, and who hears of what cannot be.
type letting struct {
	generators.Taking
	report *generators.Report
}

// takes tells whether a link is one of them, by its name or that of an alias.
func (l *letting) takes(name string) bool {
	return slices.Contains(l.Links, withoutAlias(name))
}

// matched gives the first of the links that a pattern of fnmatch(3) has.
func (l *letting) matched(pattern string) (link string, ok bool) {
	for _, link := range l.Links {
		if found, err := path.Match(strings.ReplaceAll(pattern, "[!", "[^"), link); err == nil && found {
			return link, true
		}
	}
	return "", false
}

func (c *cutting) section(s section) {
	switch s.kind {
	case ifaceLine:
		c.stanza(s)
	case startLine, exemptLine:
		c.list(s.head, c.starts(s.head), "")
	case mappingLine:
		c.mapping(s)
	case renameLine:
		c.rename(s.head)
	case optionLine, sourceLine, directoryLine: // configure no link
	}
}

// stanza cuts that of a link out, and from another's what names the links.
func (c *cutting) stanza(s section) {
	self := s.head.link()
	if c.takes(self) {
		c.cut(s.head.number, s.end(), self)
		return
	}
	c.keepsTemplate(s)
	c.keepsParent(self, s)
	ofMaster := ""
	for _, l := range s.options {
		if o := l.option(); o.key == bondMaster && c.takes(o.value) {
			ofMaster = o.value
		}
	}
	for _, l := range s.options {
		if ofMaster != "" && strings.HasPrefix(l.option().key, "bond-") {
			c.cut(l.number, l.last, ofMaster)
			continue
		}
		c.option(l)
	}
}

// keepsTemplate reports a stanza that would lose the one that it inherits from.
func (c *cutting) keepsTemplate(s section) {
	parts := words(s.head.text)
	at := slices.Index(parts, inherits)
	if at > 1 && at+1 < len(parts) && c.takes(parts[at+1]) {
		c.report.CannotLetGo(s.head.path, s.head.number, "The stanza inherits from that of "+parts[at+1]+", which is taken over",
			"Write into it what it inherits, and remove the word inherits")
	}
}

// keepsParent warns of a VLAN that stays on top of a link.
func (c *cutting) keepsParent(self string, s section) {
	below, _, _ := dotted(self)
	for _, l := range s.options {
		if o := l.option(); o.key == rawDevice {
			below = o.value
		}
	}
	if below != "" && c.takes(below) {
		c.report.Warn(generators.Line(s.head.path, s.head.number), self+" stays with ifupdown",
			"It is a VLAN on "+below+", which is taken over. Describe it too, or remove its stanza, unless ifupdown shall go on to make it.")
	}
}

// option cuts links out of an option of a stanza that stays.
func (c *cutting) option(l line) {
	o := l.option()
	_, slaves := enslaved(o.value)
	switch {
	case o.key == bondPrimary:
		c.list(l, c.takes, "")
	case o.key == rawDevice: // told by keepsParent
	case slices.Contains(linkLists, o.key):
		c.list(l, c.takes, noLinks)
	case isCommand(o.key) && len(slaves) > 0:
		c.enslaving(l, slaves)
	case isCommand(o.key) && c.chooses(o.value):
		c.cutWhole(l)
	default:
		c.names(l)
	}
}

// enslaving cuts a command that enslaves links, or the links out of those that
// it enslaves.
func (c *cutting) enslaving(l line, slaves []string) {
	bond, _ := enslaved(l.option().value)
	others := slices.DeleteFunc(slices.Clone(slaves), c.takes)
	if c.takes(bond) || len(others) == 0 {
		c.cutWhole(l)
		return
	}
	c.list(l, func(word string) bool { return c.takes(word) && slices.Contains(slaves, word) }, "")
}

// chooses tells whether a command of ip-link(8) does nothing but make one of
// the links the active slave or the primary, or release it.
func (c *cutting) chooses(command string) bool {
	parts, ok := shellWords(command)
	end := len(parts) - 1
	switch {
	case !ok || end < 4 || parts[0] != "ip":
		return false
	case parts[end] == "nomaster":
		return c.takes(parts[end-1])
	}
	return isLinkChoice(parts[end-3:end]) && c.takes(parts[end])
}

// starts gives the test for the words of auto, allow-CLASS and the like.
func (c *cutting) starts(l line) func(string) bool {
	return func(word string) bool {
		physical, logical, mapped := strings.Cut(word, "=")
		if !strings.Contains(physical, "/") {
			return c.takes(physical)
		}
		if mapped {
			c.keepsPattern(l, physical, logical)
		}
		return false
	}
}

// keepsPattern reports a pattern that brings links up by another stanza than
// their own. Without one it does nothing to a link that has no stanza.
func (c *cutting) keepsPattern(l line, pattern, logical string) {
	variable, value, _ := strings.Cut(pattern, "/")
	value, _, _ = strings.Cut(value, "/")
	link, ok := c.matched(value)
	switch {
	case variable != "":
		c.report.Warn(generators.Line(l.path, l.number), "ifupdown may still bring up what is taken over",
			"The pattern "+pattern+" picks links by something else than their names for the stanza "+logical+". Name them there, unless none of them is taken over.")
	case ok:
		c.report.CannotLetGo(l.path, l.number, "The pattern "+pattern+" brings "+link+" up by the stanza "+logical,
			"Name the other links one by one in its place")
	}
}

// mapping cuts links out of a mapping's patterns. One that is for others too
// matters only where ifupdown goes on to bring the links up.
func (c *cutting) mapping(s section) {
	parts := words(s.head.text)[1:]
	for _, pattern := range parts {
		if link, ok := c.matched(pattern); ok && !c.takes(pattern) && c.Own {
			c.report.CannotLetGo(s.head.path, s.head.number, "The mapping "+pattern+" chooses another stanza for "+link,
				"Name the other links one by one in its place")
		}
	}
	if len(parts) > 0 && len(slices.DeleteFunc(parts, c.takes)) == 0 {
		c.cut(s.head.number, s.end(), words(s.head.text)[1:]...)
		return
	}
	c.list(s.head, c.takes, "")
}

// rename reports links that ifupdown gives the name that is taken over, or
// another one. It does so as it brings the link up, and only then.
func (c *cutting) rename(l line) {
	for _, pair := range words(l.text)[1:] {
		from, to, _ := strings.Cut(pair, "=")
		if c.takes(to) && !c.Own || c.takes(from) {
			c.report.CannotLetGo(l.path, l.number, "ifupdown renames "+from+" to "+to,
				"Give the link its name by a file of systemd.link(5), and remove the line")
		}
	}
}

// names warns of a line that stays and names a link.
func (c *cutting) names(l line) {
	_, value := l.word()
	for _, link := range c.Links {
		if hasName(value, link) {
			c.report.Warn(generators.Line(l.path, l.number), "A line stays that names "+link,
				"It belongs to a link that is not taken over, and "+link+" is. See whether it may stay.")
		}
	}
}
