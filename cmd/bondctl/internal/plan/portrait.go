package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// Portrait is one link as somebody has set it up, in words. What comes and goes
// by itself is not in it: carrier, which slave is active, what the kernel
// routes by itself.
type Portrait struct{ Link, Text string }

// Portraits gives those of the links named, sorted by name. A link that is not
// there has an empty text.
func Portraits(have *kernel.State, names []string) []Portrait {
	g := newGround(have)
	var portraits []Portrait
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		p := Portrait{Link: name}
		if g.links[name] != nil {
			p.Text = g.portrait(name)
		}
		portraits = append(portraits, p)
	}
	return portraits
}

func (g *ground) portrait(name string) string {
	l, now := g.asIs(name), g.links[name]
	var b strings.Builder
	fmt.Fprintf(&b, "kind %q, up %t, MTU %d, master %q, VLAN %d of %q, slaves %q\n", now.Kind, l.Up, l.MTU, now.Master, l.VLAN, l.Parent, l.Slaves)
	if !g.wanders(now) {
		fmt.Fprintf(&b, "address %s\n", l.MAC)
	}
	for _, s := range l.Options {
		fmt.Fprintf(&b, "%s %s\n", s.Option.Name, s.Value)
	}
	for _, a := range l.Addresses {
		fmt.Fprintf(&b, "address %s\n", a.Prefix)
	}
	for _, r := range l.Routes {
		fmt.Fprintf(&b, "route %s %v\n", routeText(r.Route), r.Unknown)
	}
	return b.String()
}

// wanders tells whether the driver gives a link another Ethernet address when
// the active slave changes.
func (g *ground) wanders(l *kernel.Link) bool {
	if l.Slave != nil {
		return true
	}
	return l.Bond != nil && l.Bond.Mode() == schema.ActiveBackup && failOverMAC(l.Bond.Settings) != "none"
}
