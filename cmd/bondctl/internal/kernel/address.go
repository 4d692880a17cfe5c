package kernel

import (
	"cmp"
	"net/netip"

	"golang.org/x/sys/unix"
)

const (
	forever = 0xffffffff
	// addressFlags are those IFA_F_* that a change may set; the kernel works
	// out the others.
	addressFlags = unix.IFA_F_NODAD | unix.IFA_F_HOMEADDRESS | unix.IFA_F_MANAGETEMPADDR | unix.IFA_F_NOPREFIXROUTE | unix.IFA_F_MCAUTOJOIN
)

// afOf gives the address family of an address.
func afOf(addr netip.Addr) byte {
	if addr.Is4() {
		return unix.AF_INET
	}
	return unix.AF_INET6
}

// encodeAddress gives a struct ifaddrmsg with its attributes. In IPv4 the
// other end of the link stands where an ordinary link has the address again.
func encodeAddress(a Address, index uint32) []byte {
	addr, far := a.Prefix.Addr(), a.Prefix
	if a.Peer.IsValid() {
		far = a.Peer
	}
	msg := []byte{afOf(addr), byte(far.Bits()), 0, a.Scope} //nolint:gosec // 0 to 128
	msg = native.AppendUint32(msg, index)
	msg = appendAttr(msg, unix.IFA_LOCAL, addr.AsSlice())
	msg = appendAttr(msg, unix.IFA_ADDRESS, far.Addr().AsSlice())
	if a.Broadcast.IsValid() {
		msg = appendAttr(msg, unix.IFA_BROADCAST, a.Broadcast.AsSlice())
	}
	if a.Label != "" {
		msg = appendAttr(msg, unix.IFA_LABEL, append([]byte(a.Label), 0))
	}
	msg = appendAttr(msg, unix.IFA_FLAGS, native.AppendUint32(nil, a.Flags&addressFlags))
	return appendAttr(msg, unix.IFA_CACHEINFO, encodeLifetimes(a))
}

// encodeLifetimes gives a struct ifa_cacheinfo.
func encodeLifetimes(a Address) []byte {
	info := native.AppendUint32(nil, cmp.Or(a.Preferred, forever))
	info = native.AppendUint32(info, cmp.Or(a.Valid, forever))
	return append(info, make([]byte, 8)...)
}

// decodeAddress reads a struct ifaddrmsg with its attributes.
func decodeAddress(msg []byte, name namer) (Address, error) {
	if len(msg) < unix.SizeofIfAddrmsg {
		return Address{}, errMalformed
	}
	attrs, err := parseAttrs(msg[unix.SizeofIfAddrmsg:])
	a := Address{Flags: uint32(msg[2]), Scope: msg[3]}
	a.Link, _ = name(native.Uint32(msg[4:]))
	var local, far netip.Addr
	for _, attr := range attrs {
		switch attr.Number {
		case unix.IFA_LOCAL:
			local = attr.addr()
		case unix.IFA_ADDRESS:
			far = attr.addr()
		case unix.IFA_BROADCAST:
			a.Broadcast = attr.addr()
		case unix.IFA_LABEL:
			a.Label = attr.text()
		case unix.IFA_FLAGS:
			a.Flags = attr.number()
		case unix.IFA_CACHEINFO:
			a.Preferred, a.Valid = decodeLifetimes(attr.Data)
		}
	}
	a.place(local, far, int(msg[1])) //nolint:gosec // the length was checked
	return a, err
}

// place takes the two addresses of a message for address and peer.
func (a *Address) place(local, far netip.Addr, bits int) {
	if !local.IsValid() {
		local = far
	}
	a.Prefix = netip.PrefixFrom(local, bits)
	if far.IsValid() && far != local {
		a.Prefix, a.Peer = netip.PrefixFrom(local, local.BitLen()), netip.PrefixFrom(far, bits)
	}
}

// decodeLifetimes gives the preferred and the valid one in seconds, 0 for ever.
func decodeLifetimes(data []byte) (preferred, valid uint32) {
	if len(data) < 8 {
		return 0, 0
	}
	return finite(native.Uint32(data)), finite(native.Uint32(data[4:]))
}

func finite(seconds uint32) uint32 {
	if seconds == forever {
		return 0
	}
	return seconds
}

// addr reads an address of 4 or 16 bytes; invalid from any other length.
func (a Attribute) addr() netip.Addr {
	addr, _ := netip.AddrFromSlice(a.Data)
	return addr
}
