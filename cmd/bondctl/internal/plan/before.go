package plan

import (
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// Before wants what an earlier state had of the links named: what they were,
// or that they were not there. It is how a plan is undone, from whichever step
// it was cut off at.
func Before(earlier *kernel.State, names []string) *Wanted {
	g := newGround(earlier)
	w := &Wanted{exact: true}
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		if g.links[name] == nil {
			w.Links = append(w.Links, &Link{Name: name, Absent: true})
			continue
		}
		w.Links = append(w.Links, g.asIs(name))
	}
	w.sort()
	return w
}

// asIs wants a link to be as it is.
func (g *ground) asIs(name string) *Link {
	now := g.links[name]
	l := &Link{Name: name, Up: now.Up, MTU: now.MTU, MAC: now.MAC, Parent: now.Parent, VLAN: now.VLAN}
	if isMade(now.Kind) {
		l.Kind = now.Kind
	}
	if now.Wireless && !now.Carrier && now.Slave == nil {
		l.MAC = schema.MAC{} // who looks for networks gives the radio one address after the other
	}
	switch {
	case now.Bond != nil:
		l.Options, l.Slaves = settable(schema.BondScope, now.Bond.Value), slices.Clone(g.slaves[name])
	case now.Slave != nil:
		l.Master, l.Options = now.Master, settable(schema.SlaveScope, now.Slave.Value)
	}
	for _, a := range g.addresses[name] {
		if isGlobal(a) {
			l.Addresses = append(l.Addresses, a)
		}
	}
	for _, r := range g.routes[name] {
		if !isKept(r) && r.IsRestorable() {
			l.Routes = append(l.Routes, Route{Route: r, Owned: true, Whole: true})
		}
	}
	return l
}

// settable gives the options as the driver told them but the active slave,
// which it chooses by itself.
func settable(scope schema.Scope, told func(*schema.Option) (schema.Value, bool)) schema.Settings {
	var settings schema.Settings
	for _, o := range schema.OptionsOf(scope) {
		if value, ok := told(o); ok && o.Name != schema.ActiveSlave && o.Alias == "" {
			settings = settings.With(schema.Setting{Option: o, Value: value})
		}
	}
	return settings
}

// Reach gives the names of the links that a plan can touch: those wanted, those that
// lose a route to them, what stands on them, and the slaves that their bonds have now.
func Reach(want *Wanted, have *kernel.State) []string {
	g := newGround(have)
	var names []string
	for _, l := range want.Links {
		names = g.stack(names, l.Name)
	}
	changes, _ := Network(want, have)
	for _, link := range losers(changes) {
		names = g.stack(names, link)
	}
	return slices.Compact(slices.Sorted(slices.Values(names)))
}

func (g *ground) stack(names []string, name string) []string {
	names = append(names, name)
	names = append(names, g.slaves[name]...)
	for _, vlan := range g.above[name] {
		names = g.stack(names, vlan)
	}
	return names
}
