package ifcfg

import (
	"path"
	"strings"

	"github.com/bondctl/bondctl/generators"
)

// mentions tells whose an ifcfg file is: DEVICE, or without it what follows
// ifcfg- in the file's name. An alias is an address more of its link, and so is
// a range of them. Both consumers pass over backups.
func mentions(file generators.File) []generators.Mention {
	name, ok := nameOf(file)
	if scripts, plugin := readers(name); !ok || !scripts && !plugin {
		return nil
	}
	c := open(name, file, &generators.Report{})
	m := generators.Mention{Pattern: c.link(), Line: 1, Text: path.Base(file.Path)}
	if c.device.value != "" {
		m.Line, m.Text = c.device.line, "DEVICE="+c.device.value
	}
	if m.Pattern == "" {
		m.Pattern = name
	}
	if m.Pattern == "lo" {
		return nil
	}
	return []generators.Mention{m}
}

// link gives whose file it is, empty where the file does not say by a name.
func (c *config) link() string {
	if link, isAlias := c.parent(); isAlias {
		return link
	}
	return c.device.value
}

// linkOf gives the link of an alias such as eth0:1.
func linkOf(alias string) string {
	link, _, _ := strings.Cut(alias, ":")
	return link
}

// rangeOf gives the link whose range of aliases a file such as
// ifcfg-eth0-range1 has, and of any other file the name as it is.
func rangeOf(name string) string {
	if at := strings.LastIndex(name, rangeInfix); at > 0 {
		return name[:at]
	}
	return name
}

// rangeInfix is what network-scripts know a file with a range of aliases by.
const rangeInfix = "-range"
