package ifcfg

import (
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
	// device is empty where the file names none.
	device variable
	// prefix is what an alias takes for the length of its address's prefix
	// where it has none of its own, zero for that of the address's class.
	prefix int
	vars   []*variable
	byKey  map[string]*variable
	report *generators.Report
}

// open reads a file of variables.
func open(name string, file generators.File, report *generators.Report) *config {
	c := &config{name: name, path: file.Path, byKey: map[string]*variable{}, report: report}
	c.load(file)
	c.device, _ = c.get("DEVICE")
	return c
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
	case slices.Contains(yesWords, word):
		return true
	case slices.Contains(noWords, word):
		return false
	}
	c.refuse(v, "wants yes or no")
	return otherwise
}

// yesWords and noWords are what either consumer takes for the one or the
// other, in small or capital letters: only network-scripts know on and off.
var (
	yesWords = []string{"yes", "true", "t", "y", "1", "on"}
	noWords  = []string{"no", "false", "f", "n", "0", "off"}
)

// idle takes variables as read that have no effect here.
func (c *config) idle(keys ...string) {
	for _, key := range keys {
		if v, ok := c.byKey[key]; ok {
			v.used = true
		}
	}
}

// given makes an attribute of what a variable says.
func given[T any](v variable, value T) schema.Attr[T] {
	return schema.Attr[T]{Value: value, Set: true, Range: generators.Line(v.path, v.line)}
}

// flag makes an attribute of what the first of the variables says that the
// file has, or the file as a whole.
func (c *config) flag(value bool, keys ...string) schema.Attr[bool] {
	v := variable{path: c.path, line: max(c.device.line, 1)}
	for _, key := range slices.Backward(keys) {
		if said, ok := c.byKey[key]; ok {
			v = *said
		}
	}
	return given(v, value)
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
