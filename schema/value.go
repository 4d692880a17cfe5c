package schema

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Value is the value of a driver option. The zero Value is none.
type Value struct {
	kind  Kind
	num   int64    // Number, Flag, Enum
	text  string   // the kernel's text of everything but lists
	items []string // lists
}

// String gives the kernel's text of the value; lists are joined with commas.
func (v Value) String() string {
	if v.IsList() {
		return strings.Join(v.items, ",")
	}
	return v.text
}

// Shown gives the value for a person, who sees no empty text.
func (v Value) Shown() string {
	switch {
	case v.String() != "":
		return v.String()
	case v.IsList():
		return "an empty list"
	}
	return "no link"
}

// Number gives the kernel's number of a Number, Flag or Enum value.
func (v Value) Number() int64 { return v.num }

// Items gives the members of a list.
func (v Value) Items() []string { return v.items }

// IsList tells whether the value is a list of addresses.
func (v Value) IsList() bool { return v.kind == IPv4List || v.kind == IPv6List }

// IsZero tells whether the value switches off what the option is for: the
// number 0, the first word of an enumeration, the all-zero address, no name,
// no list item.
func (v Value) IsZero() bool {
	switch v.kind {
	case Number, Flag, Enum:
		return v.num == 0
	case MACKind:
		return v.text == zeroMAC
	case LinkName:
		return v.text == ""
	case IPv4List, IPv6List:
		return len(v.items) == 0
	}
	return false
}

// Equal tells whether two values are the same to the kernel.
func (v Value) Equal(w Value) bool {
	return v.kind == w.kind && v.num == w.num && v.text == w.text && slices.Equal(v.items, w.items)
}

const zeroMAC = "00:00:00:00:00:00"

// IsDefault tells whether the value is what a fresh bond of that mode has.
func (o *Option) IsDefault(m Mode, v Value) bool { return v.String() == o.DefaultIn(m) }

// Parse reads the kernel's text of a value: a number in the option's unit, a
// word or number of its enumeration, a name, an address, or addresses
// separated by commas or blanks. The error says what is wanted.
func (o *Option) Parse(text string) (Value, error) {
	switch o.Kind {
	case Number:
		return o.parseNumber(text)
	case Flag:
		return o.parseFlag(text)
	case Enum:
		return o.parseChoice(text)
	case LinkName:
		return Value{kind: LinkName, text: text}, nil
	case IPv4List, IPv6List:
		return o.List(strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }))
	case MACKind:
		mac, err := ParseMAC(text)
		return Value{kind: MACKind, text: mac.String()}, err
	}
	return Value{}, fmt.Errorf("option %s has no form", o.Name)
}

func (o *Option) parseNumber(text string) (Value, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err == nil {
		return o.Int(n)
	}
	d, durationErr := time.ParseDuration(text)
	if o.Unit == NoUnit || durationErr != nil {
		return Value{}, fmt.Errorf("wants %s, not %q", o.Range(), text)
	}
	unit := o.Unit.Duration()
	if d%unit != 0 {
		return Value{}, fmt.Errorf("wants whole %s, not %s", o.Unit, text)
	}
	return o.Int(int64(d / unit))
}

func (o *Option) parseFlag(text string) (Value, error) {
	switch strings.ToLower(text) {
	case "1", "true", "yes", "on":
		return o.Int(1)
	case "0", "false", "no", "off":
		return o.Int(0)
	}
	return Value{}, fmt.Errorf("wants true or false, not %q", text)
}

func (o *Option) parseChoice(text string) (Value, error) {
	if c, ok := o.Choice(text); ok {
		return Value{kind: Enum, num: c.Number, text: c.Name}, nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return o.Int(n)
	}
	return Value{}, fmt.Errorf("wants %s, not %q", orList(o.choiceNames()), text)
}

// Int makes a value of a Number, Flag or Enum option from the kernel's number.
func (o *Option) Int(n int64) (Value, error) {
	if o.Kind == Enum {
		i := slices.IndexFunc(o.Choices, func(c Choice) bool { return c.Number == n })
		if i < 0 {
			return Value{}, fmt.Errorf("wants %s or its number, not %d", orList(o.choiceNames()), n)
		}
		return Value{kind: Enum, num: n, text: o.Choices[i].Name}, nil
	}
	if o.Kind != Number && o.Kind != Flag {
		return Value{}, errors.New("wants " + o.Range() + ", not a number")
	}
	if n < o.Min || n > o.Max {
		return Value{}, fmt.Errorf("wants %s, not %d", o.Range(), n)
	}
	return Value{kind: o.Kind, num: n, text: strconv.FormatInt(n, 10)}, nil
}

// List makes a value of an option that takes addresses.
func (o *Option) List(items []string) (Value, error) {
	if o.Kind != IPv4List && o.Kind != IPv6List {
		return Value{}, errors.New("wants " + o.Range() + ", not a list")
	}
	canonical := make([]string, 0, len(items))
	for _, item := range items {
		addr, err := netip.ParseAddr(item)
		if err != nil || addr.Zone() != "" || addr.Is4() != (o.Kind == IPv4List) {
			return Value{}, fmt.Errorf("wants %s, not %q", o.Range(), item)
		}
		canonical = append(canonical, addr.String())
	}
	return Value{kind: o.Kind, items: canonical}, nil
}

func (o *Option) choiceNames() []string {
	names := make([]string, len(o.Choices))
	for i, c := range o.Choices {
		names[i] = c.Name
	}
	return names
}

// Range says in words what the option takes.
func (o *Option) Range() string {
	switch o.Kind {
	case Number:
		return strings.TrimSpace(fmt.Sprintf("a number from %d to %d %s", o.Min, o.Max, o.Unit))
	case Flag:
		return "true or false"
	case Enum:
		return orList(o.choiceNames())
	case LinkName:
		return "the name of a link"
	case IPv4List:
		return fmt.Sprintf("at most %d IPv4 addresses", o.MaxItems)
	case IPv6List:
		return fmt.Sprintf("at most %d IPv6 addresses", o.MaxItems)
	case MACKind:
		return "an Ethernet address such as 02:00:00:00:00:01"
	}
	return ""
}

// String names the unit, empty for none.
func (u Unit) String() string {
	return [...]string{"", "milliseconds", "seconds"}[u]
}

// Duration gives the length of one unit, zero for none.
func (u Unit) Duration() time.Duration {
	return [...]time.Duration{0, time.Millisecond, time.Second}[u]
}
