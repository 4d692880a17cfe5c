package netplan

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bondctl/bondctl/schema"
)

// codec writes a value as a scalar and reads it back from one's text.
type codec[T any] struct {
	write func(T) *yaml.Node
	read  func(string) (T, error)
}

var texts = codec[string]{write: text, read: func(s string) (string, error) { return s, nil }}

// quotedTexts are what a person wrote: in quotes always, so that a change of
// one character does not change the style.
var quotedTexts = codec[string]{write: quoted, read: texts.read}

var secrets = codec[schema.Secret]{
	write: func(s schema.Secret) *yaml.Node { return quoted(s.Reveal()) },
	read:  func(s string) (schema.Secret, error) { return schema.NewSecret(s), nil },
}

var macs = codec[schema.MAC]{write: func(m schema.MAC) *yaml.Node { return text(m.String()) }, read: schema.ParseMAC}

var prefixes = codec[netip.Prefix]{
	write: func(p netip.Prefix) *yaml.Node { return text(p.String()) },
	read: func(s string) (netip.Prefix, error) {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return p, fmt.Errorf("wants an address with its prefix length, not %q", s)
		}
		return p, nil
	},
}

var addrs = codec[netip.Addr]{
	write: func(a netip.Addr) *yaml.Node { return text(a.String()) },
	read: func(s string) (netip.Addr, error) {
		a, err := netip.ParseAddr(s)
		if err != nil || a.Zone() != "" {
			return netip.Addr{}, fmt.Errorf("wants an IP address, not %q", s)
		}
		return a.Unmap(), nil
	},
}

var bools = codec[bool]{write: func(b bool) *yaml.Node { return plain(strconv.FormatBool(b)) }, read: readBool}

// readBool knows the words of netplan's own parser, which are not those of
// YAML's: case does not matter, and 0 and 1 are refused.
func readBool(s string) (bool, error) {
	switch word := strings.ToLower(s); {
	case slices.Contains(yes, word):
		return true, nil
	case slices.Contains(no, word):
		return false, nil
	}
	return false, errors.New("wants true or false")
}

// bands are written in full; netplan knows them without the unit's end too.
var bands = codec[string]{write: text, read: func(s string) (string, error) {
	switch s {
	case "2.4G":
		return schema.Band2GHz, nil
	case "5G":
		return schema.Band5GHz, nil
	}
	return s, nil
}}

func numbers(low, high int) codec[int] {
	return codec[int]{
		write: func(n int) *yaml.Node { return plain(strconv.Itoa(n)) },
		read: func(s string) (int, error) {
			n, err := strconv.Atoi(s)
			if err != nil || n < low || n > high {
				return 0, fmt.Errorf("wants a number from %d to %d, not %q", low, high, s)
			}
			return n, nil
		},
	}
}
