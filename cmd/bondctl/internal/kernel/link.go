package kernel

import (
	"bytes"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/schema"
)

const (
	kindBond = "bond"
	kindVLAN = "vlan"
	// vlanReorderHeader is VLAN_FLAG_REORDER_HDR, which new VLANs have.
	vlanReorderHeader = 1
	// extSkipStats is RTEXT_FILTER_SKIP_STATS: counters are most of a dump.
	extSkipStats = 1 << 3
)

// Numbers of IFLA_VLAN_* (include/uapi/linux/if_link.h).
const (
	vlanID       = 1
	vlanFlags    = 2
	vlanEgress   = 3
	vlanIngress  = 4
	vlanProtocol = 5
)

// Numbers of IFLA_BOND_* and IFLA_BOND_SLAVE_* that are read only and hence no
// options of the table (include/uapi/linux/if_link.h).
const (
	bondADInfo = 23

	slaveState      = 1
	slaveMII        = 2
	slaveFailures   = 3
	slavePermMAC    = 4
	slaveAggregator = 6
	slaveActorState = 7
	slavePartner    = 8
	slaveChurnActor = 11
	slaveChurnOther = 12
)

// encodeIfinfo gives a struct ifinfomsg; change tells which of the flags count.
func encodeIfinfo(index, flags, change uint32) []byte {
	msg := make([]byte, 4, unix.SizeofIfInfomsg)
	msg = native.AppendUint32(msg, index)
	msg = native.AppendUint32(msg, flags)
	return native.AppendUint32(msg, change)
}

// encodeKind gives the IFLA_LINKINFO of a link of a kind, with data where there is some.
func encodeKind(kind string, data []byte) []byte {
	info := appendAttr(nil, unix.IFLA_INFO_KIND, []byte(kind))
	if len(data) > 0 {
		info = appendAttr(info, unix.IFLA_INFO_DATA, data)
	}
	return appendAttr(nil, unix.IFLA_LINKINFO, info)
}

// encodeSlave gives the IFLA_LINKINFO that changes the slave of a bond.
func encodeSlave(data []byte) []byte {
	info := appendAttr(nil, unix.IFLA_INFO_SLAVE_KIND, []byte(kindBond))
	info = appendAttr(info, unix.IFLA_INFO_SLAVE_DATA, data)
	return appendAttr(nil, unix.IFLA_LINKINFO, info)
}

// encodeName gives the attribute of a link's name, which a zero byte ends.
func encodeName(name string) []byte {
	return appendAttr(nil, unix.IFLA_IFNAME, append([]byte(name), 0))
}

// linkMessage is a link before indexes have become names.
type linkMessage struct {
	index, flags uint32
	hardware     uint16
	attrs        []Attribute
}

// name gives the link's name, empty where the message has none.
func (m linkMessage) name() string {
	for _, a := range m.attrs {
		if a.Number == unix.IFLA_IFNAME {
			return a.text()
		}
	}
	return ""
}

func parseLink(msg []byte) (linkMessage, error) {
	if len(msg) < unix.SizeofIfInfomsg {
		return linkMessage{}, errMalformed
	}
	attrs, err := parseAttrs(msg[unix.SizeofIfInfomsg:])
	return linkMessage{
		hardware: native.Uint16(msg[2:]), index: native.Uint32(msg[4:]), flags: native.Uint32(msg[8:]), attrs: attrs,
	}, err
}

// decodeLinks reads the links of a dump, and gives their names by index.
func decodeLinks(dump [][]byte) ([]*Link, namer, error) {
	messages := make([]linkMessage, 0, len(dump))
	names := make(map[uint32]string, len(dump))
	for _, raw := range dump {
		m, err := parseLink(raw)
		if err != nil {
			return nil, nil, err
		}
		messages = append(messages, m)
		names[m.index] = m.name()
	}
	name := func(index uint32) (string, bool) {
		text, ok := names[index]
		return text, ok
	}
	links := make([]*Link, 0, len(messages))
	for _, m := range messages {
		l, err := m.link(name)
		if err != nil {
			return nil, nil, err
		}
		links = append(links, l)
	}
	return links, name, nil
}

// link reads the attributes of the link itself; what it has of a bond or a
// VLAN follows, for that needs the kind.
func (m linkMessage) link(name namer) (*Link, error) {
	l := &Link{Index: m.index, Hardware: m.hardware, Up: m.flags&unix.IFF_UP != 0}
	var queues, parent uint32
	var info []Attribute
	for _, a := range m.attrs {
		var err error
		switch a.Number {
		case unix.IFLA_IFNAME:
			l.Name = a.text()
		case unix.IFLA_ADDRESS:
			l.MAC = a.mac()
		case unix.IFLA_PERM_ADDRESS:
			l.PermanentMAC = a.mac()
		case unix.IFLA_MTU:
			l.MTU = int(a.number())
		case unix.IFLA_CARRIER:
			l.Carrier = a.number() != 0
		case unix.IFLA_MASTER:
			l.Master, _ = name(a.number())
		case unix.IFLA_LINK:
			parent = a.number()
		case unix.IFLA_LINK_NETNSID: // follows, and the index is another namespace's then
			parent = 0
		case unix.IFLA_NUM_TX_QUEUES:
			queues = a.number()
		case unix.IFLA_LINKINFO:
			info, err = parseAttrs(a.Data)
		case unix.IFLA_AF_SPEC:
			l.IPv6, err = decodeIPv6(a.Data)
		}
		if err != nil {
			return nil, err
		}
	}
	return l, l.addInfo(info, parent, queues, name)
}

