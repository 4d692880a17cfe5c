package schema

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// localNames evaluates the attributes of locals blocks, each after those that
// it refers to.
type localNames struct {
	d      *decoder
	ctx    *hcl.EvalContext
	attrs  map[string]*hcl.Attribute
	values map[string]cty.Value
	// under lists the names whose evaluation has begun, the innermost last.
	under []string
}

// locals evaluates all locals blocks into the context's "local".
func (d *decoder) locals(prelude *hcl.BodyContent, ctx *hcl.EvalContext) {
	l := &localNames{d: d, ctx: ctx, attrs: map[string]*hcl.Attribute{}, values: map[string]cty.Value{}}
	var ordered []*hcl.Attribute
	eachOfType(prelude, "locals", func(b *hcl.Block) {
		attrs, diags := b.Body.JustAttributes()
		d.diags = append(d.diags, diags...)
		for _, a := range inSourceOrder(attrs) {
			if l.add(a) {
				ordered = append(ordered, a)
			}
		}
	})
	for _, a := range ordered {
		l.evaluate(a.Name)
	}
	ctx.Variables["local"] = cty.ObjectVal(l.values)
}

// add declares a name, once over all blocks.
func (l *localNames) add(a *hcl.Attribute) bool {
	if first, twice := l.attrs[a.Name]; twice {
		l.report(a, "Duplicate local", fmt.Sprintf("%s is already defined at %s. Rename one of them.", a.Name, where(first.NameRange)))
		return false
	}
	l.attrs[a.Name] = a
	return true
}

func (l *localNames) evaluate(name string) {
	a, declared := l.attrs[name]
	if _, done := l.values[name]; done || !declared {
		return
	}
	for i, open := range l.under {
		if open == name {
			l.report(a, "Circular locals", "The values refer to each other in a circle: "+andList(l.under[i:])+".")
			l.values[name] = cty.DynamicVal
			return
		}
	}
	l.under = append(l.under, name)
	for _, reference := range referredLocals(a.Expr) {
		l.evaluate(reference)
	}
	l.under = l.under[:len(l.under)-1]
	if _, circular := l.values[name]; circular {
		return
	}
	l.ctx.Variables["local"] = cty.ObjectVal(l.values)
	value, diags := a.Expr.Value(l.ctx)
	l.d.diags = append(l.d.diags, diags...)
	l.values[name] = value
}

// referredLocals lists the names that an expression takes from "local".
func referredLocals(expr hcl.Expression) []string {
	var names []string
	for _, traversal := range expr.Variables() {
		if traversal.RootName() != "local" || len(traversal) < 2 {
			continue
		}
		if step, ok := traversal[1].(hcl.TraverseAttr); ok {
			names = append(names, step.Name)
		}
	}
	return names
}

func (l *localNames) report(a *hcl.Attribute, summary, detail string) {
	l.d.diags = append(l.d.diags, &hcl.Diagnostic{
		Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: a.NameRange.Ptr(),
	})
}
