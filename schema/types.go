package schema

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
)

// MAC is an Ethernet address.
type MAC [6]byte

// ParseMAC reads six pairs of hexadecimal digits joined by colons or hyphens.
func ParseMAC(text string) (MAC, error) {
	var mac MAC
	digits := strings.NewReplacer(":", "", "-", "").Replace(text)
	n, err := hex.Decode(mac[:], []byte(digits[:min(len(digits), 12)]))
	if err != nil || n != len(mac) || len(text) != 17 {
		return MAC{}, fmt.Errorf("wants an Ethernet address such as 02:00:00:00:00:01, not %q", text)
	}
	return mac, nil
}

// String gives lower-case pairs joined by colons.
func (m MAC) String() string {
	return fmt.Sprintf("%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5])
}

// Multicast tells whether the group bit is set (IEEE 802-2014, 8.2.2).
func (m MAC) Multicast() bool { return m[0]&1 != 0 }

// IsZero tells whether all bits are zero.
func (m MAC) IsZero() bool { return m == MAC{} }

// SSID is a network's name: 1 to 32 bytes of any value (IEEE 802.11-2020, 9.4.2.2).
type SSID string

// ParseSSIDHex reads an SSID from pairs of hexadecimal digits.
func ParseSSIDHex(text string) (SSID, error) {
	raw, err := hex.DecodeString(text)
	if err != nil {
		return "", errors.New("wants pairs of hexadecimal digits")
	}
	return SSID(raw), nil
}

// Hex gives the lower-case pairs of hexadecimal digits of the bytes.
func (s SSID) Hex() string { return hex.EncodeToString([]byte(s)) }

// isText tells whether a document can name the network by plain text: every
// letter can be seen, and HCL keeps it as it is.
func (s SSID) isText() bool {
	text := string(s)
	return utf8.ValidString(text) && cty.NormalizeString(text) == text &&
		!strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

// Secret is a text that must not be shown: every way of printing it masks it.
type Secret struct{ text string }

// Masked is what stands for a secret on screens, in logs and in errors.
const Masked = "(sensitive)"

// NewSecret wraps a text.
func NewSecret(text string) Secret { return Secret{text} }

// Reveal gives the text, for the file of mode 0600 that must have it.
func (s Secret) Reveal() string { return s.text }

// String masks the text.
func (s Secret) String() string { return Masked }

// GoString masks the text.
func (s Secret) GoString() string { return Masked }

// MarshalText masks the text.
func (s Secret) MarshalText() ([]byte, error) { return []byte(Masked), nil }