// addInfo reads the IFLA_LINKINFO. The kernel writes the kind before the data.
func (l *Link) addInfo(info []Attribute, parent, queues uint32, name namer) error {
	slaveKind := ""
	for _, a := range info {
		switch a.Number {
		case unix.IFLA_INFO_KIND:
			l.Kind = a.text()
		case unix.IFLA_INFO_SLAVE_KIND:
			slaveKind = a.text()
		case unix.IFLA_INFO_DATA:
			if err := l.addData(a, parent, queues, name); err != nil {
				return err
			}
		case unix.IFLA_INFO_SLAVE_DATA:
			attrs, err := parseAttrs(a.Data)
			if err != nil {
				return err
			}
			if slaveKind == kindBond {
				l.Slave = decodeSlave(attrs, name)
			}
		}
	}
	return nil
}

// addData reads the IFLA_INFO_DATA of the kinds that matter here.
func (l *Link) addData(data Attribute, parent, queues uint32, name namer) error {
	attrs, err := parseAttrs(data.Data)
	if err != nil {
		return err
	}
	switch l.Kind {
	case kindBond:
		l.Bond = decodeBond(attrs, queues, name)
	case kindVLAN:
		l.Parent, _ = name(parent)
		l.addVLAN(attrs)
	default:
		l.Lower, l.Remote = lowerOf(l.Kind, parent, name), remoteIn(attrs, farEnds[l.Kind])
	}
	return nil
}

// addVLAN reads the IFLA_VLAN_*. The kernel tells of QoS maps only where there are some.
func (l *Link) addVLAN(attrs []Attribute) {
	for _, a := range attrs {
		switch a.Number {
		case vlanID:
			l.VLAN = int(a.number())
		case vlanProtocol:
			l.Special = l.Special || !bytes.Equal(a.Data, []byte{0x81, 0x00}) // ETH_P_8021Q in network order
		case vlanFlags:
			l.Special = l.Special || len(a.Data) < 4 || native.Uint32(a.Data) != vlanReorderHeader // the mask follows
		case vlanEgress, vlanIngress:
			l.Special = true
		}
	}
}

func decodeBond(attrs []Attribute, queues uint32, name namer) *Bond {
	settings, unknown := decodeSettings(schema.BondScope, attrs, name)
	b := &Bond{Settings: settings}
	for _, o := range schema.OptionsOf(schema.BondScope) {
		if value, err := o.Int(int64(queues)); isLinkOption(o) && err == nil {
			b.Settings = b.Settings.With(schema.Setting{Option: o, Value: value})
		}
	}
	for _, a := range unknown {
		if a.Number == bondADInfo {
			b.LACP = decodeLACP(a.Data)
			continue
		}
		b.Unknown = append(b.Unknown, a)
	}
	return b
}

// decodeLACP reads IFLA_BOND_AD_INFO_*, nil where the bytes are none.
func decodeLACP(data []byte) *LACP {
	attrs, err := parseAttrs(data)
	if err != nil {
		return nil
	}
	info := &LACP{}
	for _, a := range attrs {
		n := uint16(a.number() & 0xffff)
		switch a.Number {
		case unix.IFLA_BOND_AD_INFO_AGGREGATOR:
			info.Aggregator = n
		case unix.IFLA_BOND_AD_INFO_NUM_PORTS:
			info.Ports = n
		case unix.IFLA_BOND_AD_INFO_ACTOR_KEY:
			info.ActorKey = n
		case unix.IFLA_BOND_AD_INFO_PARTNER_KEY:
			info.PartnerKey = n
		case unix.IFLA_BOND_AD_INFO_PARTNER_MAC:
			info.PartnerMAC = a.mac()
		}
	}
	return info
}

func decodeSlave(attrs []Attribute, name namer) *Slave {
	settings, unknown := decodeSettings(schema.SlaveScope, attrs, name)
	s := &Slave{Settings: settings}
	for _, a := range unknown {
		switch a.Number {
		case slaveState:
			s.Active = a.number() == 0
		case slaveMII:
			s.MII = MIIStatus(a.number() & 0xff)
		case slaveFailures:
			s.Failures = a.number()
		case slavePermMAC:
			s.PermanentMAC = a.mac()
		case slaveAggregator:
			s.Aggregator = uint16(a.number() & 0xffff)
		case slaveActorState, slavePartner, slaveChurnActor, slaveChurnOther:
		default:
			s.Unknown = append(s.Unknown, a)
		}
	}
	return s
}
