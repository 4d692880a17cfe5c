// Package all is the list of the backends: a new one is a folder beside this
// and a line here. It is pure.
package all

import (
	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/ifcfg"
	"github.com/bondctl/bondctl/generators/ifupdown"
	"github.com/bondctl/bondctl/generators/keyfile"
	"github.com/bondctl/bondctl/generators/modprobe"
	"github.com/bondctl/bondctl/generators/netplan"
	"github.com/bondctl/bondctl/generators/networkd"
)

// Backends lists every backend in the order in which help and the reference
// show them.
func Backends() []*generators.Backend {
	return []*generators.Backend{
		ifupdown.Backend(),
		ifcfg.Backend(),
		netplan.Backend(),
		keyfile.Backend(),
		networkd.Backend(),
		modprobe.Backend(),
	}
}

// Names lists the backends' names in the same order.
func Names() []string {
	var names []string
	for _, b := range Backends() {
		names = append(names, b.Name)
	}
	return names
}

// Lookup finds a backend by its name.
func Lookup(name string) (*generators.Backend, bool) {
	for _, b := range Backends() {
		if b.Name == name {
			return b, true
		}
	}
	return nil, false
}

// Secret finds the secret in a line of a file that may be any backend's, where the
// first that any of them finds begins.
func Secret(line []byte) (start int, ok bool) {
	for _, b := range Backends() {
		if at, found := b.Secret(line); found && (!ok || at < start) {
			start, ok = at, true
		}
	}
	return start, ok
}
