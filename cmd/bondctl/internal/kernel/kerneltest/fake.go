// Package kerneltest has a fake of the kernel for tests: links, addresses,
// routes, and a bonding driver that refuses what the real one refuses. The
// option table drives it; what the table does not say stands in quirks.go.
// [Conformance] is the suite that the fake and the real kernel pass alike.
package kerneltest

import (
	"fmt"
	"maps"
	"slices"
	"syscall"

	"github.com/bondctl/bondctl/cmd/bondctl/internal/kernel"
	"github.com/bondctl/bondctl/schema"
)

// Fake is a network namespace in memory. Use it from one goroutine at a time.
type Fake struct {
	links     []*link
	addresses []kernel.Address
	routes    []kernel.Route
	stations  []kernel.Station
	// lacks names the options of the table that this driver is too old for.
	lacks []string
	// next is the index of the next link, and what its address ends in.
	next uint32
	// before is called ahead of every change, and refuses it by an error.
	before func(what string) error
}

var _ kernel.Kernel = (*Fake)(nil)

// link is a link with what the kernel remembers about it.
type link struct {
	kernel.Link
	bond  *bond
	slave *slave
	// randomMAC is set while the address is one that the kernel drew, or that a VLAN
	// has from its parent.
	randomMAC bool
	// cut is set while the cable is cut.
	cut bool
}

// NewFake makes a namespace with a loopback that is down. The options named
// are those that its driver does not know.
func NewFake(lacks ...string) *Fake {
	f := &Fake{lacks: lacks, next: 1}
	f.add("lo", "")
	f.links[0].MTU, f.links[0].Hardware, f.links[0].MAC = 65536, 772, schema.MAC{}
	return f
}

// Before has a function called ahead of every change with what is about to be
// done, as "enslave eth0 to bond0". An error of it is the change's, and
// nothing has then been changed. Tests count and cut off changes by it.
func (f *Fake) Before(hook func(what string) error) { f.before = hook }

