package networkd

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/bondctl/bondctl/schema"
)

// boolean reads the words of parse_boolean() in src/basic/parse-util.c.
func boolean(text string) (bool, error) {
	word := strings.ToLower(text)
	if slices.Contains([]string{"1", "yes", "y", "true", "t", "on"}, word) {
		return true, nil
	}
	if slices.Contains([]string{"0", "no", "n", "false", "f", "off"}, word) {
		return false, nil
	}
	return false, errors.New("wants yes or no")
}

// readInto makes the reader of a key from that of its value.
func readInto[T, V any](parse func(string) (V, error), at func(*T) *schema.Attr[V]) func(*T, schema.Attr[string]) error {
	return func(into *T, text schema.Attr[string]) error {
		if text.Value == "" { // an empty value takes back what was said before
			*at(into) = schema.Attr[V]{}
			return nil
		}
		return readOne(parse, at)(into, text)
	}
}

// readOne makes the reader of a key whose value cannot be empty.
func readOne[T, V any](parse func(string) (V, error), at func(*T) *schema.Attr[V]) func(*T, schema.Attr[string]) error {
	return func(into *T, text schema.Attr[string]) error {
		value, err := parse(text.Value)
		if err == nil {
			*at(into) = placed(value, text)
		}
		return err
	}
}

// readAnother makes the reader of a key that adds one item to a list.
func readAnother[T, V any](parse func(string) (V, error), at func(*T) *[]schema.Attr[V]) func(*T, schema.Attr[string]) error {
	return func(into *T, text schema.Attr[string]) error {
		value, err := parse(text.Value)
		if err == nil {
			*at(into) = append(*at(into), placed(value, text))
		}
		return err
	}
}

// readMore makes the reader of a key that adds to a list, separated by blanks.
func readMore[T, V any](parse func(string) (V, error), at func(*T) *[]schema.Attr[V]) func(*T, schema.Attr[string]) error {
	return func(into *T, text schema.Attr[string]) error {
		if text.Value == "" { // an empty value takes back what was said before
			*at(into) = nil
			return nil
		}
		var mistakes []error
		for word := range strings.FieldsSeq(text.Value) {
			value, err := parse(word)
			if err != nil {
				mistakes = append(mistakes, err)
				continue
			}
			*at(into) = append(*at(into), placed(value, text))
		}
		return errors.Join(mistakes...)
	}
}

func plain(text string) (string, error) { return text, nil }

func linkName(text string) (string, error) {
	if why := nameFault(text); why != "" && !isPattern(text) {
		return "", errors.New("is ignored: " + why)
	}
	return text, nil
}

// metric reads a number of the lower half of 32 bits, which is what a document takes.
func metric(text string) (int, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > math.MaxInt32 {
		return 0, fmt.Errorf("wants a number from 0 to %d", math.MaxInt32)
	}
	return int(n), nil
}

// bytesIEC reads a number of bytes, where K, M and G are powers of 1024.
func bytesIEC(text string) (int, error) {
	digits := strings.TrimRight(text, "KMG")
	n, err := strconv.ParseInt(digits, 10, 32)
	shift, known := map[string]int{"": 0, "K": 10, "M": 20, "G": 30}[text[len(digits):]]
	if err != nil || !known || n < 0 || n<<shift > 65535 || n<<shift < 68 {
		return 0, errors.New("wants a number of bytes from 68 to 65535")
	}
	return int(n << shift), nil
}

func address(text string) (netip.Addr, error) {
	addr, err := netip.ParseAddr(text)
	if err != nil || addr.Zone() != "" || addr.IsUnspecified() {
		return netip.Addr{}, fmt.Errorf("of %s is not an IP address", text)
	}
	return addr.Unmap(), nil
}

func withLength(text string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(text)
	if err != nil || p.Addr().IsUnspecified() {
		return netip.Prefix{}, fmt.Errorf("of %s is not an address with its prefix length", text)
	}
	return p, nil
}

// destination reads where a route goes; an address alone is a host.
func destination(text string) (netip.Prefix, error) {
	if p, err := netip.ParsePrefix(text); err == nil {
		return p.Masked(), nil
	}
	addr, err := netip.ParseAddr(text)
	if err != nil || addr.Zone() != "" {
		return netip.Prefix{}, fmt.Errorf("of %s is not a destination", text)
	}
	return netip.PrefixFrom(addr, addr.BitLen()), nil
}

// domain reads a search domain.
func domain(text string) (string, error) {
	if !isDomain(text) {
		return "", fmt.Errorf("of %s is not a search domain", text)
	}
	return text, nil
}

// onlyYes reads a boolean that a document cannot turn off.
func onlyYes[T any](_ *T, text schema.Attr[string]) error {
	yes, err := boolean(text.Value)
	if err == nil && !yes {
		return errors.New("of no is nothing that a document can say")
	}
	return err
}

// only reads a value that must be one of some words, and means nothing to a document.
func only[T any](words ...string) func(*T, schema.Attr[string]) error {
	return func(_ *T, text schema.Attr[string]) error {
		if text.Value == "" || slices.Contains(words, text.Value) {
			return nil
		}
		return fmt.Errorf("of %s is nothing that a document can say", text.Value)
	}
}
