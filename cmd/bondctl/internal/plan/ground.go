package plan

import (
	"math"
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// ground is the state of the kernel as it will be after the changes planned so
// far. Where the kernel has a choice it is taken to lose what it may lose: the
// plan then says again what must be there, which does no harm.
type ground struct {
	links     map[string]*kernel.Link
	slaves    map[string][]string // by bond
	above     map[string][]string // VLANs, by the link that they stand on
	addresses map[string][]kernel.Address
	routes    map[string][]kernel.Route
}

func newGround(state *kernel.State) *ground {
	g := &ground{
		links: map[string]*kernel.Link{}, slaves: map[string][]string{}, above: map[string][]string{},
		addresses: map[string][]kernel.Address{}, routes: map[string][]kernel.Route{},
	}
	for _, l := range state.Links {
		g.links[l.Name] = copyLink(l)
		if l.Slave != nil {
			g.slaves[l.Master] = append(g.slaves[l.Master], l.Name)
		}
		if l.Parent != "" {
			g.above[l.Parent] = append(g.above[l.Parent], l.Name)
		}
	}
	for _, a := range state.Addresses {
		g.addresses[a.Link] = append(g.addresses[a.Link], a)
	}
	for _, r := range state.Routes {
		for _, hop := range state.Hops(r) {
			g.routes[hop.Link] = append(g.routes[hop.Link], hop)
		}
	}
	return g
}

// copyLink copies what changes write to.
func copyLink(l *kernel.Link) *kernel.Link {
	same := *l
	if l.Bond != nil {
		bond := *l.Bond
		same.Bond = &bond
	}
	if l.Slave != nil {
		slave := *l.Slave
		same.Slave = &slave
	}
	return &same
}

// link finds a link by name.
func (g *ground) link(name string) (*kernel.Link, bool) {
	l, ok := g.links[name]
	return l, ok
}

// take does to the ground what the kernel does on a change.
func (g *ground) take(c Change) {
	l := g.links[c.Link]
	switch c.Verb {
	case MakeBond, MakeVLAN:
		g.links[c.Link] = g.fresh(c)
	case Delete:
		g.remove(c.Link)
	case Up:
		g.up(c.Link)
	case Down:
		g.down(c.Link)
	case SetMTU:
		g.resize(l, c.MTU)
	case SetMAC:
		l.MAC = c.MAC
	case SetIPv6:
		g.reconfigure(l, c.IPv6)
	case SetBond:
		g.reselect(l)
		l.Bond.Settings = withoutGround(with(l.Bond.Settings, c.Settings))
	case SetSlave:
		g.reselect(g.links[l.Master])
		l.Slave.Settings = with(l.Slave.Settings, c.Settings)
	case Enslave:
		g.enslave(l, g.links[c.On])
	case Release:
		g.release(c.Link)
	case AddAddress:
		g.addresses[c.Link] = append(g.addresses[c.Link], c.Address)
	case RemoveAddress:
		g.removeAddress(c.Address)
	case AddRoute:
		g.replaceRoute(c.Route)
	case RemoveRoute:
		g.routes[c.Link] = slices.DeleteFunc(g.routes[c.Link], c.Route.Same)
	case AwaitCarrier, Read, Activate, Reapply, Forget, Lease, EndLease, LetGo, Manage, Assume, EndProgram: // managers join in once all is planned
	}
}

// with gives settings and those that take their place, in table order.
func with(settings, fresh schema.Settings) schema.Settings {
	all := slices.Clone(settings)
	for _, s := range fresh {
		all = all.With(s)
	}
	return all
}

// withoutGround reads delays as the driver does while what they count is off: as 0.
func withoutGround(settings schema.Settings) schema.Settings {
	for i, s := range settings {
		if isDelay(s.Option) && tick(s.Option, settings) == 0 {
			settings[i].Value, _ = s.Option.Int(0)
		}
	}
	return settings
}

func (g *ground) fresh(c Change) *kernel.Link {
	l := &kernel.Link{Name: c.Link, Kind: kindBond, Hardware: hardwareEthernet, MTU: ethernetMTU, IPv6: unseen}
	if c.Verb == MakeBond {
		l.Bond = &kernel.Bond{Settings: c.Settings}
		return l
	}
	l.Kind, l.Parent, l.VLAN = kindVLAN, c.On, c.VLAN
	if parent := g.links[c.On]; parent != nil {
		l.MTU, l.MAC = parent.MTU, parent.MAC
	}
	g.above[c.On] = append(g.above[c.On], c.Link)
	return l
}

// unseen is how the kernel configures IPv6 on a new link: as it does on any, which
// nobody has looked at.
var unseen = kernel.IPv6{
	kernel.AcceptRA: math.MaxUint32, kernel.Autoconf: math.MaxUint32, kernel.AdvertisedMetric: math.MaxUint32, kernel.DisableIPv6: math.MaxUint32,
}

// hardwareEthernet is ARPHRD_ETHER.
const hardwareEthernet = 1

// remove takes a link away, with what stands on it.
func (g *ground) remove(name string) {
	for _, other := range slices.Clone(g.above[name]) {
		g.remove(other)
	}
	if parent := g.links[name].Parent; parent != "" {
		g.above[parent] = without(g.above[parent], name)
	}
	for _, slave := range slices.Clone(g.slaves[name]) {
		g.release(slave)
	}
	if g.links[name].Slave != nil {
		g.release(name)
	}
	delete(g.links, name)
	delete(g.addresses, name)
	delete(g.routes, name)
}

// reselect forgets who is active among the slaves: the driver may have chosen anew.
func (g *ground) reselect(bond *kernel.Link) {
	bond.Bond.Settings = slices.DeleteFunc(slices.Clone(bond.Bond.Settings), isMomentary)
}

func without(names []string, gone string) []string {
	return slices.DeleteFunc(names, func(name string) bool { return name == gone })
}

// up opens a link and the VLANs on it, but for those whose flags may keep them from it.
func (g *ground) up(name string) {
	g.links[name].Up = true
	for _, other := range g.above[name] {
		if !g.links[other].Special {
			g.up(other)
		}
	}
}

// down closes a link and the VLANs on it: routes and IPv6 addresses are gone
// then, IPv4 addresses stay.
func (g *ground) down(name string) {
	g.links[name].Up = false
	g.forget6(name)
	delete(g.routes, name)
	for _, other := range g.above[name] {
		g.down(other)
	}
}

// resize hands the MTU of a bond to its slaves, and takes that of VLANs down to it.
func (g *ground) resize(l *kernel.Link, mtu int) {
	l.MTU = mtu
	for _, slave := range g.slaves[l.Name] {
		g.links[slave].MTU = mtu
	}
	for _, vlan := range g.above[l.Name] {
		if g.links[vlan].MTU > mtu {
			g.resize(g.links[vlan], mtu)
		}
	}
}

// enslave opens a link under its bond. A bond without an address takes that of
// its first slave.
func (g *ground) enslave(l, bond *kernel.Link) {
	if bond.MAC.IsZero() {
		bond.MAC = l.MAC
	}
	l.Master, l.Up, l.MTU, l.Slave = bond.Name, true, bond.MTU, &kernel.Slave{PermanentMAC: l.MAC}
	if mode := bond.Bond.Mode(); mode == schema.ActiveBackup && failOverMAC(bond.Bond.Settings) == "none" || mode != schema.ActiveBackup && !balancesByAddress(mode) {
		l.MAC = bond.MAC
	}
	for _, o := range schema.OptionsOf(schema.SlaveScope) {
		if value, err := o.Parse(o.Default); err == nil {
			l.Slave.Settings = l.Slave.Settings.With(schema.Setting{Option: o, Value: value})
		}
	}
	g.slaves[bond.Name] = append(g.slaves[bond.Name], l.Name)
	g.reselect(bond)
}

// balancesByAddress tells whether slaves keep their own addresses in a mode
// because it balances by them.
func balancesByAddress(mode schema.Mode) bool {
	return mode == schema.BalanceTLB || mode == schema.BalanceALB
}

func failOverMAC(settings schema.Settings) string { return settings.Text("fail_over_mac") }

// release closes a slave, which gets its own address back. A bond without its
// last slave draws an address.
func (g *ground) release(name string) {
	l := g.links[name]
	bond := g.links[l.Master]
	g.slaves[l.Master] = without(g.slaves[l.Master], name)
	if bond != nil {
		g.reselect(bond)
		if len(g.slaves[bond.Name]) == 0 {
			bond.MAC = schema.MAC{}
		}
	}
	if !l.Slave.PermanentMAC.IsZero() {
		l.MAC = l.Slave.PermanentMAC
	}
	l.Master, l.Slave, l.MTU = "", nil, 0
	g.down(name)
}

// removeAddress takes an address away and, where it is IPv4, what may go with
// it: the later addresses of its network where it was the first, the routes
// that have it as their source, and all routes of the link where it was the last.
func (g *ground) removeAddress(gone kernel.Address) {
	four := gone.Prefix.Addr().Is4()
	here := g.addresses[gone.Link]
	neighbour := func(a kernel.Address) bool { return four && a.Prefix.Masked() == gone.Prefix.Masked() }
	primary := slices.IndexFunc(here, neighbour) == slices.IndexFunc(here, gone.Same)
	g.addresses[gone.Link] = slices.DeleteFunc(here, func(a kernel.Address) bool {
		return gone.Same(a) || primary && neighbour(a)
	})
	last := !slices.ContainsFunc(g.addresses[gone.Link], func(a kernel.Address) bool { return a.Prefix.Addr().Is4() })
	for link, routes := range g.routes {
		g.routes[link] = slices.DeleteFunc(routes, func(r kernel.Route) bool {
			return r.Source == gone.Prefix.Addr() || four && last && link == gone.Link && r.To.Addr().Is4()
		})
	}
}

// sameRoutes lists the routes whose place another one takes, by the names of their links.
func (g *ground) sameRoutes(fresh kernel.Route) []kernel.Route {
	var same []kernel.Route
	for _, routes := range g.routes {
		for _, r := range routes {
			if fresh.Same(r) {
				same = append(same, r)
			}
		}
	}
	slices.SortStableFunc(same, func(a, b kernel.Route) int { return compareText(a.Link, b.Link) })
	return same
}

// replaceRoute sets a route in the place of the one that the kernel takes for the same.
func (g *ground) replaceRoute(fresh kernel.Route) {
	for link, routes := range g.routes {
		g.routes[link] = slices.DeleteFunc(routes, fresh.Same)
	}
	g.routes[fresh.Link] = append(g.routes[fresh.Link], fresh)
}
