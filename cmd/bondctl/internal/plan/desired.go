package plan

import (
	"cmp"
	"slices"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

func compareText(a, b string) int { return cmp.Compare(a, b) }

// ethernetMTU is what a link has that nobody told otherwise, in bytes.
const ethernetMTU = 1500

// Desired is what a validated document wants of the kernel. What only a
// network system can bring is not in it: association, leases, advertised
// routes, resolvers, dialled links.
func Desired(doc *schema.Document) *Wanted {
	static := doc.Static()
	w := &Wanted{}
	for _, b := range static.Bonds {
		w.addBond(b)
	}
	for _, l := range static.Links {
		if l.Kind != schema.PPP {
			w.addLink(l)
		}
	}
	w.sort()
	return w
}

// InsteadOf adds that the bonds and VLANs which an earlier document had, and
// this one has not, shall go.
func (w *Wanted) InsteadOf(earlier *Wanted) *Wanted {
	both := &Wanted{Links: slices.Clone(w.Links), exact: w.exact}
	for _, l := range earlier.Links {
		if isMade(l.Kind) && w.find(l.Name) == nil {
			both.Links = append(both.Links, &Link{Name: l.Name, Kind: l.Kind, Absent: true})
		}
	}
	both.sort()
	return both
}

// RoutesBy has routes made in the name of whoever makes them at the next boot, a
// protocol of rtnetlink(7). On links taken from another network system those are
// made anew that it has made.
func (w *Wanted) RoutesBy(protocol uint8, taken []string) {
	for _, l := range w.Links {
		for i := range l.Routes {
			l.Routes[i].Protocol, l.Routes[i].Owned = protocol, slices.Contains(taken, l.Name)
		}
	}
}

// Gone names the links that shall not be, sorted.
func (w *Wanted) Gone() []string {
	var names []string
	for _, l := range w.Links {
		if l.Absent {
			names = append(names, l.Name)
		}
	}
	return names
}

func (w *Wanted) addBond(b *schema.Bond) {
	mode, _ := b.Mode()
	bond := &Link{Name: b.Name.Value, Kind: kindBond, Up: true, MTU: ethernetMTU, Range: b.Range}
	bond.Options = complete(schema.OptionsOf(schema.BondScope), b.Settings, mode)
	for _, s := range b.Slaves {
		bond.Slaves = append(bond.Slaves, s.Name.Value)
		w.Links = append(w.Links, &Link{
			Name: s.Name.Value, Up: true, Master: b.Name.Value, Range: s.Range,
			Options: complete(schema.OptionsOf(schema.SlaveScope), s.Settings, mode),
		})
	}
	bond.carry(b.Network)
	w.Links = append(w.Links, bond)
	w.addVLANs(bond, b.VLANs)
}

func (w *Wanted) addLink(l *schema.Link) {
	link := &Link{Name: l.Name.Value, Up: true, MTU: ethernetMTU, Range: l.Range}
	link.carry(l.Network)
	w.Links = append(w.Links, link)
	w.addVLANs(link, l.VLANs)
}

func (w *Wanted) addVLANs(parent *Link, vlans []*schema.VLAN) {
	for _, v := range vlans {
		vlan := &Link{
			Name: v.Name(parent.Name), Kind: kindVLAN, Up: true, MTU: parent.MTU, Parent: parent.Name, VLAN: v.ID.Value, Range: v.Range,
		}
		vlan.carry(v.Network)
		w.Links = append(w.Links, vlan)
	}
}

// complete gives a setting for every option that the mode has: the one given,
// else what a fresh bond has. What only the making of the bond can say, and
// the momentary choice of an active slave, are wanted only where given.
func complete(options []*schema.Option, given schema.Settings, mode schema.Mode) schema.Settings {
	var all schema.Settings
	for _, o := range options {
		setting, ok := given.Get(o.Name)
		switch {
		case ok && !setting.Bad:
			all = all.With(setting)
		case o.Alias != "" || o.Change == schema.Creation || o.Name == schema.ActiveSlave || !o.Modes.Has(mode):
		default:
			if value, err := o.Parse(o.DefaultIn(mode)); err == nil {
				all = all.With(schema.Setting{Option: o, Value: value})
			}
		}
	}
	return inTicks(displaced(all, given))
}

// inTicks rounds delays as the driver does, down to whole ticks.
func inTicks(all schema.Settings) schema.Settings {
	for i, s := range all {
		if n := tick(s.Option, all); isDelay(s.Option) && n > 0 {
			all[i].Value, _ = s.Option.Int(s.Value.Number() / n * n)
		}
	}
	return all
}

// displaced takes back the default of a monitoring where the other one is given.
func displaced(all, given schema.Settings) schema.Settings {
	for i, s := range all {
		_, asked := given.Get(s.Option.Name)
		if !asked && !s.Value.IsZero() && slices.ContainsFunc(s.Option.Excludes, func(name string) bool {
			other, ok := given.Get(name)
			return ok && !other.Value.IsZero()
		}) {
			off, _ := s.Option.Int(0)
			all[i].Value = off
		}
	}
	return all
}

// carry takes over what the network blocks say.
func (l *Link) carry(n schema.Network) {
	l.MAC = n.MACAddress.Or(schema.MAC{})
	l.learns = map[schema.Family]bool{}
	for _, ip := range []*schema.IP{n.IPv4, n.IPv6} {
		if ip != nil {
			l.carryIP(ip)
		}
	}
	l.learns[schema.IPv6] = l.learns[schema.IPv6] || n.IPv6 == nil && n.IPv4 != nil
	if l.learns[schema.IPv4] && !n.MTU.Known() {
		l.MTU = 0 // a DHCP server may give one
	}
	l.MTU = n.MTU.Or(l.MTU)
	for _, r := range n.Routes {
		l.addRoute(kernel.Route{To: r.To.Value.Masked(), Via: r.Gateway.Value}, r.Metric)
	}
}

func (l *Link) carryIP(ip *schema.IP) {
	l.learns[ip.Family] = ip.DHCP.Or(false) || ip.AcceptsRA()
	for _, prefix := range ip.Addresses.Values() {
		l.Addresses = append(l.Addresses, kernel.Address{Link: l.Name, Prefix: prefix, Broadcast: broadcastOf(prefix)})
	}
	if ip.Gateway.Known() {
		l.addRoute(kernel.Route{To: ip.Family.Default(), Via: ip.Gateway.Value}, ip.Metric)
	}
}

func (l *Link) addRoute(r kernel.Route, metric schema.Attr[int]) {
	r.Link, r.Metric = l.Name, uint32(metric.Or(0)) //nolint:gosec // validated
	l.Routes = append(l.Routes, Route{Route: r, AnyMetric: !metric.Known()})
}
