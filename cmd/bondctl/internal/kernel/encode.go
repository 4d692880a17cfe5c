package kernel

import (
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/bondctl/bondctl/schema"
)

// indexer gives the index of a link by its name.
type indexer func(name string) (uint32, error)

// encodeSettings gives the attributes of settings in the order given. An
// option of the link itself, as the number of queues is, has none here.
func encodeSettings(settings schema.Settings, index indexer) ([]byte, error) {
	var msg []byte
	for _, s := range settings {
		if s.Option.Attr == 0 {
			continue
		}
		value, err := encodeValue(s.Option, s.Value, index)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.Option.Name, err)
		}
		msg = appendAttr(msg, s.Option.Attr, value)
	}
	return msg, nil
}

// encodeCreation gives the attributes of the link itself: the settings that
// only its creation can say, of which the one with a home in rtnetlink is the
// number of transmit queues.
func encodeCreation(settings schema.Settings) []byte {
	var msg []byte
	for _, s := range settings {
		if isLinkOption(s.Option) {
			msg = appendAttr(msg, unix.IFLA_NUM_TX_QUEUES, encodeNumber(schema.U32, s.Value.Number()))
		}
	}
	return msg
}

// isLinkOption tells whether an option of bonds is kept by the link, not by the driver.
func isLinkOption(o *schema.Option) bool {
	return o.Scope == schema.BondScope && o.Change == schema.Creation && o.Attr == 0
}

// encodeValue gives the bytes of one value, as wide as the driver's policy has it.
func encodeValue(o *schema.Option, v schema.Value, index indexer) ([]byte, error) {
	switch o.Width {
	case schema.U8, schema.U16, schema.U32, schema.S32:
		return encodeNumber(o.Width, v.Number()), nil
	case schema.Ifindex:
		return encodeLink(v.String(), index)
	case schema.NestedIPv4, schema.NestedIPv6:
		return encodeList(v.Items())
	case schema.SixBytesMAC:
		mac, err := schema.ParseMAC(v.String())
		return mac[:], err
	case schema.NoWidth:
	}
	return nil, fmt.Errorf("option %s has no netlink attribute", o.Name)
}

// encodeNumber takes the low bytes: the table's ranges lie within its widths.
func encodeNumber(width schema.Width, n int64) []byte {
	switch width { //nolint:exhaustive // the other widths are no numbers
	case schema.U8:
		return []byte{byte(n)} //nolint:gosec // the table's range lies within the width
	case schema.U16:
		return native.AppendUint16(nil, uint16(n)) //nolint:gosec // the table's range lies within the width
	default:
		return native.AppendUint32(nil, uint32(n)) //nolint:gosec // the table's range lies within the width
	}
}

// encodeLink gives a link's index, 0 for no link. A name without a link is an
// error here, for the driver takes an unknown index for "none".
func encodeLink(name string, index indexer) ([]byte, error) {
	if name == "" {
		return native.AppendUint32(nil, 0), nil
	}
	i, err := index(name)
	return native.AppendUint32(nil, i), err
}

// encodeList nests addresses, numbered from 0. The list replaces the driver's whole.
func encodeList(items []string) ([]byte, error) {
	var list []byte
	for i, item := range items {
		addr, err := netip.ParseAddr(item)
		if err != nil {
			return nil, fmt.Errorf("wants an address: %w", err)
		}
		list = appendAttr(list, uint16(i&attrType), addr.AsSlice())
	}
	return list, nil
}
