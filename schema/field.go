package schema

import (
	"errors"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// field is an attribute of a block of type B: a row of the tables in
// blocks_*.go, which decoding, the normal form, writing and the reference loop
// over.
type field[B any] struct {
	name, kind, doc string
	required        bool
	secret          bool
	// decode reads the attribute into the block.
	decode func(*decoder, *B, *hcl.Attribute)
	// state gives the attribute's normal form, and false where it is not set.
	state func(*B) (string, hcl.Range, bool)
	// express gives the attribute as it is written, and false where it is not set.
	express func(*B) (spoken, bool)
	// as is the attribute's name in statements.
	as string
}

// spoken is an attribute's value for the writer of documents.
type spoken struct {
	value cty.Value
	place hcl.Range
	// err tells why a document cannot have the value.
	err error
}

// must makes the attribute required.
func (f field[B]) must() field[B] {
	f.required = true
	return f
}

// hidden makes the attribute's value a secret.
func (f field[B]) hidden() field[B] {
	f.secret = true
	return f
}

// effective replaces the attribute's normal form by what it comes to in the
// block: an attribute that repeats what holds without it says nothing.
func (f field[B]) effective(state func(*B) (string, bool)) field[B] {
	stated := f.state
	f.state = func(b *B) (string, hcl.Range, bool) {
		_, place, _ := stated(b)
		text, ok := state(b)
		return text, place, ok
	}
	return f
}

// formOf makes the attribute another way to write the one so named. It is
// written where the values need it.
func (f field[B]) formOf(name string, needed func(*B) bool) field[B] {
	f.as = name
	f.state = func(*B) (string, hcl.Range, bool) { return "", hcl.Range{}, false }
	return f.writtenWhere(needed)
}

// writtenWhere leaves the writing of some values to another form of the attribute.
func (f field[B]) writtenWhere(fits func(*B) bool) field[B] {
	express := f.express
	f.express = func(b *B) (spoken, bool) {
		if !fits(b) {
			return spoken{}, false
		}
		return express(b)
	}
	return f
}

// one is the row of an attribute with one value.
func one[B, T any](name, doc string, c codec[T], at func(*B) *Attr[T]) field[B] {
	return field[B]{
		name: name, as: name, doc: doc, kind: c.kind,
		decode: func(d *decoder, b *B, a *hcl.Attribute) { *at(b) = decodeAttr(d, a, c) },
		state: func(b *B) (string, hcl.Range, bool) {
			attr := at(b)
			if !attr.Known() {
				return "", attr.Range, false
			}
			return c.format(attr.Value), attr.Range, true
		},
		express: func(b *B) (spoken, bool) {
			attr := at(b)
			if !attr.Known() {
				return spoken{}, false
			}
			value, err := c.back(attr.Value)
			return spoken{value, attr.Range, err}, true
		},
	}
}

// many is the row of an attribute with a list of values.
func many[B, T any](name, doc string, c codec[T], at func(*B) *List[T]) field[B] {
	return field[B]{
		name: name, as: name, doc: doc, kind: "a list: " + c.kind,
		decode: func(d *decoder, b *B, a *hcl.Attribute) { *at(b) = decodeList(d, a, c) },
		state: func(b *B) (string, hcl.Range, bool) {
			list := at(b)
			texts := make([]string, 0, len(list.Items))
			for _, v := range list.Values() {
				texts = append(texts, c.format(v))
			}
			return strings.Join(texts, ", "), list.Range, len(texts) > 0
		},
		express: func(b *B) (spoken, bool) {
			list := at(b)
			values := make([]cty.Value, 0, len(list.Items))
			var errs []error
			for _, v := range list.Values() {
				value, err := c.back(v)
				values, errs = append(values, value), append(errs, err)
			}
			return spoken{cty.TupleVal(values), list.Range, errors.Join(errs...)}, list.Set && !list.Bad
		},
	}
}

// within shows the rows of a block's part as rows of the block.
func within[B, P any](rows []field[P], part func(*B) *P) []field[B] {
	lifted := make([]field[B], len(rows))
	for i, row := range rows {
		lifted[i] = field[B]{
			name: row.name, as: row.as, kind: row.kind, doc: row.doc, required: row.required, secret: row.secret,
			decode:  func(d *decoder, b *B, a *hcl.Attribute) { row.decode(d, part(b), a) },
			state:   func(b *B) (string, hcl.Range, bool) { return row.state(part(b)) },
			express: func(b *B) (spoken, bool) { return row.express(part(b)) },
		}
	}
	return lifted
}

// bodySchema is what a block with these rows, options and inner blocks may hold.
func bodySchema[B any](rows []field[B], opts []*Option, blocks ...hcl.BlockHeaderSchema) *hcl.BodySchema {
	body := &hcl.BodySchema{Blocks: blocks}
	for _, o := range opts {
		body.Attributes = append(body.Attributes, hcl.AttributeSchema{Name: o.Name})
	}
	for _, row := range rows {
		body.Attributes = append(body.Attributes, hcl.AttributeSchema{Name: row.name, Required: row.required})
	}
	return body
}

// block is the header of an inner block.
func block(name string, labels ...string) hcl.BlockHeaderSchema {
	return hcl.BlockHeaderSchema{Type: name, LabelNames: labels}
}
