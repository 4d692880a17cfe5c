package plan

import (
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
)

// Foreign names the bonds that changes would make something else of and that
// are somebody else's: they are there, in use, and were not described before. One
// that already is as wanted is no concern, nor is the empty bond that the driver
// makes when it is loaded (max_bonds, Documentation/networking/bonding.rst).
func Foreign(changes []Change, have *kernel.State, described func(bond string) bool) []string {
	var names []string
	for _, l := range have.Links {
		if l.Bond != nil && isInUse(l, have) && touches(changes, l.Name) && !described(l.Name) {
			names = append(names, l.Name)
		}
	}
	return names
}

func touches(changes []Change, link string) bool {
	return slices.ContainsFunc(changes, func(c Change) bool { return c.Link == link || c.On == link || slices.Contains(c.Links, link) })
}

// isInUse tells whether somebody has done something with a bond.
func isInUse(bond *kernel.Link, have *kernel.State) bool {
	return bond.Up || len(have.Slaves(bond.Name)) > 0 ||
		slices.ContainsFunc(have.Addresses, func(a kernel.Address) bool { return a.Link == bond.Name })
}
