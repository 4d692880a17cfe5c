package kernel

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/bondctl/bondctl/schema"
)

// State is what a network namespace holds.
type State struct {
	// Links are in the order of their indexes.
	Links []*Link
	// Addresses are in the kernel's order: by link, primary ones first.
	Addresses []Address
	// Routes are those of every table, without what only the kernel's cache has.
	Routes []Route
	Rules  []Rule
	// Fresh is what the driver tells of new bonds, for the modes that it was
	// asked about. It is no part of what is written down.
	Fresh map[schema.Mode]Fresh
}

// Fresh is what the driver tells of links that nobody has told anything yet.
type Fresh struct {
	Bond *Bond
	// Slave is nil where no link could be had for one.
	Slave *Slave
}

// Link finds a link by name.
func (s *State) Link(name string) (*Link, bool) {
	i := slices.IndexFunc(s.Links, func(l *Link) bool { return l.Name == name })
	if i < 0 {
		return nil, false
	}
	return s.Links[i], true
}

// Slaves lists the slaves of a bond in the order of their indexes.
func (s *State) Slaves(bond string) []*Link {
	var slaves []*Link
	for _, l := range s.Links {
		if l.Slave != nil && l.Master == bond {
			slaves = append(slaves, l)
		}
	}
	return slaves
}

// Link is one link as observed.
type Link struct {
	Index uint32
	Name  string
	// Kind is that of the kernel's link operations ("bond", "vlan", "dummy"),
	// empty for hardware.
	Kind string
	// Hardware is the ARPHRD_* type (include/uapi/linux/if_arp.h): 1 for Ethernet.
	Hardware uint16
	// Wireless is set for a link that has a radio (cfg80211).
	Wireless bool
	// MAC is the current Ethernet address, zero for a link that has none.
	MAC schema.MAC
	// PermanentMAC is that of the hardware, zero where the kernel tells none.
	PermanentMAC schema.MAC
	// MTU is the largest payload of a frame, in bytes.
	MTU int
	// Up is the administrative state (IFF_UP); Carrier that of the line.
	Up, Carrier bool
	// Master is the name of the link that this one is enslaved to.
	Master string
	// Parent is the name of the link that a VLAN stands on, and VLAN its id.
	Parent string
	VLAN   int
	// Special is set for a VLAN with another protocol than 802.1Q, other flags
	// than a new one has, or QoS maps.
	Special bool
	// Lower is the name of the link that one of another kind stands on: a
	// macvlan, or a tunnel that is bound to a link.
	Lower string
	// Remote is the far end of an encapsulation, invalid for none. It is no part of
	// what is written down.
	Remote netip.Addr
	// Bond is set for a bond, Slave for the slave of one.
	Bond  *Bond
	Slave *Slave
	// IPv6 is nil for a link without IPv6. It is no part of what is written down.
	IPv6 IPv6
}

// Bond is what the driver tells of a bond.
type Bond struct {
	// Settings are what the driver told, in table order. It says nothing of a
	// primary or targets that are not there; see [Bond.Value].
	Settings schema.Settings
	// LACP is nil unless an 802.3ad bond has an active aggregator.
	LACP *LACP
	// Unknown are the attributes of a newer driver.
	Unknown []Attribute
}

// Mode gives the bond's mode.
func (b *Bond) Mode() schema.Mode {
	setting, _ := b.Settings.Get("mode")
	return schema.Mode(setting.Value.Number()) //nolint:gosec // an enumeration of seven
}

// Value gives the value of an option, and false where the driver tells none:
// it is too old for the option, or tells it in other modes only. Of a link or
// a list that is not set the driver is silent too, and that is a value.
func (b *Bond) Value(o *schema.Option) (schema.Value, bool) { return valueIn(b.Settings, o) }

// LACP is the active aggregator of an 802.3ad bond.
type LACP struct {
	Aggregator, Ports, ActorKey, PartnerKey uint16
	// PartnerMAC is zero while no partner answers.
	PartnerMAC schema.MAC
}

// Slave is what the driver tells of a slave.
type Slave struct {
	// Settings are what the driver told, in table order.
	Settings schema.Settings
	// Active tells whether the slave carries traffic now (BOND_STATE_ACTIVE);
	// in most modes every slave does.
	Active bool
	// MII is the driver's view of the carrier.
	MII MIIStatus
	// Failures counts how often the driver saw the carrier go.
	Failures uint32
	// PermanentMAC is the address that the slave gets back on release.
	PermanentMAC schema.MAC
	// Aggregator is the LACP aggregator of the slave, 0 outside 802.3ad.
	Aggregator uint16
	// Unknown are the attributes of a newer driver.
	Unknown []Attribute
}

// Value gives the value of a slave's option, and false where the driver tells none.
func (s *Slave) Value(o *schema.Option) (schema.Value, bool) { return valueIn(s.Settings, o) }

func valueIn(settings schema.Settings, o *schema.Option) (schema.Value, bool) {
	if o.Alias != "" {
		o, _ = schema.Lookup(o.Alias)
	}
	if setting, ok := settings.Get(o.Name); ok {
		return setting.Value, true
	}
	if o.Default != "" || o.Attr == 0 {
		return schema.Value{}, false
	}
	none, err := o.Parse("")
	return none, err == nil
}

