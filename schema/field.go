package schema

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// field is an attribute of a block of type B: a row of the tables in
// blocks_*.go, which decoding, the normal form and the reference loop over.
type field[B any] struct {
	name, kind, doc string
	required        bool
	secret          bool
	// decode reads the attribute into the block.
	decode func(*decoder, *B, *hcl.Attribute)
	// state gives the attribute's normal form, and false where it is not set.
	state func(*B) (string, hcl.Range, bool)
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

// one is the row of an attribute with one value.
func one[B, T any](name, doc string, c codec[T], at func(*B) *Attr[T]) field[B] {
	return field[B]{
		name: name, doc: doc, kind: c.kind,
		decode: func(d *decoder, b *B, a *hcl.Attribute) { *at(b) = decodeAttr(d, a, c) },
		state: func(b *B) (string, hcl.Range, bool) {
			attr := at(b)
			if !attr.Known() {
				return "", attr.Range, false
			}
			return c.format(attr.Value), attr.Range, true
		},
	}
}

// many is the row of an attribute with a list of values.
func many[B, T any](name, doc string, c codec[T], at func(*B) *List[T]) field[B] {
	return field[B]{
		name: name, doc: doc, kind: "a list: " + c.kind,
		decode: func(d *decoder, b *B, a *hcl.Attribute) { *at(b) = decodeList(d, a, c) },
		state: func(b *B) (string, hcl.Range, bool) {
			list := at(b)
			texts := make([]string, 0, len(list.Items))
			for _, v := range list.Values() {
				texts = append(texts, c.format(v))
			}
			return strings.Join(texts, ", "), list.Range, len(texts) > 0
		},
	}
}

// within shows the rows of a block's part as rows of the block.
func within[B, P any](rows []field[P], part func(*B) *P) []field[B] {
	lifted := make([]field[B], len(rows))
	for i, row := range rows {
		lifted[i] = field[B]{
			name: row.name, kind: row.kind, doc: row.doc, required: row.required, secret: row.secret,
			decode: func(d *decoder, b *B, a *hcl.Attribute) { row.decode(d, part(b), a) },
			state:  func(b *B) (string, hcl.Range, bool) { return row.state(part(b)) },
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
