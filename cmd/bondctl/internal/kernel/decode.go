package kernel

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// namer gives the name of a link by its index, and false where there is none.
type namer func(index uint32) (string, bool)

// decodeSettings reads the options of one scope from attributes, in table
// order. What has no row in the table, or a value that the row does not have,
// comes from another version of the driver and is handed back as it is.
func decodeSettings(scope schema.Scope, attrs []Attribute, name namer) (schema.Settings, []Attribute) {
	var settings schema.Settings
	var unknown []Attribute
	for _, a := range attrs {
		o, ok := optionOf(scope, a.Number)
		if !ok {
			unknown = append(unknown, a.clone())
			continue
		}
		value, err := decodeValue(o, a, name)
		if err != nil {
			unknown = append(unknown, a.clone())
			continue
		}
		settings = settings.With(schema.Setting{Option: o, Value: value})
	}
	return settings, unknown
}

// optionOf finds the row of an attribute; of two names for one, the one that
// is no alias.
func optionOf(scope schema.Scope, number uint16) (*schema.Option, bool) {
	rows := schema.OptionsOf(scope)
	i := slices.IndexFunc(rows, func(o *schema.Option) bool { return o.Attr == number && o.Attr != 0 && o.Alias == "" })
	if i < 0 {
		return nil, false
	}
	return rows[i], true
}

// decodeValue reads one value.
func decodeValue(o *schema.Option, a Attribute, name namer) (schema.Value, error) {
	if size := sizeOf(o.Width); size != 0 && len(a.Data) != size {
		return schema.Value{}, errMalformed
	}
	switch o.Width {
	case schema.U8, schema.U16, schema.U32:
		return o.Int(int64(a.number()))
	case schema.S32:
		return o.Int(int64(int32(a.number()))) //nolint:gosec // the attribute is signed
	case schema.Ifindex:
		return decodeLink(o, a.number(), name)
	case schema.NestedIPv4:
		return decodeList(o, a.Data, 4)
	case schema.NestedIPv6:
		return decodeList(o, a.Data, 16)
	case schema.SixBytesMAC:
		return o.Parse(a.mac().String())
	case schema.NoWidth:
	}
	return schema.Value{}, fmt.Errorf("option %s has no netlink attribute", o.Name)
}

// sizeOf gives the bytes of a value, 0 where they vary.
func sizeOf(w schema.Width) int {
	return [...]int{
		schema.U8: 1, schema.U16: 2, schema.U32: 4, schema.S32: 4, schema.Ifindex: 4, schema.SixBytesMAC: 6,
		schema.NestedIPv4: 0, schema.NestedIPv6: 0,
	}[w]
}

func decodeLink(o *schema.Option, index uint32, name namer) (schema.Value, error) {
	if index == 0 {
		return o.Parse("")
	}
	text, ok := name(index)
	if !ok {
		return schema.Value{}, fmt.Errorf("%w with index %d", ErrNoLink, index)
	}
	return o.Parse(text)
}

func decodeList(o *schema.Option, data []byte, size int) (schema.Value, error) {
	attrs, err := parseAttrs(data)
	if err != nil {
		return schema.Value{}, err
	}
	items := make([]string, 0, len(attrs))
	for _, a := range attrs {
		addr, ok := netip.AddrFromSlice(a.Data)
		if !ok || len(a.Data) != size {
			return schema.Value{}, errMalformed
		}
		items = append(items, addr.String())
	}
	return o.Parse(strings.Join(items, ","))
}

// mac reads an Ethernet address; zero from anything that is none, such as the
// 20 bytes of InfiniBand or the 4 of a tunnel.
func (a Attribute) mac() schema.MAC {
	var mac schema.MAC
	if len(a.Data) == len(mac) {
		copy(mac[:], a.Data)
	}
	return mac
}
