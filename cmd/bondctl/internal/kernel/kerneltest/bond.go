package kerneltest

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// bond is what the driver keeps of a bond.
type bond struct {
	// values are by the options' names; a delay is here in ticks of miimon.
	values map[string]schema.Value
	// primary is the name recorded, whether or not such a slave is there.
	primary string
	// force is set while a primary just named has not become active.
	force bool
	// active is the slave that carries traffic in the modes with one.
	active *link
	// unknown are attributes that the table does not have; a new bond has none.
	unknown []kernel.Attribute
}

// newBond gives the values of a bond without module parameters.
func newBond() *bond {
	b := &bond{values: map[string]schema.Value{}}
	for _, o := range bondOptions() {
		b.values[o.Name] = parse(o, o.Default)
	}
	return b
}

// bondOptions lists the options that a bond keeps, each under one name.
func bondOptions() []*schema.Option {
	return slices.DeleteFunc(schema.OptionsOf(schema.BondScope), func(o *schema.Option) bool { return o.Alias != "" })
}

// parse reads a text of the table or of quirks.go, which is always right.
func parse(o *schema.Option, text string) schema.Value {
	value, err := o.Parse(text)
	if err != nil && text != "" {
		panic(fmt.Sprintf("%s: %v", o.Name, err))
	}
	return value
}

func lookup(name string) *schema.Option {
	o, ok := schema.Lookup(name)
	if !ok {
		panic("no option " + name)
	}
	return o
}

// ownName gives the option under which a value is kept: that of an alias is
// its other name's.
func ownName(o *schema.Option) *schema.Option {
	if o.Alias != "" {
		return lookup(o.Alias)
	}
	return o
}

func (b *bond) mode() schema.Mode {
	return schema.Mode(b.values["mode"].Number()) //nolint:gosec // an enumeration of seven
}

func (b *bond) number(name string) int64 { return b.values[name].Number() }

// zero switches an option off.
func (b *bond) zero(name string) { b.values[name] = parse(lookup(name), "0") }

// AddBond implements [kernel.Bonds].
func (f *Fake) AddBond(name string, settings schema.Settings) error {
	return f.change("make bond "+name, func() error {
		if err := f.free(name); err != nil {
			return err
		}
		l := f.add(name, "bond")
		l.bond = newBond()
		if err := f.set(l, settings); err != nil {
			f.remove(l)
			return err
		}
		f.settle()
		return nil
	})
}

// SetBond implements [kernel.Bonds].
func (f *Fake) SetBond(name string, settings schema.Settings) error {
	return f.toLink("set options of bond "+name, name, func(l *link) error {
		for _, s := range settings {
			if s.Option.Change == schema.Creation {
				return fmt.Errorf("%s %w", s.Option.Name, kernel.ErrCreationOnly)
			}
		}
		if l.bond == nil {
			return syscall.EOPNOTSUPP
		}
		return f.set(l, settings)
	})
}

// set takes the settings of one message in the order of the table, and stops
// at the first that is refused. A link that a setting names must be there
// before the message can be written.
func (f *Fake) set(l *link, settings schema.Settings) error {
	var message schema.Settings
	for _, s := range settings {
		if s.Option.Kind == schema.LinkName && !s.Value.IsZero() {
			if _, err := f.find(s.Value.String()); err != nil {
				return fmt.Errorf("%s: %w", s.Option.Name, err)
			}
		}
		message = message.With(s)
	}
	for i, s := range message {
		if slices.Contains(f.lacks, s.Option.Name) {
			continue
		}
		if excluded(s, message[:i]) {
			return fmt.Errorf("%w: ARP monitoring cannot be used with MII monitoring", syscall.EINVAL)
		}
		if err := f.check(l, s.Option); err != nil {
			return err
		}
		if err := f.put(l, ownName(s.Option), s.Value); err != nil {
			return err
		}
	}
	return nil
}

// excluded tells whether a setting contradicts one before it in the same message.
func excluded(s schema.Setting, before schema.Settings) bool {
	return !s.Value.IsZero() && slices.ContainsFunc(before, func(other schema.Setting) bool {
		return !other.Value.IsZero() && slices.Contains(s.Option.Excludes, other.Option.Name)
	})
}

