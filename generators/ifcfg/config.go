package ifcfg

import (
	"path"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/shell"
	"github.com/bondctl/bondctl/schema"
)

// variable is one assignment of a link's files; of several the last wins.
type variable struct {
	key, value string
	path       string
	line       int
	used       bool
}

// config is the files of one link.
type config struct {
	// name is what follows ifcfg- in the file's name.
	name, path string
	device     variable
	vars       []*variable
	byKey      map[string]*variable
	report     *generators.Report
}

// load reads the assignments of a file into the link's.
func (c *config) load(file generators.File) {
	assigned, problems := shell.Parse(file.Content)
	for _, p := range problems {
		c.report.NotUnderstood(file.Path, p.Line, p.Text)
	}
	for _, a := range assigned {
		v := &variable{key: a.Name, value: a.Value, path: file.Path, line: a.Line}
		if old, again := c.byKey[a.Name]; again {
			*old = *v
			continue
		}
		c.byKey[a.Name] = v
		c.vars = append(c.vars, v)
	}
}

// get gives a variable; an empty one is as good as none to both consumers.
func (c *config) get(key string) (variable, bool) {
	v, ok := c.byKey[key]
	if !ok {
		return variable{}, false
	}
	v.used = true
	return *v, v.value != ""
}

// peek tells a variable's value without taking it as read.
func (c *config) peek(key string) string {
	if v, ok := c.byKey[key]; ok {
		return v.value
	}
	return ""
}

// refuse reports a value that no consumer would take, without the value: it
// may be a secret.
func (c *config) refuse(v variable, wants string) {
	c.report.NotUnderstood(v.path, v.line, v.key+" "+wants+".")
}

// yes tells whether a variable is one of the words for it, and reports what
// is neither yes nor no.
func (c *config) yes(key string, otherwise bool) bool {
	v, ok := c.get(key)
	switch word := strings.ToLower(v.value); {
	case !ok:
		return otherwise
	case slices.Contains([]string{"yes", "true", "t", "y", "1"}, word):
		return true
	case slices.Contains([]string{"no", "false", "f", "n", "0"}, word):
		return false
	}
	c.refuse(v, "wants yes or no")
	return otherwise
}

// given makes an attribute of what a variable says.
func given[T any](v variable, value T) schema.Attr[T] {
	return schema.Attr[T]{Value: value, Set: true, Range: generators.Line(v.path, v.line)}
}

// text makes an attribute of a variable as it is.
func (c *config) text(key string) schema.Attr[string] {
	v, ok := c.byKey[key]
	if !ok {
		return schema.Attr[string]{}
	}
	v.used = true
	return given(*v, v.value)
}

// fields splits a text at the blanks of a shell, and at no others.
func fields(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' })
}

// unsaying are variables that say nothing new with the value given, or with
// any where none is.
var unsaying = map[string]string{
	"NAME": "", "UUID": "", "TYPE": "", "HWADDR": "", "SLAVE": "", "BONDING_MASTER": "", "VLAN": "", "NM_CONTROLLED": "", "USERCTL": "",
	"HOTPLUG": "", "NETWORK": "", "BROADCAST": "", "NETMASK": "", "PROXY_METHOD": "", "BROWSER_ONLY": "", "IPV4_FAILURE_FATAL": "",
	"IPV6_FAILURE_FATAL": "", "IPV6_ADDR_GEN_MODE": "", "NOZEROCONF": "", "IPV6FORWARDING": "",
	"ONBOOT": "yes", "DEFROUTE": "yes", "PEERDNS": "yes", "PEERROUTES": "yes", "IPV6_DEFROUTE": "yes", "IPV6_PEERDNS": "yes",
	"IPV6_PEERROUTES": "yes", "WPA_ALLOW_WPA2": "yes", "REORDER_HDR": "yes",
}

// leftovers reports what no one has read.
func (c *config) leftovers() {
	for _, v := range c.vars {
		usual, known := unsaying[v.key]
		if v.used || (known && (usual == "" || strings.EqualFold(v.value, usual))) {
			continue
		}
		c.report.NotUnderstood(v.path, v.line, "A document cannot say "+v.key+" so.")
	}
}

// configs sorts the files into links. Backups are left out as both consumers do.
func (r *reader) configs(files []generators.File) []*config {
	var found []*config
	byName := map[string]*config{}
	for _, file := range files {
		name, ok := strings.CutPrefix(path.Base(file.Path), linkPrefix)
		if !ok || path.Dir(file.Path) != dir || ignored(name) || name == "lo" {
			continue
		}
		c := &config{name: name, path: file.Path, byKey: map[string]*variable{}, report: r.report}
		c.load(file)
		byName[name] = c
		found = append(found, c)
	}
	for _, file := range files {
		if path.Dir(file.Path) == dir {
			r.companion(file, byName)
		}
	}
	return found
}

// companion puts secrets to their link, and routes aside for it.
func (r *reader) companion(file generators.File, links map[string]*config) {
	base := path.Base(file.Path)
	for _, prefix := range []string{keysPrefix, routePrefix, route6Prefix} {
		name, ok := strings.CutPrefix(base, prefix)
		if !ok || ignored(name) {
			continue
		}
		switch link, known := links[name]; {
		case !known:
			r.report.NotUnderstood(file.Path, 1, "There is no file "+linkPrefix+name+" beside it.")
		case prefix == keysPrefix:
			link.load(file)
		default:
			r.routes[base] = file
		}
	}
}
