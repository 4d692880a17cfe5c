package schema

import (
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
)

// Attr is an attribute of a block: its value and its place. Unset is absence;
// zero, false and the empty text are values.
type Attr[T any] struct {
	Value T
	// Set is true where the document has the attribute.
	Set bool
	// Bad is true where the document has the attribute with a value that was
	// refused; a diagnostic has said so, and Value is zero.
	Bad bool
	// Range is the place of the value.
	Range hcl.Range
}

// Known tells whether the attribute is there with a value that was understood.
func (a Attr[T]) Known() bool { return a.Set && !a.Bad }

// Or gives the value, or another where it is not known.
func (a Attr[T]) Or(otherwise T) T {
	if a.Known() {
		return a.Value
	}
	return otherwise
}

// Given makes an attribute that did not come from a document's text.
func Given[T any](value T) Attr[T] { return Attr[T]{Value: value, Set: true} }

// List is an attribute with several values, each with its own place.
type List[T any] struct {
	Items []Attr[T]
	Set   bool
	// Bad is true where the value is no list; a diagnostic has said so.
	Bad   bool
	Range hcl.Range
}

// sound tells whether every item was understood.
func (l List[T]) sound() bool { return !l.Bad && len(l.Values()) == len(l.Items) }

// Values gives the items that were understood.
func (l List[T]) Values() []T {
	values := make([]T, 0, len(l.Items))
	for _, item := range l.Items {
		if item.Known() {
			values = append(values, item.Value)
		}
	}
	return values
}

// GivenList makes a list that did not come from a document's text.
func GivenList[T any](values ...T) List[T] {
	items := make([]Attr[T], len(values))
	for i, v := range values {
		items[i] = Given(v)
	}
	return List[T]{Items: items, Set: true}
}

// Setting is a driver option with a value and its place in the source.
type Setting struct {
	Option *Option
	Value  Value
	// Bad is true where the value was refused; a diagnostic has said so.
	Bad bool
	// NameRange is the place of the option's name, Range that of its value.
	NameRange, Range hcl.Range
	// ItemRanges are the places of a list's items.
	ItemRanges []hcl.Range
}

// spoken gives the setting as a document writes it.
func (s Setting) spoken() spoken {
	value := s.Option.express(s.Value)
	read, err := s.Option.fromCty(value)
	switch {
	case err == nil && !utf8.ValidString(s.Value.String()):
		err = errNotUTF8
	case err == nil && !read.Equal(s.Value):
		err = errNotNFC
	}
	return spoken{value, s.Range, err}
}

// Settings are the options of one bond or slave, in table order.
type Settings []Setting

// Get finds the setting of the option so named.
func (s Settings) Get(name string) (Setting, bool) {
	for _, setting := range s {
		if setting.Option.Name == name {
			return setting, true
		}
	}
	return Setting{}, false
}

// Text gives the kernel's text of an option's value, empty where it is not set.
func (s Settings) Text(name string) string {
	setting, _ := s.Get(name)
	return setting.Value.String()
}

// With gives the settings with one more, in table order; it replaces one of
// the same option.
func (s Settings) With(added Setting) Settings {
	merged := make(Settings, 0, len(s)+1)
	for _, o := range options {
		if o == added.Option {
			merged = append(merged, added)
		} else if old, ok := s.Get(o.Name); ok {
			merged = append(merged, old)
		}
	}
	return merged
}