// check is bond_opt_check_deps(), and what delays need. The value does not
// matter to it.
func (f *Fake) check(l *link, o *schema.Option) error {
	empty := o.Change == schema.Empty || o.Change == schema.EmptyDown
	down := o.Change == schema.Down || o.Change == schema.EmptyDown
	switch {
	case !o.Modes.Has(l.bond.mode()):
		return fmt.Errorf("%w: option %s not supported in mode %s", syscall.EACCES, o.Name, l.bond.mode())
	case empty && len(f.slaves(l)) > 0:
		return fmt.Errorf("%w: unable to set option %s because the bond has slaves", syscall.ENOTEMPTY, o.Name)
	case down && l.Up:
		return fmt.Errorf("%w: unable to set option %s because the bond device is up", syscall.EBUSY, o.Name)
	case needsMiimon(o) && l.bond.number(o.MultipleOf) == 0:
		return fmt.Errorf("%w: unable to set option %s because MII monitoring is disabled", syscall.EPERM, o.Name)
	}
	return nil
}

// put keeps a value, with what comes with it.
func (f *Fake) put(l *link, o *schema.Option, v schema.Value) error {
	b := l.bond
	switch {
	case o == lookup("primary"):
		b.primary = v.String()
		b.force = slices.ContainsFunc(f.slaves(l), func(s *link) bool { return s.Name == b.primary })
		f.choose(l)
		return nil
	case o.Kind == schema.LinkName:
		return f.activate(l, v.String())
	case v.IsList():
		return b.putList(o, v.Items())
	case o.Kind == schema.MACKind && multicast(v):
		return syscall.EINVAL
	case needsMiimon(o):
		ticks := v.Number() / b.number(o.MultipleOf)
		v = parse(o, strconv.FormatInt(ticks, 10))
	}
	b.values[o.Name] = v
	if o == lookup("mode") {
		b.enterMode()
	}
	if slices.Contains(reselects, o.Name) {
		f.choose(l)
	}
	if !v.IsZero() {
		b.displace(o)
	}
	return nil
}

// displace switches off the other monitoring, and what goes with it, if it is on.
func (b *bond) displace(o *schema.Option) {
	names := displacedBy(o)
	if len(names) == 0 || b.values[names[0]].IsZero() {
		return
	}
	for _, name := range names {
		b.zero(name)
	}
}

func multicast(v schema.Value) bool {
	mac, err := schema.ParseMAC(v.String())
	return err != nil || mac.Multicast()
}

// enterMode is what a mode does when it is set, even to the same.
func (b *bond) enterMode() {
	for _, o := range bondOptions() {
		if o.ResetByMode {
			b.values[o.Name] = parse(o, o.Default)
		}
		if !o.ModeDefault.Modes.Has(b.mode()) {
			continue
		}
		b.displace(o)
		if b.values[o.Name].IsZero() {
			b.values[o.Name] = parse(o, o.ModeDefault.Value)
		}
	}
	for _, row := range forced {
		if row.mode == b.mode() {
			b.values[row.option] = parse(lookup(row.option), row.value)
		}
	}
}

// putList clears the list, then adds one after the other: what is refused
// leaves those before it.
func (b *bond) putList(o *schema.Option, items []string) error {
	var kept []string
	defer func() { b.values[o.Name] = parse(o, strings.Join(kept, ",")) }()
	for _, item := range items {
		addr, err := netip.ParseAddr(item)
		if err != nil || !probeable(addr) || slices.Contains(kept, item) || len(kept) == o.MaxItems {
			return fmt.Errorf("%w: %s refuses %s", syscall.EINVAL, o.Name, item)
		}
		kept = append(kept, item)
	}
	return nil
}

// read gives the value of an option as the driver tells it, and false where it
// tells none.
func (f *Fake) read(l *link, o *schema.Option) (schema.Value, bool) {
	b, v := l.bond, l.bond.values[o.Name]
	switch {
	case slices.Contains(f.lacks, o.Name) || !told(o, b.mode()):
		return v, false
	case needsMiimon(o):
		return parse(o, strconv.FormatInt(v.Number()*b.number(o.MultipleOf), 10)), true
	case o == lookup("primary"):
		return parse(o, b.primary), slices.ContainsFunc(f.slaves(l), func(s *link) bool { return s.Name == b.primary })
	case o.Kind == schema.LinkName:
		if b.active == nil {
			return v, false
		}
		return parse(o, b.active.Name), true
	}
	return v, !v.IsList() || !v.IsZero()
}
