package kernel

import (
	"encoding/binary"
	"errors"
	"math"
)

// A netlink attribute is a length and a type of two bytes each in the host's
// order, then the value, padded to four bytes (include/uapi/linux/netlink.h).
const (
	attrHeader = 4
	attrAlign  = 4
	// attrType leaves out the flags "nested" and "network byte order".
	attrType = 0x3fff
)

var native = binary.NativeEndian

// errMalformed is an attribute that reaches beyond its message.
var errMalformed = errors.New("malformed netlink message")

// appendAttr adds an attribute to a message. Values are short of 64 KiB: the
// longest is a bond's settings.
func appendAttr(msg []byte, kind uint16, value []byte) []byte {
	msg = native.AppendUint16(msg, uint16(min(attrHeader+len(value), math.MaxUint16)))
	msg = native.AppendUint16(msg, kind)
	msg = append(msg, value...)
	for len(msg)%attrAlign != 0 {
		msg = append(msg, 0)
	}
	return msg
}

// parseAttrs lists the attributes of a message in their order.
func parseAttrs(msg []byte) ([]Attribute, error) {
	var attrs []Attribute
	for len(msg) >= attrHeader {
		length := int(native.Uint16(msg))
		if length < attrHeader || length > len(msg) {
			return attrs, errMalformed
		}
		attrs = append(attrs, Attribute{Number: native.Uint16(msg[2:]) & attrType, Data: msg[attrHeader:length]})
		msg = msg[min(len(msg), (length+attrAlign-1)&^(attrAlign-1)):]
	}
	return attrs, nil
}

// number reads an unsigned value of one, two or four bytes, and 0 from
// any other length.
func (a Attribute) number() uint32 {
	switch len(a.Data) {
	case 1:
		return uint32(a.Data[0])
	case 2:
		return uint32(native.Uint16(a.Data))
	case 4:
		return native.Uint32(a.Data)
	}
	return 0
}

// text reads a string that a zero byte may end.
func (a Attribute) text() string {
	for i, b := range a.Data {
		if b == 0 {
			return string(a.Data[:i])
		}
	}
	return string(a.Data)
}

// clone keeps an attribute beyond the life of its message.
func (a Attribute) clone() Attribute {
	return Attribute{Number: a.Number, Data: append([]byte{}, a.Data...)}
}
