package kerneltest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// Observe implements [kernel.Kernel]. What it gives is the caller's to keep.
func (f *Fake) Observe() (*kernel.State, error) {
	s := &kernel.State{Addresses: slices.Clone(f.addresses), Routes: slices.Clone(f.routes), Rules: rules()}
	for _, l := range f.links {
		s.Links = append(s.Links, f.observe(l))
	}
	slices.SortFunc(s.Links, func(a, b *kernel.Link) int { return cmp.Compare(a.Index, b.Index) })
	return s, nil
}

// Fresh implements [kernel.Kernel].
func (f *Fake) Fresh(mode schema.Mode) (kernel.Fresh, error) {
	option := lookup("mode")
	value, err := option.Int(int64(mode))
	if err != nil {
		return kernel.Fresh{}, err
	}
	apart := NewFake(f.lacks...)
	apart.AddHardware("slave")
	if err := apart.AddBond("fresh", schema.Settings{{Option: option, Value: value}}); err != nil {
		return kernel.Fresh{}, err
	}
	bond, err := apart.seen("fresh")
	if err == nil {
		err = apart.Enslave("slave", "fresh")
	}
	slave, err2 := apart.seen("slave")
	return kernel.Fresh{Bond: bond.Bond, Slave: slave.Slave}, errors.Join(err, err2)
}

// seen observes one link; the zero one where there is none.
func (f *Fake) seen(name string) (*kernel.Link, error) {
	l, err := f.find(name)
	if err != nil {
		return &kernel.Link{}, err
	}
	return f.observe(l), nil
}

func (f *Fake) observe(l *link) *kernel.Link {
	seen := l.Link
	if l.bond != nil {
		seen.Bond = &kernel.Bond{Unknown: slices.Clone(l.bond.unknown)}
		for _, o := range bondOptions() {
			if value, ok := f.read(l, o); ok {
				seen.Bond.Settings = seen.Bond.Settings.With(schema.Setting{Option: o, Value: value})
			}
		}
	}
	if l.slave != nil {
		seen.Slave = f.observeSlave(l)
	}
	return &seen
}

func (f *Fake) observeSlave(l *link) *kernel.Slave {
	s := &kernel.Slave{PermanentMAC: l.slave.mac, Active: true, MII: kernel.MIIDown, Unknown: slices.Clone(l.slave.unknown)}
	if l.Carrier {
		s.MII = kernel.MIIUp
	}
	master, err := f.find(l.Master)
	if err == nil && lookup("active_slave").Modes.Has(master.bond.mode()) {
		s.Active = master.bond.active == l
	}
	for _, o := range schema.OptionsOf(schema.SlaveScope) {
		if !slices.Contains(f.lacks, o.Name) {
			s.Settings = s.Settings.With(schema.Setting{Option: o, Value: l.slave.values[o.Name]})
		}
	}
	return s
}

// rules gives the rules that every namespace has.
func rules() []kernel.Rule {
	const local, byDefault = 255, 253
	var list []kernel.Rule
	for _, r := range []kernel.Rule{{Priority: 0, Table: local}, {Priority: 32766, Table: tableMain}, {Priority: 32767, Table: byDefault}} {
		r.Family, r.Action = schema.IPv4, 1
		list = append(list, r)
	}
	for _, r := range list[:2] {
		r.Family = schema.IPv6
		list = append(list, r)
	}
	return list
}

// String prints everything, as ip(8) would: a line for each link, address and
// route, and the options of bonds and slaves that differ from the default.
func (f *Fake) String() string {
	s, _ := f.Observe()
	var b strings.Builder
	for _, l := range s.Links {
		fmt.Fprintln(&b, linkLine(l))
		for _, a := range s.Addresses {
			if a.Link == l.Name {
				fmt.Fprintf(&b, "    %s\n", a.Prefix)
			}
		}
	}
	for _, r := range s.Routes {
		fmt.Fprintln(&b, routeLine(r))
	}
	return b.String()
}

func linkLine(l *kernel.Link) string {
	words := []string{fmt.Sprintf("%d: %s", l.Index, l.Name), state(l), fmt.Sprintf("mtu %d %s", l.MTU, l.MAC)}
	if l.Parent != "" {
		words = append(words, fmt.Sprintf("vlan %d of %s", l.VLAN, l.Parent))
	}
	if l.Bond != nil {
		words = append(words, "bond"+changed(l.Bond.Settings, l.Bond.Mode()))
	}
	if l.Slave != nil {
		words = append(words, "master "+l.Master+changed(l.Slave.Settings, 0))
	}
	return strings.Join(words, " ")
}

func state(l *kernel.Link) string {
	switch {
	case !l.Up:
		return "down"
	case !l.Carrier:
		return "up no-carrier"
	}
	return "up"
}

// changed lists the mode and the settings that are not a fresh bond's.
func changed(settings schema.Settings, m schema.Mode) string {
	var b strings.Builder
	for _, s := range settings {
		if s.Option.Change == schema.EmptyDown || !s.Option.IsDefault(m, s.Value) {
			fmt.Fprintf(&b, " %s %s", s.Option.Name, s.Value)
		}
	}
	return b.String()
}

func routeLine(r kernel.Route) string {
	line := r.To.String()
	if r.Via.IsValid() {
		line += " via " + r.Via.String()
	}
	if r.Link != "" {
		line += " dev " + r.Link
	}
	if r.Metric != 0 {
		line += fmt.Sprintf(" metric %d", r.Metric)
	}
	if r.Table != tableMain {
		line += fmt.Sprintf(" table %d", r.Table)
	}
	return line
}

// SetUnknown gives a bond, or a slave, an attribute of a newer driver, until the
// bond is deleted or the slave released.
func (f *Fake) SetUnknown(name string, a kernel.Attribute) error {
	l, err := f.find(name)
	switch {
	case err != nil:
		return err
	case l.bond != nil:
		l.bond.unknown = []kernel.Attribute{a}
	case l.slave != nil:
		l.slave.unknown = []kernel.Attribute{a}
	default:
		return fmt.Errorf("%s is neither a bond nor a slave", name)
	}
	return nil
}
