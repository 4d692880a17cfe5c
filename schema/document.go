package schema

import "github.com/hashicorp/hcl/v2"

// Document is one description of a host's bonds, links and ways out.
type Document struct {
	// Name is what the user calls the document: a file's or directory's path.
	Name      string
	Backend   Attr[string]
	Bonds     []*Bond
	Links     []*Link
	Fallbacks []*Fallback
	Guard     *Guard
	// Sensitive are the texts of sensitive variables; secrets in attributes
	// carry their own mask.
	Sensitive []Secret
	unread    gaps
}

// Bond is an aggregated link and what it carries.
type Bond struct {
	Name     Attr[string]
	Settings Settings
	Slaves   []*Slave
	Network
	VLANs []*VLAN
	// Range is the place of the block's header.
	Range hcl.Range
}

// Mode gives the bond's mode, the driver's own where none is set, and false
// where the document has one that was refused.
func (b *Bond) Mode() (Mode, bool) {
	setting, ok := b.Settings.Get("mode")
	return Mode(setting.Value.Number()), !ok || !setting.Bad //nolint:gosec // an enumeration of seven
}

// FollowsActiveSlave tells whether the bond surely has the Ethernet address of its
// active slave, whichever one it was made with (bond_do_fail_over_mac in the
// kernel's drivers/net/bonding/bond_main.c).
func (b *Bond) FollowsActiveSlave() bool {
	policy, mode, sure := b.failOverMAC()
	return sure && policy == "active" && mode == ActiveBackup
}

// failOverMAC gives the bond's fail_over_mac and its mode, and whether both are known.
func (b *Bond) failOverMAC() (policy string, mode Mode, sure bool) {
	setting, ok := b.Settings.Get("fail_over_mac")
	mode, sure = b.sureMode()
	return setting.Value.String(), mode, ok && !setting.Bad && sure
}

// Slave is a link enslaved to a bond.
type Slave struct {
	Name     Attr[string]
	Settings Settings
	Wifi     *Wifi
	Range    hcl.Range
	unread   gaps
}

// LinkKind says what a link outside bonds is.
type LinkKind string

// The kinds of links outside bonds, as the blocks are called.
const (
	Ethernet LinkKind = "ethernet"
	WifiLink LinkKind = "wifi"
	PPP      LinkKind = "ppp"
)

// Link is a link outside bonds.
type Link struct {
	Kind LinkKind
	Name Attr[string]
	// Wifi is set for a link of kind wifi.
	Wifi *Wifi
	// Peer names the file in /etc/ppp/peers that dials a link of kind ppp;
	// unset where something else brings the link up.
	Peer Attr[string]
	// NegotiatesIPv6 is whether IPV6CP is spoken on a link of kind ppp (RFC 5072); unset
	// where that is left to what brings it up.
	NegotiatesIPv6 Attr[bool]
	Network
	VLANs []*VLAN
	Range hcl.Range
}

// Guard is what watches over an unconfirmed transaction.
type Guard struct {
	ConfirmWithin Attr[Duration]
	Verifiers     []*Verifier
	Range         hcl.Range
}

// Stations names the links that join a wireless network.
func (d *Document) Stations() []string {
	var names []string
	for _, b := range d.Bonds {
		for _, s := range b.Slaves {
			if s.Wifi != nil {
				names = append(names, s.Name.Value)
			}
		}
	}
	for _, l := range d.Links {
		if l.Wifi != nil {
			names = append(names, l.Name.Value)
		}
	}
	return names
}

// Bond finds a bond by name.
func (d *Document) Bond(name string) (*Bond, bool) {
	for _, b := range d.Bonds {
		if b.Name.Value == name {
			return b, true
		}
	}
	return nil, false
}
