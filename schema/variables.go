package schema

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// EnvPrefix precedes a variable's name in the environment.
const EnvPrefix = "BONDCTL_VAR_"

// mark is what sensitive values carry through expressions.
type mark struct{}

// variable is a declared input of a document.
type variable struct {
	name      string
	kind      cty.Type
	sensitive bool
	value     cty.Value
	given     bool
	place     hcl.Range
}

var variableSchema = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{
	{Name: "description"}, {Name: "type"}, {Name: "default"}, {Name: "sensitive"},
}}

// evaluationContext makes what the expressions of a document can refer to.
func (d *decoder) evaluationContext(prelude *hcl.BodyContent, in Inputs) (*hcl.EvalContext, []Secret) {
	ctx := &hcl.EvalContext{Variables: map[string]cty.Value{}, Functions: functions(in)}
	d.ctx = ctx
	var variables []*variable
	eachOfType(prelude, "variable", func(b *hcl.Block) {
		if v := d.variable(b); !d.declaredTwice(variables, v) {
			variables = append(variables, v)
		}
	})
	d.assign(variables, in)
	values := make(map[string]cty.Value, len(variables))
	var sensitive []Secret
	for _, v := range variables {
		values[v.name] = d.finished(v)
		sensitive = append(sensitive, v.secrets()...)
	}
	ctx.Variables["var"] = cty.ObjectVal(values)
	d.locals(prelude, ctx)
	return ctx, sensitive
}

// declaredTwice reports a variable that an earlier block declares.
func (d *decoder) declaredTwice(variables []*variable, v *variable) bool {
	i := slices.IndexFunc(variables, func(first *variable) bool { return first.name == v.name })
	if i >= 0 {
		d.diags = append(d.diags, &hcl.Diagnostic{
			Severity: hcl.DiagError, Summary: "Duplicate variable",
			Detail:  fmt.Sprintf("%s is already declared at %s. Rename one of them.", v.name, where(variables[i].place)),
			Subject: v.place.Ptr(),
		})
	}
	return i >= 0
}

func (d *decoder) variable(b *hcl.Block) *variable {
	v := &variable{name: b.Labels[0], kind: cty.DynamicPseudoType, place: b.DefRange}
	content := d.content(b.Body, variableSchema)
	if a, ok := content.Attributes["type"]; ok {
		kind, diags := typeexpr.TypeConstraint(a.Expr)
		d.diags = append(d.diags, diags...)
		v.kind = kind
	}
	if a, ok := content.Attributes["sensitive"]; ok {
		v.sensitive = decodeAttr(d, a, boolCodec).Value
	}
	if a, ok := content.Attributes["default"]; ok {
		value, diags := a.Expr.Value(d.ctx)
		d.diags = append(d.diags, diags...)
		d.set(v, value, a.Expr.Range())
	}
	return v
}

// assign gives variables their values: from the environment, then from
// variable files, then from the command line; the last wins.
func (d *decoder) assign(variables []*variable, in Inputs) {
	for _, v := range variables {
		if text, ok := in.Getenv(EnvPrefix + v.name); ok {
			d.setText(v, text, EnvPrefix+v.name)
		}
	}
	for _, file := range in.VarFiles {
		d.assignFile(variables, file)
	}
	for _, assignment := range in.Assignments {
		if v := d.declared(variables, assignment.Name, hcl.Range{Filename: "--var"}); v != nil {
			d.setText(v, assignment.Text, "--var "+v.name)
		}
	}
}

func (d *decoder) assignFile(variables []*variable, source Source) {
	file, diags := hclsyntax.ParseConfig(source.Bytes, source.Name, hcl.InitialPos)
	d.diags = append(d.diags, diags...)
	attrs, diags := file.Body.JustAttributes()
	d.diags = append(d.diags, diags...)
	for _, a := range inSourceOrder(attrs) {
		if v := d.declared(variables, a.Name, a.NameRange); v != nil {
			value, diags := a.Expr.Value(d.ctx)
			d.diags = append(d.diags, diags...)
			d.set(v, value, a.Expr.Range())
		}
	}
}

// inSourceOrder lists attributes as they stand in their file, for HCL keeps
// them in a map.
func inSourceOrder(attrs hcl.Attributes) []*hcl.Attribute {
	ordered := make([]*hcl.Attribute, 0, len(attrs))
	for _, a := range attrs {
		ordered = append(ordered, a)
	}
	slices.SortFunc(ordered, func(a, b *hcl.Attribute) int { return a.Range.Start.Byte - b.Range.Start.Byte })
	return ordered
}

// declared finds the variable that an assignment names.
func (d *decoder) declared(variables []*variable, name string, place hcl.Range) *variable {
	names := make([]string, len(variables))
	for i, v := range variables {
		if v.name == name {
			return v
		}
		names[i] = v.name
	}
	d.unknownWord(place, "variable", name, names)
	return nil
}

// setText gives a variable a value from outside HCL: text, or for a variable
// of another type an HCL expression.
func (d *decoder) setText(v *variable, text, origin string) {
	place := hcl.Range{Filename: origin, Start: hcl.InitialPos, End: hcl.InitialPos}
	if v.kind.IsPrimitiveType() || v.kind == cty.DynamicPseudoType {
		d.set(v, cty.StringVal(text), place)
		return
	}
	expr, diags := hclsyntax.ParseExpression([]byte(text), origin, hcl.InitialPos)
	d.diags = append(d.diags, diags...)
	if diags.HasErrors() {
		v.given = true
		return
	}
	value, diags := expr.Value(d.ctx)
	d.diags = append(d.diags, diags...)
	d.set(v, value, place)
}

func (d *decoder) set(v *variable, value cty.Value, place hcl.Range) {
	v.given = true
	converted, err := convert.Convert(value, v.kind)
	if err != nil {
		d.refuse(place, "variable "+v.name, fmt.Errorf("wants %s", typeexpr.TypeString(v.kind)))
		converted = cty.DynamicVal
	}
	v.value = converted
}

// finished gives the value that expressions see.
func (d *decoder) finished(v *variable) cty.Value {
	if !v.given {
		d.diags = append(d.diags, &hcl.Diagnostic{
			Severity: hcl.DiagError,
			Summary:  "No value for variable " + v.name,
			Detail: fmt.Sprintf("Give it with --var %s=VALUE, in a file with --var-file FILE, in the environment as %s%s, or as its default.",
				v.name, EnvPrefix, v.name),
			Subject: v.place.Ptr(),
		})
	}
	if v.value == cty.NilVal {
		return cty.DynamicVal
	}
	if v.sensitive {
		return v.value.Mark(mark{})
	}
	return v.value
}

// secrets lists the texts of a sensitive variable.
func (v *variable) secrets() []Secret {
	if !v.sensitive || v.value == cty.NilVal {
		return nil
	}
	var found []Secret
	_ = cty.Walk(v.value, func(_ cty.Path, part cty.Value) (bool, error) {
		if part.Type() == cty.String && part.IsKnown() && !part.IsNull() {
			found = append(found, NewSecret(part.AsString()))
		}
		return true, nil
	})
	return found
}
