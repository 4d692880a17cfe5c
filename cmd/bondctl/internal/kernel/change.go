package kernel

import (
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/schema"
)

const (
	create  = unix.NLM_F_CREATE | unix.NLM_F_EXCL
	replace = unix.NLM_F_CREATE | unix.NLM_F_REPLACE
)

// AddLink implements [Links].
func (h *Host) AddLink(name, kind string) error {
	return h.add("make link "+name, name, encodeKind(kind, nil))
}

// AddVLAN implements [Links].
func (h *Host) AddVLAN(name, parent string, id int) error {
	what := fmt.Sprintf("make VLAN %d of %s", id, parent)
	index, err := h.index(parent)
	if err != nil {
		return about(what, err)
	}
	data := appendAttr(nil, vlanID, encodeNumber(schema.U16, int64(id)))
	attrs := appendAttr(nil, unix.IFLA_LINK, native.AppendUint32(nil, index))
	return h.add(what, name, append(attrs, encodeKind(kindVLAN, data)...))
}

// Delete implements [Links].
func (h *Host) Delete(name string) error {
	return h.toLink("delete link "+name, name, unix.RTM_DELLINK, nil)
}

// Up implements [Links].
func (h *Host) Up(name string) error { return h.flag("set link "+name+" up", name, unix.IFF_UP) }

// Down implements [Links].
func (h *Host) Down(name string) error { return h.flag("set link "+name+" down", name, 0) }

// SetMTU implements [Links].
func (h *Host) SetMTU(name string, bytes int) error {
	attr := appendAttr(nil, unix.IFLA_MTU, encodeNumber(schema.U32, int64(bytes)))
	return h.toLink(fmt.Sprintf("set the MTU of %s to %d", name, bytes), name, unix.RTM_SETLINK, attr)
}

// SetMAC implements [Links].
func (h *Host) SetMAC(name string, mac schema.MAC) error {
	attr := appendAttr(nil, unix.IFLA_ADDRESS, mac[:])
	return h.toLink(fmt.Sprintf("set the address of %s to %s", name, mac), name, unix.RTM_SETLINK, attr)
}

// AddBond implements [Bonds].
func (h *Host) AddBond(name string, settings schema.Settings) error {
	what := "make bond " + name
	data, err := h.attributes(settings)
	if err != nil {
		return about(what, err)
	}
	return h.add(what, name, append(encodeCreation(settings), encodeKind(kindBond, data)...))
}

// SetBond implements [Bonds]. The message names the bond by its index alone: a
// name in it would be a rename, which the kernel refuses of a link that is up.
func (h *Host) SetBond(name string, settings schema.Settings) error {
	what := "set options of bond " + name
	if i := slices.IndexFunc(settings, func(s schema.Setting) bool { return isLinkOption(s.Option) }); i >= 0 {
		return fmt.Errorf("%s: %s %w", what, settings[i].Option.Name, ErrCreationOnly)
	}
	data, err := h.attributes(settings)
	if err != nil {
		return about(what, err)
	}
	return h.toLink(what, name, unix.RTM_NEWLINK, encodeKind(kindBond, data))
}

// Enslave implements [Bonds].
func (h *Host) Enslave(slave, bond string) error {
	what := fmt.Sprintf("enslave %s to %s", slave, bond)
	index, err := h.index(bond)
	if err != nil {
		return about(what, err)
	}
	return h.toLink(what, slave, unix.RTM_SETLINK, appendAttr(nil, unix.IFLA_MASTER, native.AppendUint32(nil, index)))
}

// Release implements [Bonds].
func (h *Host) Release(slave string) error {
	return h.toLink("release "+slave, slave, unix.RTM_SETLINK, appendAttr(nil, unix.IFLA_MASTER, native.AppendUint32(nil, 0)))
}

// SetSlave implements [Bonds]. The kernel acts on the data of a slave in
// RTM_NEWLINK only; RTM_SETLINK takes it and does nothing.
func (h *Host) SetSlave(name string, settings schema.Settings) error {
	what := "set options of slave " + name
	m, err := h.find(name)
	if err != nil {
		return about(what, err)
	}
	if !h.isSlave(m) {
		return about(what, ErrNotSlave)
	}
	data, err := h.attributes(settings)
	if err != nil {
		return about(what, err)
	}
	return h.change(what, unix.RTM_NEWLINK, 0, append(encodeIfinfo(m.index, 0, 0), encodeSlave(data)...))
}

