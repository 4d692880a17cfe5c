package importing

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/bondctl/bondctl/schema"
)

// patience is for how many rounds one part of each outermost block is taken at a
// time: when one goes, others may be right. Then all go that are refused.
const patience = 16

// settle makes comments of what validation refuses, and gives what is left, with
// what is said of that: an error among it is about no part.
func settle(text []byte, readFile func(string) ([]byte, error)) ([]byte, *schema.Document, hcl.Diagnostics) {
	for round := 0; ; round++ {
		doc, diags := schema.DecodeAndValidate([]schema.Source{{Name: name, Bytes: text}}, schema.Inputs{
			Name: name, Getenv: func(string) (string, bool) { return "", false }, ReadFile: readFile,
		})
		parts := refused(text, diags)
		if len(parts) == 0 {
			return text, doc, diags
		}
		if round < patience {
			parts = slices.CompactFunc(parts, func(a, b part) bool { return a.outermost == b.outermost })
		}
		text = commentOut(text, parts)
	}
}

// name is that of the text in diagnostics.
const name = "the document"

// part is an attribute or a block that is refused.
type part struct {
	// first and last are its lines, outermost the first line of the block around all.
	first, last, outermost int
	why                    string
}

// refused lists the parts that errors are about, in the order of the text, none
// within another.
func refused(text []byte, diags hcl.Diagnostics) []part {
	file, syntax := hclsyntax.ParseConfig(text, name, hcl.InitialPos)
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok || syntax.HasErrors() {
		return nil
	}
	var parts []part
	for _, d := range diags {
		if d.Severity != hcl.DiagError || d.Subject == nil {
			continue
		}
		if p, found := around(body, d.Subject.Start); found {
			p.why = d.Summary + ". " + d.Detail
			parts = append(parts, p)
		}
	}
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(b.last, a.last)) })
	end := 0
	return slices.DeleteFunc(parts, func(p part) bool {
		inside := p.first <= end
		end = max(end, p.last)
		return inside
	})
}

// around finds the innermost part around a place that stands on lines of its own.
func around(body *hclsyntax.Body, place hcl.Pos) (part, bool) {
	for _, b := range body.Blocks {
		if whole := b.Range(); whole.ContainsPos(place) {
			own := part{first: whole.Start.Line, last: b.CloseBraceRange.End.Line, outermost: whole.Start.Line}
			if inner, ok := around(b.Body, place); ok && inner.first > own.first && inner.last < own.last {
				inner.outermost = own.outermost
				return inner, true
			}
			return own, true
		}
	}
	for _, a := range body.Attributes {
		if whole := a.Range(); whole.ContainsPos(place) {
			return part{first: whole.Start.Line, last: whole.End.Line, outermost: whole.Start.Line}, true
		}
	}
	return part{}, false
}

// mark begins the comment that says why a part is left out.
const mark = "# Left out: "

// commentOut makes comments of parts, each below one that says why.
func commentOut(text []byte, parts []part) []byte {
	var changed bytes.Buffer
	var indent []byte
	number := 0
	for line := range bytes.Lines(text) {
		number++
		for len(parts) > 0 && number > parts[0].last {
			parts = parts[1:]
		}
		switch {
		case len(parts) > 0 && number == parts[0].first:
			indent = line[:len(line)-len(bytes.TrimLeft(line, " "))]
			changed.Write(indent)
			changed.WriteString(mark + oneLine(parts[0].why) + "\n")
			fallthrough
		case len(parts) > 0 && number > parts[0].first:
			changed.Write(indent)
			changed.WriteString("# ")
			changed.Write(bytes.TrimPrefix(line, indent))
		default:
			changed.Write(line)
		}
	}
	return hclwrite.Format(changed.Bytes())
}

// oneLine makes one line of a text, of what can be seen.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, strings.Join(strings.Fields(text), " "))
}

// leftOut finds the comments that commentOut has made.
func leftOut(text []byte) []LeftOut {
	var found []LeftOut
	number := 0
	for line := range bytes.Lines(text) {
		number++
		if why, ok := strings.CutPrefix(strings.TrimSpace(string(line)), mark); ok {
			found = append(found, LeftOut{number, why})
		}
	}
	return found
}
