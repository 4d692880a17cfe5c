// Package modprobe is a companion of any backend: the bonding driver's options
// as parameters of its module, in modprobe.d(5). Loading the module with this
// file makes the document's bonds, with their options and without slaves. The
// driver has one set of parameters for all bonds that are made while it is
// loaded. It is pure.
package modprobe

import (
	"github.com/bondctl/bondctl/generators"
	"github.com/bondctl/bondctl/generators/format/modconf"
)

// file must come after systemd.conf, which sets max_bonds=0: kmod joins the
// options of all files in the order of their names, and the driver takes the
// last value of each.
const file = modconf.Dir + "/zz-bonding.conf"

const (
	module = "bonding"
	// maxBonds is the parameter that says how many bonds loading the module
	// makes; they are named bond0, bond1 and so on.
	maxBonds = "max_bonds"
)

// Backend gives the companion backend.
func Backend() *generators.Backend {
	return &generators.Backend{
		Name:     "modprobe",
		Summary:  "options of the bonding module in modprobe.d, beside any other backend",
		Dirs:     []string{modconf.Dir},
		Generate: generate,
		Read:     read,
		Sources:  modconf.Sources(),
		Mentions: mentions,
		LetGo:    letGo,
		Secret:   func([]byte) (int, bool) { return 0, false },
	}
}