// change runs one change, if nothing is in its way.
func (f *Fake) change(what string, do func() error) error {
	if f.before != nil {
		if err := f.before(what); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	if err := do(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	f.inherit()
	return nil
}

// toLink runs a change of a link that must be there.
func (f *Fake) toLink(what, name string, do func(*link) error) error {
	return f.change(what, func() error {
		l, err := f.find(name)
		if err != nil {
			return err
		}
		return do(l)
	})
}

func (f *Fake) find(name string) (*link, error) {
	i := slices.IndexFunc(f.links, func(l *link) bool { return l.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("%w as %s", kernel.ErrNoLink, name)
	}
	return f.links[i], nil
}

// add makes a link with a locally administered address of its own.
func (f *Fake) add(name, kind string) *link {
	l := &link{randomMAC: true}
	l.Index, l.Name, l.Kind, l.Hardware, l.MTU = f.next, name, kind, 1, 1500
	l.MAC = f.draw()
	l.IPv6 = kernel.IPv6{kernel.AcceptRA: 1, kernel.Autoconf: 1, kernel.AdvertisedMetric: 1024, kernel.DisableIPv6: 0}
	f.links = append(f.links, l)
	return l
}

// draw gives an address that no link had before.
func (f *Fake) draw() schema.MAC {
	n := f.next
	f.next++
	return schema.MAC{2, 0, 0, 0, byte(n >> 8), byte(n)} //nolint:gosec // the low bytes are meant
}

// free fails where a link of the name exists.
func (f *Fake) free(name string) error {
	if _, err := f.find(name); err == nil {
		return syscall.EEXIST
	}
	return nil
}

// AddLink implements [kernel.Links].
func (f *Fake) AddLink(name, kind string) error {
	return f.change("make link "+name, func() error {
		if err := f.free(name); err != nil {
			return err
		}
		f.add(name, kind)
		return nil
	})
}

// AddHardware makes a link as a network card has it: with a permanent address,
// and a carrier once it is up.
func (f *Fake) AddHardware(name string) {
	l := f.add(name, "")
	l.PermanentMAC, l.randomMAC = l.MAC, false
}

// AddVLAN implements [kernel.Links].
func (f *Fake) AddVLAN(name, parent string, id int) error {
	return f.toLink(fmt.Sprintf("make VLAN %d of %s", id, parent), parent, func(p *link) error {
		taken := slices.ContainsFunc(f.links, func(l *link) bool { return l.Parent == parent && l.VLAN == id })
		switch {
		case id < 0 || id > 4094:
			return syscall.ERANGE
		case taken || f.free(name) != nil:
			return syscall.EEXIST
		}
		l := f.add(name, "vlan")
		l.Parent, l.VLAN, l.MAC, l.MTU = parent, id, p.MAC, p.MTU
		return nil
	})
}

// SetIPv6 implements [kernel.Links].
func (f *Fake) SetIPv6(name string, want kernel.IPv6) error {
	return f.toLink("configure IPv6 on "+name, name, func(l *link) error {
		l.IPv6 = maps.Clone(l.IPv6) // those who have observed it keep theirs
		maps.Copy(l.IPv6, want)
		if want[kernel.DisableIPv6] != 0 {
			f.addresses = slices.DeleteFunc(f.addresses, func(a kernel.Address) bool { return a.Link == name && a.Prefix.Addr().Is6() })
			f.routes = slices.DeleteFunc(f.routes, func(r kernel.Route) bool { return r.Link == name && r.To.Addr().Is6() })
		}
		return nil
	})
}

// Delete implements [kernel.Links].
func (f *Fake) Delete(name string) error {
	return f.toLink("delete link "+name, name, func(l *link) error {
		if l.Kind == "" {
			return syscall.EOPNOTSUPP
		}
		f.remove(l)
		return nil
	})
}

// remove takes a link away, with what stands on it and what it carries.
func (f *Fake) remove(l *link) {
	for _, other := range slices.Clone(f.links) {
		switch {
		case other.Parent == l.Name:
			f.remove(other)
		case other.Master == l.Name:
			f.release(other)
		}
	}
	f.release(l)
	f.links = slices.DeleteFunc(f.links, func(other *link) bool { return other == l })
	f.addresses = slices.DeleteFunc(f.addresses, func(a kernel.Address) bool { return a.Link == l.Name })
	f.routes = slices.DeleteFunc(f.routes, func(r kernel.Route) bool { return r.Link == l.Name })
}

// Up implements [kernel.Links].
func (f *Fake) Up(name string) error {
	return f.toLink("set link "+name+" up", name, func(l *link) error {
		if parent, err := f.find(l.Parent); err == nil && !parent.Up {
			return syscall.ENETDOWN
		}
		f.up(l)
		return nil
	})
}

// Down implements [kernel.Links].
func (f *Fake) Down(name string) error {
	return f.toLink("set link "+name+" down", name, func(l *link) error {
		f.down(l)
		return nil
	})
}

// SetMTU implements [kernel.Links].
func (f *Fake) SetMTU(name string, bytes int) error {
	return f.toLink(fmt.Sprintf("set the MTU of %s to %d", name, bytes), name, func(l *link) error {
		if bytes < 68 || bytes > 65535 {
			return syscall.EINVAL
		}
		if parent, err := f.find(l.Parent); err == nil && bytes > parent.MTU {
			return syscall.ERANGE
		}
		f.resize(l, bytes)
		return nil
	})
}

// resize hands a bond's MTU to its slaves, and takes larger ones of VLANs down
// to their link's (vlan_device_event, net/8021q/vlan.c).
func (f *Fake) resize(l *link, bytes int) {
	l.MTU = bytes
	for _, s := range f.slaves(l) {
		f.resize(s, bytes)
	}
	for _, vlan := range f.links {
		if vlan.Parent == l.Name && vlan.MTU > bytes {
			f.resize(vlan, bytes)
		}
	}
}

// SetMAC implements [kernel.Links].
func (f *Fake) SetMAC(name string, mac schema.MAC) error {
	return f.toLink(fmt.Sprintf("set the address of %s to %s", name, mac), name, func(l *link) error {
		if mac.Multicast() || mac.IsZero() {
			return syscall.EADDRNOTAVAIL
		}
		if l.bond != nil {
			f.setBondMAC(l, mac)
			return nil
		}
		l.MAC, l.randomMAC = mac, false
		return nil
	})
}

// CutCable takes the carrier from a link. Its bond notices at once, whatever
// monitors it.
func (f *Fake) CutCable(name string) error { return f.cable(name, true) }

// PlugCable gives a link its carrier back.
func (f *Fake) PlugCable(name string) error { return f.cable(name, false) }
