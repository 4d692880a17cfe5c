// Package example finds what configuration files say of bonds, by the plain
// syntax of each network system, line by line and without bondctl's readers: it
// is what these are held against. It shares with them only the words of the
// option table. It is pure.
//
// It is for example files, and knows no more of a syntax than these use:
// neither continued lines nor drop-ins.
package example

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/bondctl/bondctl/schema"
)

// Saying is something that a line says of a bond.
type Saying struct {
	File string
	Line int
	// Bond is the name of the bond.
	Bond string
	// Path and Value are the statement of a document that says the same; without a
	// path there is none, and the line is to be named.
	Path, Value string
}

// String shows the place first.
func (s Saying) String() string {
	switch {
	case s.Path == "":
		return s.place() + " of " + s.Bond
	case s.Value == "":
		return s.place() + " " + s.Path
	}
	return s.place() + " " + s.Path + " = " + s.Value
}

func (s Saying) place() string { return fmt.Sprintf("%s:%d:", s.File, s.Line) }

// finders are those of the backends whose consumers have examples.
var finders = map[string]func([]txtar.File) ([]Saying, error){
	"ifupdown": inInterfaces,
	"netplan":  inNetplan,
	"keyfile":  inKeyfiles,
	"networkd": inUnits,
}

// Sayings gives all that files say of bonds to the consumer of a backend's files.
func Sayings(backend string, files []txtar.File) ([]Saying, error) {
	find, ok := finders[backend]
	if !ok {
		return nil, fmt.Errorf("no examples are known for %s", backend)
	}
	return find(files)
}

// isBond tells whether the line says that there is the bond.
func (s Saying) isBond() bool { return s.Path == "bond/"+s.Bond }

// Bonds names the bonds that sayings are of.
func Bonds(sayings []Saying) []string {
	var names []string
	for _, s := range sayings {
		if s.isBond() {
			names = append(names, s.Bond)
		}
	}
	return names
}

// Verdict is what has become of sayings.
type Verdict struct {
	// Stated are in the document, Named are told with file and line, and Lost are neither.
	Stated, Named, Lost []Saying
}

// Judge looks for sayings among the statements of a document, and else for their
// places in what was told. With a bond that is left out and named goes all that is
// said of it.
func Judge(sayings []Saying, statements []schema.Statement, told string) Verdict {
	var v Verdict
	leftOut := map[string]bool{}
	for _, s := range sayings {
		switch isNamed := strings.Contains(told, s.place()); {
		case slices.ContainsFunc(statements, s.isStated):
			v.Stated = append(v.Stated, s)
		case isNamed && s.isBond():
			leftOut[s.Bond] = true
			v.Named = append(v.Named, s)
		case isNamed || leftOut[s.Bond]:
			v.Named = append(v.Named, s)
		default:
			v.Lost = append(v.Lost, s)
		}
	}
	return v
}

// isStated takes a value of a list for one of its items.
func (s Saying) isStated(by schema.Statement) bool {
	if by.Path != s.Path {
		return false
	}
	return s.Value == by.Value || slices.Contains(strings.FieldsFunc(by.Value, func(r rune) bool { return r == ',' || r == ' ' }), s.Value)
}

// line makes sayings of one line.
type line struct {
	file   string
	number int
}

// says is what a statement below the bond's says too, or the bond's own.
func (l line) says(bond, value string, path ...string) Saying {
	return Saying{l.file, l.number, bond, strings.Join(append([]string{"bond", bond}, path...), "/"), value}
}

// nothing is for what no document says.
func (l line) nothing(bond string) Saying { return Saying{File: l.file, Line: l.number, Bond: bond} }

// option is a setting of a bond in the words of a consumer.
func (l line) option(bond string, v schema.Vocabulary, word, text string) Saying {
	option, ok := schema.OptionByWord(v, schema.BondScope, word)
	if !ok {
		return l.nothing(bond)
	}
	value, err := option.Parse(text)
	if err != nil {
		return l.nothing(bond)
	}
	return l.says(bond, value.String(), option.Name)
}

// address is one of a bond, with its prefix length or without.
func (l line) address(bond, text string) Saying {
	if prefix, err := netip.ParsePrefix(text); err == nil {
		return l.says(bond, text, family(prefix.Addr()), "addresses")
	}
	return l.nothing(bond)
}

func (l line) gateway(bond, text string) Saying {
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return l.nothing(bond)
	}
	return l.says(bond, text, family(addr), "gateway")
}

func (l line) dhcp(bond string, family schema.Family) Saying {
	return l.says(bond, "true", family.String(), "dhcp")
}

func family(addr netip.Addr) string { return schema.FamilyOf(addr).String() }
