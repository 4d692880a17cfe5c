package schema

import (
	"fmt"
	"math/big"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// decoder collects what is wrong while it reads blocks, and goes on.
type decoder struct {
	ctx   *hcl.EvalContext
	diags hcl.Diagnostics
}

// refuse reports a value that is not what its attribute takes.
func (d *decoder) refuse(place hcl.Range, name string, err error) {
	d.diags = append(d.diags, &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "Unsuitable value for " + name,
		Detail:   fmt.Sprintf("%s %s.", name, err),
		Subject:  place.Ptr(),
	})
}

// content reads a block's body; what does not belong there is reported.
func (d *decoder) content(body hcl.Body, schema *hcl.BodySchema) *hcl.BodyContent {
	content, diags := body.Content(schema)
	d.diags = append(d.diags, diags...)
	return content
}

// bodyOf reads a block's body and notes what of it was not understood.
func (d *decoder) bodyOf(b *hcl.Block, schema *hcl.BodySchema, unread *gaps) *hcl.BodyContent {
	before := len(d.diags)
	content := d.content(b.Body, schema)
	*unread = gapsOf(d.diags[before:])
	return content
}

// value evaluates an expression. It gives false where the expression is null,
// which is the same as no attribute, or could not be evaluated, which has been
// reported; bad tells the two apart.
func (d *decoder) value(expr hcl.Expression) (v cty.Value, ok, bad bool) {
	v, diags := expr.Value(d.ctx)
	d.diags = append(d.diags, diags...)
	v, _ = v.UnmarkDeep()
	switch {
	case diags.HasErrors() || !v.IsWhollyKnown():
		return v, false, true
	case v.IsNull():
		return v, false, false
	}
	return v, true, false
}

func decodeAttr[T any](d *decoder, a *hcl.Attribute, c codec[T]) Attr[T] {
	v, ok, bad := d.value(a.Expr)
	if !ok {
		return Attr[T]{Set: bad, Bad: bad, Range: a.Expr.Range()}
	}
	return parseAttr(d, a.Name, a.Expr.Range(), v, c)
}

func parseAttr[T any](d *decoder, name string, place hcl.Range, v cty.Value, c codec[T]) Attr[T] {
	value, err := c.parse(v)
	if err != nil {
		d.refuse(place, name, err)
		return Attr[T]{Set: true, Bad: true, Range: place}
	}
	return Attr[T]{Value: value, Set: true, Range: place}
}

func decodeList[T any](d *decoder, a *hcl.Attribute, c codec[T]) List[T] {
	list := List[T]{Range: a.Expr.Range()}
	v, ok, bad := d.value(a.Expr)
	list.Set, list.Bad = ok || bad, bad
	if !ok {
		return list
	}
	if !isSequence(v) {
		list.Bad = true
		d.refuse(list.Range, a.Name, fmt.Errorf("wants a list: %s", c.kind))
		return list
	}
	places := itemPlaces(a.Expr, v.LengthInt())
	for i, item := range v.AsValueSlice() {
		list.Items = append(list.Items, parseAttr(d, a.Name, places[i], item, c))
	}
	return list
}

// isSequence tells whether a value has ordered elements.
func isSequence(v cty.Value) bool {
	t := v.Type()
	return t.IsTupleType() || t.IsListType() || t.IsSetType()
}

// itemPlaces gives the place of each element where the source lists them, and
// that of the whole expression where they are computed.
func itemPlaces(expr hcl.Expression, n int) []hcl.Range {
	places := make([]hcl.Range, n)
	items, diags := hcl.ExprList(expr)
	for i := range places {
		places[i] = expr.Range()
		if !diags.HasErrors() && len(items) == n {
			places[i] = items[i].Range()
		}
	}
	return places
}

// decodeFields reads the attributes that the rows name.
func decodeFields[B any](d *decoder, rows []field[B], content *hcl.BodyContent, b *B) {
	for _, row := range rows {
		if a, ok := content.Attributes[row.name]; ok {
			row.decode(d, b, a)
		}
	}
}