// MIIStatus is the driver's view of a slave's carrier (BOND_LINK_*,
// include/net/bonding.h).
type MIIStatus uint8

// The states of a slave's carrier.
const (
	MIIUp        MIIStatus = iota
	MIIGoingDown           // the carrier is gone, downdelay runs
	MIIDown
	MIIGoingBack // the carrier is back, updelay runs
)

// String gives the text of /proc/net/bonding.
func (m MIIStatus) String() string {
	names := [...]string{"up", "going down", "down", "going back"}
	if int(m) >= len(names) {
		return "unknown"
	}
	return names[m]
}

// Attribute is a netlink attribute that this program has no row for.
type Attribute struct {
	Number uint16
	Data   []byte
}

// Address is an IP address of a link.
type Address struct {
	Link string
	// Prefix is the address with the length of its network.
	Prefix netip.Prefix
	// Peer is the other end of a point-to-point link, zero elsewhere.
	Peer netip.Prefix
	// Broadcast is invalid where the link has none; IPv4 only.
	Broadcast netip.Addr
	// Label is the link's name, perhaps with a suffix; IPv4 only.
	Label string
	// Scope is 0 for global, 253 for link, 254 for host (RT_SCOPE_*).
	Scope uint8
	// Flags are IFA_F_*: 0x80 permanent, 0x200 no prefix route.
	Flags uint32
	// Valid and Preferred are lifetimes in seconds; 0 for ever.
	Valid, Preferred uint32
}

// Same tells whether the kernel takes two addresses for one.
func (a *Address) Same(b Address) bool {
	return a.Link == b.Link && a.Prefix == b.Prefix && a.Peer == b.Peer
}

// Route is a route with one next hop. What it cannot say of one observed is told by
// Unknown; see [Route.IsRestorable].
type Route struct {
	// To is the destination; 0.0.0.0/0 or ::/0 for a default route.
	To netip.Prefix
	// Via is the next hop, invalid for a destination on the link itself.
	Via netip.Addr
	// Link is the name of the outgoing link, empty for an unreachable and the like.
	Link string
	// Source is the preferred source address, invalid for none.
	Source netip.Addr
	// Metric is the priority; lower wins. IPv6 turns 0 into 1024.
	Metric uint32
	// Table is 254 for main, 255 for local; 0 in a change stands for main.
	Table uint32
	// Protocol is who made it (RTPROT_*): 2 kernel, 3 boot, 4 static, 16 dhcp;
	// 0 in a change stands for static.
	Protocol uint8
	// Scope is 0 for global, 253 for link (RT_SCOPE_*). In a change, 0 of an
	// IPv4 route without a next hop stands for link.
	Scope uint8
	// TOS picks packets by their type of service.
	TOS uint8
	// Type is 1 for unicast, 2 for local, 3 for broadcast (RTN_*); 0 in a
	// change stands for unicast.
	Type uint8
	// Flags are RTNH_F_*: 4 for onlink.
	Flags uint32
	// Expires is set for a route that is there for a time, as routers advertise it.
	Expires bool
	// Unknown are attributes beyond these: several next hops, metrics.
	Unknown []Attribute
}

// Same tells whether the kernel takes two routes for one, so that one takes the
// other's place: IPv6 tells next hops apart where IPv4 does not. What 0 stands
// for in a change is considered.
func (r Route) Same(s Route) bool {
	same := r.To == s.To && r.Priority() == s.Priority() && r.InTable() == s.InTable() && r.TOS == s.TOS
	return same && (r.To.Addr().Is4() || r.Link == s.Link && r.Via == s.Via)
}

// The kernel's number of the main routing table, and what IPv6 makes of a metric of 0.
const (
	mainTable   = 254
	metricOfIP6 = 1024
)

// MonitorProtocol marks the routes of bondctl monitor (rtm_protocol), which makes and
// takes them by itself: a number that rt_protos of iproute2 does not give to anybody.
const MonitorProtocol = 203

// InTable is where the route stands or is to stand.
func (r Route) InTable() uint32 { return cmp.Or(r.Table, mainTable) }

// Priority is the metric that the route has or is to have.
func (r Route) Priority() uint32 {
	if r.To.Addr().Is4() {
		return r.Metric
	}
	return cmp.Or(r.Metric, metricOfIP6)
}

// Rule is a rule that picks a routing table.
type Rule struct {
	Family schema.Family
	// Priority orders the rules; lower comes first.
	Priority uint32
	// From and To are invalid for "all".
	From, To netip.Prefix
	// Incoming and Outgoing are names of links, empty for any.
	Incoming, Outgoing string
	// Table is where the rule leads.
	Table uint32
	// Action is 1 for a table (FR_ACT_*).
	Action uint8
	// Mark is that of packets which the rule catches, with its mask.
	Mark, Mask uint32
	// ButDefault passes over the table's default route (suppress_prefixlength 0,
	// ip-rule(8)).
	ButDefault bool
	// Unknown are attributes beyond these.
	Unknown []Attribute
}
