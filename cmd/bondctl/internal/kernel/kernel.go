// Package kernel observes and changes links, bonds, addresses and routes
// through rtnetlink. Everything above it speaks of names and of the options of
// the table in package schema; indexes, attributes and byte orders stay here.
//
// Sockets and tracked connections that a dead address leaves behind are ended
// through sock_diag and ctnetlink (sockets.go, flows.go).
//
// encode.go and decode.go are pure: bytes and values. netlink.go is the socket.
// Package kerneltest has a stateful fake of the bonding driver and the suite
// that the fake and the real kernel pass alike.
package kernel

import (
	"errors"
	"net/netip"

	"github.com/bondctl/bondctl/schema"
)

// Kernel is what observes and changes the links of one network namespace.
//
// Errors say what was being done and wrap the kernel's errno (a
// syscall.Errno), followed by the kernel's own words where it has some.
// [ErrNoLink], [ErrNotSlave] and [ErrCreationOnly] stand for what the kernel would take in silence.
type Kernel interface {
	// Observe reads everything; nothing is changed.
	Observe() (*State, error)
	// Fresh gives what the driver tells of a new bond of a mode and of its
	// slave: which options it knows. Nobody notices the bond. [ErrUnknown]
	// where that cannot be found out.
	Fresh(mode schema.Mode) (Fresh, error)
	Paths
	Links
	Bonds
	Addresses
}

// Paths is what tells of ways out beyond the tables that Observe reads.
type Paths interface {
	// PathTo gives the link over which the kernel would send to an address now,
	// its rules and tables considered. An address to send from, invalid for
	// none, must be this machine's. [ErrUnreachable] where no way leads there.
	PathTo(remote, from netip.Addr) (link string, err error)
	// Stations lists the Wi-Fi links that are for joining a network. A kernel
	// without Wi-Fi has none.
	Stations() ([]Station, error)
}

// Links is what changes any link.
type Links interface {
	// AddLink makes a link, down, of a kind that needs nothing but a name,
	// such as "dummy".
	AddLink(name, kind string) error
	// AddVLAN makes an 802.1Q link on top of another; the id is 1 to 4094.
	AddVLAN(name, parent string, id int) error
	// Delete deletes a link. A bond releases its slaves and leaves them down;
	// what stands on top of the link goes with it.
	Delete(name string) error
	// Up sets a link administratively up.
	Up(name string) error
	// Down sets a link administratively down; its routes are gone after it,
	// and its IPv6 addresses too.
	Down(name string) error
	// SetMTU sets the largest payload of a frame, in bytes. A bond hands it to
	// its slaves.
	SetMTU(name string, bytes int) error
	// SetMAC sets the Ethernet address. A bond hands it to those slaves that
	// share its address.
	SetMAC(name string, mac schema.MAC) error
	// SetIPv6 changes how the kernel configures IPv6 on a link. Routers that are to be
	// heeded are asked at once; what was learnt of those that are not stays.
	SetIPv6(name string, want IPv6) error
}

// Bonds is what changes bonds and their slaves. Only the settings given are
// sent. The driver takes them in the order of the table, stops at the first
// that it refuses and keeps those before it, except for a new bond, of which
// then nothing is left. An attribute that the driver is too old to know is
// ignored in silence: only reading back shows whether a setting took.
type Bonds interface {
	// AddBond makes a bond, down, with these settings.
	AddBond(name string, settings schema.Settings) error
	// SetBond changes settings of a bond.
	SetBond(name string, settings schema.Settings) error
	// Enslave gives a link, which must be down, to a bond, which opens it. A
	// slave of another bond is released first.
	Enslave(slave, bond string) error
	// Release takes a slave from its bond and leaves it down; a link without
	// a bond is left alone.
	Release(slave string) error
	// SetSlave changes settings of a slave.
	SetSlave(name string, settings schema.Settings) error
}

// Addresses is what changes addresses and routes. Neighbours are told of an
// IPv4 address that is added.
type Addresses interface {
	// AddAddress fails with EEXIST where the link has the address.
	AddAddress(Address) error
	// ReplaceAddress adds an address or changes its lifetimes.
	ReplaceAddress(Address) error
	// RemoveAddress fails with EADDRNOTAVAIL where the link lacks the address.
	RemoveAddress(Address) error
	// AddRoute fails with EEXIST where a route of that destination, metric
	// and table exists.
	AddRoute(Route) error
	// SetRoute adds a route or takes the place of the one of the same
	// destination, metric and table; of IPv6, of the one of the same next hop
	// among them, and the others stay.
	SetRoute(Route) error
	// ReplaceRoute is SetRoute at one stroke. Of IPv6 it takes the place of all
	// routes of the same destination, metric and table, whatever their links.
	ReplaceRoute(Route) error
	// RemoveRoute fails with ESRCH where there is none like it.
	RemoveRoute(Route) error
}

// ErrNoLink is the absence of a link that a change or a setting names. The
// driver itself takes the index of a missing primary for "no primary".
var ErrNoLink = errors.New("no such link")

// ErrUnknown is a driver that cannot be asked what it knows: it is not loaded, or
// the process has not the right to.
var ErrUnknown = errors.New("the driver cannot be asked")

// ErrUnreachable is the absence of a way to an address.
var ErrUnreachable = errors.New("no route leads there")

// ErrNotSlave is a slave's setting for a link without a bond, which the kernel
// would ignore.
var ErrNotSlave = errors.New("not a slave of a bond")

// ErrCreationOnly is a setting that only the making of the bond can say.
var ErrCreationOnly = errors.New("can be set only when the bond is made")