// settings reads the driver's options of one scope.
func (d *decoder) settings(opts []*Option, content *hcl.BodyContent) Settings {
	var settings Settings
	for _, o := range opts {
		a, ok := content.Attributes[o.Name]
		if !ok {
			continue
		}
		v, ok, bad := d.value(a.Expr)
		if !ok && !bad {
			continue
		}
		setting := Setting{Option: o, Bad: bad, NameRange: a.NameRange, Range: a.Expr.Range()}
		if ok {
			setting.Value, setting.Bad = d.optionValue(o, a, v)
			setting.ItemRanges = optionItemPlaces(a.Expr, v)
		}
		settings = append(settings, setting)
	}
	return settings
}

// optionItemPlaces gives the places of the items of an option's list.
func optionItemPlaces(expr hcl.Expression, v cty.Value) []hcl.Range {
	if !isSequence(v) {
		return nil
	}
	return itemPlaces(expr, v.LengthInt())
}

func (d *decoder) optionValue(o *Option, a *hcl.Attribute, v cty.Value) (value Value, bad bool) {
	value, err := o.fromCty(v)
	if err != nil {
		d.refuse(a.Expr.Range(), o.Name, err)
	}
	return value, err != nil
}

// fromCty reads an option's value as HCL has it: a number in the kernel's
// unit, a duration, a word, true or false, or a list of addresses.
func (o *Option) fromCty(v cty.Value) (Value, error) {
	if isSequence(v) {
		items, ok := textsOf(v)
		if !ok {
			return Value{}, wants(o.Range())
		}
		return o.List(items)
	}
	if v.Type() == cty.Bool && o.takesBool() {
		if v.True() {
			return o.Int(1)
		}
		return o.Int(0)
	}
	if v.Type() == cty.Number {
		return o.fromNumber(v)
	}
	if text, ok := textOf(v); ok && v.Type() != cty.Bool {
		return o.Parse(text)
	}
	return Value{}, wants(o.Range())
}

// express is the inverse of fromCty, in the form that people write.
func (o *Option) express(v Value) cty.Value {
	switch o.Kind {
	case Number:
		return cty.NumberIntVal(v.num)
	case Flag:
		return cty.BoolVal(v.num != 0)
	case IPv4List, IPv6List:
		items := make([]cty.Value, len(v.items))
		for i, item := range v.items {
			items[i] = cty.StringVal(item)
		}
		return cty.TupleVal(items)
	case Enum, LinkName, MACKind:
	}
	return cty.StringVal(v.text)
}

func (o *Option) fromNumber(v cty.Value) (Value, error) {
	n, accuracy := v.AsBigFloat().Int64()
	if accuracy != big.Exact {
		return Value{}, wants(o.Range())
	}
	return o.Int(n)
}

// takesBool tells whether true and false are natural for the option.
func (o *Option) takesBool() bool {
	return o.Kind == Flag || (len(o.Choices) == 2 && o.Choices[1].Name == "on")
}

// textsOf reads the strings of a sequence.
func textsOf(v cty.Value) ([]string, bool) {
	texts := make([]string, 0, v.LengthInt())
	for _, item := range v.AsValueSlice() {
		text, ok := textOf(item)
		if !ok {
			return nil, false
		}
		texts = append(texts, text)
	}
	return texts, true
}

// label gives a block's first label.
func label(b *hcl.Block) Attr[string] {
	return Attr[string]{Value: b.Labels[0], Set: true, Range: b.LabelRanges[0]}
}

// eachOfType visits the inner blocks of one type in the order of the source.
func eachOfType(content *hcl.BodyContent, name string, visit func(*hcl.Block)) {
	for _, b := range content.Blocks {
		if b.Type == name {
			visit(b)
		}
	}
}

// single finds the inner block of a type that may stand there once.
func (d *decoder) single(content *hcl.BodyContent, name string) (*hcl.Block, bool) {
	var first *hcl.Block
	eachOfType(content, name, func(b *hcl.Block) {
		if first == nil {
			first = b
			return
		}
		d.diags = append(d.diags, &hcl.Diagnostic{
			Severity: hcl.DiagError,
			Summary:  "Duplicate " + name + " block",
			Detail:   fmt.Sprintf("Only one %s block is allowed here; the first is at line %d. Merge the two.", name, first.DefRange.Start.Line),
			Subject:  b.DefRange.Ptr(),
		})
	})
	return first, first != nil
}
