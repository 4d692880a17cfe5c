package networkd

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/bondctl/bondctl/schema"
)

// netdev is a link that systemd-networkd makes: a bond or a VLAN.
type netdev struct {
	name, kind schema.Attr[string]
	mac        schema.Attr[schema.MAC]
	mtu        schema.Attr[int]
	id         schema.Attr[int]
	settings   schema.Settings
	// noAddress is set where systemd-networkd is told to leave the address alone.
	noAddress bool
	// bond is the document's, for a bond.
	bond *schema.Bond
	// vlan is the document's, for a VLAN.
	vlan *schema.VLAN
	// matched is set once a .network file is for it, carried once a VLAN has its parent.
	matched, carried bool
}

// netdevKeys lists the entries of all .netdev files.
var netdevKeys = []key[netdev]{
	{"NetDev", "Name", readInto(plain, func(d *netdev) *schema.Attr[string] { return &d.name })},
	{"NetDev", "Kind", readKind},
	{"NetDev", "Description", ignored[netdev]},
	{"NetDev", "MTUBytes", readOne(bytesIEC, func(d *netdev) *schema.Attr[int] { return &d.mtu })},
	{"NetDev", "MACAddress", readNetDevAddress},
}

// kindKeys lists the entries of .netdev files of one kind.
var kindKeys = map[string][]key[netdev]{
	"bond": optionKeys(),
	"vlan": {{"VLAN", "Id", readOne(vlanID, func(d *netdev) *schema.Attr[int] { return &d.id })}},
}

// readKind takes the first kind, as systemd-networkd does.
func readKind(d *netdev, text schema.Attr[string]) error {
	if d.kind.Known() && d.kind.Value != text.Value {
		return errors.New("is ignored: the kind is " + d.kind.Value + " already")
	}
	d.kind = text
	return nil
}

func readNetDevAddress(d *netdev, text schema.Attr[string]) error {
	if text.Value == noAddress {
		d.mac, d.noAddress = schema.Attr[schema.MAC]{}, true
		return nil
	}
	d.noAddress = false
	return readInto(schema.ParseMAC, func(d *netdev) *schema.Attr[schema.MAC] { return &d.mac })(d, text)
}

func vlanID(text string) (int, error) {
	id, err := strconv.Atoi(text)
	if err != nil || id < 1 || id > 4094 {
		return 0, errors.New("wants a number from 1 to 4094")
	}
	return id, nil
}

// optionKeys makes a row for each driver option that [Bond] has a word for.
func optionKeys() []key[netdev] {
	var keys []key[netdev]
	for _, o := range schema.OptionsOf(schema.BondScope) {
		if word := o.Word(schema.Networkd); word.Name != "" && !word.OnSlave {
			keys = append(keys, key[netdev]{"Bond", word.Name, func(d *netdev, text schema.Attr[string]) error {
				return d.readOption(o, text)
			}})
		}
	}
	return keys
}

func (d *netdev) readOption(o *schema.Option, text schema.Attr[string]) error {
	value, err := optionValue(o, text.Value)
	if err != nil {
		return err
	}
	if ok, why := o.CanSay(schema.Networkd, value); !ok {
		return fmt.Errorf("has no effect: %s", why)
	}
	if old, ok := d.settings.Get(o.Name); ok && value.IsList() && len(value.Items()) > 0 {
		if value, err = o.List(slices.Concat(old.Value.Items(), value.Items())); err != nil {
			return err
		}
	}
	d.settings = d.settings.With(schema.Setting{Option: o, Value: value, NameRange: text.Range, Range: text.Range})
	return nil
}

// optionValue reads a driver option's value as systemd-networkd does: times
// with units, a bare number counting seconds; words, not numbers, of an
// enumeration; many words for yes and no.
func optionValue(o *schema.Option, text string) (schema.Value, error) {
	switch {
	case o.Unit != schema.NoUnit:
		span, err := timeSpan(text)
		if err != nil {
			return schema.Value{}, err
		}
		return o.Int(int64(span / o.Unit.Duration()))
	case o.Kind == schema.Flag:
		yes, err := boolean(text)
		if err != nil {
			return schema.Value{}, err
		}
		return o.Parse(strconv.FormatBool(yes))
	case o.Kind == schema.Enum:
		if _, ok := o.Choice(text); !ok {
			return schema.Value{}, fmt.Errorf("wants %s, not %q; systemd-networkd ignores numbers", o.Range(), text)
		}
	}
	return o.Parse(text)
}

