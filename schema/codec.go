package schema

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/gocty"
)

// codec reads an attribute's value from HCL, writes its normal form, and gives
// it back to HCL.
type codec[T any] struct {
	// kind says what is wanted, for messages and the reference: "a number from 1 to 4094".
	kind   string
	parse  func(cty.Value) (T, error)
	format func(T) string
	// express is the inverse of parse, in the form that people write.
	express func(T) cty.Value
}

// written replaces the text that express gives.
func (c codec[T]) written(text func(T) string) codec[T] {
	c.express = func(v T) cty.Value { return cty.StringVal(text(v)) }
	return c
}

// back expresses a value, and makes sure that it would be read as the same.
func (c codec[T]) back(v T) (cty.Value, error) {
	value := c.express(v)
	read, err := c.parse(value)
	switch {
	case err != nil:
		return value, err
	case !utf8.ValidString(c.format(v)):
		return value, errNotUTF8
	case c.format(read) != c.format(v):
		return value, errNotNFC
	}
	return value, nil
}

// What keeps a text out of documents.
var (
	errNotUTF8 = errors.New("is not UTF-8 text")
	errNotNFC  = errors.New("has letters in a form that HCL does not keep (it composes them: Unicode's NFC)")
)

// wants is the error of a value that is not of the codec's kind.
func wants(kind string) error { return errors.New("wants " + kind) }

// textOf reads a string; numbers and booleans are taken as HCL writes them.
func textOf(v cty.Value) (string, bool) {
	s, err := convert.Convert(v, cty.String)
	if err != nil || s.IsNull() || !s.IsKnown() {
		return "", false
	}
	return s.AsString(), true
}

// fromText makes a codec of what is written as a string.
func fromText[T any](kind string, parse func(string) (T, error), format func(T) string) codec[T] {
	c := codec[T]{kind: kind, format: format, parse: func(v cty.Value) (T, error) {
		text, ok := textOf(v)
		if !ok {
			var none T
			return none, wants(kind)
		}
		return parse(text)
	}}
	return c.written(format)
}

func verbatim(s string) string { return s }

var textCodec = fromText("a text", func(s string) (string, error) { return s, nil }, verbatim)

var secretCodec = fromText("a text",
	func(s string) (Secret, error) { return NewSecret(s), nil }, Secret.Reveal)

var boolCodec = codec[bool]{
	kind: "true or false", format: strconv.FormatBool, express: cty.BoolVal,
	parse: func(v cty.Value) (bool, error) {
		b, err := convert.Convert(v, cty.Bool)
		if err != nil {
			return false, wants("true or false")
		}
		return b.True(), nil
	},
}

func intCodec(low, high int) codec[int] {
	kind := fmt.Sprintf("a number from %d to %d", low, high)
	express := func(i int) cty.Value { return cty.NumberIntVal(int64(i)) }
	return codec[int]{kind: kind, format: strconv.Itoa, express: express, parse: func(v cty.Value) (int, error) {
		n, err := convert.Convert(v, cty.Number)
		if err != nil {
			return 0, wants(kind)
		}
		var i int
		if gocty.FromCtyValue(n, &i) != nil || i < low || i > high {
			return 0, wants(kind)
		}
		return i, nil
	}}
}

func enumCodec(words ...string) codec[string] {
	kind := orList(words)
	return fromText(kind, func(s string) (string, error) {
		if !slices.Contains(words, s) {
			return "", fmt.Errorf("wants %s, not %q", kind, s)
		}
		return s, nil
	}, verbatim)
}

var durationCodec = fromText(`a duration such as "10s"`, func(s string) (Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return 0, fmt.Errorf(`wants a duration with its unit such as "10s" or "500ms", not %q`, s)
	}
	return d, nil
}, Duration.String).written(shortDuration)

// shortDuration leaves out the units of which there are none: 1m, not 1m0s.
func shortDuration(d Duration) string {
	text := d.String()
	for _, none := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, none) {
			text = text[:len(text)-2]
		}
	}
	return text
}

var addrCodec = fromText("an IP address", func(s string) (netip.Addr, error) {
	addr, err := netip.ParseAddr(s)
	if err != nil || addr.Zone() != "" {
		return netip.Addr{}, fmt.Errorf("wants an IP address without a prefix or zone, not %q", s)
	}
	return addr.Unmap(), nil
}, netip.Addr.String)

var prefixCodec = fromText("an address with its prefix length", func(s string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(s)
	if err == nil {
		return p, nil
	}
	if _, addrErr := netip.ParseAddr(s); addrErr == nil {
		return netip.Prefix{}, fmt.Errorf(`wants the prefix length too, such as "%s/24"`, s)
	}
	return netip.Prefix{}, fmt.Errorf(`wants an address with its prefix length such as "192.0.2.1/24", not %q`, s)
}, netip.Prefix.String)

var macCodec = fromText("an Ethernet address", ParseMAC, MAC.String)

var ssidCodec = fromText("1 to 32 bytes of text",
	func(s string) (SSID, error) { return SSID(s), nil },
	func(s SSID) string { return strconv.Quote(string(s)) }).
	written(func(s SSID) string { return string(s) })

var ssidHexCodec = fromText("pairs of hexadecimal digits", ParseSSIDHex, SSID.Hex)

var gatewayCodec = fromText(`an IP address, "auto" or "none"`, func(s string) (Gateway, error) {
	switch s {
	case "auto":
		return Gateway{Kind: GatewayAuto}, nil
	case "none":
		return Gateway{Kind: GatewayNone}, nil
	}
	addr, err := netip.ParseAddr(s)
	if err != nil || addr.Zone() != "" {
		return Gateway{}, fmt.Errorf(`wants an IP address, "auto" (learned) or "none" (point to point), not %q`, s)
	}
	return Gateway{Addr: addr.Unmap()}, nil
}, Gateway.String)

// requireCodec reads how many targets must answer.
var requireCodec = fromText("any, all or a number", func(s string) (string, error) {
	if n, err := strconv.Atoi(s); s == RequireAny || s == RequireAll || (err == nil && n > 0) {
		return s, nil
	}
	return "", fmt.Errorf("wants any, all or a number of targets, not %q", s)
}, verbatim)

// mapOf makes a codec of an object whose values the inner codec reads.
func mapOf[T any](inner codec[T]) codec[map[string]T] {
	kind := "a map of names to " + strings.TrimPrefix(strings.TrimPrefix(inner.kind, "an "), "a ") + "s"
	return codec[map[string]T]{
		kind: kind,
		parse: func(v cty.Value) (map[string]T, error) {
			if !v.Type().IsObjectType() && !v.Type().IsMapType() {
				return nil, wants(kind)
			}
			entries := make(map[string]T, v.LengthInt())
			for key, element := range v.Elements() {
				parsed, err := inner.parse(element)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", key.AsString(), err)
				}
				entries[key.AsString()] = parsed
			}
			return entries, nil
		},
		format: func(entries map[string]T) string {
			texts := make([]string, 0, len(entries))
			for _, name := range slices.Sorted(maps.Keys(entries)) {
				texts = append(texts, strconv.Quote(name)+" = "+inner.format(entries[name]))
			}
			return strings.Join(texts, ", ")
		},
		express: func(entries map[string]T) cty.Value {
			values := make(map[string]cty.Value, len(entries))
			for name, entry := range entries {
				values[name] = inner.express(entry)
			}
			return cty.ObjectVal(values)
		},
	}
}
