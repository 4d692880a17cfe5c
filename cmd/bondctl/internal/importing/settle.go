package importing

import (
	"bytes"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/bondctl/bondctl/schema"
)

// settle makes comments of what validation refuses, one part after the other, and
// gives what is left, with what is said of that: an error among it is about no part.
func settle(text []byte, readFile func(string) ([]byte, error)) ([]byte, *schema.Document, hcl.Diagnostics) {
	for {
		doc, diags := schema.DecodeAndValidate([]schema.Source{{Name: name, Bytes: text}}, schema.Inputs{
			Name: name, Getenv: func(string) (string, bool) { return "", false }, ReadFile: readFile,
		})
		fewer, ok := withoutFirst(text, diags)
		if !ok {
			return text, doc, diags
		}
		text = fewer
	}
}

// name is that of the text in diagnostics.
const name = "import.hcl"

// withoutFirst makes a comment of the first part that is refused; false where none is.
func withoutFirst(text []byte, diags hcl.Diagnostics) (fewer []byte, ok bool) {
	for _, d := range diags {
		if d.Severity != hcl.DiagError || d.Subject == nil {
			continue
		}
		if at, found := refused(text, d.Subject.Start); found {
			return commentOut(text, at, d.Summary+". "+d.Detail), true
		}
	}
	return nil, false
}

// lines are the first and the last line of a part, counted from 1.
type lines struct{ first, last int }

// refused finds the innermost part around a place that stands on lines of its own.
func refused(text []byte, place hcl.Pos) (lines, bool) {
	file, diags := hclsyntax.ParseConfig(text, name, hcl.InitialPos)
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok || diags.HasErrors() {
		return lines{}, false
	}
	return within(body, place)
}

func within(body *hclsyntax.Body, place hcl.Pos) (lines, bool) {
	for _, b := range body.Blocks {
		if whole := b.Range(); whole.ContainsPos(place) {
			own := lines{whole.Start.Line, b.CloseBraceRange.End.Line}
			if inner, ok := within(b.Body, place); ok && inner.first > own.first && inner.last < own.last {
				return inner, true
			}
			return own, true
		}
	}
	for _, a := range body.Attributes {
		if whole := a.Range(); whole.ContainsPos(place) {
			return lines{whole.Start.Line, whole.End.Line}, true
		}
	}
	return lines{}, false
}

// mark begins the comment that says why a part is left out.
const mark = "# Left out: "

// commentOut makes comments of lines, below one that says why.
func commentOut(text []byte, at lines, why string) []byte {
	all := slices.Collect(bytes.Lines(text))
	first := all[at.first-1]
	indent := first[:len(first)-len(bytes.TrimLeft(first, " "))]
	var changed bytes.Buffer
	for i, line := range all {
		switch {
		case i+1 == at.first:
			changed.Write(indent)
			changed.WriteString(mark + oneLine(why) + "\n")
			fallthrough
		case i+1 > at.first && i+1 <= at.last:
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