// readNetDev reads a .netdev file.
func (r *reader) readNetDev(u *unit) {
	match, others := parted(u.sections, "Match")
	for _, p := range match {
		if len(p.Entries) > 0 {
			r.report.NotUnderstood(p.path, p.Line, "A document is for one host, and has nothing like [Match] of .netdev files; "+u.name+" is left aside.")
			return
		}
	}
	common, own := parted(others, "NetDev")
	d := &netdev{}
	take(r, common, netdevKeys, d)
	switch why := nameFault(d.name.Value); {
	case !d.name.Known() || !d.kind.Known():
		r.report.NotUnderstood(u.main.Path, 1, "systemd-networkd wants Name= and Kind= in [NetDev], and ignores the file without.")
	case why != "" && !isPattern(d.name.Value):
		r.report.NotUnderstood(d.name.Range.Filename, d.name.Range.Start.Line, why+", and ignores the file.")
	case r.byName[d.name.Value] != nil:
		r.report.NotUnderstood(d.name.Range.Filename, d.name.Range.Start.Line, "An earlier file makes "+d.name.Value+"; this one is ignored.")
	default:
		r.readKindOf(d, own)
		r.make(u, d)
	}
}

// readKindOf reads what is said of the link beside [NetDev]; of other kinds
// than those of documents the file as a whole is reported.
func (r *reader) readKindOf(d *netdev, parts []part) {
	if keys, ok := kindKeys[d.kind.Value]; ok {
		take(r, parts, keys, d)
	}
}

// make adds a link. Those of kinds that documents do not have are known by
// their names alone.
func (r *reader) make(u *unit, d *netdev) {
	network := schema.Network{MACAddress: d.mac, MTU: d.mtu}
	switch {
	case d.kind.Value == "bond":
		d.bond = &schema.Bond{Name: d.name, Settings: d.settings, Network: network, Range: d.name.Range}
		r.doc.Bonds = append(r.doc.Bonds, d.bond)
		r.checkAddress(d)
	case d.kind.Value == "vlan" && d.id.Known():
		d.vlan = &schema.VLAN{ID: d.id, Link: d.name, Network: network, Range: d.name.Range}
	case d.kind.Value == "vlan":
		r.report.NotUnderstood(u.main.Path, 1, "systemd-networkd wants Id= in [VLAN], and ignores the file without.")
		return
	default:
		r.report.NotUnderstood(d.kind.Range.Filename, d.kind.Range.Start.Line, "A document has bonds and VLANs, and no links of kind "+d.kind.Value+".")
	}
	r.byName[d.name.Value] = d
	r.netdevs = append(r.netdevs, d)
}

// checkAddress reports a bond's address that is neither given nor that of one of
// its slaves. The files do not tell it: it comes of the machine's identity and the
// bond's name (netdev_generate_hw_addr in src/network/netdev/netdev.c).
func (r *reader) checkAddress(d *netdev) {
	const remedy = "; a document leaves it to the first slave. Set mac_address, or MACAddress= of the .netdev file, to keep the one that it has"
	if d.mac.Known() || d.bond.FollowsActiveSlave() {
		return
	}
	if !d.noAddress {
		r.report.NotUnderstood(d.name.Range.Filename, d.name.Range.Start.Line, "systemd-networkd makes up an address for "+d.name.Value+remedy+".")
		return
	}
	for _, p := range r.policies {
		if p.match.of(subject{d.name.Value, d.kind.Value}) != yes {
			continue
		}
		if p.policy.Value == "persistent" || p.policy.Value == "random" {
			r.report.NotUnderstood(p.policy.Range.Filename, p.policy.Range.Start.Line, "systemd-udevd makes up an address for "+d.name.Value+" by this"+remedy+".")
		}
		return
	}
}

// checkNetDevs reports links that systemd-networkd makes and then leaves alone.
func (r *reader) checkNetDevs() {
	for _, d := range r.netdevs {
		if d.bond == nil && d.vlan == nil {
			continue
		}
		name, line := d.name.Value, d.name.Range
		if !d.matched {
			r.report.NotUnderstood(line.Filename, line.Start.Line, "No .network file is for "+name+": systemd-networkd leaves it down.")
		}
		if d.vlan != nil && !d.carried {
			r.report.NotUnderstood(line.Filename, line.Start.Line, "No .network file has VLAN="+name+": systemd-networkd does not make it.")
		}
	}
}
