package view

import (
	"fmt"
	"strings"

	"github.com/pmezard/go-difflib/difflib"
)

// contextLines surround each change of a diff.
const contextLines = 3

// Diff is two versions of a text and what they are called.
type Diff struct {
	From, To   string
	Old, Fresh string
}

// Write shows the differences as diff -u does.
func (d Diff) Write(w *Page, style Style) {
	w.Println(style.paint(bold, "--- "+Line(d.From)))
	w.Println(style.paint(bold, "+++ "+Line(d.To)))
	old, fresh := splitLines(d.Old), splitLines(d.Fresh)
	same := commonStart(old, fresh)
	skipped := max(same-contextLines, 0)
	end := min(commonEnd(old[same:], fresh[same:]), len(old)-same, len(fresh)-same)
	end = max(end-contextLines, 0)
	h := hunks{w: w, style: style, old: old, fresh: fresh, skipped: skipped}
	matcher := difflib.NewMatcher(old[skipped:len(old)-end], fresh[skipped:len(fresh)-end])
	for _, group := range matcher.GetGroupedOpCodes(contextLines) {
		h.write(group)
	}
}

// hunks writes groups of operations on what follows the lines skipped.
type hunks struct {
	w          *Page
	style      Style
	old, fresh []string
	skipped    int
}

func (h hunks) write(group []difflib.OpCode) {
	first, last := group[0], group[len(group)-1]
	place := fmt.Sprintf("@@ -%s +%s @@", h.reach(first.I1, last.I2), h.reach(first.J1, last.J2))
	h.w.Println(h.style.paint(cyan, place))
	for _, op := range group {
		if op.Tag == 'e' {
			h.lines(" ", "", h.old, op.I1, op.I2)
			continue
		}
		h.lines("-", red, h.old, op.I1, op.I2)
		h.lines("+", green, h.fresh, op.J1, op.J2)
	}
}

// reach writes a range of lines as unified diffs do: where and how many.
func (h hunks) reach(start, end int) string {
	length := end - start
	begin := start + h.skipped + 1
	switch length {
	case 0:
		return fmt.Sprintf("%d,0", begin-1)
	case 1:
		return fmt.Sprint(begin)
	}
	return fmt.Sprintf("%d,%d", begin, length)
}

func (h hunks) lines(sign, color string, lines []string, from, to int) {
	for _, line := range lines[from+h.skipped : to+h.skipped] {
		text, ended := strings.CutSuffix(line, "\n")
		h.w.Println(h.style.paint(color, sign+Line(text)))
		if !ended {
			h.w.Println(`\ No newline at end of file`)
		}
	}
}

func splitLines(text string) []string {
	lines := make([]string, 0, strings.Count(text, "\n")+1)
	for line := range strings.Lines(text) {
		lines = append(lines, line)
	}
	return lines
}

// commonStart counts the lines that two texts share at their beginning;
// comparing whole texts takes long where they have ten thousands of lines.
func commonStart(a, b []string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

func commonEnd(a, b []string) int {
	n := 0
	for n < min(len(a), len(b)) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}
