package manager

import (
	"fmt"
	"slices"
	"strings"
	"syscall"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/cmd/bondctl/internal/plan"
	"github.com/bondctl/bondctl/schema"
)

// leaser is a DHCP client as the scripts of a system run it.
type leaser struct {
	keeper
	family schema.Family
	// packaged is the package that has it, and there tells whether the host does.
	packaged string
	there    bool
	// leasing is the command line for a link, with a metric of its routes or without;
	// nil for one that the scripts run, and bondctl does not.
	leasing func(link string, metric schema.Attr[int]) []string
	// metricFlag is the flag of the command line that has the metric, empty for none.
	metricFlag string
	// dropping is the signal by which it takes away what it has set, and ends.
	dropping syscall.Signal
	// leaves removes what remains on a link when it has ended and is nobody's; nil for nothing.
	leaves func(state *kernel.State, link string) []plan.Change
}

// title is what a plan calls it.
func (c leaser) title() string {
	if c.family == schema.IPv6 {
		return c.name + " -6"
	}
	return c.name
}

// leasers are those that the scripts of a system may have started, for each family
// in the order in which they look for one.
type leasers []leaser

// first is the one that the scripts would start; false where there is none.
func (list leasers) first(family schema.Family) (leaser, bool) {
	i := slices.IndexFunc(list, func(c leaser) bool { return c.family == family && c.there })
	if i < 0 {
		return leaser{}, false
	}
	return list[i], true
}

// keeping finds the one whose daemon keeps its number in a file.
func (list leasers) keeping(file string) (leaser, bool) {
	i := slices.IndexFunc(list, func(c leaser) bool { return strings.HasPrefix(file, c.prefix) })
	if i < 0 {
		return leaser{}, false
	}
	return list[i], true
}

// running lists the daemons of all.
func (list leasers) running() []Daemon {
	var daemons []Daemon
	for _, c := range list {
		daemons = append(daemons, c.running()...)
	}
	return daemons
}

// canLease tells by an error why a link cannot lease an address of a family.
func (s *scripted) canLease(link string, family schema.Family) error {
	const otherwise = "or write its files with apply --root DIR, then boot"
	first, ok := s.clients.first(family)
	what := fmt.Sprintf("an IPv%d address", family)
	switch names, packages := s.clients.of(family); {
	case ok && first.leasing == nil:
		return fmt.Errorf("%s: %s leases %s by %s here, which this version cannot run: install %s, which it prefers, %s", link, s.name, what, first.name, packages[0], otherwise)
	case ok:
		return nil
	default:
		return fmt.Errorf("%s: %s leases %s by %s, which is not there: install %s, %s", link, s.name, what, strings.Join(names, " or "), strings.Join(packages, " or "), otherwise)
	}
}

// of lists the names and packages of those that bondctl can run for a family.
func (list leasers) of(family schema.Family) (names, packages []string) {
	for _, c := range list {
		if c.family == family && c.leasing != nil {
			names, packages = append(names, c.name), append(packages, c.packaged)
		}
	}
	return names, packages
}
