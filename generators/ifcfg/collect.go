package ifcfg

import (
	"strings"

	"github.com/bondctl/bondctl/generators"
)

// configs sorts the files into links with their companions, and aliases.
func (r *reader) configs(files []generators.File) []*config {
	var found []*config
	for _, file := range files {
		name, ok := nameOf(file)
		if !ok || !r.readable(file, name) {
			continue
		}
		c := open(name, file, r.report)
		link, isAlias := c.parent()
		switch {
		case c.device.value == "lo":
		case isAlias:
			r.aliases = append(r.aliases, &alias{config: c, link: link})
		default:
			found = append(found, c)
		}
	}
	for _, file := range files {
		if prefix, name, ok := companionOf(file); ok && !ignored(name) {
			r.companion(file, prefix, r.owner(found, prefix, name))
		}
	}
	return found
}

// readable tells whether a file of the name is read. One that only one of the
// consumers takes for a backup is reported.
func (r *reader) readable(file generators.File, name string) bool {
	switch scripts, plugin := readers(name); {
	case scripts && !plugin:
		r.report.NotUnderstood(file.Path, 1, "NetworkManager takes this for a backup, and network-scripts read it. Remove it, or give it another name.")
	case plugin && !scripts:
		r.report.NotUnderstood(file.Path, 1, "Network-scripts take this for a backup, and NetworkManager reads it. Remove it, or give it another name.")
	default:
		return scripts
	}
	return false
}

// owner finds whose companion has the name: that of the file of the same, and
// for routes and rules, which network-scripts look up by the name of the link
// too, that of the link.
func (r *reader) owner(configs []*config, prefix, name string) *config {
	for _, c := range configs {
		if c.name == name {
			return c
		}
	}
	for _, c := range configs {
		if prefix != keysPrefix && c.device.value == linkOf(name) {
			return c
		}
	}
	return nil
}

// companion puts secrets to their link, and routes aside for it; link is nil
// where there is none.
func (r *reader) companion(file generators.File, prefix string, link *config) {
	switch {
	case prefix == rulePrefix || prefix == rule6Prefix:
		r.rules(file)
	case link == nil:
		r.report.NotUnderstood(file.Path, 1, "There is no file "+linkPrefix+strings.TrimPrefix(file.Path, dir+"/"+prefix)+" beside it.")
	case prefix == keysPrefix:
		link.load(file)
	default:
		r.routes[link] = append(r.routes[link], file)
	}
}

// rules reports the rules of a file, which are arguments of ip-rule(8).
func (r *reader) rules(file generators.File) {
	number := 0
	for line := range strings.Lines(string(file.Content)) {
		number++
		if words := fields(line); len(words) > 0 && words[0][0] != '#' {
			r.report.NotUnderstood(file.Path, number, "A document cannot say rules of routing; where there are some, NetworkManager leaves the link's routes out too.")
		}
	}
}