// AddAddress implements [Addresses].
func (h *Host) AddAddress(a Address) error {
	err := h.address("add", unix.RTM_NEWADDR, create, a)
	if err == nil {
		h.announce(a)
	}
	return err
}

// ReplaceAddress implements [Addresses].
func (h *Host) ReplaceAddress(a Address) error {
	err := h.address("set", unix.RTM_NEWADDR, replace, a)
	if err == nil {
		h.announce(a)
	}
	return err
}

// RemoveAddress implements [Addresses].
func (h *Host) RemoveAddress(a Address) error { return h.address("remove", unix.RTM_DELADDR, 0, a) }

func (h *Host) address(verb string, kind, flags uint16, a Address) error {
	what := fmt.Sprintf("%s address %s of %s", verb, a.Prefix, a.Link)
	index, err := h.index(a.Link)
	if err != nil {
		return about(what, err)
	}
	return h.change(what, kind, flags, encodeAddress(a, index))
}

// AddRoute implements [Addresses].
func (h *Host) AddRoute(r Route) error { return h.route("add", unix.RTM_NEWROUTE, create, r) }

// ReplaceRoute implements [Addresses].
func (h *Host) ReplaceRoute(r Route) error { return h.route("set", unix.RTM_NEWROUTE, replace, r) }

// SetRoute implements [Addresses]. Told to replace a route of IPv6, the kernel
// takes away all of that destination and metric (fib6_add_rt2node in
// net/ipv6/ip6_fib.c): it is told to put this one beside them, and one with the
// same next hop is taken out before.
func (h *Host) SetRoute(r Route) error {
	if r.To.Addr().Is4() {
		return h.ReplaceRoute(r)
	}
	const beside = unix.NLM_F_CREATE | unix.NLM_F_APPEND
	err := h.route("set", unix.RTM_NEWROUTE, beside, r)
	if !errors.Is(err, unix.EEXIST) {
		return err
	}
	state, err := h.Observe()
	if err != nil {
		return err
	}
	for _, found := range state.Routes {
		if found.Same(r) {
			if err := h.RemoveRoute(found); err != nil {
				return err
			}
		}
	}
	return h.route("set", unix.RTM_NEWROUTE, beside, r)
}

// RemoveRoute implements [Addresses].
func (h *Host) RemoveRoute(r Route) error { return h.route("remove", unix.RTM_DELROUTE, 0, r) }

func (h *Host) route(verb string, kind, flags uint16, r Route) error {
	what := fmt.Sprintf("%s route to %s", verb, r.To)
	var index uint32
	if r.Link != "" {
		var err error
		if index, err = h.index(r.Link); err != nil {
			return about(what, err)
		}
	}
	if kind == unix.RTM_DELROUTE {
		return h.change(what, kind, flags, encodeRemoval(r, index))
	}
	return h.change(what, kind, flags, encodeRoute(r, index))
}

// add makes a link; the name must be free.
func (h *Host) add(what, name string, attrs []byte) error {
	body := append(encodeIfinfo(0, 0, 0), encodeName(name)...)
	return h.change(what, unix.RTM_NEWLINK, create, append(body, attrs...))
}

// toLink sends attributes to a link that exists.
func (h *Host) toLink(what, name string, kind uint16, attrs []byte) error {
	index, err := h.index(name)
	if err != nil {
		return about(what, err)
	}
	return h.change(what, kind, 0, append(encodeIfinfo(index, 0, 0), attrs...))
}

// flag sets or clears IFF_UP and leaves the other flags.
func (h *Host) flag(what, name string, flags uint32) error {
	index, err := h.index(name)
	if err != nil {
		return about(what, err)
	}
	return h.change(what, unix.RTM_SETLINK, 0, encodeIfinfo(index, flags, unix.IFF_UP))
}
